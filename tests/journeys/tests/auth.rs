//! Signing in: with whom, how often, for how long, and what a stolen token is worth.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use domain::time::{DAY_MS, MINUTE_MS};
use journeys::{journey, survives};
use kit::{Answer, Shop, Who, World, client::Ask, mounts::Inside};
use serde_json::{Value, json};
use std::sync::Arc;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

fn register(shop: &Shop<Inside>, email: &str) -> Ask<Inside> {
    shop.post("/v1/users").json(&json!({ "email": email, "password": PASSWORD, "name": "Ada" }))
}

fn login(shop: &Shop<Inside>, email: &str, password: &str) -> Ask<Inside> {
    shop.post("/v1/auth/login").json(&json!({ "email": email, "password": password }))
}

fn refresh(shop: &Shop<Inside>, token: &str) -> Ask<Inside> {
    shop.post("/v1/auth/refresh").json(&json!({ "refresh_token": token }))
}

/// A client that is signed in.
struct Client {
    access: String,
    refresh: String,
}

impl Client {
    fn of(answer: &Answer) -> Self {
        assert_eq!(answer.text("/token_type"), "Bearer");
        assert_eq!(answer.number("/expires_in"), 900);
        let text = |pointer| answer.text(pointer).to_owned();
        Self { access: text("/access_token"), refresh: text("/refresh_token") }
    }

    fn ask(&self, ask: Ask<Inside>) -> Ask<Inside> {
        ask.header("authorization", format!("Bearer {}", self.access))
    }
}

async fn signed_in(world: &Arc<World>) -> Client {
    let shop = world.client();
    register(&shop, EMAIL).send().await.expect(201);
    Client::of(&login(&shop, EMAIL, PASSWORD).send().await.expect(200))
}

fn from(ask: Ask<Inside>, address: &str) -> Ask<Inside> {
    ask.header("cf-connecting-ip", address)
}

#[test]
fn who_registers_can_sign_in_and_is_who_they_are() {
    journey(async |world| {
        let shop = world.client();
        let user = register(&shop, EMAIL).send().await.expect(201);
        // However the address is typed.
        let client = Client::of(&login(&shop, " ADA@Example.com", PASSWORD).send().await.expect(200));
        let me = client.ask(shop.get("/v1/users/me")).send().await.expect(200);
        assert_eq!(me.text("/id"), user.text("/id"));
        assert_eq!(me.body["roles"], json!(["customer"]));
        // A customer's token opens what is a customer's, and nothing else.
        client.ask(shop.get("/v1/carts/me")).send().await.expect(200);
        client.ask(shop.get("/v1/inventory")).send().await.expect(403);
    });
}

#[test]
fn a_wrong_address_and_a_wrong_password_are_told_alike() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let wrong = login(&shop, EMAIL, "correct horse batterz").send().await.expect(401);
        let unknown = login(&shop, "grace@example.com", PASSWORD).send().await.expect(401);
        let told = |answer: &Answer| {
            let mut body = answer.body.clone();
            body["request_id"] = Value::Null;
            body
        };
        assert_eq!(wrong.code(), "invalid_credentials");
        assert_eq!(told(&wrong), told(&unknown));
    });
}

#[test]
fn tries_run_out_for_one_place_and_for_nobody_else() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let try_from = |address: &'static str, password: &'static str| {
            from(login(&shop, EMAIL, password), address).send()
        };
        // At home they are known.
        try_from("192.0.2.1", PASSWORD).await.expect(200);
        for _ in 0..10 {
            try_from("198.51.100.1", "wrong password").await.expect(401);
        }
        let refused = try_from("198.51.100.1", PASSWORD).await.expect(429);
        assert_eq!(refused.code(), "too_many_tries");
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() <= 15 * 60);
        try_from("192.0.2.1", PASSWORD).await.expect(200);
        world.advance(15 * MINUTE_MS + 1).await;
        try_from("198.51.100.1", PASSWORD).await.expect(200);

        // A botnet: everybody tries a few times. The owner gets in, at home and from somewhere new.
        for host in 0..30 {
            for _ in 0..3 {
                let ask = login(&shop, EMAIL, "wrong password");
                let address = format!("203.0.113.{host}");
                assert!(matches!(from(ask, &address).send().await.status, 401 | 429));
            }
        }
        try_from("192.0.2.1", PASSWORD).await.expect(200);
        try_from("192.0.2.99", PASSWORD).await.expect(200);
    });
}

#[test]
fn many_tries_at_once_are_as_many() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let tries = (0..25).map(|_| login(&shop, EMAIL, "wrong password").send());
        let answers = futures::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 10);
        assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 15);
    });
}

#[test]
fn what_an_admin_closes_stays_closed_and_a_refused_closing_ends_nothing() {
    journey(async |world| {
        let shop = world.client();
        let ada = signed_in(&world).await;
        let me = ada.ask(shop.get("/v1/users/me")).send().await.expect(200);
        let path = format!("/v1/users/{}", me.text("/id"));
        let patch = |body: Value| shop.ask(http::Method::PATCH, &path).by(Who::Admin).json(&body).send();
        patch(json!({ "roles": ["customer", "admin"] })).await.expect(200);
        patch(json!({ "is_disabled": true })).await.refused(409, "last_admin");
        let ada = Client::of(&refresh(&shop, &ada.refresh).send().await.expect(200));

        // While the shopper changes their password, over and over, an admin closes the account.
        let body = json!({ "password": "another long phrase", "current_password": PASSWORD });
        register(&shop, "eve@example.com").send().await.expect(201);
        let eve = Client::of(&login(&shop, "eve@example.com", PASSWORD).send().await.expect(200));
        let hers = eve.ask(shop.get("/v1/users/me")).send().await.expect(200);
        let path = format!("/v1/users/{}", hers.text("/id"));
        let close =
            shop.ask(http::Method::PATCH, &path).by(Who::Admin).json(&json!({ "is_disabled": true })).send();
        let change = eve.ask(shop.ask(http::Method::PATCH, "/v1/users/me")).json(&body).send();
        let again = login(&shop, "eve@example.com", PASSWORD).send();
        let (closed, _, late) = futures::join!(close, change, again);
        closed.expect(200);
        let read = shop.get(&path).by(Who::Admin).send().await.expect(200);
        assert_eq!(read.body["is_disabled"], json!(true));
        if late.status == 200 {
            refresh(&shop, late.text("/refresh_token")).send().await.expect(401);
        }
        refresh(&shop, &eve.refresh).send().await.expect(401);
        refresh(&shop, &ada.refresh).send().await.expect(200);
    });
}

#[test]
fn a_stale_token_does_not_keep_its_owner_out() {
    journey(async |world| {
        let shop = world.client();
        let client = signed_in(&world).await;
        world.advance(20 * MINUTE_MS).await;
        client.ask(refresh(&shop, &client.refresh)).send().await.expect(200);
        client.ask(login(&shop, EMAIL, PASSWORD)).send().await.expect(200);
    });
}

/// A password is changed once, however often the answer is lost.
#[test]
fn a_new_password_survives_every_outage() {
    survives(
        async |world| {
            let made = register(&world.client(), EMAIL).send().await.expect(201);
            Who::Customer(made.text("/id").parse().unwrap())
        },
        |world, who| async move {
            let body = json!({ "password": "another long phrase", "current_password": PASSWORD });
            let ask = || world.client().ask(http::Method::PATCH, "/v1/users/me").by(who).json(&body);
            journeys::persist(&world, ask).await.expect(200);
            let signed_in = || login(&world.client(), EMAIL, "another long phrase");
            journeys::persist(&world, signed_in).await.expect(200);
        },
    );
}

#[test]
fn whoever_guesses_at_a_password_from_inside_stands_in_nobody_elses_way() {
    journey(async |world| {
        let shop = world.client();
        let ada = signed_in(&world).await;
        register(&shop, "eve@example.com").send().await.expect(201);
        let eve = Client::of(&login(&shop, "eve@example.com", PASSWORD).send().await.expect(200));
        let change = |client: &Client, current: &str| {
            let body = json!({ "password": "another long phrase", "current_password": current });
            client.ask(shop.ask(http::Method::PATCH, "/v1/users/me")).json(&body).send()
        };
        for _ in 0..10 {
            change(&eve, "wrong password").await.refused(403, "wrong_password");
        }
        change(&eve, PASSWORD).await.refused(429, "too_many_tries");
        for _ in 0..120 {
            change(&eve, "wrong password").await.expect(429);
        }
        change(&ada, PASSWORD).await.expect(200);
        login(&shop, EMAIL, PASSWORD).send().await.expect(401);
        login(&shop, EMAIL, "another long phrase").send().await.expect(200);
        // The session that it was changed from goes on.
        refresh(&shop, &ada.refresh).send().await.expect(200);
    });
}

#[test]
fn what_is_over_is_forgotten() {
    journey(async |world| {
        let shop = world.client();
        let client = signed_in(&world).await;
        world.advance(200 * DAY_MS).await;
        // Remembered as long as a stolen token may turn up, and then no more.
        refresh(&shop, &client.refresh).send().await.refused(401, "unauthorized");
        world.advance(20 * DAY_MS).await;
        world.at_rest().await;
        refresh(&shop, &client.refresh).send().await.refused(401, "unauthorized");
        login(&shop, EMAIL, PASSWORD).send().await.expect(200);
    });
}

#[test]
fn a_refresh_token_is_good_once_and_a_second_time_ends_it_all() {
    journey(async |world| {
        let shop = world.client();
        let first = signed_in(&world).await;
        let other = Client::of(&login(&shop, EMAIL, PASSWORD).send().await.expect(200));
        let second = Client::of(&refresh(&shop, &first.refresh).send().await.expect(200));
        let third = Client::of(&refresh(&shop, &second.refresh).send().await.expect(200));
        // Somebody has a copy: both lose it.
        assert_eq!(refresh(&shop, &first.refresh).send().await.expect(401).code(), "token_reused");
        assert_eq!(refresh(&shop, &third.refresh).send().await.expect(401).code(), "unauthorized");
        // Another session has nothing to do with it.
        refresh(&shop, &other.refresh).send().await.expect(200);
        assert_eq!(refresh(&shop, "nobody's").send().await.expect(401).code(), "unauthorized");
    });
}

#[test]
fn of_two_refreshes_at_once_at_most_one_is_answered() {
    journey(async |world| {
        let shop = world.client();
        let client = signed_in(&world).await;
        let (one, other) = futures::future::join(
            refresh(&shop, &client.refresh).send(),
            refresh(&shop, &client.refresh).send(),
        )
        .await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    });
}

#[test]
fn an_access_token_lasts_a_quarter_of_an_hour_and_a_session_as_long_as_it_is_used() {
    journey(async |world| {
        let shop = world.client();
        let mut client = signed_in(&world).await;
        world.advance(15 * MINUTE_MS + 6_000).await;
        client.ask(shop.get("/v1/carts/me")).send().await.expect(401);
        for _ in 0..6 {
            world.advance(29 * DAY_MS).await;
            client = Client::of(&refresh(&shop, &client.refresh).send().await.expect(200));
        }
        // Half a year is enough, however much it is used.
        world.advance(29 * DAY_MS).await;
        refresh(&shop, &client.refresh).send().await.expect(401);
        let idle = Client::of(&login(&shop, EMAIL, PASSWORD).send().await.expect(200));
        world.advance(31 * DAY_MS).await;
        refresh(&shop, &idle.refresh).send().await.expect(401);
    });
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_alone() {
    journey(async |world| {
        let shop = world.client();
        let phone = signed_in(&world).await;
        world.advance(1_000).await;
        let ask = login(&shop, EMAIL, PASSWORD).header("user-agent", "Laptop/1.0");
        let laptop = Client::of(&ask.send().await.expect(200));
        let list = laptop.ask(shop.get("/v1/auth/sessions")).send().await.expect(200);
        let items = list.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!((&items[0]["user_agent"], &items[0]["is_current"]), (&json!("Laptop/1.0"), &json!(true)));
        assert_eq!(items[1]["is_current"], json!(false));

        let of_phone = format!("/v1/auth/sessions/{}", items[1]["id"].as_str().unwrap());
        register(&shop, "grace@example.com").send().await.expect(201);
        let grace = Client::of(&login(&shop, "grace@example.com", PASSWORD).send().await.expect(200));
        grace.ask(shop.ask(http::Method::DELETE, &of_phone)).send().await.expect(404);
        laptop.ask(shop.ask(http::Method::DELETE, &of_phone)).send().await.expect(204);
        refresh(&shop, &phone.refresh).send().await.expect(401);

        laptop.ask(shop.post("/v1/auth/logout")).send().await.expect(204);
        refresh(&shop, &laptop.refresh).send().await.expect(401);
        let left = laptop.ask(shop.get("/v1/auth/sessions")).send().await.expect(200);
        assert_eq!(left.body["items"], json!([]));
    });
}

/// Whatever is lost on the way, a client that lost its answer can sign in again, and no password is counted as wrong for it.
#[test]
fn signing_in_survives_every_outage() {
    survives(
        async |world| {
            register(&world.client(), EMAIL).send().await.expect(201);
        },
        |world, ()| async move {
            let ask = || login(&world.client(), EMAIL, PASSWORD);
            let answer = journeys::persist(&world, ask).await;
            let client = Client::of(&answer.expect(200));
            let again = || refresh(&world.client(), &client.refresh);
            let refreshed = journeys::persist(&world, again).await;
            // A refresh whose answer was lost looks like a stolen token: then they sign in again.
            if refreshed.status != 200 {
                assert_eq!(refreshed.code(), "token_reused");
                journeys::persist(&world, ask).await.expect(200);
            }
        },
    );
}
