//! After the sale: parcels, refunds and cancellations over HTTP.

use serde_json::json;

use super::*;
use journeys::journey;
use kit::{
    client::pieces,
    seed::{DIVER, DRESS, FIELD},
};

#[test]
fn parcels_add_up_and_complete_the_order() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop, "k", &[(FIELD.sku, 2), (DIVER.sku, 1)]).await;
        let first = shop.fulfil(&order, "f1", &[(FIELD.sku, 1)]).send().await.expect(201);
        assert_eq!(first.text("/carrier"), "DHL");
        let again = shop.fulfil(&order, "f1", &[(FIELD.sku, 1)]).send().await.expect(201);
        assert!(again.is_replayed());
        assert_eq!(again.body, first.body);
        let too_many =
            shop.fulfil(&order, "f2", &[(FIELD.sku, 2)]).send().await.refused(409, "too_many_pieces");
        assert_eq!((too_many.text("/sku"), too_many.number("/left")), (FIELD.sku, 1));
        shop.cancel(&order, "c").send().await.refused(409, "already_fulfilled");
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!(seen.text("/fulfillment_status"), "partially_fulfilled");

        let second = shop.fulfil(&order, "f3", &[(FIELD.sku, 1), (DIVER.sku, 1)]).send().await.expect(201);
        for parcel in [&first, &second] {
            let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, parcel.text("/id"));
            for _ in 0..2 {
                let delivered = shop.post(&path).as_staff().send().await.expect(201);
                assert!(!delivered.text("/delivered_at").is_empty());
            }
        }
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!((seen.text("/status"), seen.text("/fulfillment_status")), ("completed", "delivered"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn refunds_share_out_what_was_paid_and_never_more() {
    journey(async |world| {
        let shop = world.client();
        let (order, answer) = bought(&shop, "k", &[(DRESS.sku, 3)]).await;
        let total = answer.number("/total/amount");
        let by_line = json!({ "lines": pieces(&[(DRESS.sku, 1)]), "reason": "too small", "restock": true });
        let first = shop.refund(&order, "r1", &by_line).send().await.expect(201);
        assert_eq!((first.text("/status"), first.number("/amount/amount")), ("succeeded", DRESS.prices[0]));
        let again = shop.refund(&order, "r1", &by_line).send().await.expect(201);
        assert!(again.is_replayed());
        shop.refund(&order, "r1", &json!({})).send().await.refused(422, "idempotency_key_reused");

        let too_much = json!({ "amount": { "amount": total, "currency": "EUR" } });
        let refused =
            shop.refund(&order, "r2", &too_much).send().await.refused(409, "refund_exceeds_captured");
        assert_eq!(refused.number("/refundable/amount"), total - DRESS.prices[0]);
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!(seen.text("/payment_status"), "partially_refunded");

        shop.refund(&order, "r3", &json!({ "restock": true })).send().await.expect(201);
        shop.refund(&order, "r4", &json!({})).send().await.refused(409, "nothing_to_refund");
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!(seen.text("/payment_status"), "refunded");
        assert_eq!(seen.number("/refunded_total/amount"), total);
        world.at_rest().await;
        world.assert_books_balance().await;
        let stock = shop.get(format!("/v1/inventory/{}", DRESS.sku)).as_staff().send().await.expect(200);
        assert_eq!(stock.number("/available"), 3, "all of them are back");
    });
}

#[test]
fn two_refunds_at_once_are_one_after_the_other() {
    // juspay/hyperswitch#13182
    journey(async |world| {
        let shop = world.client();
        let (order, answer) = bought(&shop, "k", &[(DIVER.sku, 1)]).await;
        let most = answer.number("/total/amount") * 6 / 10;
        let body = json!({ "amount": { "amount": most, "currency": "EUR" } });
        let (one, two) =
            futures::join!(shop.refund(&order, "a", &body).send(), shop.refund(&order, "b", &body).send());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_cancelled_sale_gives_everything_back() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop, "k", &[(FIELD.sku, 2), (DIVER.sku, 1)]).await;
        let first = shop.cancel(&order, "c").send().await.expect(200);
        assert_eq!((first.text("/status"), first.text("/payment_status")), ("cancelled", "refunded"));
        assert_eq!(first.text("/cancel_reason"), "changed my mind");
        let again = shop.cancel(&order, "c").send().await.expect(200);
        assert!(again.is_replayed());
        assert_eq!(again.body, first.body);
        // Another key finds it cancelled already.
        assert_eq!(shop.cancel(&order, "c2").send().await.expect(200).text("/status"), "cancelled");
        shop.fulfil(&order, "f", &[(FIELD.sku, 1)]).send().await.refused(409, "order_not_placed");
        world.at_rest().await;
        world.assert_books_balance().await;
        let stock = shop.get(format!("/v1/inventory/{}", FIELD.sku)).as_staff().send().await.expect(200);
        assert_eq!(stock.number("/on_hand"), FIELD.stock.iter().sum::<i64>());
    });
}

#[test]
fn a_shopper_who_gives_up_waiting_has_their_cart_again() {
    journey(async |world| {
        let shop = world.client();
        let (basket, order, _) = awaiting(&shop, "k", &[(FIELD.sku, 1)]).await;
        let answer = shop.cancel(&order, "c").send().await.expect(200);
        assert_eq!((answer.text("/status"), answer.text("/payment_status")), ("cancelled", "voided"));
        shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_that_failed_is_not_cancelled() {
    journey(async |world| {
        let shop = world.client();
        let (_, order, answer) = awaiting(&shop, "k", &[(FIELD.sku, 1)]).await;
        let secret = answer.text("/payment/client_secret");
        shop.confirm(answer.text("/payment/id"), secret, "fail").send().await;
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!((seen.text("/status"), seen.text("/failure_code")), ("failed", "payment_declined"));
        shop.cancel(&order, "c").send().await.refused(409, "order_failed");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn nobody_pays_after_the_deadline() {
    journey(async |world| {
        let shop = world.client();
        let (_, order, answer) = awaiting(&shop, "k", &[(FIELD.sku, 1)]).await;
        world.advance(16 * 60_000).await;
        world.settle().await;
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!((seen.text("/status"), seen.text("/failure_code")), ("failed", "payment_expired"));
        assert_eq!(seen.text("/payment_status"), "voided");
        let secret = answer.text("/payment/client_secret");
        let late = shop.confirm(answer.text("/payment/id"), secret, "succeed").send().await;
        assert!(late.status >= 400, "{late:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
