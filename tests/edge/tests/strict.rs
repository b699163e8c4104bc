//! What the tests' shop does without, asked of a router that has it (`strict.toml`): the platform's limits, and pages of other origins.

// What should not happen may panic, and says what it was.
#![allow(clippy::panic, clippy::unwrap_used)]

use api::rate::Rate;
use edge_tests::{Answer, harness::asked_directly};
use serde_json::{Value, json};

fn ask(method: &str, path: &str, headers: &Value) -> Answer {
    asked_directly("strict-router", method, path, headers)
}

#[test]
fn the_platform_counts_each_address_by_itself() {
    let limit = Rate::Checkout.limit();
    let order = |address: &str| ask("POST", "/v1/orders", &json!({ "cf-connecting-ip": address }));
    let policy = format!("\"checkout\";q={};w={}", limit.calls, limit.period_s);
    // A period may end while this runs, but not two.
    let calls = (0..=2 * limit.calls).map(|_| order("203.0.113.7"));
    let refused = calls.inspect(|answer| assert_eq!(answer.header("ratelimit-policy"), policy));
    let (before, refused): (Vec<_>, Vec<_>) = refused.partition(|answer| answer.status != 429);
    assert!(before.len() >= usize::try_from(limit.calls).unwrap());
    let refused = refused.into_iter().next().unwrap_or_else(|| panic!("nobody was refused"));
    assert_eq!(refused.text("/code"), "rate_limited");
    assert_eq!(refused.header("retry-after"), limit.period_s.to_string());
    assert_eq!(refused.header("ratelimit"), format!("\"checkout\";r=0;t={}", limit.period_s));
    assert_ne!(order("203.0.113.8").status, 429);
}

#[test]
fn a_page_of_an_allowed_origin_is_let_in() {
    let preflight = |origin: &str| {
        ask("OPTIONS", "/v1/orders", &json!({ "origin": origin, "access-control-request-method": "POST" }))
    };
    let allowed = preflight("https://shop.example").expect(204);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(allowed.header("access-control-allow-methods"), "POST, GET, HEAD, OPTIONS");
    assert_eq!(allowed.header("vary"), "Origin");
    let foreign = preflight("https://evil.example").expect(204);
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    assert_ne!(foreign.header("allow"), "");
}
