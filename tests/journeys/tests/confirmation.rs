//! Payments that wait for the shopper: confirmed, refused, forgotten, and all of these at the same moment.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use futures::join;
use journeys::{journey, journey_with_seed};
use kit::{
    Answer, Basket, Chaos, Shop, World,
    mounts::{Inside, TEST_WEBHOOK_SECRET},
    seed::DRESS,
};
use serde_json::json;

const DEADLINE_MS: u64 = 15 * 60_000;

async fn place_and_wait(shop: &Shop<Inside>) -> (Basket, Answer) {
    let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 2)]).await;
    let answer = shop.place(&basket, "k", "pm_card_authenticationRequired").send().await.expect(201);
    assert_eq!(answer.text("/status"), "awaiting_payment");
    assert_eq!(answer.text("/payment_status"), "requires_action");
    (basket, answer)
}

fn confirm(shop: &Shop<Inside>, answer: &Answer, outcome: &str) -> kit::client::Ask<Inside> {
    shop.confirm(answer.text("/payment/id"), answer.text("/payment/client_secret"), outcome)
}

/// What the provider says of the one payment there is, over its webhook.
async fn webhook(world: &World, shop: &Shop<Inside>, status: &str) -> Answer {
    let database = world.database("meridian-payments");
    let intents = database
        .transact(&[platform::sql("select id, payment_id, amount from test_intents")])
        .unwrap()
        .remove(0)
        .rows::<serde_json::Value>()
        .unwrap();
    let body = json!({
        "type": format!("payment_intent.{status}"),
        "data": { "object": {
            "object": "payment_intent",
            "id": intents[0]["id"],
            "status": status,
            "currency": "eur",
            "amount_received": 0,
            "metadata": { "payment_id": intents[0]["payment_id"] },
        } },
    })
    .to_string();
    let signature = payments::sign(body.as_bytes(), TEST_WEBHOOK_SECRET, world.now());
    shop.post("/v1/payments/webhooks/test")
        .header(payments::SIGNATURE_HEADER, signature)
        .raw("application/json", body)
        .send()
        .await
}

#[test]
fn the_shopper_confirms_and_the_order_is_placed() {
    journey(async |world| {
        let shop = world.client();
        let (basket, answer) = place_and_wait(&shop).await;
        let order = basket.order(&answer);
        // While it waits, the cart is held and the goods are set aside.
        let held = shop.set_line(&basket, DRESS.sku, 1).send().await.refused(409, "checkout_in_progress");
        assert_eq!(held.text("/order_id"), order.id);
        let level = shop.get(format!("/v1/inventory/{}", DRESS.sku)).as_staff().send().await;
        assert_eq!((level.number("/on_hand"), level.number("/reserved")), (3, 2));

        confirm(&shop, &answer, "succeed").send().await.expect(200);
        // Nobody waits for a queue: looking at the order asks payments first.
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/status"), "placed");
        assert_eq!(read.body["payment"].get("client_secret"), None);
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn the_queue_brings_the_news_to_a_shopper_who_does_not_look() {
    journey(async |world| {
        let shop = world.client();
        let (basket, answer) = place_and_wait(&shop).await;
        let order = basket.order(&answer);
        let wait = shop.timeline(&order, "?after=100&wait=20");
        let (events, confirmed) = join!(wait.send(), confirm(&shop, &answer, "succeed").send());
        confirmed.expect(200);
        events.expect(200);
        world.settle().await;
        let orders = world.orders().await;
        assert!(orders[0].sale().is_some());
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn the_shopper_fails_to_confirm_and_everything_goes_back() {
    journey(async |world| {
        let shop = world.client();
        let (basket, answer) = place_and_wait(&shop).await;
        let order = basket.order(&answer);
        confirm(&shop, &answer, "fail").send().await;
        world.settle().await;
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/status"), "failed");
        let mut basket = basket;
        shop.put(&mut basket, DRESS.sku, 1).await;
        shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn who_does_not_confirm_in_time_has_not_bought() {
    journey(async |world| {
        let shop = world.client();
        let (basket, answer) = place_and_wait(&shop).await;
        let order = basket.order(&answer);
        world.advance(DEADLINE_MS - 10_000).await;
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/status"), "awaiting_payment");
        world.advance(20_000).await;
        let read = shop.read_order(&order).send().await.expect(200);
        assert_eq!(read.text("/status"), "failed");
        assert_eq!(read.text("/failure_code"), "payment_expired");
        // Too late: there is nothing to confirm any more.
        let late = confirm(&shop, &answer, "succeed").send().await;
        assert_eq!(late.status, 409, "{late:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_late_webhook_changes_nothing_and_is_answered_200() {
    for status in ["requires_capture", "succeeded", "canceled", "requires_action", "processing"] {
        journey(async |world| {
            let shop = world.client();
            let (basket, answer) = place_and_wait(&shop).await;
            world.advance(DEADLINE_MS + 60_000).await;
            webhook(&world, &shop, status).await.expect(200);
            webhook(&world, &shop, status).await.expect(200);
            world.settle().await;
            let read = shop.read_order(&basket.order(&answer)).send().await.expect(200);
            assert_eq!(read.text("/status"), "failed", "{status}");
            world.at_rest().await;
            if status != "succeeded" {
                // A provider that says "captured" of what it cancelled is believed, and no books can be right then.
                world.assert_books_balance().await;
            }
        });
    }
}

#[test]
fn webhook_and_confirmation_at_once_sell_once() {
    for seed in 0..20 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let (_, answer) = place_and_wait(&shop).await;
            world.unleash(Chaos::ROUGH);
            let (confirmed, heard, heard_again) = join!(
                confirm(&shop, &answer, "succeed").send(),
                webhook(&world, &shop, "requires_action"),
                webhook(&world, &shop, "requires_action"),
            );
            confirmed.expect(200);
            heard.expect(200);
            heard_again.expect(200);
            webhook(&world, &shop, "requires_capture").await.expect(200);
            world.at_rest().await;
            assert!(world.orders().await[0].sale().is_some());
            world.assert_books_balance().await;
        });
    }
}

#[test]
fn the_deadline_may_race_the_confirmation() {
    let mut sold = 0;
    for seed in 0..60 {
        sold += journey_with_seed(seed, async |world| {
            let shop = world.client();
            let (_, answer) = place_and_wait(&shop).await;
            world.unleash(Chaos {
                jitter: true,
                duplicates: seed % 2 == 0,
                disorder: true,
                ..Chaos::default()
            });
            world.advance(DEADLINE_MS - 150 + 5 * seed).await;
            let confirmed = confirm(&shop, &answer, "succeed").send().await;
            world.at_rest().await;
            world.assert_books_balance().await;
            let is_sold = world.orders().await[0].sale().is_some();
            // Who was in time may still be too late: the provider cancels what it has just authorised.
            assert!(confirmed.status == 200 || !is_sold, "seed {seed}: {confirmed:?}");
            u32::from(is_sold)
        });
    }
    assert!((1..60).contains(&sold), "it was no race: {sold}");
}
