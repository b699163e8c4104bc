//! Many at once on the real runtime: what there is is sold once, and never more.
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
use std::{collections::BTreeSet, thread};

use edge_tests::{
    ask, get,
    goods::Goods,
    purchase::{Basket, Placed},
    unique, until,
};

/// How many buy at the same moment.
const BUYERS: usize = 200;
const PIECES: i64 = 100;

#[test]
fn two_hundred_buyers_get_exactly_the_hundred_pieces_there_are() {
    let goods = Goods::new(PIECES);
    let carts: Vec<Basket> = (0..BUYERS).map(|_| Basket::filled("EUR", "DE", &[(&goods, 1)])).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let buyers: Vec<_> = carts
            .iter()
            .map(|cart| scope.spawn(|| cart.place(&unique("race"), "pm_card_visa").persist()))
            .collect();
        buyers.into_iter().map(|buyer| buyer.join().unwrap()).collect()
    });
    let orders: Vec<Placed> = answers.iter().filter(|answer| answer.status == 201).map(Placed::of).collect();
    assert_eq!(i64::try_from(orders.len()), Ok(PIECES));
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "out_of_stock");
    }
    assert_eq!(goods.stock(), (0, 0, 0));
    goods.assert_ledger_replays();

    // Each is an order of its own, paid for once.
    let ids: BTreeSet<&str> = orders.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids.len(), orders.len());
    for order in &orders {
        let seen = order.read().send().expect(200);
        assert_eq!((seen.text("/status"), seen.text("/payment_status")), ("placed", "captured"));
    }
    let sold = goods.ledger().iter().filter(|line| line["delta"] == -1).count();
    assert_eq!(i64::try_from(sold), Ok(PIECES));
}

/// The same in four objects, each with a share of it: everybody wants more than is left over at the end.
#[test]
fn a_sku_in_four_objects_sells_out_exactly() {
    const SHARE: i64 = 100;
    let goods = Goods::new(4 * SHARE);
    let path = format!("/v1/inventory/{}", goods.sku);
    ask("PUT", &format!("{path}/shards")).as_staff().json(&json!({ "shards": 4 })).send().expect(200);
    let sold_by = |shard: u32| {
        let proof = get(&format!("{path}/proof?shard={shard}")).send();
        if proof.status == 200 { proof.number("/claim/chain/sold") } else { 0 }
    };
    // Orders go to all of them as soon as the catalogue has heard of it.
    let mut singles = 0;
    until("a branch sells", || {
        let cart = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        cart.place(&unique("early"), "pm_card_visa").persist().expect(201);
        singles += 1;
        (1..4).any(|shard| sold_by(shard) > 0).then_some(())
    });
    let left = 4 * SHARE - singles;
    let carts: Vec<Basket> = (0..14).map(|_| Basket::filled("EUR", "DE", &[(&goods, 40)])).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let buy = |cart| scope.spawn(move || Basket::place(cart, &unique("race"), "pm_card_visa").persist());
        let buyers: Vec<_> = carts.iter().map(buy).collect();
        buyers.into_iter().map(|buyer| buyer.join().unwrap()).collect()
    });
    let sold = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(i64::try_from(sold), Ok(left / 40), "of {left}");
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "out_of_stock");
    }
    until("all of it is together", || (goods.stock() == (left % 40, 0, left % 40)).then_some(()));
}

#[test]
fn two_shoppers_and_one_last_watch() {
    for _ in 0..5 {
        let goods = Goods::new(1);
        let carts = [(); 2].map(|()| Basket::filled("EUR", "DE", &[(&goods, 1)]));
        let statuses = at_once(carts.each_ref().map(|cart| cart.place("k", "pm_card_visa")));
        assert_eq!(statuses, [201, 409]);
        assert_eq!(goods.stock(), (0, 0, 0));
        goods.assert_ledger_replays();
    }
}

#[test]
fn two_keys_on_one_cart_at_once_are_one_order() {
    for _ in 0..5 {
        let goods = Goods::new(5);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        let statuses = at_once(["one", "other"].map(|key| cart.place(key, "pm_card_visa")));
        assert_eq!(statuses, [201, 409]);
        until("what the loser had kept is back", || (goods.stock() == (4, 0, 4)).then_some(()));
        goods.assert_ledger_replays();
    }
}

#[test]
fn one_key_twice_at_once_is_one_order() {
    for _ in 0..5 {
        let goods = Goods::new(5);
        let cart = Basket::filled("EUR", "DE", &[(&goods, 1)]);
        let answers = thread::scope(|scope| {
            let both =
                [(); 2].map(|()| scope.spawn(|| cart.place("k", "pm_card_visa").persist().expect(201)));
            both.map(|one| one.join().unwrap())
        });
        assert_eq!(answers[0].body, answers[1].body);
        assert_ne!(answers[0].is_replayed(), answers[1].is_replayed(), "one of them is the first");
        assert_eq!(goods.stock(), (4, 0, 4));
        goods.assert_ledger_replays();
    }
}

/// The statuses of two calls made at once, the lower first.
fn at_once(calls: [edge_tests::Ask; 2]) -> [u16; 2] {
    let mut statuses = thread::scope(|scope| {
        calls.map(|call| scope.spawn(|| call.persist().status)).map(|call| call.join().unwrap())
    });
    statuses.sort_unstable();
    statuses
}
