//! The audit of the audit: books that were tampered with do not balance. Without this, balance would prove nothing.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use journeys::journey;
use kit::seed::{DIVER, FIELD};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// A shop that has sold, refunded, sent and refused something, after `tamper` has run on the database behind `script`.
fn balances_after(script: &str, tamper: &'static str) -> bool {
    let tampered_rows = Cell::new(0);
    let audit = AssertUnwindSafe(|| {
        journey(async |world| {
            let shop = world.client();
            let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (FIELD.sku, 2)]).await;
            let order = basket.order(&shop.place(&basket, "k", "pm_card_visa").send().await.expect(201));
            shop.fulfil(&order, "f", &[(FIELD.sku, 1)]).send().await.expect(201);
            let some = serde_json::json!({ "amount": { "amount": 500, "currency": "EUR" } });
            shop.refund(&order, "r", &some).send().await.expect(201);
            let other = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
            shop.place(&other, "k", "pm_card_chargeDeclined").send().await.expect(402);
            world.at_rest().await;
            if !tamper.is_empty() {
                let rows = match script.split_once(' ') {
                    Some((class, "order")) => world.rows_of(class, &order.id).unwrap(),
                    Some((class, "cart")) => world.rows_of(class, &basket.id).unwrap(),
                    Some((class, name)) => world.rows_of(class, name).unwrap(),
                    None => world.database(script),
                };
                let results = rows.transact(&[platform::sql(tamper)]).unwrap();
                tampered_rows.set(results[0].changes);
                world.evict_all();
            }
            world.assert_books_balance().await;
        });
    });
    let balances = catch_unwind(audit).is_ok();
    assert!(tampered_rows.get() > 0 || tamper.is_empty(), "{tamper} changed nothing");
    balances
}

#[test]
fn honest_books_balance() {
    assert!(balances_after("meridian-payments", ""));
}

#[test]
fn books_that_were_tampered_with_do_not() {
    for (script, tamper) in [
        ("meridian-payments", "update payments set captured = captured - 1 where captured > 0"),
        ("meridian-payments", "update payments set refunded = refunded + 1 where captured > 0"),
        ("meridian-payments", "update payments set held = 1"),
        ("meridian-payments", "update payments set status = 'authorized'"),
        ("meridian-payments", "update test_intents set captured = captured - 1 where captured > 0"),
        ("meridian-payments", "update test_refunds set amount = amount + 1"),
        ("meridian-payments", "update test_intents set status = 'requires_capture'"),
        ("meridian-notifications", "delete from mailbox where key = (select min(key) from mailbox)"),
        ("meridian-notifications", "delete from notifications where template = 'order_confirmed'"),
        ("meridian-notifications", "update notifications set template = 'order_confirmed'"),
        ("meridian-orders", "delete from orders where status = 'placed'"),
        ("meridian-orders", "update orders set status = 'pending'"),
        ("meridian-inventory", "update stock set on_hand = on_hand + 1"),
        ("meridian-catalog", "update stock_hints set available = 7"),
        ("OrderObject order", "update state set data = replace(data, '\"quantity\":2', '\"quantity\":1')"),
        (
            "StockObject FIELD-38-OLV",
            "update events set data = replace(data, '\"on_hand_delta\":-2', '\"on_hand_delta\":-1')",
        ),
        ("StockObject FIELD-38-OLV", "update state set data = replace(data, '\"open\":0', '\"open\":1')"),
    ] {
        assert!(!balances_after(script, tamper), "nobody noticed {tamper} in {script}");
    }
}
