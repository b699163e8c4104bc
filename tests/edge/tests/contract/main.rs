//! Every public route is called on the running shop and gives the statuses that the contract names. A route without a row fails.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod accounts;
mod proofs;
mod table;

use api::routes::{self, Found, Route};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{SystemTime, UNIX_EPOCH},
};

use edge_tests::{
    Answer, Ask, Who, ask, get,
    goods::{Goods, PRICES, location, place, product, variant},
    harness::{enqueue, rows, setting},
    post,
    purchase::{Basket, Placed, awaiting, bought, confirm, pieces},
    unique, until,
};
use table::CONTRACT;

/// Which statuses were seen of which route.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, &'static str), BTreeSet<u16>>);

impl Seen {
    /// Sends a call of this route, which must have this status.
    #[track_caller]
    fn call(&mut self, route: &'static Route, status: u16, ask: Ask) -> Answer {
        let found = routes::find(ask.method(), ask.path());
        assert_eq!(found, Found::Route(route), "{} {}", ask.method(), ask.path());
        let answer = ask.send().expect(status);
        for header in ["x-request-id", "traceparent"] {
            assert_ne!(answer.header(header), "", "{header}: {answer:?}");
        }
        if status >= 400 {
            let code = answer.code().to_owned();
            assert!(!code.is_empty(), "{answer:?}");
            let answer = answer.refused(status, &code);
            self.note(route, status);
            return answer;
        }
        self.note(route, status);
        answer
    }

    fn note(&mut self, route: &'static Route, status: u16) {
        self.0.entry((route.method.as_str(), route.template)).or_default().insert(status);
    }
}

#[test]
fn every_route_answers_as_the_contract_says() {
    let mut seen = Seen::default();
    accounts::users(&mut seen);
    accounts::admins(&mut seen);
    accounts::sessions(&mut seen);
    proofs::links(&mut seen);
    proofs::second_factor(&mut seen);
    products(&mut seen);
    import_and_export(&mut seen);
    taxonomy(&mut seen);
    inventory(&mut seen);
    carts(&mut seen);
    orders(&mut seen);
    payments(&mut seen);
    notifications(&mut seen);
    operations(&mut seen);

    let contract: BTreeMap<_, BTreeSet<u16>> = CONTRACT
        .iter()
        .map(|(route, statuses)| {
            ((route.method.as_str(), route.template), statuses.iter().copied().collect())
        })
        .collect();
    assert_eq!(contract.len(), CONTRACT.len(), "each route has one row");
    for route in routes::ALL {
        let name = (route.method.as_str(), route.template);
        assert!(contract.contains_key(&name), "{name:?} has no row");
        assert_eq!(seen.0.get(&name), contract.get(&name), "{name:?}: seen, and the contract");
    }
}

fn patch(path: &str, body: &serde_json::Value) -> Ask {
    ask("PATCH", path).as_staff().json(body)
}

fn delete(path: &str) -> Ask {
    ask("DELETE", path).as_staff()
}

fn products(seen: &mut Seen) {
    let slug = unique("contract");
    let body = product(&slug, &[variant(&slug, PRICES)]);
    let create = || post("/v1/products").as_staff();
    let made = seen.call(routes::PRODUCT_CREATE, 201, create().json(&body));
    assert_eq!(made.header("location"), format!("/v1/products/{}", made.text("/id")));
    seen.call(routes::PRODUCT_CREATE, 409, create().json(&body));
    seen.call(routes::PRODUCT_CREATE, 422, create().json(&json!({ "slug": "no good" })));

    let path = format!("/v1/products/{slug}");
    let read = seen.call(routes::PRODUCT_READ, 200, get(&path));
    let tag = read.header("etag").to_owned();
    seen.call(routes::PRODUCT_READ, 304, get(&path).header("if-none-match", &tag));
    seen.call(routes::PRODUCT_READ, 404, get("/v1/products/no-such-watch"));
    seen.call(routes::PRODUCT_READ, 422, get(&format!("{path}?currency=BTC")));

    let list = seen.call(routes::PRODUCTS_LIST, 200, get("/v1/products?q=watch&limit=3"));
    assert!(list.items().len() <= 3 && list.body["facets"].is_array());
    seen.call(routes::PRODUCTS_LIST, 403, get("/v1/products?status=draft"));
    seen.call(routes::PRODUCTS_LIST, 422, get("/v1/products?limit=0"));

    let patched = seen.call(routes::PRODUCT_PATCH, 200, patch(&path, &json!({ "name": "Renamed" })));
    assert_eq!(patched.text("/name"), "Renamed");
    seen.call(routes::PRODUCT_PATCH, 404, patch("/v1/products/no-such-watch", &json!({ "name": "x" })));
    seen.call(routes::PRODUCT_PATCH, 422, patch(&path, &json!({ "name": "" })));
    let stale = "\"1-EUR\"";
    seen.call(routes::PRODUCT_PATCH, 412, patch(&path, &json!({ "name": "x" })).header("if-match", stale));
    seen.call(routes::PRODUCT_ARCHIVE, 412, delete(&path).header("if-match", stale));
    seen.call(routes::PRODUCT_ARCHIVE, 204, delete(&path));
    seen.call(routes::PRODUCT_ARCHIVE, 404, delete("/v1/products/no-such-watch"));
}

fn import_and_export(seen: &mut Seen) {
    let slug = unique("imported");
    let import = |body: Vec<u8>| post("/v1/products/import").as_staff().raw("application/x-ndjson", body);
    let lines = format!("{}\n{{}}\n", product(&slug, &[variant(&slug, PRICES)]));
    let report = seen.call(routes::PRODUCTS_IMPORT, 200, import(lines.into()));
    assert_eq!((report.number("/created"), report.number("/failed")), (1, 1));
    seen.call(routes::PRODUCTS_IMPORT, 400, import(b"\xff\xfe".to_vec()));
    seen.call(routes::PRODUCTS_IMPORT, 422, import("{}\n".repeat(501).into()));
    let page = seen.call(routes::PRODUCTS_EXPORT, 200, get("/v1/products/export?limit=5").as_staff());
    assert_eq!(page.header("content-type"), "application/x-ndjson");
    seen.call(routes::PRODUCTS_EXPORT, 422, get("/v1/products/export?limit=0").as_staff());
}

fn taxonomy(seen: &mut Seen) {
    let (slug, inner) = (unique("category"), unique("category"));
    let create = |slug: &str, parent: Option<&str>| {
        let body = json!({ "slug": slug, "name": "Category", "parent_id": parent });
        post("/v1/categories").as_staff().json(&body)
    };
    seen.call(routes::CATEGORY_CREATE, 201, create(&slug, None));
    seen.call(routes::CATEGORY_CREATE, 201, create(&inner, Some(&slug)));
    seen.call(routes::CATEGORY_CREATE, 409, create(&slug, None));
    seen.call(routes::CATEGORY_CREATE, 422, create("no good", None));
    let (path, inner_path) = (format!("/v1/categories/{slug}"), format!("/v1/categories/{inner}"));
    let none = "/v1/categories/no-such-category";
    seen.call(routes::CATEGORIES_LIST, 200, get(&format!("/v1/categories?parent={slug}")));
    seen.call(routes::CATEGORIES_LIST, 422, get("/v1/categories?limit=101"));
    seen.call(routes::CATEGORY_READ, 200, get(&path));
    seen.call(routes::CATEGORY_READ, 404, get(none));
    seen.call(routes::CATEGORY_PATCH, 200, patch(&path, &json!({ "position": 3 })));
    seen.call(routes::CATEGORY_PATCH, 404, patch(none, &json!({ "position": 3 })));
    seen.call(routes::CATEGORY_PATCH, 422, patch(&path, &json!({ "position": -1 })));
    seen.call(routes::CATEGORY_PATCH, 409, patch(&path, &json!({ "parent_id": inner })));
    seen.call(routes::CATEGORY_DELETE, 409, delete(&path));
    seen.call(routes::CATEGORY_DELETE, 204, delete(&inner_path));
    seen.call(routes::CATEGORY_DELETE, 404, delete(none));

    let slug = unique("brand");
    let create = |slug: &str| post("/v1/brands").as_staff().json(&json!({ "slug": slug, "name": "Brand" }));
    seen.call(routes::BRAND_CREATE, 201, create(&slug));
    seen.call(routes::BRAND_CREATE, 409, create(&slug));
    seen.call(routes::BRAND_CREATE, 422, create("no good"));
    let (path, none) = (format!("/v1/brands/{slug}"), "/v1/brands/no-such-brand");
    seen.call(routes::BRANDS_LIST, 200, get("/v1/brands?limit=2"));
    seen.call(routes::BRANDS_LIST, 422, get("/v1/brands?cursor=nonsense"));
    seen.call(routes::BRAND_READ, 200, get(&path));
    seen.call(routes::BRAND_READ, 404, get(none));
    seen.call(routes::BRAND_PATCH, 200, patch(&path, &json!({ "name": "Renamed" })));
    seen.call(routes::BRAND_PATCH, 404, patch(none, &json!({ "name": "Renamed" })));
    seen.call(routes::BRAND_PATCH, 422, patch(&path, &json!({ "name": 1 })));
    seen.call(routes::BRAND_DELETE, 409, delete(&format!("/v1/brands/{}", place().brand)));
    seen.call(routes::BRAND_DELETE, 204, delete(&path));
    seen.call(routes::BRAND_DELETE, 404, delete(none));
}

fn inventory(seen: &mut Seen) {
    let goods = Goods::new(12);
    let path = format!("/v1/inventory/{}", goods.sku);
    let shown = seen.call(routes::INVENTORY_READ, 200, get(&path));
    assert_eq!(shown.body, json!({ "sku": goods.sku, "available": 10, "available_is_capped": true }));
    let level = seen.call(routes::INVENTORY_READ, 200, get(&path).as_staff());
    assert_eq!(level.number("/locations/0/on_hand"), 12);
    seen.call(routes::INVENTORY_READ, 404, get("/v1/inventory/NO-SUCH-SKU"));
    let adjust = |delta: i64| {
        let body = json!({ "location_id": place().location, "delta": delta, "reason": "damaged", "note": "dropped" });
        post(&format!("{path}/adjustments")).as_staff().key(&unique("adjust")).json(&body)
    };
    seen.call(routes::INVENTORY_ADJUST, 201, adjust(-1));
    seen.call(routes::INVENTORY_ADJUST, 409, adjust(-100));
    seen.call(routes::INVENTORY_ADJUST, 422, adjust(0));
    let shards =
        |count: u32| ask("PUT", &format!("{path}/shards")).as_staff().json(&json!({ "shards": count }));
    seen.call(routes::INVENTORY_SPREAD, 200, shards(1));
    seen.call(routes::INVENTORY_SPREAD, 422, shards(17));
    let unknown = ask("PUT", "/v1/inventory/NO-SUCH-SKU/shards").as_staff().json(&json!({ "shards": 2 }));
    seen.call(routes::INVENTORY_SPREAD, 404, unknown);
    seen.call(routes::INVENTORY_LEDGER, 200, get(&format!("{path}/ledger")).as_staff());
    seen.call(routes::INVENTORY_LEDGER, 404, get("/v1/inventory/NO-SUCH-SKU/ledger").as_staff());
    let proof = seen.call(routes::INVENTORY_PROOF, 200, get(&format!("{path}/proof")));
    assert_eq!(proof.number("/claim/chain/length"), 2, "received and damaged");
    assert_eq!(proof.text("/claim/chain/head"), proof.text("/items/1/hash"));
    seen.call(routes::INVENTORY_PROOF, 404, get("/v1/inventory/NO-SUCH-SKU/proof"));
    seen.call(routes::INVENTORY_PROOF, 422, get(&format!("{path}/proof?limit=x")));
    seen.call(routes::INVENTORY_LIST, 200, get("/v1/inventory?low_stock=true").as_staff());
    seen.call(routes::INVENTORY_LIST, 422, get("/v1/inventory?limit=x").as_staff());

    seen.call(routes::LOCATIONS_LIST, 200, get("/v1/locations").as_staff());
    let shed = json!({ "name": "Shed", "country": "NL", "priority": 9 });
    let made = seen.call(routes::LOCATION_CREATE, 201, post("/v1/locations").as_staff().json(&shed));
    let wrong = json!({ "name": "Shed", "country": "Holland", "priority": 9 });
    seen.call(routes::LOCATION_CREATE, 422, post("/v1/locations").as_staff().json(&wrong));
    let path = format!("/v1/locations/{}", made.text("/id"));
    let none = "/v1/locations/loc_00000000-0000-7000-8000-000000000000";
    seen.call(routes::LOCATION_PATCH, 200, patch(&path, &json!({ "priority": 10 })));
    seen.call(routes::LOCATION_PATCH, 404, patch(none, &json!({ "priority": 10 })));
    seen.call(routes::LOCATION_PATCH, 422, patch(&path, &json!({ "priority": 10_001 })));
    seen.call(routes::LOCATION_DELETE, 204, delete(&path));
    seen.call(routes::LOCATION_DELETE, 404, delete(none));
    let full = location(9);
    let body = json!({ "location_id": full, "delta": 1, "reason": "received" });
    let adjustments = format!("/v1/inventory/{}/adjustments", goods.sku);
    seen.call(routes::INVENTORY_ADJUST, 201, post(&adjustments).as_staff().json(&body));
    until("the list has heard of it", || {
        rows("inventory", "select sku from shard_shelves where location_id = ?1", &[&full]).pop()
    });
    seen.call(routes::LOCATION_DELETE, 409, delete(&format!("/v1/locations/{full}")));
}

fn carts(seen: &mut Seen) {
    let goods = Goods::new(9);
    let create = |body| post("/v1/carts").json(&body);
    let made = seen.call(routes::CART_CREATE, 201, create(json!({ "currency": "EUR", "country": "DE" })));
    seen.call(routes::CART_CREATE, 201, post("/v1/carts"));
    seen.call(routes::CART_CREATE, 422, create(json!({ "currency": "BTC" })));
    let basket = Basket::of(&made);
    let stranger = Basket { token: "not-their-token".into(), ..basket.clone() };

    seen.call(routes::CART_LINE_SET, 200, basket.set_line(&goods.sku, 2));
    assert_eq!(
        seen.call(routes::CART_LINE_SET, 404, basket.set_line("NO-SUCH-SKU", 1)).code(),
        "unknown_sku"
    );
    seen.call(routes::CART_LINE_SET, 404, stranger.set_line(&goods.sku, 1));
    seen.call(routes::CART_LINE_SET, 422, basket.set_line(&goods.sku, 100));
    seen.call(routes::CART_READ, 200, basket.read());
    seen.call(routes::CART_READ, 404, stranger.read());
    seen.call(routes::CART_PATCH, 200, basket.change(&json!({ "postal_code": "10115" })));
    seen.call(routes::CART_PATCH, 404, stranger.change(&json!({ "country": "FR" })));
    seen.call(routes::CART_PATCH, 422, basket.change(&json!({ "country": "France" })));
    seen.call(routes::CART_LINE_REMOVE, 200, basket.remove_line(&goods.sku));
    seen.call(routes::CART_LINE_REMOVE, 404, stranger.remove_line(&goods.sku));

    let (claimed, order, _) = awaiting(&[(&goods, 1)]);
    seen.call(routes::CART_LINE_SET, 409, claimed.set_line(&goods.sku, 2));
    order.cancel("c").send().expect(200);

    seen.call(routes::CART_READ_MINE, 200, get("/v1/carts/me").by(Who::Customer));
    let claim = |token: &str| {
        post(&format!("/v1/carts/{}/claim", basket.id)).by(Who::Customer).header("x-cart-token", token)
    };
    seen.call(routes::CART_CLAIM, 404, claim("not-their-token"));
    seen.call(routes::CART_CLAIM, 200, claim(&basket.token));
}

fn orders(seen: &mut Seen) {
    let goods = Goods::new(9);
    let basket = Basket::filled("EUR", "DE", &[(&goods, 2)]);
    let good = basket.order_body("pm_card_visa");
    seen.call(routes::ORDER_PLACE, 400, basket.checkout().json(&good));
    seen.call(routes::ORDER_PLACE, 402, basket.place("declined", "pm_card_chargeDeclined"));
    let mut bad = good.clone();
    bad["email"] = "nobody".into();
    seen.call(routes::ORDER_PLACE, 422, basket.checkout().key("bad").json(&bad));
    let placed = seen.call(routes::ORDER_PLACE, 201, basket.place("good", "pm_card_visa"));
    seen.call(routes::ORDER_PLACE, 409, basket.place("another", "pm_card_visa"));
    let thief = Basket { token: "not-their-token".into(), ..basket };
    seen.call(routes::ORDER_PLACE, 404, thief.place("thief", "pm_card_visa"));

    let order = Placed::of(&placed);
    let stranger = Placed { token: "not-their-token".into(), ..order.clone() };
    let nobody = Placed { id: "ord_00000000-0000-7000-8000-000000000000".into(), ..order.clone() };
    until("the order rests", || {
        let read = order.read().send();
        let again = order.read().header("if-none-match", read.header("etag")).send();
        (again.status == 304).then_some(())
    });
    let tag = seen.call(routes::ORDER_READ, 200, order.read()).header("etag").to_owned();
    seen.call(routes::ORDER_READ, 304, order.read().header("if-none-match", &tag));
    seen.call(routes::ORDER_READ, 404, stranger.read());
    seen.call(routes::ORDER_EVENTS, 200, order.timeline(""));
    seen.call(routes::ORDER_EVENTS, 404, stranger.timeline(""));
    seen.call(routes::ORDER_EVENTS, 422, order.timeline("?wait=21"));
    seen.call(routes::ORDERS_LIST, 200, get("/v1/orders").by(Who::Customer));
    seen.call(routes::ORDERS_LIST, 422, get("/v1/orders?status=lost").as_staff());

    let parcel = seen.call(routes::ORDER_FULFIL, 201, order.fulfil("f1", &[(&goods, 1)]));
    seen.call(routes::ORDER_FULFIL, 404, nobody.fulfil("f1", &[(&goods, 1)]));
    seen.call(routes::ORDER_FULFIL, 409, order.fulfil("f2", &[(&goods, 2)]));
    seen.call(routes::ORDER_FULFIL, 422, order.fulfil("f3", &[]));
    let delivered =
        |id: &str| post(&format!("/v1/orders/{}/fulfillments/{id}/delivered", order.id)).as_staff();
    seen.call(routes::FULFILLMENT_DELIVERED, 201, delivered(parcel.text("/id")));
    seen.call(routes::FULFILLMENT_DELIVERED, 404, delivered("ful_00000000-0000-7000-8000-000000000000"));
    seen.call(routes::ORDER_CANCEL, 409, order.cancel("c"));

    let one = json!({ "lines": pieces(&[(&goods, 1)]) });
    let unkeyed = post(&format!("/v1/orders/{}/refunds", order.id)).as_staff().json(&one);
    seen.call(routes::ORDER_REFUND, 400, unkeyed);
    seen.call(routes::ORDER_REFUND, 201, order.refund("r1", &one));
    seen.call(routes::ORDER_REFUND, 404, nobody.refund("r1", &one));
    seen.call(routes::ORDER_REFUND, 409, order.refund("r2", &json!({ "lines": pieces(&[(&goods, 2)]) })));
    seen.call(routes::ORDER_REFUND, 422, order.refund("r3", &json!({ "lines": [] })));

    let (_, order, _) = bought(&[(&goods, 1)]);
    let unkeyed = post(&format!("/v1/orders/{}/cancel", order.id)).header("x-order-token", &order.token);
    seen.call(routes::ORDER_CANCEL, 400, unkeyed);
    seen.call(routes::ORDER_CANCEL, 404, stranger.cancel("c"));
    seen.call(routes::ORDER_CANCEL, 200, order.cancel("c"));
}

fn payments(seen: &mut Seen) {
    let (_, order, answer) = awaiting(&[(&Goods::new(1), 1)]);
    let none = "/v1/payments/pay_00000000-0000-7000-8000-000000000000";
    seen.call(routes::PAYMENT_CONFIRM, 422, confirm(&answer, "maybe"));
    let guess = json!({ "client_secret": "guess", "outcome": "succeed" });
    seen.call(routes::PAYMENT_CONFIRM, 404, post(&format!("{none}/confirm")).json(&guess));
    seen.call(routes::PAYMENT_CONFIRM, 200, confirm(&answer, "succeed"));
    until("the order is placed", || {
        (order.read().send().expect(200).text("/status") == "placed").then_some(())
    });
    let path = format!("/v1/payments/{}", answer.text("/payment/id"));
    let payment = seen.call(routes::PAYMENT_READ, 200, get(&path).as_staff());
    assert!(!payment.body["attempts"].as_array().unwrap().is_empty());
    seen.call(routes::PAYMENT_READ, 404, get(none).as_staff());

    // The provider tells what is long known: any number of times, and out of turn.
    let news = |status: &str| {
        let intent = json!({
            "object": "payment_intent", "id": payment.body["provider_reference"], "status": status,
            "amount": payment.body["amount"]["amount"], "amount_received": 0, "currency": "eur",
            "metadata": { "payment_id": payment.body["id"] },
        });
        json!({ "id": "evt_1", "type": "payment_intent.updated", "data": { "object": intent } }).to_string()
    };
    for status in ["succeeded", "requires_capture", "canceled"] {
        for _ in 0..2 {
            let body = news(status);
            let signed = webhook("test", &body).header("meridian-signature", &sign(&body));
            seen.call(routes::PAYMENT_WEBHOOK, 200, signed);
        }
    }
    let body = news("canceled");
    seen.call(routes::PAYMENT_WEBHOOK, 400, webhook("test", &body));
    let other = sign("another body");
    seen.call(routes::PAYMENT_WEBHOOK, 400, webhook("test", &body).header("meridian-signature", &other));
    seen.call(routes::PAYMENT_WEBHOOK, 404, webhook("nobody", &body));
    let seen_order = order.read().send().expect(200);
    assert_eq!((seen_order.text("/status"), seen_order.text("/payment_status")), ("placed", "captured"));
}

fn webhook(provider: &str, body: &str) -> Ask {
    post(&format!("/v1/payments/webhooks/{provider}")).raw("application/json", body)
}

/// As the test provider signs, which is as Stripe does.
fn sign(body: &str) -> String {
    let secret = setting("payments", "TEST_WEBHOOK_SECRET");
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

fn notifications(seen: &mut Seen) {
    let (_, order, _) = bought(&[(&Goods::new(1), 1)]);
    let path = format!("/v1/notifications?order_id={}&status=sent", order.id);
    let sent =
        until("the mail is sent", || get(&path).as_staff().send().expect(200).items().first().cloned());
    seen.call(routes::NOTIFICATIONS_LIST, 200, get(&path).as_staff());
    seen.call(routes::NOTIFICATIONS_LIST, 422, get("/v1/notifications?status=lost").as_staff());
    let id = sent["id"].as_str().unwrap();
    let resend = |id: &str| post(&format!("/v1/notifications/{id}/resend")).as_staff();
    let none = "ntf_00000000-0000-7000-8000-000000000000";
    seen.call(routes::NOTIFICATION_RESEND, 200, resend(id));
    seen.call(routes::NOTIFICATION_RESEND, 404, resend(none));
    seen.call(routes::MAILBOX_LIST, 200, get("/dev/mailbox"));
    seen.call(routes::MAILBOX_LIST, 422, get("/dev/mailbox?limit=0"));
    seen.call(routes::MAILBOX_READ, 200, get(&format!("/dev/mailbox/{id}")));
    let page = seen.call(
        routes::MAILBOX_READ,
        200,
        get(&format!("/dev/mailbox/{id}")).header("accept", "text/html"),
    );
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    seen.call(routes::MAILBOX_READ, 404, get(&format!("/dev/mailbox/{none}")));
}

fn operations(seen: &mut Seen) {
    let health = seen.call(routes::HEALTH, 200, get("/health"));
    assert_eq!(health.body, json!({ "status": "ok" }), "never any detail");
    for (route, kind) in
        [(routes::OPENAPI_READ, "application/json"), (routes::DOCS_READ, "text/html; charset=utf-8")]
    {
        let read = seen.call(route, 200, get(route.template));
        assert_eq!(read.header("content-type"), kind);
        seen.call(route, 304, get(route.template).header("if-none-match", read.header("etag")));
    }
    let body = unique("not an envelope");
    enqueue("order-object", "ORDER_EVENTS_DLQ", std::slice::from_ref(&body));
    let letter = until("the dead letter", || {
        rows("telemetry", "select id from dead_letters where body = ?1", &[&body]).pop()
    });
    seen.call(routes::AUDIT_LIST, 200, get("/v1/audit-lines?limit=5").by(Who::Admin));
    seen.call(routes::AUDIT_LIST, 422, get("/v1/audit-lines?user_id=nobody").by(Who::Admin));
    seen.call(routes::DEAD_LETTERS_LIST, 200, get("/v1/dead-letters?queue=order-events").by(Who::Admin));
    seen.call(routes::DEAD_LETTERS_LIST, 422, get("/v1/dead-letters?queue=nonsense").by(Who::Admin));
    let replay = |id: &str| post(&format!("/v1/dead-letters/{id}/replay")).by(Who::Admin);
    seen.call(routes::DEAD_LETTER_REPLAY, 202, replay(letter["id"].as_str().unwrap()));
    seen.call(routes::DEAD_LETTER_REPLAY, 404, replay("dlt_00000000-0000-7000-8000-000000000000"));
}
