//! The runtime may end an object at any moment: what it remembers is gone, what it wrote is there, and the purchase goes on.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use serde_json::json;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use edge_tests::{
    goods::Goods,
    harness::{Kept, evict, try_evict},
    purchase::{Basket, Placed, awaiting, bought, confirm},
    unique, until,
};

#[test]
fn a_cart_and_its_goods_are_forgotten_between_the_steps_of_a_purchase() {
    let goods = Goods::new(3);
    evict(Kept::Stock(&goods.sku));
    assert_eq!(goods.stock(), (3, 0, 3));

    let mut cart = Basket::new("EUR", "DE");
    evict(Kept::Cart(&cart.id));
    cart.put(&goods.sku, 2);
    evict(Kept::Cart(&cart.id));
    let seen = cart.look();
    assert_eq!((seen.number("/lines/0/quantity"), &seen.body["total"]), (2, &cart.total));
    cart.change(&json!({ "postal_code": "10115" })).send().expect(200);
    cart.look();
    evict(Kept::Cart(&cart.id));
    evict(Kept::Stock(&goods.sku));

    let first = cart.place("k", "pm_card_visa").send().expect(201);
    let order = Placed::of(&first);
    for object in [Kept::Order(&order.id), Kept::Cart(&cart.id), Kept::Stock(&goods.sku)] {
        evict(object);
    }
    // Its idempotency and its timeline are written down, not remembered.
    let again = cart.place("k", "pm_card_visa").send().expect(201);
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    assert_eq!(order.event_types().last().map(String::as_str), Some("order_placed"));
    cart.place("another key", "pm_card_visa").send().refused(409, "already_ordered");
    assert_eq!(goods.stock(), (1, 0, 1));
    goods.assert_ledger_replays();
}

#[test]
fn an_order_that_waits_for_its_shopper_is_forgotten_and_goes_on() {
    for (outcome, status, stock) in [("succeed", "placed", (0, 0, 0)), ("fail", "failed", (1, 0, 1))] {
        let goods = Goods::new(1);
        let (cart, order, answer) = awaiting(&[(&goods, 1)]);
        for object in [Kept::Order(&order.id), Kept::Cart(&cart.id), Kept::Stock(&goods.sku)] {
            evict(object);
        }
        assert_eq!(goods.stock(), (1, 1, 0), "still kept for them");
        evict(Kept::Stock(&goods.sku));
        confirm(&answer, outcome).send().expect(200);
        until(status, || (order.read().send().expect(200).text("/status") == status).then_some(()));
        until("the stock is right", || (goods.stock() == stock).then_some(()));
        goods.assert_ledger_replays();
    }
}

#[test]
fn work_on_an_order_outlives_its_objects() {
    let goods = Goods::new(3);
    let (_, order, answer) = bought(&[(&goods, 3)]);
    evict(Kept::Order(&order.id));
    order.fulfil("f", &[(&goods, 1)]).send().expect(201);
    evict(Kept::Order(&order.id));
    assert!(order.fulfil("f", &[(&goods, 1)]).send().expect(201).is_replayed());
    evict(Kept::Order(&order.id));
    evict(Kept::Stock(&goods.sku));
    order.refund("r", &json!({ "restock": true })).send().expect(201);
    evict(Kept::Order(&order.id));
    assert!(order.refund("r", &json!({ "restock": true })).send().expect(201).is_replayed());
    let seen = order.read().send().expect(200);
    assert_eq!(seen.body["refunded_total"], answer.body["total"]);
    until("the goods are back", || (goods.stock().1 == 0 && goods.stock().0 > 0).then_some(()));
    goods.assert_ledger_replays();
}

/// Every object of a purchase, ended over and over while it runs: it may take longer, and its answer may have to be asked for again,
/// but it is one purchase.
#[test]
fn a_purchase_is_interrupted_again_and_again() {
    for (round, what) in ["stock", "order", "cart", "all"].into_iter().cycle().take(12).enumerate() {
        let goods = Goods::new(5);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 2)]);
        let is_answered = AtomicBool::new(false);
        let answer = thread::scope(|scope| {
            let buying = scope.spawn(|| {
                let answer = cart.place(&unique("interrupted"), "pm_card_visa");
                // The first try may be lost; its repeat is not interrupted, so that it comes to an end.
                let first = answer.attempt();
                is_answered.store(true, Ordering::Relaxed);
                drop(first);
                answer.persist()
            });
            while !is_answered.load(Ordering::Relaxed) {
                // An object that is not there just now has nothing to forget.
                let seen = cart.read().attempt().ok();
                let order = seen.as_ref().map(|seen| seen.text("/order_id")).filter(|id| !id.is_empty());
                if matches!(what, "stock" | "all") {
                    let _nothing_to_end = try_evict(Kept::Stock(&goods.sku));
                }
                if let Some(order) = order.filter(|_| matches!(what, "order" | "all")) {
                    let _nothing_to_end = try_evict(Kept::Order(order));
                }
                if matches!(what, "cart" | "all") {
                    let _nothing_to_end = try_evict(Kept::Cart(&cart.id));
                }
            }
            buying.join().unwrap()
        });
        assert_eq!(answer.status, 201, "round {round}, {what}: {answer:?}");
        let order = Placed::of(&answer);
        let placed = until("the order is placed", || {
            let seen = order.read().attempt().ok().filter(|seen| seen.status == 200)?;
            (seen.text("/status") == "placed").then_some(seen)
        });
        assert_eq!(placed.text("/payment_status"), "captured");
        until("the goods are gone, once", || (goods.stock() == (3, 0, 3)).then_some(()));
        goods.assert_ledger_replays();
        let payment = order.payment();
        assert_eq!((&payment.body["captured"], payment.number("/refunded/amount")), (&cart.total, 0));
        until("the cart is empty", || {
            let seen = cart.read().attempt().ok().filter(|seen| seen.status == 200)?;
            seen.body["lines"].as_array().is_some_and(Vec::is_empty).then_some(())
        });
    }
}

/// The same for everything that comes to nothing: nothing stays kept, claimed or held.
#[test]
fn a_declined_purchase_is_interrupted_again_and_again() {
    for _ in 0..4 {
        let goods = Goods::new(1);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        let is_answered = AtomicBool::new(false);
        let answer = thread::scope(|scope| {
            let buying = scope.spawn(|| {
                let answer = cart.place("k", "pm_card_chargeDeclined");
                let first = answer.attempt();
                is_answered.store(true, Ordering::Relaxed);
                drop(first);
                answer.persist()
            });
            while !is_answered.load(Ordering::Relaxed) {
                let seen = cart.read().attempt().ok();
                if let Some(seen) = seen.filter(|seen| !seen.text("/order_id").is_empty()) {
                    let _nothing_to_end = try_evict(Kept::Order(seen.text("/order_id")));
                }
                let _nothing_to_end = try_evict(Kept::Stock(&goods.sku));
            }
            buying.join().unwrap()
        });
        answer.refused(402, "payment_declined");
        until("the goods are back", || (goods.stock() == (1, 0, 1)).then_some(()));
        goods.assert_ledger_replays();
        until("the cart is free", || {
            let placed = cart.place("another card", "pm_card_visa").attempt().ok()?;
            (placed.status == 201).then_some(())
        });
    }
}
