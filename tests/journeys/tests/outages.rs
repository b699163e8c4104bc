//! Every journey again, with every single call that leaves a Worker or an object failing before and after it took effect, arriving late,
//! or being the last thing that its caller ever did. Whoever asks again with the same key is answered as if nothing had happened.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use futures::future::join_all;
use journeys::{persist, survives};
use kit::{
    Answer, Basket, Placed, World,
    client::pieces,
    seed::{DIVER, DRESS, FIELD, LAST},
    token::user,
};
use serde_json::json;
use std::sync::Arc;

const DEADLINE_MS: u64 = 15 * 60_000;

async fn basket(world: Arc<World>) -> Basket {
    world.client().filled_cart("EUR", "DE", &[(DIVER.sku, 1), (DRESS.sku, 3)]).await
}

async fn order(world: Arc<World>) -> Placed {
    let shop = world.client();
    let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (FIELD.sku, 3)]).await;
    basket.order(&shop.place(&basket, "k", "pm_card_visa").send().await.expect(201))
}

/// An order that waits for its shopper.
async fn waiting(world: &Arc<World>, basket: &Basket) -> (Placed, Answer) {
    let shop = world.client();
    let ask = || shop.place(basket, "k", "pm_card_authenticationRequired");
    let answer = persist(world, ask).await.expect(201);
    assert_eq!(answer.text("/status"), "awaiting_payment");
    (basket.order(&answer), answer)
}

async fn status(world: &Arc<World>, order: &Placed) -> String {
    let shop = world.client();
    persist(world, || shop.read_order(order)).await.expect(200).text("/status").to_owned()
}

#[test]
fn filling_a_cart() {
    survives(
        |_| async {},
        |world, ()| async move {
            let shop = world.client();
            let ada = user("ada");
            let mine = || shop.get("/v1/carts/me").by(kit::Who::Customer(ada));
            let cart = persist(&world, mine).await.expect(200);
            let basket = Basket::of(&cart, kit::Who::Customer(ada));
            for (sku, quantity) in [(DIVER.sku, 1), (FIELD.sku, 2), (DIVER.sku, 3), (FIELD.sku, 0)] {
                persist(&world, || shop.set_line(&basket, sku, quantity)).await.expect(200);
            }
            let patch = json!({ "country": "FR", "email": "ada@example.com" });
            persist(&world, || shop.change_cart(&basket, &patch)).await.expect(200);
            let cart = persist(&world, || shop.read_cart(&basket)).await.expect(200);
            assert_eq!((cart.text("/country"), cart.number("/lines/0/quantity")), ("FR", 3));
            assert_eq!(cart.body["lines"].as_array().unwrap().len(), 1);
        },
    );
}

#[test]
fn a_purchase() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let answer = persist(&world, || shop.place(&basket, "k", "pm_card_visa")).await.expect(201);
        assert_eq!(answer.text("/status"), "placed");
        let again = persist(&world, || shop.place(&basket, "k", "pm_card_visa")).await.expect(201);
        assert_eq!(again.text("/id"), answer.text("/id"));
    });
}

#[test]
fn a_purchase_by_two_impatient_taps() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let tap = || persist(&world, || shop.place(&basket, "k", "pm_card_visa"));
        let answers = join_all([tap(), tap()]).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
        assert_eq!(world.orders().await.len(), 1);
    });
}

#[test]
fn a_declined_payment() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let ask = || shop.place(&basket, "k", "pm_card_chargeDeclined");
        persist(&world, ask).await.refused(402, "payment_declined");
        let retry = || shop.place(&basket, "k2", "pm_card_visa");
        persist(&world, retry).await.expect(201);
    });
}

#[test]
fn too_few_left() {
    survives(
        |world| async move {
            world.client().filled_cart("GBP", "GB", &[(DIVER.sku, 1), (DRESS.sku, 4), (LAST.sku, 1)]).await
        },
        |world, basket| async move {
            let shop = world.client();
            let ask = || shop.place(&basket, "k", "pm_card_visa");
            persist(&world, ask).await.refused(409, "out_of_stock");
        },
    );
}

#[test]
fn the_last_watch() {
    survives(
        |world| async move {
            let shop = world.client();
            let ada = shop.filled_cart("EUR", "DE", &[(LAST.sku, 1)]).await;
            [ada, shop.filled_cart("JPY", "JP", &[(LAST.sku, 1)]).await]
        },
        |world, baskets: [Basket; 2]| async move {
            let shop = world.client();
            let buy = |basket| persist(&world, move || shop.place(basket, "k", "pm_card_visa"));
            let answers = join_all(baskets.iter().map(|basket| buy.clone()(basket))).await;
            let sold = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(sold, 1, "{answers:?}");
        },
    );
}

#[test]
fn a_cart_that_changed() {
    survives(
        |world| async move {
            let shop = world.client();
            let seen = basket(Arc::clone(&world)).await;
            let mut changed = seen.clone();
            shop.put(&mut changed, FIELD.sku, 1).await;
            seen
        },
        |world, seen| async move {
            let shop = world.client();
            let ask = || shop.place(&seen, "k", "pm_card_visa");
            persist(&world, ask).await.refused(409, "cart_changed");
        },
    );
}

#[test]
fn a_confirmed_payment() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let (order, answer) = waiting(&world, &basket).await;
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        persist(&world, || shop.confirm(payment, secret, "succeed")).await.expect(200);
        world.settle().await;
        // After a crash the alarm comes half a minute later.
        world.advance(60_000).await;
        assert_eq!(status(&world, &order).await, "placed");
    });
}

#[test]
fn a_payment_that_the_shopper_fails_to_confirm() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let (order, answer) = waiting(&world, &basket).await;
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        persist(&world, || shop.confirm(payment, secret, "fail")).await;
        world.settle().await;
        world.advance(60_000).await;
        assert_eq!(status(&world, &order).await, "failed");
    });
}

#[test]
fn a_payment_that_is_forgotten() {
    survives(basket, |world, basket| async move {
        let (order, _) = waiting(&world, &basket).await;
        world.advance(DEADLINE_MS + 120_000).await;
        assert_eq!(status(&world, &order).await, "failed");
    });
}

#[test]
fn a_waiting_order_that_is_cancelled() {
    survives(basket, |world, basket| async move {
        let shop = world.client();
        let (order, _) = waiting(&world, &basket).await;
        persist(&world, || shop.cancel(&order, "c")).await.expect(200);
        assert_eq!(status(&world, &order).await, "cancelled");
    });
}

#[test]
fn a_placed_order_that_is_cancelled() {
    survives(order, |world, order| async move {
        let shop = world.client();
        persist(&world, || shop.cancel(&order, "c")).await.expect(200);
        assert_eq!(status(&world, &order).await, "cancelled");
    });
}

#[test]
fn sending_in_parts() {
    survives(order, |world, order| async move {
        let shop = world.client();
        for (key, lines) in [("f1", [(FIELD.sku, 2)].as_slice()), ("f2", &[(FIELD.sku, 1), (DIVER.sku, 1)])] {
            let sent = persist(&world, || shop.fulfil(&order, key, lines)).await.expect(201);
            let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, sent.text("/id"));
            persist(&world, || shop.post(path.as_str()).as_staff()).await;
        }
        assert_eq!(status(&world, &order).await, "completed");
    });
}

#[test]
fn paying_back_in_parts_that_race() {
    survives(order, |world, order| async move {
        let shop = world.client();
        let bodies = [
            json!({ "amount": { "amount": 100_000, "currency": "EUR" } }),
            json!({ "lines": pieces(&[(FIELD.sku, 2)]), "restock": true }),
            json!({ "lines": pieces(&[(DIVER.sku, 1)]), "restock": true }),
        ];
        let asks = bodies.iter().enumerate().map(|(number, body)| {
            let key = format!("r{number}");
            let (world, shop, order) = (Arc::clone(&world), shop.clone(), order.clone());
            async move { persist(&world, || shop.refund(&order, &key, body)).await }
        });
        let answers = join_all(asks).await;
        // All three together are more than was paid.
        assert!(answers.iter().any(|answer| answer.status == 201), "{answers:?}");
        assert!(answers.iter().any(|answer| answer.code() == "refund_exceeds_captured"), "{answers:?}");
    });
}
