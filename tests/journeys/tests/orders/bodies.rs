//! Bad input: refused with a pointer to the field, and nothing changes.

use serde_json::{Value, json};

use super::*;
use journeys::journey;
use kit::{client::order_body, seed::FIELD};

#[test]
fn a_malformed_order_names_the_field_and_places_nothing() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let good = order_body(&basket, "pm_card_visa");
        let cases: &[(&str, Value, &str)] = &[
            ("/cart_version", json!(-1), "/cart_version"),
            ("/cart_version", json!("3"), "/cart_version"),
            (
                "/expected_total",
                json!({ "amount": 9_007_199_254_740_992_i64, "currency": "EUR" }),
                "/expected_total",
            ),
            ("/expected_total", json!({ "amount": 1.5, "currency": "EUR" }), "/expected_total/amount"),
            ("/expected_total", json!({ "amount": 1, "currency": "BTC" }), "/expected_total/currency"),
            ("/email", json!("nobody"), "/email"),
            ("/payment_method", json!(""), "/payment_method"),
            ("/shipping_address/country", json!("Germany"), "/shipping_address/country"),
            ("/shipping_address/country", json!("AQ"), "/shipping_address/country"),
            ("/shipping_address/country", json!("US"), "/shipping_address/region"),
            ("/shipping_address/name", json!(""), "/shipping_address/name"),
        ];
        for (at, value, pointer) in cases {
            let mut body = good.clone();
            *body.pointer_mut(at).unwrap() = value.clone();
            let asked =
                shop.post("/v1/orders").key("k").header("x-cart-token", basket.token.clone()).json(&body);
            let refused = asked.send().await.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), *pointer, "{at} {value}: {refused:?}");
        }
        let mut extra = good.clone();
        extra["coupon"] = "FREE".into();
        let asked =
            shop.post("/v1/orders").key("k").header("x-cart-token", basket.token.clone()).json(&extra);
        asked.send().await.refused(422, "validation_failed");
        let asked = shop.post("/v1/orders").header("x-cart-token", basket.token.clone()).json(&good);
        asked.send().await.refused(400, "idempotency_key_required");
        for (body, status, code) in
            [("{", 400, "malformed_body"), ("[]", 422, "validation_failed"), ("\u{0}", 400, "malformed_body")]
        {
            let asked = shop.post("/v1/orders").key("k").raw("application/json", body.to_owned());
            asked.send().await.refused(status, code);
        }
        assert!(world.orders().await.is_empty());
        // Nothing was kept for the key either.
        let placed = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert!(!placed.is_replayed());
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn malformed_work_on_an_order_changes_nothing() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop, "k", &[(FIELD.sku, 2)]).await;
        let parcel = |lines: Value| json!({ "lines": lines, "carrier": "DHL", "tracking_number": "1" });
        let sent = format!("/v1/orders/{}/fulfillments", order.id);
        for (body, pointer) in [
            (parcel(json!([])), "/lines"),
            (
                parcel(json!([{ "sku": FIELD.sku, "quantity": 1 }, { "sku": FIELD.sku, "quantity": 1 }])),
                "/lines",
            ),
            (parcel(json!([{ "sku": FIELD.sku, "quantity": 0 }])), "/lines/0/quantity"),
            (parcel(json!([{ "sku": FIELD.sku, "quantity": -1 }])), "/lines/0/quantity"),
            (parcel(json!([{ "sku": "no such sku", "quantity": 1 }])), "/lines/0/sku"),
        ] {
            let refused =
                shop.post(&sent).as_staff().json(&body).send().await.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), pointer, "{refused:?}");
        }
        let unknown = parcel(json!([{ "sku": "OTHER", "quantity": 1 }]));
        shop.post(&sent).as_staff().json(&unknown).send().await.refused(422, "unknown_line");

        for (body, pointer) in [
            (json!({ "amount": { "amount": 0, "currency": "EUR" } }), "/amount/amount"),
            (json!({ "amount": { "amount": 1, "currency": "EUR" }, "restock": true }), "/restock"),
            (json!({ "lines": [] }), "/lines"),
        ] {
            let refused = shop.refund(&order, "r", &body).send().await.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), pointer, "{refused:?}");
        }
        let dollars = json!({ "amount": { "amount": 1, "currency": "USD" } });
        shop.refund(&order, "r", &dollars).send().await.refused(409, "refund_exceeds_captured");
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!((seen.body["fulfillments"].clone(), seen.body["refunds"].clone()), (json!([]), json!([])));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
