//! Bad input at the real door: malformed, oversized, of the wrong type or out of range. It is refused with a problem, changes nothing,
//! and never makes anything of ours fail.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use edge_tests::{
    Answer, Ask, Who, ask, get,
    goods::{Goods, PRICES, variant},
    harness::behind_the_router,
    post,
    purchase::{Basket, bought, pieces},
    told, unique,
};

/// A body one byte longer than is read.
const BODY_MAX: usize = 64 * 1024;
const LARGE: usize = 100 * 1024;

/// Sends bytes as they are, which no HTTP client would: the status, and whatever came with it.
fn raw(request: &[u8]) -> (u16, String) {
    let shop = told("MERIDIAN_URL");
    let mut stream = TcpStream::connect(shop.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // Whoever refuses early may close the door before all is said.
    let _closed_early = stream.write_all(request);
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer)
}

fn raw_get(path: &str, headers: &str) -> (u16, String) {
    raw(format!("GET {path} HTTP/1.1\r\nhost: meridian\r\n{headers}connection: close\r\n\r\n").as_bytes())
}

/// A cart whose contents must stay as they are.
struct Still {
    basket: Basket,
    before: Value,
    goods: Goods,
}

impl Still {
    fn new() -> Self {
        let goods = Goods::new(5);
        let basket = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        // Its problems may change by themselves, as news of the stock come in.
        let before = Self::contents(&basket);
        Self { basket, before, goods }
    }

    fn contents(basket: &Basket) -> Value {
        let cart = basket.read().send().expect(200);
        json!([
            cart.body["version"],
            cart.body["lines"][0]["quantity"],
            cart.body["total"],
            cart.body["lines"][1]
        ])
    }

    #[track_caller]
    fn assert_unchanged(&self) {
        assert_eq!(Self::contents(&self.basket), self.before);
        assert_eq!(self.goods.stock(), (5, 0, 5));
    }

    fn line(&self) -> Ask {
        self.basket.set_line(&self.goods.sku, 1).without_body()
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let still = Still::new();
    let open = "[".repeat(60_000);
    let bodies: [&[u8]; 8] = [
        b"",
        b"{",
        b"{\"quantity\":1",
        b"{\"quantity\":1}}",
        b"\xff\xfe\x00",
        b"{\"quantity\":1,\"\xc3\x28\":2}",
        b"\0",
        open.as_bytes(),
    ];
    for body in bodies {
        still.line().raw("application/json", body).send().refused(400, "malformed_body");
        still.basket.checkout().key("k").raw("application/json", body).send().refused(400, "malformed_body");
    }
    // Deeper than anything of ours: refused where a number belongs, and where anything might.
    let deep = format!("{{\"quantity\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    still.line().raw("application/json", deep.as_str()).send().invalid("/quantity");
    still.basket.checkout().key("k").raw("application/json", deep.as_str()).send().invalid("/quantity");
    let patch = ask("PATCH", &format!("/v1/products/{}", still.goods.product)).as_staff();
    patch.raw("application/json", deep).send().refused(400, "malformed_body");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let refused = still.line().raw(content_type, "{\"quantity\":2}").send();
        refused.refused(415, "unsupported_media_type");
    }
    still.assert_unchanged();
}

#[test]
fn a_wrong_quantity_is_named_and_changes_nothing() {
    let still = Still::new();
    for quantity in
        ["-1", "1.5", "100", "4294967296", "1e400", "99999999999999999999999", "\"2\"", "null", "[]", "true"]
    {
        let body = format!("{{\"quantity\":{quantity}}}");
        still.line().raw("application/json", body).send().invalid("/quantity");
    }
    let twice = "{\"quantity\":2,\"quantity\":3}";
    let refused = still.line().raw("application/json", twice).send().refused(422, "validation_failed");
    assert_eq!(refused.text("/errors/0/code"), "duplicate_field");
    let refused = still.line().json(&json!({ "quantity": 2, "gift": true })).send().invalid("/gift");
    assert_eq!(refused.text("/errors/0/code"), "unknown_field");
    let refused = still.line().json(&json!({})).send().refused(422, "validation_failed");
    assert_eq!(refused.text("/errors/0/code"), "required");
    still.line().json(&json!([2])).send().refused(422, "validation_failed");
    still.basket.set_line("NO-SUCH-SKU", 1).send().refused(404, "unknown_sku");
    for sku in ["no%20sku", "%00", "%FF", "a%2Fb", &"X".repeat(65)] {
        let refused = ask("PUT", &format!("/v1/carts/{}/lines/{sku}", still.basket.id))
            .header("x-cart-token", &still.basket.token)
            .json(&json!({ "quantity": 1 }))
            .send();
        assert!(matches!(refused.status, 400 | 404), "{refused:?}");
    }
    still.assert_unchanged();
}

#[test]
fn a_cart_has_room_for_fifty_lines() {
    // One product with as many variants as it takes: what fills a cart are SKUs.
    let goods = Goods::new(0);
    let skus: Vec<String> = (0..51).map(|n| format!("{}-{n}", goods.sku)).collect();
    let variants: Vec<Value> = skus
        .iter()
        .map(|sku| {
            let mut variant = variant(sku, PRICES);
            variant["options"] = json!({ "Strap": sku });
            variant
        })
        .collect();
    for (part, skus) in skus.chunks(17).zip(variants.chunks(17)) {
        let slug = unique("many");
        let mut body = edge_tests::goods::product(&slug, skus);
        body["options"] = json!([{ "name": "Strap", "values": part }]);
        post("/v1/products").as_staff().json(&body).send().expect(201);
    }
    let mut basket = Basket::new("EUR", "DE");
    for sku in &skus[..50] {
        basket.put(sku, 1);
    }
    basket.set_line(&skus[50], 1).send().refused(422, "cart_full");
    let cart = basket.look();
    assert_eq!(cart.body["lines"].as_array().map(Vec::len), Some(50));
    // One of the fifty may still change.
    basket.put(&skus[0], 2);
}

#[test]
fn an_order_with_a_wrong_field_names_it_and_is_none() {
    let still = Still::new();
    let good = still.basket.order_body("pm_card_visa");
    let money = |amount: Value| json!({ "amount": amount, "currency": "EUR" });
    let cases: &[(&str, Value, &str)] = &[
        ("/cart_id", json!("crt_nonsense"), "/cart_id"),
        ("/cart_id", json!(7), "/cart_id"),
        ("/cart_version", json!(-1), "/cart_version"),
        ("/cart_version", json!("3"), "/cart_version"),
        ("/expected_total", money(json!(9_007_199_254_740_992_i64)), "/expected_total"),
        ("/expected_total", money(json!(-9_007_199_254_740_992_i64)), "/expected_total"),
        ("/expected_total", money(json!(1.5)), "/expected_total/amount"),
        ("/expected_total", money(json!(1e300)), "/expected_total/amount"),
        ("/expected_total", json!({ "amount": 1, "currency": "BTC" }), "/expected_total/currency"),
        ("/expected_total", json!({ "amount": 1 }), "/expected_total"),
        ("/email", json!("nobody"), "/email"),
        ("/email", json!("a@b\r\nbcc: everybody@example.com"), "/email"),
        ("/payment_method", json!(""), "/payment_method"),
        ("/payment_method", json!("x".repeat(256)), "/payment_method"),
        ("/shipping_address", json!("Berlin"), "/shipping_address"),
        ("/shipping_address/country", json!("Germany"), "/shipping_address/country"),
        ("/shipping_address/country", json!("AQ"), "/shipping_address/country"),
        ("/shipping_address/name", json!(""), "/shipping_address/name"),
        ("/shipping_address/name", json!("x".repeat(121)), "/shipping_address/name"),
        ("/shipping_address/line1", json!(null), "/shipping_address/line1"),
    ];
    for (at, value, pointer) in cases {
        let mut body = good.clone();
        *body.pointer_mut(at).unwrap() = value.clone();
        still.basket.checkout().key("k").json(&body).send().invalid(pointer);
    }
    let mut body = good.clone();
    body["coupon"] = "FREE".into();
    still.basket.checkout().key("k").json(&body).send().invalid("/coupon");
    // Money that is no amount of this cart: another one, and another currency.
    for wrong in [money(json!(1)), json!({ "amount": good["expected_total"]["amount"], "currency": "USD" })] {
        let mut body = good.clone();
        body["expected_total"] = wrong;
        let refused = still.basket.checkout().key(&unique("wrong")).json(&body).send();
        refused.refused(409, "cart_changed");
    }
    for key in ["", &"k".repeat(256), "k\u{e9}y"] {
        let refused = still.basket.checkout().key(key).json(&good).send();
        assert!(matches!(refused.code(), "header_invalid" | "idempotency_key_required"), "{refused:?}");
        refused.expect(400);
    }
    still.assert_unchanged();
    // None of it was kept for the key.
    let placed = still.basket.place("k", "pm_card_visa").send().expect(201);
    assert!(!placed.is_replayed());
    still.basket.place("k", "pm_card_mastercard").send().refused(422, "idempotency_key_reused");
}

#[test]
fn prices_and_pieces_beyond_counting_are_refused() {
    let goods = Goods::new(5);
    let path = format!("/v1/products/{}", goods.product);
    let patch = |prices: Value| {
        let mut variant = variant(&goods.sku, PRICES);
        variant["prices"] = prices;
        ask("PATCH", &path).as_staff().json(&json!({ "variants": [variant] })).send()
    };
    for amount in [json!(9_007_199_254_740_992_i64), json!(-1), json!(1.5), json!("1"), json!(null)] {
        let refused =
            patch(json!([{ "amount": amount, "currency": "EUR" }])).refused(422, "validation_failed");
        assert!(refused.text("/errors/0/pointer").starts_with("/variants/0/prices/0"), "{refused:?}");
    }
    let adjust = |delta: Value| {
        let body = json!({ "location_id": edge_tests::goods::place().location, "delta": delta, "reason": "received" });
        post(&format!("/v1/inventory/{}/adjustments", goods.sku)).as_staff().json(&body).send()
    };
    for delta in [json!(i64::MAX), json!(i64::MIN), json!(1e30), json!("1"), json!(0.5)] {
        adjust(delta).invalid("/delta");
    }
    assert_eq!(goods.stock(), (5, 0, 5));

    // Each price is one that can be written; together they are not.
    let dear = Goods::priced([4_000_000_000_000_000; 4], 5);
    let mut basket = Basket::new("EUR", "DE");
    basket.put(&dear.sku, 1);
    basket.set_line(&dear.sku, 3).send().invalid("/quantity");
    assert_eq!(basket.look().number("/lines/0/quantity"), 1);
}

#[test]
fn a_sku_stands_once_in_a_list_of_pieces() {
    let goods = Goods::new(3);
    let (_, order, _) = bought(&[(&goods, 3)]);
    order.fulfil("f", &[(&goods, 1), (&goods, 1)]).send().invalid("/lines");
    let twice = json!({ "lines": pieces(&[(&goods, 1), (&goods, 1)]) });
    order.refund("r", &twice).send().invalid("/lines");
    let other = Goods::new(0);
    order.fulfil("f", &[(&other, 1)]).send().refused(422, "unknown_line");
    order.refund("u", &json!({ "lines": pieces(&[(&other, 1)]) })).send().refused(422, "unknown_line");
    order.fulfil("f", &[(&goods, 0)]).send().invalid("/lines/0/quantity");
    for (body, pointer) in [
        (json!({ "amount": { "amount": 0, "currency": "EUR" } }), "/amount/amount"),
        (json!({ "amount": { "amount": -5, "currency": "EUR" } }), "/amount/amount"),
        (json!({ "amount": { "amount": 9_007_199_254_740_992_i64, "currency": "EUR" } }), "/amount"),
        (json!({ "amount": { "amount": 1, "currency": "EUR" }, "restock": true }), "/restock"),
    ] {
        order.refund("r", &body).send().invalid(pointer);
    }
    let dollars = json!({ "amount": { "amount": 1, "currency": "USD" } });
    order.refund("r", &dollars).send().refused(409, "refund_exceeds_captured");
    let seen = order.read().send().expect(200);
    assert_eq!((&seen.body["fulfillments"], &seen.body["refunds"]), (&json!([]), &json!([])));
    assert_eq!(goods.stock(), (0, 0, 0));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let still = Still::new();
    let body = |bytes: usize| format!("{{\"quantity\":1,\"x\":\"{}\"}}", "x".repeat(bytes));
    for bytes in [BODY_MAX, 1024 * 1024, 4 * 1024 * 1024] {
        still.line().raw("application/json", body(bytes)).send().refused(413, "payload_too_large");
    }
    // Within the limit it is read, and refused for what it says.
    still.line().raw("application/json", body(BODY_MAX - 100)).send().invalid("/x");
    let import = "x".repeat(1024 * 1024 + 1);
    let import = post("/v1/products/import").as_staff().raw("application/x-ndjson", import);
    import.send().refused(413, "payload_too_large");

    // Of unknown length: counted while it comes.
    let path = format!("/v1/carts/{}/lines/{}", still.basket.id, still.goods.sku);
    let mut request = format!(
        "PUT {path} HTTP/1.1\r\nhost: meridian\r\nx-cart-token: {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        still.basket.token
    )
    .into_bytes();
    for _ in 0..20 {
        request.extend_from_slice(b"4000\r\n");
        request.extend_from_slice(&[b' '; 0x4000]);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let (status, answer) = raw(&request);
    assert_eq!(status, 413, "{answer}");
    still.assert_unchanged();
}

#[test]
fn a_long_path_or_header_is_refused() {
    let still = Still::new();
    let long = "x".repeat(LARGE);
    for path in [format!("/v1/products/{long}"), format!("/v1/products?q={long}"), format!("/{long}")] {
        let (status, answer) = raw_get(&path, "");
        assert!((400..500).contains(&status), "{status}: {}", answer.chars().take(300).collect::<String>());
    }
    for name in ["x-anything", "cookie", "authorization", "x-cart-token", "idempotency-key", "traceparent"] {
        let (status, answer) = raw_get("/v1/products?limit=1", &format!("{name}: {long}\r\n"));
        assert!((400..500).contains(&status), "{status}: {}", answer.chars().take(300).collect::<String>());
    }
    // Ours answer where the runtime lets it through.
    let path = format!("/v1/products/{}", "x".repeat(10_000));
    get(&path).send().refused(414, "uri_too_long");
    get("/v1/products").header("x-anything", &"x".repeat(40_000)).send().refused(431, "too_many_headers");
    get("/health").send().expect(200);
    still.assert_unchanged();
}

#[test]
fn addresses_that_make_no_sense_are_not_found() {
    for path in [
        "/v1",
        "/v2/products",
        "/v1/product",
        "/v1//products",
        "/v1/products/x/y",
        "/V1/products",
        "/internal/catalog/quote",
        "/internal/payments/authorise",
        "/internal/health",
        "/v1/products/%ff",
        "/v1/products/%00",
        "/v1/orders/1",
        "/v1/carts/crt_1",
        "/v1/orders/ord_00000000-0000-7000-8000-000000000000",
        "/images/no-such-picture.svg",
    ] {
        get(path).send().refused(404, "not_found");
    }
    // What is nobody's is told by a page.
    for path in ["/favicon.ico", "/.dev.vars", "/images/../wrangler.toml", "/products/..%2f..%2finternal"] {
        assert_eq!(get(path).send().expect(404).header("content-type"), "text/html; charset=utf-8");
    }
    post("/internal/catalog/quote").as_staff().json(&json!({ "skus": [] })).send().refused(404, "not_found");
    let (status, answer) = raw_get("/v1/products/../../internal/health", "");
    assert_eq!(status, 404, "{answer}");
    for path in ["no slash", "/v1/products/%"] {
        let (status, answer) = raw_get(path, "");
        assert!((400..500).contains(&status), "{answer}");
    }
}

#[test]
fn queries_are_checked_by_their_parameters() {
    for (path, pointer) in [
        ("/v1/products?limit=0", "?limit"),
        ("/v1/products?limit=101", "?limit"),
        ("/v1/products?limit=x", "?limit"),
        ("/v1/products?cursor=nonsense", "?cursor"),
        ("/v1/products?currency=BTC", "?currency"),
        ("/v1/products?min_price=-1", "?min_price"),
        ("/v1/products?min_price=9007199254740992", "?min_price"),
        ("/v1/products?sort=luck", "?sort"),
        ("/v1/products?in_stock=perhaps", "?in_stock"),
        ("/v1/products?colour=red", "?colour"),
    ] {
        get(path).send().invalid(pointer);
    }
    // What full text search has a meaning for is only text here.
    for q in ["%22", "*", "NEAR(", "a%20AND%20", "%27%3B%20drop%20table%20products", "%F0%9F%99%82", "%ff"] {
        let found = get(&format!("/v1/products?limit=1&q={q}")).send();
        assert!(matches!(found.status, 200 | 422), "{q}: {found:?}");
    }
}

#[test]
fn card_numbers_are_refused_wherever_a_shopper_may_put_them() {
    let still = Still::new();
    let mut body = still.basket.order_body("pm_card_visa");
    for number in ["4242424242424242", "4242 4242 4242 4242", "card 5555-5555-5555-4444 please"] {
        body["shipping_address"]["line1"] = number.into();
        let refused = still.basket.checkout().key("k").json(&body).send();
        refused.refused(422, "card_data_refused");
        still.basket.change(&json!({ "region": number })).send().refused(422, "card_data_refused");
        let query = number.replace(' ', "+");
        let refused = get(&format!("/v1/products?q={query}")).send().refused(422, "card_data_refused");
        assert!(!refused.body.to_string().contains(number), "{refused:?}");
    }
    still.assert_unchanged();
}

#[test]
fn nobody_can_say_who_they_are_but_by_a_token_of_ours() {
    let secret = get("/v1/orders");
    for token in ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YWRhOmFkYQ=="] {
        let refused = secret.clone().header("authorization", token).send().refused(401, "unauthorized");
        assert_ne!(refused.header("www-authenticate"), "", "{refused:?}");
    }
    let (status, answer) = raw_get("/v1/orders", "authorization: Bearer \u{e9}\r\n");
    assert_eq!(status, 401, "{answer}");
    // The same claims under another key, and under none.
    let token = told("MERIDIAN_STAFF_TOKEN");
    let (signed, _) = token.rsplit_once('.').unwrap();
    let (_, claims) = signed.split_once('.').unwrap();
    for forged in [
        format!("{signed}.{}", "A".repeat(43)),
        format!("{signed}."),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."),
    ] {
        let refused = secret.clone().header("authorization", &format!("Bearer {forged}")).send();
        refused.refused(401, "unauthorized");
    }

    // The router's own word cannot be said by anybody else, and nobody behind it listens to an unsigned one.
    let word = json!({ "sub": "usr_00000000-0000-7000-8000-000000000000", "roles": ["admin"] }).to_string();
    for name in ["x-meridian-caller", "X-Meridian-Caller"] {
        get("/v1/locations").header(name, &word).send().refused(401, "unauthorized");
        get("/v1/locations").by(Who::Customer).header(name, &word).send().refused(403, "forbidden");
    }
    let loops = get("/v1/products?limit=1").header("x-meridian-hops", "99").send();
    loops.expect(200);
    for headers in [json!({}), json!({ "x-meridian-caller": word })] {
        assert_eq!(behind_the_router("inventory", "/v1/locations", &headers), 401);
        assert_eq!(behind_the_router("catalog", "/v1/products", &headers), 401);
    }
}

#[test]
fn the_trace_of_a_caller_goes_on_and_nonsense_begins_a_new_one() {
    let theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let trace =
        |answer: &Answer| answer.header("traceparent").split('-').nth(1).unwrap_or_default().to_owned();
    let answer = get("/health").header("traceparent", theirs).send().expect(200);
    assert_eq!(trace(&answer), "4bf92f3577b34da6a3ce929d0e0e4736");
    for nonsense in
        ["", "x", "00-00000000000000000000000000000000-0000000000000000-01", &theirs.to_uppercase()]
    {
        let answer = get("/health").header("traceparent", nonsense).send().expect(200);
        let trace = trace(&answer);
        assert!(trace.len() == 32 && trace.bytes().any(|byte| byte != b'0'), "{nonsense}: {answer:?}");
        assert_ne!(trace.to_lowercase(), "00000000000000000000000000000000");
    }
    // A request id is given, never taken.
    let answer = get("/health").header("x-request-id", "mine").send().expect(200);
    assert!(answer.header("x-request-id").starts_with("req_"), "{answer:?}");
}
