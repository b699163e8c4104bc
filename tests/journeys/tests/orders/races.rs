//! A cancel, a confirmation and the deadline against the checkout, at whatever moment chance has it.

use std::collections::BTreeSet;

use super::*;
use domain::id::OrderId;
use journeys::journey_with_seed;
use kit::{Chaos, client::Who, seed::DRESS, token};

const SEEDS: u64 = 40;

fn chaos() -> Chaos {
    Chaos::ROUGH
}

#[test]
fn a_cancel_at_any_moment_of_the_checkout() {
    let mut ends = BTreeSet::new();
    for seed in 0..SEEDS {
        let method = if seed % 3 == 0 { "pm_card_authenticationRequired" } else { "pm_card_visa" };
        let end = journey_with_seed(seed, async |world| {
            let shop = world.client();
            let ada = token::user("ada");
            let mut basket = shop.my_cart(ada).await;
            shop.put(&mut basket, DRESS.sku, 2).await;
            // The id stands for the shopper and their key, so it can be named before there is an answer.
            let id = OrderId::derived(&[&ada.to_string(), "k"]).to_string();
            let order = Placed { id, token: String::new(), who: Who::Customer(ada) };
            world.unleash(chaos());
            let cancelling = async {
                world.advance(seed * 7).await;
                loop {
                    let answer = shop.cancel(&order, "c").send().await;
                    if answer.status != 404 {
                        return answer;
                    }
                    world.advance(5).await;
                }
            };
            let (placed, cancelled) = futures::join!(shop.place(&basket, "k", method).send(), cancelling);
            assert!([200, 409].contains(&cancelled.status), "seed {seed}: {cancelled:?}");
            assert!([201, 402].contains(&placed.status), "seed {seed}: {placed:?}");
            world.at_rest().await;
            world.assert_books_balance().await;
            let seen = shop.read_order(&order).send().await.expect(200);
            assert_eq!(seen.text("/status"), "cancelled", "seed {seed}");
            seen.text("/payment_status").to_owned()
        });
        ends.insert(end);
    }
    assert!(ends.len() >= 3, "chance was not varied enough: {ends:?}");
}

#[test]
fn the_deadline_races_the_confirmation() {
    let mut ends = BTreeSet::new();
    for seed in 0..SEEDS {
        let end = journey_with_seed(seed, async |world| {
            let shop = world.client();
            let (_, order, answer) = awaiting(&shop, "k", &[(DRESS.sku, 1)]).await;
            let placed_at = domain::Timestamp::parse_rfc3339(answer.text("/placed_at")).unwrap();
            let deadline = placed_at.plus(domain::order::PAYMENT_DEADLINE_MS);
            world.unleash(chaos());
            let around = deadline.since(world.now()) + seed * 4;
            world.advance(around - SEEDS * 2).await;
            let secret = answer.text("/payment/client_secret");
            shop.confirm(answer.text("/payment/id"), secret, "succeed").send().await;
            world.at_rest().await;
            world.assert_books_balance().await;
            let seen = shop.read_order(&order).send().await.expect(200);
            seen.text("/status").to_owned()
        });
        ends.insert(end);
    }
    assert_eq!(ends, BTreeSet::from(["failed".to_owned(), "placed".to_owned()]));
}
