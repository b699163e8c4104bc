//! An account on the real runtime: passwords hashed in wasm, sessions in D1, tokens that the router takes.

// What should not happen may panic, and says what it was.
#![allow(clippy::panic, clippy::unwrap_used)]

use serde_json::{Value, json};

use edge_tests::{Answer, Ask, ask, get, post, unique};

const PASSWORD: &str = "correct horse battery";

fn login(email: &str, password: &str) -> Answer {
    post("/v1/auth/login").json(&json!({ "email": email, "password": password })).send()
}

fn refresh(token: &str) -> Answer {
    post("/v1/auth/refresh").json(&json!({ "refresh_token": token })).send()
}

fn signed(ask: Ask, tokens: &Answer) -> Ask {
    ask.header("authorization", &format!("Bearer {}", tokens.text("/access_token")))
}

#[test]
fn somebody_registers_signs_in_stays_signed_in_and_leaves() {
    let email = format!("{}@example.com", unique("ada"));
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    let user = post("/v1/users").json(&body).send().expect(201);
    post("/v1/users")
        .json(&json!({ "email": email, "password": "another long one", "name": "Eve" }))
        .send()
        .refused(409, "email_taken");

    login(&email, "not the password").refused(401, "invalid_credentials");
    let first = login(&email.to_uppercase(), PASSWORD).expect(200);
    let me = signed(get("/v1/users/me"), &first).send().expect(200);
    assert_eq!((me.text("/id"), me.text("/name")), (user.text("/id"), "Ada"));
    signed(get("/v1/carts/me"), &first).send().expect(200);

    let second = refresh(first.text("/refresh_token")).expect(200);
    refresh(first.text("/refresh_token")).refused(401, "token_reused");
    refresh(second.text("/refresh_token")).refused(401, "unauthorized");

    let third = login(&email, PASSWORD).expect(200);
    signed(post("/v1/auth/logout"), &third).send().expect(204);
    refresh(third.text("/refresh_token")).refused(401, "unauthorized");
    let sessions = signed(get("/v1/auth/sessions"), &third).send().expect(200);
    assert_eq!(sessions.body.pointer("/items").and_then(Value::as_array).map(Vec::len), Some(0));
}

#[test]
fn an_address_book_is_its_owners() {
    let email = format!("{}@example.com", unique("grace"));
    post("/v1/users")
        .json(&json!({ "email": email, "password": PASSWORD, "name": "Grace" }))
        .send()
        .expect(201);
    let tokens = login(&email, PASSWORD).expect(200);
    let home = json!({ "name": "Grace", "line1": "1 Main St", "city": "Arlington", "region": "VA", "postal_code": "22201", "country": "US" });
    let made = signed(post("/v1/users/me/addresses"), &tokens).key("home").json(&home).send().expect(201);
    let path = format!("/v1/users/me/addresses/{}", made.text("/id"));
    signed(get(&path), &tokens).send().expect(200);
    get(&path).by(edge_tests::Who::Customer).send().refused(404, "not_found");
    signed(ask("DELETE", &path), &tokens).send().expect(204);
    signed(get(&path), &tokens).send().refused(404, "not_found");
}
