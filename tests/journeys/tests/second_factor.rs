//! The second factor: from enrolling an app to the day on which it is lost.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use domain::time::{HOUR_MS, SECOND_MS};
use futures::future::join_all;
use journeys::{journey, persist, survives};
use kit::{Answer, Shop, World, client::Ask, mounts::Inside, seed::FIELD};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use totp_rs::{Builder, Secret};

type Client = Shop<Inside>;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const STEP_MS: u64 = 30 * SECOND_MS;

fn login(shop: &Client, code: Option<&str>) -> Ask<Inside> {
    let mut body = json!({ "email": EMAIL, "password": PASSWORD });
    if let Some(code) = code {
        body["code"] = code.into();
    }
    shop.post("/v1/auth/login").json(&body)
}

/// Somebody who is signed in, with an app that shows codes.
#[derive(Clone)]
struct Ada {
    bearer: String,
    secret: String,
    recovery_codes: Vec<String>,
}

/// What an app shows that was told the secret.
fn code(secret: &str, world: &World) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(world.now().millis()).unwrap() / 1_000).to_string()
}

fn post(shop: &Client, bearer: &str, path: &str, body: &Value) -> Ask<Inside> {
    shop.post(format!("/v1/auth/totp{path}")).header("authorization", bearer).json(body)
}

/// What the last mail's link holds.
async fn link(world: &Arc<World>) -> String {
    world.settle().await;
    let shop = world.client();
    let list = persist(world, || shop.get("/dev/mailbox")).await.expect(200);
    let path = format!("/dev/mailbox/{}", list.text("/items/0/id"));
    let mail = persist(world, || shop.get(path.as_str())).await.expect(200);
    mail.text("/text").split_once('#').unwrap().1.split_whitespace().next().unwrap().to_owned()
}

/// Somebody who has proven their address and is signed in.
async fn signed_in(world: &Arc<World>) -> String {
    let shop = world.client();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
    shop.post("/v1/users").json(&account).send().await.expect(201);
    let verify = json!({ "token": link(world).await });
    shop.post("/v1/auth/verify-email").json(&verify).send().await.expect(204);
    world.advance(SECOND_MS).await;
    format!("Bearer {}", login(&shop, None).send().await.expect(200).text("/access_token"))
}

async fn enrolled(world: &Arc<World>) -> Ada {
    let shop = world.client();
    let bearer = signed_in(world).await;
    let enrolment =
        post(&shop, &bearer, "", &json!({ "current_password": PASSWORD })).send().await.expect(200);
    let secret = enrolment.text("/secret").to_owned();
    let confirmed =
        post(&shop, &bearer, "/confirm", &json!({ "code": code(&secret, world) })).send().await.expect(200);
    Ada { bearer, secret, recovery_codes: recovery_codes(&confirmed) }
}

fn recovery_codes(answer: &Answer) -> Vec<String> {
    serde_json::from_value(answer.body["recovery_codes"].clone()).unwrap()
}

async fn view(shop: &Client, ada: &Ada) -> (bool, i64) {
    let view =
        shop.get("/v1/auth/totp").header("authorization", ada.bearer.as_str()).send().await.expect(200);
    (view.body["is_on"] == true, view.number("/recovery_codes_left"))
}

fn assert_wrong_code(answer: Answer, status: u16, code: &str) {
    let refused = answer.refused(status, code);
    assert_eq!(refused.body["errors"][0]["pointer"], "/code");
}

#[test]
fn an_app_is_enrolled_and_asked_for_from_then_on() {
    journey(async |world| {
        let shop = world.client();
        let bearer = signed_in(&world).await;
        let ask = |path: &str, body: Value| post(&shop, &bearer, path, &body);
        ask("", json!({ "current_password": "not my password" })).send().await.refused(403, "wrong_password");
        ask("/confirm", json!({ "code": "123456" })).send().await.refused(409, "second_factor_off");
        let enrolment = ask("", json!({ "current_password": PASSWORD })).send().await.expect(200);
        assert!(enrolment.text("/uri").starts_with("otpauth://totp/Meridian:ada%40example%2Ecom?secret="));
        assert!(enrolment.text("/uri").contains(enrolment.text("/secret")));
        // Nothing is asked for before the app has shown that it knows.
        login(&shop, None).send().await.expect(200);
        assert_wrong_code(ask("/confirm", json!({ "code": "000000" })).send().await, 403, "wrong_code");
        login(&shop, None).send().await.expect(200);

        let first = code(enrolment.text("/secret"), &world);
        let confirmed = ask("/confirm", json!({ "code": first })).send().await.expect(200);
        assert_eq!(recovery_codes(&confirmed).into_iter().collect::<BTreeSet<_>>().len(), 10);
        login(&shop, None).send().await.refused(401, "second_factor_required");
        // A code is good once, whatever for.
        assert_wrong_code(login(&shop, Some(&first)).send().await, 401, "invalid_credentials");
        world.advance(STEP_MS).await;
        let next = code(enrolment.text("/secret"), &world);
        login(&shop, Some(&next)).send().await.expect(200);
        assert_wrong_code(login(&shop, Some(&next)).send().await, 401, "invalid_credentials");
        // Another app cannot take its place.
        ask("", json!({ "current_password": PASSWORD })).send().await.refused(409, "second_factor_on");
        world.settle().await;
        let mails = shop.get("/dev/mailbox").send().await.expect(200);
        assert_eq!(mails.text("/items/0/subject"), "Your account asks for a code now");
    });
}

#[test]
fn what_is_no_code_is_refused_and_a_wrong_password_comes_first() {
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        for typed in ["12345", "1234567", "abcdef", ""] {
            let refused = login(&shop, Some(typed)).send().await.refused(422, "validation_failed");
            assert_eq!(refused.body["errors"][0]["pointer"], "/code", "{typed}");
        }
        world.advance(STEP_MS).await;
        let code = code(&ada.secret, &world);
        let wrong = json!({ "email": EMAIL, "password": "not my password", "code": code });
        let refused =
            shop.post("/v1/auth/login").json(&wrong).send().await.refused(401, "invalid_credentials");
        assert_eq!(refused.body["errors"], Value::Null, "it does not say that there is a second factor");
        // Nor did it use the code up; spaces do no harm.
        login(&shop, Some(&format!("{} {}", &code[..3], &code[3..]))).send().await.expect(200);
    });
}

#[test]
fn a_recovery_code_signs_in_once() {
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        assert_eq!(view(&shop, &ada).await, (true, 10));
        login(&shop, Some(&ada.recovery_codes[3])).send().await.expect(200);
        assert_eq!(view(&shop, &ada).await, (true, 9));
        assert_wrong_code(
            login(&shop, Some(&ada.recovery_codes[3])).send().await,
            401,
            "invalid_credentials",
        );
        login(&shop, Some(&ada.recovery_codes[4].replace('-', "").to_uppercase())).send().await.expect(200);
        assert_wrong_code(login(&shop, Some("0000-0000-0000-0000")).send().await, 401, "invalid_credentials");
    });
}

#[test]
fn recovery_codes_are_renewed_and_the_factor_is_taken_away_by_both_proofs() {
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        let ask = |path: &str, password: &str, code: &str| {
            post(&shop, &ada.bearer, path, &json!({ "current_password": password, "code": code }))
        };
        for path in ["/recovery-codes", "/disable"] {
            let right = code(&ada.secret, &world);
            ask(path, "not my password", &right).send().await.refused(403, "wrong_password");
            assert_wrong_code(ask(path, PASSWORD, "000000").send().await, 403, "wrong_code");
            assert_wrong_code(ask(path, PASSWORD, "0000-0000-0000-0000").send().await, 403, "wrong_code");
            assert_eq!(view(&shop, &ada).await, (true, 10), "{path}");
        }
        // Were the answer to the last one lost, there would be no other: only the app renews them.
        assert_wrong_code(
            ask("/recovery-codes", PASSWORD, &ada.recovery_codes[0]).send().await,
            403,
            "wrong_code",
        );
        world.advance(STEP_MS).await;
        let renewed = ask("/recovery-codes", PASSWORD, &code(&ada.secret, &world)).send().await.expect(200);
        assert_eq!(view(&shop, &ada).await, (true, 10));
        assert_wrong_code(
            login(&shop, Some(&ada.recovery_codes[1])).send().await,
            401,
            "invalid_credentials",
        );
        let renewed = recovery_codes(&renewed);
        login(&shop, Some(&renewed[1])).send().await.expect(200);

        world.advance(STEP_MS).await;
        ask("/disable", PASSWORD, &code(&ada.secret, &world)).send().await.expect(204);
        assert_eq!(view(&shop, &ada).await, (false, 0));
        login(&shop, None).send().await.expect(200);
        ask("/disable", PASSWORD, &renewed[2]).send().await.refused(409, "second_factor_off");
        world.settle().await;
        let mails = shop.get("/dev/mailbox").send().await.expect(200);
        assert_eq!(mails.text("/items/0/subject"), "Your account asks for no code any more");
    });
}

/// Nobody can be kept out of their own address by whoever opens an account with it and brings a second factor along.
#[test]
fn an_app_is_enrolled_once_the_address_is_proven() {
    journey(async |world| {
        let shop = world.client();
        let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Eve" });
        shop.post("/v1/users").json(&account).send().await.expect(201);
        let bearer = format!("Bearer {}", login(&shop, None).send().await.expect(200).text("/access_token"));
        let enrol = post(&shop, &bearer, "", &json!({ "current_password": PASSWORD }));
        enrol.send().await.refused(409, "email_not_verified");
    });
}

/// An intruder who began an enrolment cannot finish it once the owner has a new password.
#[test]
fn a_new_password_voids_an_enrolment_under_way() {
    journey(async |world| {
        let shop = world.client();
        let bearer = signed_in(&world).await;
        let enrolment =
            post(&shop, &bearer, "", &json!({ "current_password": PASSWORD })).send().await.expect(200);
        let change = json!({ "password": "a staple of good taste", "current_password": PASSWORD });
        let patch = shop.ask(http::Method::PATCH, "/v1/users/me").header("authorization", bearer.as_str());
        patch.json(&change).send().await.expect(200);
        let code = code(enrolment.text("/secret"), &world);
        let confirm = post(&shop, &bearer, "/confirm", &json!({ "code": code }));
        confirm.send().await.refused(409, "second_factor_off");
    });
}

/// Who knows the password cannot try codes until one is right, wherever they come from, and looking at the question does not forget tries.
#[test]
fn codes_cannot_be_guessed() {
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        let never = ["000000", "0000-0000-0000-0000"];
        for number in 0..10 {
            let address = format!("203.0.113.{number}");
            let wrong = login(&shop, Some(never[number % 2])).header("cf-connecting-ip", address.clone());
            assert_wrong_code(wrong.send().await, 401, "invalid_credentials");
            let none = login(&shop, None).header("cf-connecting-ip", address);
            none.send().await.refused(401, "second_factor_required");
        }
        world.advance(STEP_MS).await;
        let right = |address: &str| {
            login(&shop, Some(&code(&ada.secret, &world))).header("cf-connecting-ip", address)
        };
        let refused = right("198.51.100.7").send().await.refused(429, "too_many_tries");
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() <= 3_600);
        world.advance(HOUR_MS).await;
        right("198.51.100.7").send().await.expect(200);
    });
}

#[test]
fn of_many_who_show_one_code_at_once_one_gets_in() {
    for number in 0..4 {
        journeys::journey_with_seed(number, async |world| {
            let shop = world.client();
            let ada = enrolled(&world).await;
            world.advance(STEP_MS).await;
            world.unleash(kit::Chaos { jitter: true, ..kit::Chaos::default() });
            for code in [code(&ada.secret, &world), ada.recovery_codes[0].clone()] {
                let answers = join_all((0..4).map(|_| login(&shop, Some(&code)).send())).await;
                let let_in = answers.iter().filter(|answer| answer.status == 200).count();
                assert_eq!(let_in, 1, "{answers:?}");
            }
        });
    }
}

/// A new password by mail is one factor, not two.
#[test]
fn a_reset_password_does_not_do_without_the_code() {
    const NEW_PASSWORD: &str = "a staple of good taste";
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        world.advance(SECOND_MS).await;
        shop.post("/v1/auth/password-reset").json(&json!({ "email": EMAIL })).send().await.expect(202);
        world.settle().await;
        let token = link(&world).await;
        let confirm = json!({ "token": token, "password": NEW_PASSWORD });
        shop.post("/v1/auth/password-reset/confirm").json(&confirm).send().await.expect(204);
        let mut body = json!({ "email": EMAIL, "password": NEW_PASSWORD });
        shop.post("/v1/auth/login").json(&body).send().await.refused(401, "second_factor_required");
        body["code"] = ada.recovery_codes[0].as_str().into();
        shop.post("/v1/auth/login").json(&body).send().await.expect(200);
    });
}

/// medusajs/medusa#9755: what somebody chose as a guest was lost when they signed in.
#[test]
fn a_guests_cart_waits_for_the_code() {
    journey(async |world| {
        let shop = world.client();
        let ada = enrolled(&world).await;
        let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 2)]).await;
        let claim = |bearer: &str| {
            let ask = shop.post(format!("/v1/carts/{}/claim", guest.id)).header("authorization", bearer);
            ask.header("x-cart-token", guest.token.as_str()).send()
        };
        let bearer = |pair: Answer| format!("Bearer {}", pair.text("/access_token"));
        let pieces = |cart: &Answer| cart.number("/lines/0/quantity");

        login(&shop, None).send().await.refused(401, "second_factor_required");
        assert_eq!(pieces(&shop.read_cart(&guest).send().await.expect(200)), 2);
        world.advance(STEP_MS).await;
        let phone = login(&shop, Some(&code(&ada.secret, &world))).send().await.expect(200);
        let refresh = json!({ "refresh_token": phone.text("/refresh_token") });
        assert_eq!(pieces(&claim(&bearer(phone)).await.expect(200)), 2);
        // The session goes on without a code; another one needs its own.
        let phone = shop.post("/v1/auth/refresh").json(&refresh).send().await.expect(200);
        assert_eq!(pieces(&claim(&bearer(phone)).await.expect(200)), 2);
        let laptop = login(&shop, Some(&ada.recovery_codes[0])).send().await.expect(200);
        let cart = claim(&bearer(laptop)).await.expect(200);
        assert_eq!((pieces(&cart), cart.body["lines"].as_array().unwrap().len()), (2, 1));
        let left = shop.read_cart(&guest).send().await.expect(200);
        assert_eq!(left.body["lines"], json!([]));
    });
}

#[test]
fn an_enrolment_survives_every_outage() {
    survives(
        |world: Arc<World>| async move {
            signed_in(&world).await;
        },
        |world, ()| async move {
            let shop = world.client();
            let pair = persist(&world, || login(&shop, None)).await.expect(200);
            let bearer = format!("Bearer {}", pair.text("/access_token"));
            let body = json!({ "current_password": PASSWORD });
            let enrolment = persist(&world, || post(&shop, &bearer, "", &body)).await.expect(200);
            let secret = enrolment.text("/secret").to_owned();
            let confirm = || post(&shop, &bearer, "/confirm", &json!({ "code": code(&secret, &world) }));
            // Where only the answer was lost it is on already.
            let confirmed = persist(&world, confirm).await;
            assert!(confirmed.status == 200 || confirmed.code() == "second_factor_on", "{confirmed:?}");
            world.advance(2 * STEP_MS).await;
            let sign_in = || login(&shop, Some(&code(&secret, &world)));
            // A code whose answer was lost is used up: the next one does it.
            while persist(&world, sign_in).await.status != 200 {
                world.advance(STEP_MS).await;
            }
            persist(&world, || login(&shop, None)).await.refused(401, "second_factor_required");
        },
    );
}
