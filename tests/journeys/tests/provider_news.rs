//! What the payment provider says on its own, and the order that hears of it: late, early, twice, or instead of the shopper.
#![allow(clippy::arithmetic_side_effects, clippy::panic, clippy::unwrap_used)]

use serde_json::{Value, json};
use std::sync::Arc;

use domain::time::MINUTE_MS;
use journeys::journey;
use kit::{
    Answer, Chaos, Placed, Shop, World,
    mounts::{Inside, TEST_WEBHOOK_SECRET},
    seed::FIELD,
};
use platform::sql;

type Client = Shop<Inside>;

/// An order that waits for its shopper.
async fn waiting(shop: &Client) -> (Placed, Answer) {
    let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 2)]).await;
    let answer = shop.place(&basket, "buy", "pm_card_authenticationRequired").send().await.expect(201);
    assert_eq!(answer.text("/status"), "awaiting_payment");
    (Client::placed(&basket, &answer), answer)
}

/// Does something on the provider's side alone, and answers the webhook that it sends about it.
fn at_the_provider(world: &World, payment: &str, status: &str) -> Value {
    let database = world.database("meridian-payments");
    let update = "update test_intents set status = ?2, captured = case ?2 when 'succeeded' then amount else 0 end \
                  where payment_id = ?1 and status <> 'canceled' returning id";
    database.transact(&[sql(update).bind(payment).bind(status)]).unwrap();
    let read =
        sql("select id, status, amount, captured from test_intents where payment_id = ?1").bind(payment);
    let intent: Vec<Value> = database.transact(&[read]).unwrap().remove(0).rows().unwrap();
    let intent = intent.into_iter().next().unwrap();
    news(payment, status, &intent)
}

fn news(payment: &str, status: &str, intent: &Value) -> Value {
    json!({ "id": "evt_1", "type": "payment_intent.updated", "data": { "object": {
        "object": "payment_intent", "id": intent["id"], "status": status, "currency": "eur",
        "amount": intent["amount"], "amount_received": intent["captured"],
        "last_payment_error": { "decline_code": "generic_decline" }, "metadata": { "payment_id": payment },
    } } })
}

async fn tell(world: &World, shop: &Client, body: &Value) {
    let body = body.to_string();
    let signature = payments::sign(body.as_bytes(), TEST_WEBHOOK_SECRET, world.now());
    shop.post("/v1/payments/webhooks/test")
        .header(payments::SIGNATURE_HEADER, signature)
        .raw("application/json", body)
        .send()
        .await
        .expect(200);
}

async fn ends(world: &World, shop: &Client, order: &Placed, status: &str, payment_status: &str) {
    world.at_rest().await;
    let seen = shop.read_order(order).send().await.expect(200);
    assert_eq!((seen.text("/status"), seen.text("/payment_status")), (status, payment_status), "{seen:?}");
    world.assert_books_balance().await;
}

#[test]
fn a_webhook_completes_the_order_when_the_shopper_does_not_come_back() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let (order, answer) = waiting(&shop).await;
        let body = at_the_provider(&world, answer.text("/payment/id"), "requires_capture");
        tell(&world, &shop, &body).await;
        ends(&world, &shop, &order, "placed", "captured").await;
    });
}

/// saleor#12652, Pinelab#620: the shopper and three webhooks at the same instant, and it is paid once.
#[test]
fn the_shopper_and_the_provider_may_tell_it_at_once() {
    journey(async |world: Arc<World>| {
        world.unleash(Chaos::ROUGH);
        let shop = world.client();
        let (order, answer) = waiting(&shop).await;
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        let body = at_the_provider(&world, payment, "requires_capture");
        let confirm = async { shop.confirm(payment, secret, "succeed").send().await.expect(200) };
        let webhooks = async { tell(&world, &shop, &body).await };
        let again = async { tell(&world, &shop, &body).await };
        futures::join!(confirm, webhooks, again);
        ends(&world, &shop, &order, "placed", "captured").await;
    });
}

/// medusa#13301, saleor#14733: money that turns up for an order that has ended is given back, and the order stays ended.
#[test]
fn a_late_webhook_finds_the_order_ended_and_the_money_goes_back() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let (order, answer) = waiting(&shop).await;
        let payment = answer.text("/payment/id").to_owned();
        world.advance(20 * MINUTE_MS).await;
        ends(&world, &shop, &order, "failed", "voided").await;
        for status in ["requires_capture", "canceled", "requires_action", "requires_payment_method"] {
            let intent = json!({ "id": world_intent(&world, &payment), "amount": 1, "captured": 0 });
            tell(&world, &shop, &news(&payment, status, &intent)).await;
        }
        ends(&world, &shop, &order, "failed", "voided").await;
    });
}

fn world_intent(world: &World, payment: &str) -> String {
    let read = sql("select id from test_intents where payment_id = ?1").bind(payment);
    let rows: Vec<Value> =
        world.database("meridian-payments").transact(&[read]).unwrap().remove(0).rows().unwrap();
    rows.first().unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_hold_that_the_provider_lets_go_ends_the_order() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let (order, answer) = waiting(&shop).await;
        let body = at_the_provider(&world, answer.text("/payment/id"), "canceled");
        tell(&world, &shop, &body).await;
        ends(&world, &shop, &order, "failed", "voided").await;
    });
}

#[test]
fn a_stranger_cannot_speak_for_the_provider() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let (order, answer) = waiting(&shop).await;
        let body = at_the_provider(&world, answer.text("/payment/id"), "requires_capture").to_string();
        let forged = payments::sign(body.as_bytes(), "not the secret of the webhook endpoint", world.now());
        for signature in [forged.as_str(), "", "t=1,v1=00"] {
            shop.post("/v1/payments/webhooks/test")
                .header(payments::SIGNATURE_HEADER, signature)
                .raw("application/json", body.clone())
                .send()
                .await
                .refused(400, "webhook_signature_invalid");
        }
        let seen = shop.timeline(&order, "").send().await.expect(200);
        assert!(!seen.body.to_string().contains("captured"), "{seen:?}");
    });
}

#[test]
fn a_refund_that_the_provider_settles_later_reaches_the_order() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 2)]).await;
        let answer = shop.place(&basket, "buy", "pm_card_pendingRefund").send().await.expect(201);
        let order = Client::placed(&basket, &answer);
        let some =
            json!({ "amount": { "amount": 1_000, "currency": "EUR" }, "reason": "late", "restock": false });
        let asked = shop.refund(&order, "some", &some).send().await.expect(201);
        assert_eq!(asked.text("/status"), "pending", "{asked:?}");
        ends(&world, &shop, &order, "placed", "partially_refunded").await;
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!(seen.text("/refunds/0/status"), "succeeded", "{seen:?}");
    });
}
