//! What is mailed to somebody to prove that an address is theirs: to verify it, and to replace a forgotten password.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod new_address;
mod reset;

use domain::{
    account::LINKS_MAX,
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use futures::future::join_all;
use journeys::{journey, persist, survives};
use kit::{Answer, CallKind, Shop, Who, World, client::Ask, mounts::Inside};
use platform::sql;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Client = Shop<Inside>;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const NEW_PASSWORD: &str = "a staple of good taste";

fn register(shop: &Client, email: &str) -> Ask<Inside> {
    shop.post("/v1/users").json(&json!({ "email": email, "password": PASSWORD, "name": "Ada" }))
}

fn login(shop: &Client, email: &str, password: &str) -> Ask<Inside> {
    shop.post("/v1/auth/login").json(&json!({ "email": email, "password": password }))
}

fn ask_reset(shop: &Client, email: &str) -> Ask<Inside> {
    shop.post("/v1/auth/password-reset").json(&json!({ "email": email }))
}

fn confirm(shop: &Client, token: &str, password: &str) -> Ask<Inside> {
    shop.post("/v1/auth/password-reset/confirm").json(&json!({ "token": token, "password": password }))
}

fn verify(shop: &Client, token: &str) -> Ask<Inside> {
    shop.post("/v1/auth/verify-email").json(&json!({ "token": token }))
}

/// What lies in a mailbox, the oldest first: subjects and texts.
async fn mails(world: &Arc<World>, to: &str) -> Vec<(String, String)> {
    world.settle().await;
    let shop = world.client();
    let read = async |path: String| persist(world, || shop.get(path.as_str())).await.expect(200);
    let list = read(format!("/dev/mailbox?limit=100&to={to}")).await;
    let mut mails = Vec::new();
    for item in list.body["items"].as_array().unwrap().iter().rev() {
        let mail = read(format!("/dev/mailbox/{}", item["id"].as_str().unwrap())).await;
        mails.push((mail.text("/subject").to_owned(), mail.text("/text").to_owned()));
    }
    mails
}

async fn subjects(world: &Arc<World>, to: &str) -> Vec<String> {
    mails(world, to).await.into_iter().map(|(subject, _)| subject).collect()
}

/// Lets schedules run until so many mails have come.
async fn until_mailed(world: &Arc<World>, count: usize) {
    while mails(world, EMAIL).await.len() < count {
        world.advance(MINUTE_MS).await;
        world.tick().await;
    }
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

fn texts(world: &World, script: &str, query: &str) -> Vec<String> {
    let found = world.database(script).transact(&[sql(query.to_owned())]).unwrap();
    found[0].rows::<Text>().unwrap().into_iter().map(|row| row.text).collect()
}

/// What the last mail's link to this page holds.
async fn token(world: &Arc<World>, to: &str, page: &str) -> String {
    let link = format!("/account/{page}#");
    let texts = mails(world, to).await;
    let (_, rest) = texts.iter().rev().find_map(|(_, text)| text.split_once(&link)).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Somebody who is signed in: how they ask.
async fn signed_in(shop: &Client, email: &str, password: &str) -> String {
    let pair = login(shop, email, password).send().await.expect(200);
    format!("Bearer {}", pair.text("/access_token"))
}

async fn is_verified(shop: &Client, bearer: &str) -> bool {
    let me = shop.get("/v1/users/me").header("authorization", bearer).send().await.expect(200);
    me.body["is_email_verified"] == json!(true)
}

fn patch(shop: &Client, bearer: &str, body: &Value) -> Ask<Inside> {
    shop.ask(http::Method::PATCH, "/v1/users/me").header("authorization", bearer).json(body)
}

/// The address that somebody has, and the one that is to take over.
async fn addresses(shop: &Client, bearer: &str) -> (Value, Value) {
    let me = shop.get("/v1/users/me").header("authorization", bearer).send().await.expect(200);
    (me.body["email"].clone(), me.body["pending_email"].clone())
}

fn assert_not_valid(answer: Answer) {
    let refused = answer.refused(422, "link_not_valid");
    assert_eq!(refused.body["errors"][0]["pointer"], "/token");
}

#[test]
fn an_address_is_proven_by_the_mail_that_went_there() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        assert!(!is_verified(&shop, &bearer).await);
        assert_eq!(subjects(&world, EMAIL).await, ["Is this your address?"]);
        let link = token(&world, EMAIL, "verify-email").await;
        for wrong in ["", "rubbish", &link[1..]] {
            assert_not_valid(verify(&shop, wrong).send().await);
        }
        // It is good for this and for nothing else.
        assert_not_valid(confirm(&shop, &link, NEW_PASSWORD).send().await);
        // Some mail programs open a link before its reader does.
        for _ in 0..2 {
            verify(&shop, &link).send().await.expect(204);
            assert!(is_verified(&shop, &bearer).await);
        }
    });
}

#[test]
fn another_link_comes_on_request_and_not_without_end() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let again = |bearer: &str| shop.post("/v1/auth/verify-email/resend").header("authorization", bearer);
        // Also of many who ask at once.
        let asked = join_all((0..LINKS_MAX + 2).map(|_| again(&bearer).send())).await;
        for answer in asked {
            answer.expect(202);
        }
        assert_eq!(mails(&world, EMAIL).await.len(), usize::try_from(LINKS_MAX).unwrap());
        // The first one is as good as the last.
        let (_, first) = mails(&world, EMAIL).await.remove(0);
        let link = first.split_once('#').unwrap().1.split_whitespace().next().unwrap().to_owned();
        world.advance(HOUR_MS).await;
        verify(&shop, &link).send().await.expect(204);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        again(&bearer).send().await.expect(202);
        assert_eq!(mails(&world, EMAIL).await.len(), usize::try_from(LINKS_MAX).unwrap(), "it is proven");
        shop.post("/v1/auth/verify-email/resend").send().await.expect(401);
    });
}

#[test]
fn a_link_is_over_after_three_days() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let link = token(&world, EMAIL, "verify-email").await;
        world.advance(3 * DAY_MS - 1_000).await;
        verify(&shop, &link).send().await.expect(204);
        world.advance(1_001).await;
        assert_not_valid(verify(&shop, &link).send().await);
    });
}

#[test]
fn a_closed_account_is_mailed_no_link() {
    journey(async |world| {
        let shop = world.client();
        let user = register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        let path = format!("/v1/users/{}", user.text("/id"));
        let close = shop.ask(http::Method::PATCH, path).by(Who::Admin).json(&json!({ "is_disabled": true }));
        close.send().await.expect(200);
        assert_not_valid(confirm(&shop, &link, NEW_PASSWORD).send().await);
        let before = mails(&world, EMAIL).await.len();
        ask_reset(&shop, EMAIL).send().await.expect(202);
        assert_eq!(mails(&world, EMAIL).await.len(), before);
    });
}

/// What makes a link work is in the mail and nowhere else.
#[test]
fn no_database_and_no_queue_holds_what_opens_a_link() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        for (script, table, column) in [
            ("meridian-auth", "links", "id || hash || email_key"),
            ("meridian-notifications", "notifications", "message || subject"),
        ] {
            let texts = texts(&world, script, &format!("select {column} as text from {table}"));
            assert!(!texts.is_empty() && texts.iter().all(|text| !text.contains(&link)), "{table}");
        }
        // A mail that is sent again has the same link, while that is good; afterwards there is nothing to send.
        let list = shop.get("/v1/notifications?limit=100").as_staff().send().await.expect(200);
        let reset =
            list.body["items"].as_array().unwrap().iter().find(|row| row["template"] == "reset_password");
        let path = format!("/v1/notifications/{}/resend", reset.unwrap()["id"].as_str().unwrap());
        assert_eq!(shop.post(&path).as_staff().send().await.expect(200).text("/status"), "sent");
        assert_eq!(token(&world, EMAIL, "reset-password").await, link);
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        let refused = shop.post(&path).as_staff().send().await.expect(200);
        assert_eq!(
            (refused.text("/status"), refused.text("/last_error")),
            ("failed", "its link is no longer good")
        );
    });
}

#[test]
fn a_verification_survives_every_outage() {
    survives(
        |_| async {},
        |world, ()| async move {
            let shop = world.client();
            persist(&world, || register(&shop, EMAIL)).await.expect(201);
            until_mailed(&world, 1).await;
            let link = token(&world, EMAIL, "verify-email").await;
            persist(&world, || verify(&shop, &link)).await.expect(204);
            let bearer = persist(&world, || login(&shop, EMAIL, PASSWORD)).await.expect(200);
            let bearer = format!("Bearer {}", bearer.text("/access_token"));
            let me = || shop.get("/v1/users/me").header("authorization", bearer.as_str());
            assert_eq!(persist(&world, me).await.expect(200).body["is_email_verified"], true);
        },
    );
}
