//! No log line tells who somebody is or what they know. Every journey sees to that when its world ends; here it is seen to that they do.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use bytes::Bytes;
use futures::FutureExt;
use http::{Request, Response};
use journeys::journey;
use kit::{Wiring, Worker, World, config::Wrangler, run};
use platform::log;
use serde_json::json;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

const SCRIPT: &str = "meridian-gossip";
const OWN_SECRET: &str = "a secret of the gossip's own";

/// Somebody who writes down the path of whatever they are asked, and `x-said`.
fn gossip() -> World {
    let config = Wrangler { name: SCRIPT.to_owned(), ..Wrangler::default() };
    let worker = Worker::new("gossip", config).var("GOSSIP_KEY", OWN_SECRET).answer(|local, request| {
        async move {
            let said = request.headers().get("x-said").map(|said| said.to_str().unwrap().to_owned());
            log::fault(&local, "gossip", &said.unwrap_or_default());
            Response::new(request.into_body())
        }
        .boxed()
    });
    World::new(Arc::new(Wiring::default().worker(worker)), 1)
}

/// Whether a test fails in which this body was sent and this was written down.
fn fails(body: &str, said: &str) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        run(async {
            let world = gossip();
            let request = Request::builder().uri("/").header("x-said", said);
            world.request(SCRIPT, request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap();
        });
    }));
    outcome.is_err()
}

#[test]
fn a_test_fails_whose_log_tells_too_much() {
    let sent = json!({ "password": "correct horse battery", "refresh_token": "abcdefghijkl", "name": "Ada Lovelace" });
    for (said, expected) in [
        ("nobody is called ada@example.com", true),
        ("/v1/users?email=ada%40example.com", true),
        ("the password correct horse battery is wrong", true),
        ("abcdefghijkl was used before", true),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLi4u", true),
        (OWN_SECRET, true),
        ("Ada Lovelace is not logged, but no test can know every name", false),
        ("correct horse", false),
        ("", false),
    ] {
        assert_eq!(fails(&sent.to_string(), said), expected, "{said}");
    }
}

/// What goes wrong with a secret in its hands is where secrets get into logs.
#[test]
fn what_fails_says_nothing_of_whom_it_failed() {
    journey(async |world| {
        let shop = world.client();
        let body = json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
        for service in ["AUTH", "USERS", "d1"] {
            world.calls.begin();
            world.calls.plan(kit::Plan::Down { what: service.to_owned(), until_ms: u64::MAX });
            let before = world.errors().len();
            let login = json!({ "email": "ada@example.com", "password": "correct horse battery" });
            let list = shop.get("/v1/users?email=ada@example.com").by(kit::Who::Admin);
            shop.post("/v1/users").json(&body).send().await;
            shop.post("/v1/auth/login").json(&login).send().await;
            list.send().await;
            world.calls.end();
            assert!(world.errors().len() > before, "{service}: there is something to look at");
            // Whoever keeps failing is left alone for a while.
            world.advance(60_000).await;
        }
    });
}
