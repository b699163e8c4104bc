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

use domain::{holder::TokenHash, id::OrderId};
use serde_json::json;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use edge_tests::{
    Answer,
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

/// Places an order while `interrupt` is called over and over with the order's id. The answer is that of a client who asks again, which
/// nobody interrupts, so that it comes to an end.
fn place_while(cart: &Basket, key: &str, method: &str, mut interrupt: impl FnMut(&str)) -> Answer {
    // As orders derives it: nobody else knows it before the answer.
    let holder = format!("{} {}", cart.id, TokenHash::of(&cart.token).as_str());
    let order = OrderId::derived(&[&holder, key]).to_string();
    let is_answered = AtomicBool::new(false);
    thread::scope(|scope| {
        let buying = scope.spawn(|| {
            let call = cart.place(key, method);
            // Its answer may be lost with the object that it waits for.
            drop(call.attempt());
            is_answered.store(true, Ordering::Relaxed);
            call.persist()
        });
        while !is_answered.load(Ordering::Relaxed) {
            interrupt(&order);
        }
        let answer = buying.join().unwrap();
        assert!(answer.status != 201 || answer.text("/id") == order, "{order}: {answer:?}");
        answer
    })
}

/// Every object of a purchase, ended over and over while it runs: it may take longer, and its answer may have to be asked for again,
/// but it is one purchase.
#[test]
fn a_purchase_is_interrupted_again_and_again() {
    let (mut carts_ended, mut stocks_ended, mut orders_ended) = (0, 0, 0);
    for (round, what) in ["stock", "order", "cart", "all"].into_iter().cycle().take(16).enumerate() {
        let goods = Goods::new(5);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 2)]);
        let answer = place_while(&cart, &unique("interrupted"), "pm_card_visa", |order| {
            // An object that is not there just now has nothing to forget.
            if matches!(what, "stock" | "all") {
                stocks_ended += u32::from(try_evict(Kept::Stock(&goods.sku)).is_ok());
            }
            if matches!(what, "order" | "all") {
                orders_ended += u32::from(try_evict(Kept::Order(order)).is_ok());
            }
            if matches!(what, "cart" | "all") {
                carts_ended += u32::from(try_evict(Kept::Cart(&cart.id)).is_ok());
            }
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
    println!("ended: {carts_ended} carts, {stocks_ended} stocks, {orders_ended} orders");
    assert!(carts_ended > 0 && stocks_ended > 0 && orders_ended > 0);
}

/// The same for everything that comes to nothing: nothing stays kept, claimed or held.
#[test]
fn a_declined_purchase_is_interrupted_again_and_again() {
    for _ in 0..4 {
        let goods = Goods::new(1);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        let answer = place_while(&cart, "k", "pm_card_chargeDeclined", |order| {
            let _nothing_to_end = try_evict(Kept::Order(order));
            let _nothing_to_end = try_evict(Kept::Stock(&goods.sku));
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
