//! Everybody at once: the same key, the same cart, the same last watch.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use futures::future::join_all;
use journeys::{journey, journey_with_seed};
use kit::{
    Chaos,
    seed::{DIVER, DRESS, LAST, adjust},
};

const ROUGH: Chaos = Chaos::ROUGH;

#[test]
fn one_key_many_times_at_once_buys_once() {
    for seed in 0..20 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
            world.unleash(ROUGH);
            let answers = join_all((0..4).map(|_| shop.place(&basket, "k", "pm_card_visa").send())).await;
            assert!(answers.iter().all(|answer| answer.status == 201), "seed {seed}: {answers:?}");
            assert!(answers.iter().all(|answer| answer.text("/id") == answers[0].text("/id")));
            assert_eq!(answers.iter().filter(|answer| !answer.is_replayed()).count(), 1, "seed {seed}");
            world.at_rest().await;
            world.assert_books_balance().await;
            assert_eq!(world.orders().await.len(), 1);
        });
    }
}

/// medusa#14758, vendure#2620: a cart is charged once, and the second order is told of the first.
#[test]
fn many_keys_on_one_cart_at_once_charge_it_once() {
    for seed in 0..20 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
            world.unleash(ROUGH);
            let asks = (0..4).map(|number| shop.place(&basket, &format!("k{number}"), "pm_card_visa").send());
            let answers = join_all(asks).await;
            let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
            assert_eq!(won.len(), 1, "seed {seed}: {answers:?}");
            for lost in answers.iter().filter(|answer| answer.status != 201) {
                assert_eq!((lost.status, lost.code()), (409, "already_ordered"), "seed {seed}: {lost:?}");
                assert_eq!(lost.text("/order_id"), won[0].text("/id"));
            }
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

/// medusa#16825, vendure#3065: the last unit is sold once, and nobody is charged for it who does not get it.
#[test]
fn two_shoppers_want_the_last_watch() {
    for seed in 0..30 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let ada = shop.filled_cart("EUR", "DE", &[(LAST.sku, 1)]).await;
            let bob = shop.filled_cart("GBP", "GB", &[(LAST.sku, 1), (DIVER.sku, 1)]).await;
            world.unleash(ROUGH);
            let answers =
                join_all([&ada, &bob].map(|basket| shop.place(basket, "k", "pm_card_visa").send())).await;
            let mut statuses = [answers[0].status, answers[1].status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 409], "seed {seed}: {answers:?}");
            assert!(answers.iter().any(|answer| answer.code() == "out_of_stock"));
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

/// Two carts that want the same goods in opposite orders never wait for each other.
#[test]
fn opposite_baskets_do_not_lock_each_other_out() {
    for seed in 0..20 {
        journey_with_seed(seed, async |world| {
            let shop = world.client();
            let ada = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 3), (LAST.sku, 1)]).await;
            let bob = shop.filled_cart("EUR", "DE", &[(LAST.sku, 1), (DRESS.sku, 3)]).await;
            world.unleash(ROUGH);
            let answers =
                join_all([&ada, &bob].map(|basket| shop.place(basket, "k", "pm_card_visa").send())).await;
            let sold = answers.iter().filter(|answer| answer.status == 201).count();
            assert!(sold <= 1, "seed {seed}: {answers:?}");
            world.at_rest().await;
            world.assert_books_balance().await;
            // Whoever lost, or both, may try again.
            for (basket, answer) in [&ada, &bob].into_iter().zip(&answers) {
                if answer.status != 201 {
                    let again = shop.place(basket, "again", "pm_card_visa").send().await;
                    assert_eq!(again.status, if sold == 1 { 409 } else { 201 }, "seed {seed}: {again:?}");
                    break;
                }
            }
        });
    }
}

#[test]
fn two_hundred_buyers_get_exactly_one_hundred_pieces() {
    journey(async |world| {
        let shop = world.client();
        let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
        let place = places.text("/items/0/id").to_owned();
        adjust(&shop, kit::seed::NOTHING.sku, &place, 100, "restock").await;
        let lines = [(kit::seed::NOTHING.sku, 1)];
        let baskets = join_all((0..200).map(|_| shop.filled_cart("EUR", "DE", &lines))).await;
        world.unleash(Chaos { jitter: true, ..Chaos::default() });
        let answers =
            join_all(baskets.iter().map(|basket| shop.place(basket, "k", "pm_card_visa").send())).await;
        let sold = answers.iter().filter(|answer| answer.status == 201).count();
        let refused = answers.iter().filter(|answer| answer.code() == "out_of_stock").count();
        assert_eq!((sold, refused), (100, 100));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
