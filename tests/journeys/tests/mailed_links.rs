//! What is mailed to somebody to prove that an address is theirs: to verify it, and to replace a forgotten password.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

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
fn a_new_address_has_to_be_proven_and_the_old_one_hears_of_it() {
    const OTHER: &str = "ada@example.org";
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let old_link = token(&world, EMAIL, "verify-email").await;
        verify(&shop, &old_link).send().await.expect(204);
        let change = json!({ "email": OTHER, "current_password": PASSWORD });
        let asked = patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!((asked.text("/email"), asked.text("/pending_email")), (EMAIL, OTHER));
        // What went to the old address proves nothing about the new one, which opens nothing yet.
        verify(&shop, &old_link).send().await.expect(204);
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        login(&shop, OTHER, PASSWORD).send().await.refused(401, "invalid_credentials");
        ask_reset(&shop, OTHER).send().await.expect(202);
        assert_eq!(
            subjects(&world, EMAIL).await,
            ["Is this your address?", "Another address for your account"]
        );
        assert_eq!(mails(&world, OTHER).await.len(), 1);
        let link = token(&world, OTHER, "verify-email").await;
        // Whoever reads that mailbox is not given the account by a click, nor is anybody else who opens the link.
        verify(&shop, &link).send().await.refused(401, "unauthorized");
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        for _ in 0..2 {
            verify(&shop, &link).header("authorization", bearer.as_str()).send().await.expect(204);
            assert_eq!(addresses(&shop, &bearer).await, (json!(OTHER), Value::Null));
        }
        assert!(is_verified(&shop, &bearer).await);
        login(&shop, OTHER, PASSWORD).send().await.expect(200);
        login(&shop, EMAIL, PASSWORD).send().await.refused(401, "invalid_credentials");
        // The same address once more is no news.
        patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!(mails(&world, OTHER).await.len(), 1);
        assert!(is_verified(&shop, &bearer).await);
    });
}

/// Whoever has a proven address cannot take a stranger's by asking for it.
#[test]
fn an_address_is_kept_for_nobody_who_has_not_proven_it() {
    const OTHER: &str = "bob@example.org";
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
        let change = json!({ "email": OTHER, "current_password": PASSWORD });
        patch(&shop, &bearer, &change).send().await.expect(200);
        let link = token(&world, OTHER, "verify-email").await;
        register(&shop, OTHER).send().await.expect(201);
        assert_not_valid(verify(&shop, &link).header("authorization", bearer.as_str()).send().await);
        let others = signed_in(&shop, OTHER, PASSWORD).await;
        verify(&shop, &link).header("authorization", others).send().await.refused(401, "unauthorized");
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        patch(&shop, &bearer, &change).send().await.refused(409, "email_taken");
        // Thinking better of it, by asking for the address that is there.
        let back = json!({ "email": EMAIL, "current_password": PASSWORD });
        patch(&shop, &bearer, &back).send().await.expect(200);
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), Value::Null));
        assert!(is_verified(&shop, &bearer).await);
    });
}

/// Two addresses that are compared as one are written to as one: whoever could choose the form would choose the mailbox.
#[test]
fn an_address_stands_in_one_form_however_it_is_typed() {
    const WIDE: &str = "\u{ff41}da@example.com";
    journey(async |world| {
        let shop = world.client();
        let made = register(&shop, WIDE).send().await.expect(201);
        assert_eq!(made.text("/email"), EMAIL);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
        let change = json!({ "email": WIDE, "current_password": PASSWORD });
        let asked = patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!((asked.text("/email"), &asked.body["pending_email"]), (EMAIL, &Value::Null));
        // What becomes none in that form: a full-width «@» in the local part.
        let refused =
            register(&shop, "a\u{ff20}b@example.com").send().await.refused(422, "validation_failed");
        assert_eq!(refused.body["errors"][0]["code"], "invalid_email");
    });
}

/// However many accounts ask for it, a mailbox is not filled.
#[test]
fn an_address_gets_five_links_an_hour_that_prove_it() {
    const VICTIM: &str = "victim@example.org";
    journey(async |world| {
        let shop = world.client();
        for number in 0..LINKS_MAX + 2 {
            let email = format!("eve{number}@example.com");
            register(&shop, &email).send().await.expect(201);
            let bearer = signed_in(&shop, &email, PASSWORD).await;
            verify(&shop, &token(&world, &email, "verify-email").await).send().await.expect(204);
            let change = json!({ "email": VICTIM, "current_password": PASSWORD });
            patch(&shop, &bearer, &change).send().await.expect(200);
        }
        assert_eq!(mails(&world, VICTIM).await.len(), usize::try_from(LINKS_MAX).unwrap());
        world.advance(HOUR_MS).await;
        register(&shop, VICTIM).send().await.expect(201);
        assert_eq!(mails(&world, VICTIM).await.len(), usize::try_from(LINKS_MAX).unwrap() + 1);
    });
}

/// Whoever knows the password and is not meant to is turned away by a new one, and so is the address that they asked for.
#[test]
fn a_new_password_calls_off_an_address_that_was_to_take_over() {
    const OTHER: &str = "eve@example.org";
    for by_mail in [false, true] {
        journey(async move |world| {
            let shop = world.client();
            register(&shop, EMAIL).send().await.expect(201);
            let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
            verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
            let change = json!({ "email": OTHER, "current_password": PASSWORD });
            patch(&shop, &bearer, &change).send().await.expect(200);
            let link = token(&world, OTHER, "verify-email").await;
            if by_mail {
                ask_reset(&shop, EMAIL).send().await.expect(202);
                let reset = token(&world, EMAIL, "reset-password").await;
                confirm(&shop, &reset, NEW_PASSWORD).send().await.expect(204);
            } else {
                let new = json!({ "password": NEW_PASSWORD, "current_password": PASSWORD });
                patch(&shop, &bearer, &new).send().await.expect(200);
            }
            assert_not_valid(verify(&shop, &link).send().await);
            let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
            assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), Value::Null), "{by_mail}");
        });
    }
}

/// A link that was used is known to a mailbox, and perhaps to others: it is no way to try passwords.
#[test]
fn a_used_link_is_no_way_to_guess_the_password() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        for _ in 0..20 {
            confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        }
        let mut guesses = 0;
        loop {
            let answer = confirm(&shop, &link, "was it this one perhaps?").send().await;
            if answer.status == 429 {
                assert!(answer.refused(429, "too_many_tries").header("retry-after").is_some());
                break;
            }
            assert_not_valid(answer);
            guesses += 1;
            assert!(guesses < 20);
        }
        assert!(guesses > 0);
        // None of it is held against whoever is signed in.
        let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
        let change = json!({ "password": "yet another phrase", "current_password": NEW_PASSWORD });
        patch(&shop, &bearer, &change).send().await.expect(200);
    });
}

#[test]
fn a_forgotten_password_is_replaced_once_and_ends_every_session() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let pair = login(&shop, EMAIL, PASSWORD).send().await.expect(200);
        // However it is typed, the mail goes to the address that the account has.
        ask_reset(&shop, "ADA@example.com").send().await.expect(202);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        assert_not_valid(verify(&shop, &link).send().await);
        let common = confirm(&shop, &link, "Password1234").send().await.refused(422, "validation_failed");
        assert_eq!(common.body["errors"][0]["code"], "common_password");
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);

        login(&shop, EMAIL, PASSWORD).send().await.expect(401);
        let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
        assert!(is_verified(&shop, &bearer).await, "who opened the link reads the mails");
        let refresh = json!({ "refresh_token": pair.text("/refresh_token") });
        shop.post("/v1/auth/refresh").json(&refresh).send().await.expect(401);
        assert_eq!(subjects(&world, EMAIL).await.last().unwrap(), "Your password was changed");

        // The same request again may be one whose answer was lost; another one is not.
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        assert_not_valid(confirm(&shop, &link, "yet another password").send().await);
        // The other link went with it.
        let all = mails(&world, EMAIL).await;
        let first = all.iter().find_map(|(_, text)| text.split_once("reset-password#")).unwrap().1;
        let first = first.split_whitespace().next().unwrap();
        assert_ne!(first, link);
        assert_not_valid(confirm(&shop, first, "yet another password").send().await);
        assert_eq!(mails(&world, EMAIL).await.len(), all.len());
    });
}

#[test]
fn a_reset_is_over_after_half_an_hour_and_after_any_other_new_password() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        world.advance(30 * MINUTE_MS).await;
        assert_not_valid(confirm(&shop, &link, NEW_PASSWORD).send().await);

        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let change = json!({ "password": NEW_PASSWORD, "current_password": PASSWORD });
        let patch = shop.ask(http::Method::PATCH, "/v1/users/me").header("authorization", bearer);
        patch.json(&change).send().await.expect(200);
        assert_not_valid(confirm(&shop, &link, "yet another password").send().await);
    });
}

/// A stranger's mailbox is not told what somebody does who claimed it, nor filled by it.
#[test]
fn an_address_that_nobody_proved_hears_of_nothing_else() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let patch = |change: Value| {
            shop.ask(http::Method::PATCH, "/v1/users/me")
                .header("authorization", bearer.as_str())
                .json(&change)
        };
        patch(json!({ "password": NEW_PASSWORD, "current_password": PASSWORD })).send().await.expect(200);
        for number in 1..LINKS_MAX {
            let change =
                json!({ "email": format!("ada{number}@example.com"), "current_password": NEW_PASSWORD });
            patch(change).send().await.expect(200);
        }
        let change = json!({ "email": "ada@example.org", "current_password": NEW_PASSWORD });
        patch(change.clone()).send().await.refused(429, "too_many_tries");
        assert_eq!(subjects(&world, EMAIL).await, ["Is this your address?"]);
        world.advance(10 * MINUTE_MS).await;
        patch(change).send().await.refused(429, "too_many_tries");
    });
}

/// Neither by the answer nor by what is asked of the database.
#[test]
fn nobody_learns_from_a_reset_who_has_an_account() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        world.settle().await;
        let ask = async |email: &str| {
            world.calls.begin();
            let answer = ask_reset(&shop, email).send().await.expect(202);
            world.settle().await;
            let made = world.calls.end();
            assert!(answer.body.as_str().is_some_and(str::is_empty), "{answer:?}");
            let asked = made.iter().filter(|call| call.kind == CallKind::Database && call.from == "auth");
            (answer.headers.len(), asked.count())
        };
        let (known, unknown) = (ask(EMAIL).await, ask("grace@example.com").await);
        // Behind the answer what was sent leaves the outbox, and the mail's writer asks for the link.
        assert_eq!((known.0, known.1 - 2), unknown);
        assert!(mails(&world, "grace@example.com").await.is_empty());
        // Nor is anybody's mailbox filled.
        for _ in 0..LINKS_MAX + 2 {
            ask_reset(&shop, EMAIL).send().await.expect(202);
        }
        // When those are over there may be new ones: nobody is kept from their own.
        world.advance(30 * MINUTE_MS).await;
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let resets = subjects(&world, EMAIL)
            .await
            .iter()
            .filter(|subject| *subject == "Choose a new password")
            .count();
        assert_eq!(resets, usize::try_from(LINKS_MAX).unwrap() + 1);
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

#[test]
fn a_reset_survives_every_outage() {
    survives(
        |world: Arc<World>| async move {
            register(&world.client(), EMAIL).send().await.expect(201);
        },
        |world, ()| async move {
            let shop = world.client();
            // Accepted is all that is ever said of it.
            while !ask_reset(&shop, EMAIL).attempt().await.is_ok_and(|answer| answer.status == 202) {
                world.advance(2_000).await;
            }
            until_mailed(&world, 2).await;
            let link = token(&world, EMAIL, "reset-password").await;
            persist(&world, || confirm(&shop, &link, NEW_PASSWORD)).await.expect(204);
            persist(&world, || login(&shop, EMAIL, NEW_PASSWORD)).await.expect(200);
            world.at_rest().await;
            let told = subjects(&world, EMAIL).await;
            assert_eq!(
                told.iter().filter(|subject| *subject == "Your password was changed").count(),
                1,
                "{told:?}"
            );
        },
    );
}
