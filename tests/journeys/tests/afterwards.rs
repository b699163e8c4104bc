//! After the sale, and on the way back from one: sending in parts, paying back in parts, cancelling at every moment.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use futures::{future::join_all, join};
use journeys::{journey, journey_with_seed};
use kit::{
    Answer, Basket, Chaos, Placed, Plan, Shop, World,
    client::pieces,
    mounts::Inside,
    seed::{DIVER, DRESS, FIELD},
};
use serde_json::json;
use std::sync::Arc;

async fn bought(shop: &Shop<Inside>) -> (Placed, Answer) {
    let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 2), (FIELD.sku, 5)]).await;
    let answer = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
    (basket.order(&answer), answer)
}

async fn level(shop: &Shop<Inside>, sku: &str) -> (i64, i64) {
    let level = shop.get(format!("/v1/inventory/{sku}")).as_staff().send().await.expect(200);
    (level.number("/on_hand"), level.number("/reserved"))
}

#[test]
fn goods_are_sent_in_parts_and_never_more_than_were_bought() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop).await;
        let first = shop.fulfil(&order, "f1", &[(DIVER.sku, 1), (FIELD.sku, 2)]).send().await.expect(201);
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/fulfillment_status"), "partially_fulfilled");
        let again = shop.fulfil(&order, "f1", &[(DIVER.sku, 1), (FIELD.sku, 2)]).send().await.expect(201);
        assert_eq!(again.text("/id"), first.text("/id"));
        shop.fulfil(&order, "f2", &[(DIVER.sku, 2)]).send().await.refused(409, "too_many_pieces");
        shop.fulfil(&order, "f3", &[(DRESS.sku, 1)]).send().await.refused(422, "unknown_line");
        shop.cancel(&order, "c").send().await.refused(409, "already_fulfilled");
        // What was wrong with the request is not kept for its key.
        let last = shop.fulfil(&order, "f3", &[(DIVER.sku, 1), (FIELD.sku, 3)]).send().await.expect(201);
        for fulfillment in [&first, &last] {
            let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, fulfillment.text("/id"));
            shop.post(path).as_staff().send().await;
        }
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/fulfillment_status"), "delivered");
        assert_eq!(read.text("/status"), "completed");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn money_goes_back_in_parts_and_never_more_than_came_in() {
    journey(async |world| {
        let shop = world.client();
        let (order, answer) = bought(&shop).await;
        let total = answer.number("/total/amount");
        let amount =
            |amount: i64| json!({ "amount": { "amount": amount, "currency": "EUR" }, "reason": "late" });
        shop.refund(&order, "r1", &amount(10_000)).send().await.expect(201);
        let again = shop.refund(&order, "r1", &amount(10_000)).send().await.expect(201);
        assert!(again.is_replayed());
        let lines = json!({ "lines": pieces(&[(FIELD.sku, 2)]), "restock": true });
        let of_lines = shop.refund(&order, "r2", &lines).send().await.expect(201);
        assert_eq!(of_lines.number("/amount/amount"), 2 * FIELD.prices[0]);
        assert_eq!(level(&shop, FIELD.sku).await.0, 200 - 5 + 2);
        shop.refund(&order, "r3", &amount(total)).send().await.refused(409, "refund_exceeds_captured");
        let rest = shop.refund(&order, "r4", &json!({})).send().await.expect(201);
        assert_eq!(rest.number("/amount/amount"), total - 10_000 - 2 * FIELD.prices[0]);
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/payment_status"), "refunded");
        assert_eq!(read.number("/refunded_total/amount"), total);
        shop.refund(&order, "r5", &amount(1)).send().await.refused(409, "nothing_to_refund");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

/// juspay/hyperswitch#13182: two refunds of $60 on a payment of $100 both succeeded.
#[test]
fn refunds_that_race_never_give_back_more_than_came_in() {
    for seed in 0..10 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let (order, answer) = bought(&shop).await;
            let total = answer.number("/total/amount");
            let part = total * 6 / 10;
            world.unleash(Chaos::ROUGH);
            let body = json!({ "amount": { "amount": part, "currency": "EUR" } });
            let asks = (0..5).map(|number| shop.refund(&order, &format!("r{number}"), &body).send());
            let answers = join_all(asks).await;
            let paid = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(paid, 1, "{answers:?}");
            let rest = shop.refund(&order, "rest", &json!({})).send().await.expect(201);
            assert_eq!(rest.number("/amount/amount"), total - part);
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

#[test]
fn a_cancelled_order_gives_everything_back() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop).await;
        assert_eq!(level(&shop, DIVER.sku).await, (33, 0));
        let answer = shop.cancel(&order, "c").send().await.expect(200);
        assert_eq!(answer.text("/status"), "cancelled");
        world.settle().await;
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/payment_status"), "refunded");
        assert_eq!(level(&shop, DIVER.sku).await, (35, 0));
        assert_eq!(level(&shop, FIELD.sku).await, (200, 0));
        let again = shop.cancel(&order, "c").send().await.expect(200);
        assert!(again.is_replayed());
        shop.cancel(&order, "another key").send().await.expect(200);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn what_was_paid_back_before_is_not_paid_back_again_by_a_cancellation() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop).await;
        let kept = json!({ "lines": pieces(&[(FIELD.sku, 1)]), "restock": false });
        shop.refund(&order, "r1", &kept).send().await.expect(201);
        let back = json!({ "lines": pieces(&[(FIELD.sku, 1)]), "restock": true });
        shop.refund(&order, "r2", &back).send().await.expect(201);
        shop.cancel(&order, "c").send().await.expect(200);
        world.at_rest().await;
        // One piece was paid back without coming back.
        assert_eq!(level(&shop, FIELD.sku).await, (199, 0));
        world.assert_books_balance().await;
    });
}

/// Places an order while one of its calls takes four seconds, and cancels it after one.
async fn cancelled_during(world: &Arc<World>, slow: &str, method: &str) -> (Basket, Answer, Answer) {
    let shop = world.client();
    let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 2)]).await;
    world.calls.begin();
    world.calls.plan(Plan::Slow { what: slow.to_owned(), ms: 4_000 });
    let (placed, cancelled) = join!(shop.place(&basket, "k", method).send(), async {
        world.advance(1_000).await;
        let id = world.names_of("OrderObject").remove(0);
        let staff = Placed { id, token: String::new(), who: kit::Who::Staff };
        shop.cancel(&staff, "c").send().await
    });
    world.calls.end();
    world.at_rest().await;
    world.assert_books_balance().await;
    (basket, placed, cancelled)
}

#[test]
fn a_cancel_during_any_step_of_a_checkout_undoes_it() {
    for slow in [
        "order → CART",
        "order → CATALOG",
        "order → STOCK",
        "payments → d1",
        "order → PAYMENTS /internal/payments/authorise",
        "order → PAYMENTS /internal/payments/capture",
    ] {
        journey(async |world| {
            let (basket, placed, cancelled) = cancelled_during(&world, slow, "pm_card_visa").await;
            // With every call of payments so slow it takes longer than anybody waits.
            assert!(matches!(cancelled.status, 200 | 202), "{slow}: {cancelled:?}");
            let read =
                world.client().read_order(&basket.order(&cancelled)).as_staff().send().await.expect(200);
            assert_eq!(read.text("/status"), "cancelled", "{slow}");
            assert!(matches!(placed.status, 200..=299 | 409), "{slow}: {placed:?}");
            let shop = world.client();
            assert_eq!(level(&shop, DRESS.sku).await, (3, 0), "{slow}");
            // The cart is the shopper's again, unless it was paid before it was cancelled.
            let cart = shop.read_cart(&basket).send().await.expect(200);
            let mut basket = basket.clone();
            shop.put(&mut basket, DRESS.sku, 1).await;
            assert!(cart.status == 200, "{slow}");
        });
    }
}

#[test]
fn a_cancel_during_a_decline_finds_an_order_that_has_failed() {
    journey(async |world| {
        let slow = "order → PAYMENTS /internal/payments/authorise";
        let (_, placed, cancelled) = cancelled_during(&world, slow, "pm_card_chargeDeclined").await;
        let is_cancelled = placed.status == 201 && placed.text("/status") == "cancelled";
        assert!(is_cancelled || placed.code() == "payment_declined", "{placed:?}");
        assert!(matches!(cancelled.status, 200 | 409), "{cancelled:?}");
    });
}

#[test]
fn a_waiting_order_can_be_cancelled_and_cannot_be_paid_any_more() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 2)]).await;
        let answer = shop.place(&basket, "k", "pm_card_authenticationRequired").send().await.expect(201);
        let order = basket.order(&answer);
        let cancelled = shop.cancel(&order, "c").send().await.expect(200);
        assert_eq!(cancelled.text("/status"), "cancelled");
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        let late = shop.confirm(payment, secret, "succeed").send().await;
        assert_eq!(late.status, 409, "{late:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_cancel_may_race_the_confirmation() {
    for seed in 0..30 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 2)]).await;
            let answer = shop.place(&basket, "k", "pm_card_authenticationRequired").send().await.expect(201);
            let order = basket.order(&answer);
            let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
            world.unleash(Chaos::ROUGH);
            let confirm = shop.confirm(payment, secret, "succeed");
            let (cancelled, _) = join!(shop.cancel(&order, "c").send(), confirm.send());
            assert_eq!(cancelled.status, 200, "seed {seed}: {cancelled:?}");
            world.at_rest().await;
            let read = shop.read_order(&order).send().await.expect(200);
            assert_eq!(read.text("/status"), "cancelled", "seed {seed}");
            world.assert_books_balance().await;
        });
    }
}
