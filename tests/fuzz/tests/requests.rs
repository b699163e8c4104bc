//! Whole requests at the gateway of the whole shop: whatever is asked, however it is written, the answer is not our own fault.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::routes;
use bolero::TypeGenerator;
use fuzz::Input;
use http::Request;
use journeys::stocked;
use kit::{
    World,
    mounts::{JWT_KEYS, TEST_WEBHOOK_SECRET},
    run, token,
};

const ID: &str = "cd26f7f7-28d1-80cb-bb4d-12682eca422a";
/// What is read of a request's head, and how that might look.
const HEADERS: [(&str, &str); 13] = [
    ("content-type", "application/json; charset=utf-8"),
    ("if-match", "\"1-abc\""),
    ("if-none-match", "W/\"1\", \"2\""),
    ("idempotency-key", "8d1f1e1e-0000-4000-8000-000000000000"),
    ("x-cart-token", "bm9ib2R5J3MgdG9rZW4"),
    ("x-order-token", "bm9ib2R5J3MgdG9rZW4"),
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ("accept-language", "de-AT, en;q=0.5"),
    ("accept", "text/html, application/json;q=0.9, */*"),
    ("origin", "https://shop.example"),
    ("cookie", "a=b; c=\"d\""),
    ("cf-connecting-ip", "2001:db8::1"),
    ("authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
];
const QUERIES: [&str; 4] = [
    "limit=10&cursor=AAAA",
    "q=watch&sort=price&currency=EUR",
    "after=1&wait=0",
    "from=2026-11-23T09:00:00Z&email=a@b.c",
];
const BODIES: [&str; 5] = [
    r#"{"slug":"new","name":"New"}"#,
    r#"{"quantity":1}"#,
    r#"{"currency":"EUR","country":"DE"}"#,
    r#"{"lines":[{"sku":"FIELD-38-OLV","quantity":1}],"reason":"x"}"#,
    r#"{"type":"payment_intent.succeeded","data":{"object":{"object":"payment_intent","id":"pi_1","status":"succeeded","currency":"eur","amount_received":1,"metadata":{"payment_id":"x"}}}}"#,
];

#[derive(Debug, TypeGenerator)]
struct Asked {
    route: u8,
    who: u8,
    parameter: Option<Input>,
    query: Option<Input>,
    headers: Vec<(u8, Input)>,
    body: Option<Input>,
}

/// The path, with parameters that could be.
fn path(template: &str, parameter: Option<&Input>) -> String {
    let part = |part: &str| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let prefix = match name {
            "cart" => "crt",
            "user" => "usr",
            "payment" => "pay",
            "sku" => return Some("FIELD-38-OLV".to_owned()),
            "product" => return Some("field-38".to_owned()),
            "provider" => return Some("test".to_owned()),
            other => other.get(..3)?,
        };
        Some(format!("{prefix}_{ID}"))
    };
    let parts: Vec<String> = template
        .split('/')
        .map(|text| match (part(text), parameter) {
            (Some(good), Some(input)) => form_urlencoded::byte_serialize(&input.bytes(&[good])).collect(),
            (Some(good), None) => good,
            (None, _) => text.to_owned(),
        })
        .collect();
    parts.join("/")
}

fn request(asked: &Asked, world: &World) -> Option<Request<bytes::Bytes>> {
    let route = routes::ALL[usize::from(asked.route) % routes::ALL.len()];
    let mut uri = path(route.template, asked.parameter.as_ref());
    if let Some(query) = &asked.query {
        uri.push('?');
        uri.push_str(&query.text(&QUERIES));
    }
    let mut request = Request::builder().method(route.method.as_str()).uri(uri);
    // In its order: of a header that comes twice the first counts.
    if let Some(role) = [None, Some("customer"), Some("staff"), Some("admin")][usize::from(asked.who % 4)] {
        let token = token::mint(JWT_KEYS, token::user("ada"), role, world.now());
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = asked.body.as_ref().map(|body| body.bytes(&BODIES)).unwrap_or_default();
    if route.template.contains("webhooks") && asked.who.is_multiple_of(2) {
        let signature = payments::sign(&body, TEST_WEBHOOK_SECRET, world.now());
        request = request.header(payments::SIGNATURE_HEADER, signature);
    }
    for (name, value) in asked.headers.iter().take(4) {
        let (name, good) = HEADERS[usize::from(*name) % HEADERS.len()];
        request = request.header(name, value.bytes(&[good]));
    }
    // What is no header and no address does not even reach a Worker.
    request.header("content-type", "application/json").body(body.into()).ok()
}

#[test]
fn whole_request() {
    let snapshot = stocked();
    bolero::check!().with_type::<Asked>().for_each(|asked| {
        run(async {
            let world = World::restore(snapshot);
            let Some(request) = request(asked, &world) else { return };
            let what = format!("{request:?}");
            let response = world.request("meridian-router", request).await.unwrap();
            assert!(response.status().as_u16() < 500, "{what}: {response:?}");
            let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap());
            assert!(response.status().as_u16() < 400 || kind == Some("application/problem+json"), "{what}");
            world.settle().await;
        });
    });
}
