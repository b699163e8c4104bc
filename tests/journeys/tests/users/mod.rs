//! Registering, changing what the shop knows of one, the address book, and what admins see and may do.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod account;
mod addresses;
mod admin;

use domain::id::UserId;
use http::Method;
use kit::{Answer, Shop, Who, client::Ask, mounts::Inside};
use serde_json::{Value, json};

const PASSWORD: &str = "mein Fahrrad ist blau";
const OTHER_PASSWORD: &str = "correct horse battery";
const ADDRESSES: &str = "/v1/users/me/addresses";

fn register(shop: &Shop<Inside>, email: &str, password: &str) -> Ask<Inside> {
    shop.post("/v1/users").json(&json!({ "email": email, "password": password, "name": "Ada Lovelace" }))
}

/// Somebody new, signed in.
async fn registered(shop: &Shop<Inside>, email: &str) -> Who {
    who(&register(shop, email, PASSWORD).send().await.expect(201))
}

fn who(user: &Answer) -> Who {
    Who::Customer(id(user))
}

fn id(user: &Answer) -> UserId {
    user.text("/id").parse().unwrap()
}

fn me(shop: &Shop<Inside>, who: Who) -> Ask<Inside> {
    shop.get("/v1/users/me").by(who)
}

fn patch_me(shop: &Shop<Inside>, who: Who, body: &Value) -> Ask<Inside> {
    shop.ask(Method::PATCH, "/v1/users/me").by(who).json(body)
}

fn address(line1: &str, is_default: bool) -> Value {
    json!({ "name": "Ada Lovelace", "line1": line1, "city": "Berlin", "postal_code": "10117", "country": "DE",
            "is_default": is_default })
}

fn add_address(shop: &Shop<Inside>, who: Who, line1: &str, is_default: bool) -> Ask<Inside> {
    shop.post(ADDRESSES).by(who).json(&address(line1, is_default))
}

fn version(answer: &Answer) -> u64 {
    let tag = answer.header("etag").unwrap_or_default().trim_matches('"');
    tag.split('-').next().unwrap().parse().unwrap()
}

fn patch_user(shop: &Shop<Inside>, id: UserId, body: &Value) -> Ask<Inside> {
    shop.ask(Method::PATCH, format!("/v1/users/{id}")).by(Who::Admin).json(body)
}
