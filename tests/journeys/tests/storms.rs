//! Simulated bad days: many shoppers and clerks at once, while chance loses calls and messages, delays them and kills whoever made them. Whatever
//! happens, once it is over everybody's books agree.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use futures::future::join_all;
use journeys::{journey, journey_with_seed, persist};
use kit::{
    Basket, Chaos, Outage, Placed, Plan, Who, World,
    client::pieces,
    seed::{DIVER, DRESS, FIELD, Goods, LAST},
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

/// One more for each seed; `MERIDIAN_STORMS=1000 cargo test -p journeys storms` looks much longer.
const STORMS: u64 = 40;
const SHOPPERS: usize = 6;
const METHODS: [&str; 4] =
    ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"];
const GOODS: [Goods; 4] = [DIVER, FIELD, DRESS, LAST];

fn storms() -> u64 {
    std::env::var("MERIDIAN_STORMS").ok().and_then(|count| count.parse().ok()).unwrap_or(STORMS)
}

async fn random_basket(world: &Arc<World>) -> Basket {
    let (currency, country) = [("EUR", "DE"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")][pick(world, 4)];
    let mut lines: Vec<(&str, u32)> = Vec::new();
    // The rarer the goods, the fewer want them.
    for (goods, rarity) in GOODS.into_iter().zip([2, 2, 4, 8]) {
        if pick(world, rarity) == 0 {
            lines.push((goods.sku, 1 + pick(world, 2) as u32));
        }
    }
    lines.push((FIELD.sku, 1));
    lines.dedup_by_key(|(sku, _)| *sku);
    world.client().filled_cart(currency, country, &lines).await
}

fn pick(world: &World, count: u64) -> usize {
    world.chance.below(count) as usize
}

/// One shopper's day: an order, and whatever comes of it.
async fn shop_for_a_while(world: Arc<World>, basket: Basket) {
    let shop = world.client();
    world.advance(pick(&world, 3_000) as u64).await;
    let method = METHODS[pick(&world, METHODS.len() as u64)];
    let taps = 1 + pick(&world, 2);
    let asks = (0..taps).map(|_| persist(&world, || shop.place(&basket, "k", method)));
    let answers = join_all(asks).await;
    let answer = &answers[0];
    assert!(answers.iter().all(|other| other.status == answer.status), "{answers:?}");
    if answer.status != 201 {
        assert!(matches!(answer.code(), "out_of_stock" | "payment_declined"), "{answer:?}");
        return;
    }
    let order = basket.order(answer);
    if answer.text("/status") == "awaiting_payment" {
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        let outcome = ["succeed", "fail", "succeed"][pick(&world, 3)];
        world.advance(pick(&world, 1_000_000) as u64).await;
        persist(&world, || shop.confirm(payment, secret, outcome)).await;
    }
    afterwards(&world, &order).await;
}

async fn afterwards(world: &Arc<World>, order: &Placed) {
    let shop = world.client();
    for step in 0..pick(world, 4) {
        world.advance(pick(world, 20_000) as u64).await;
        let key = format!("step-{step}");
        let one = [(FIELD.sku, 1)];
        match pick(world, 5) {
            0 => persist(world, || shop.cancel(order, &key)).await,
            1 => persist(world, || shop.fulfil(order, &key, &one)).await,
            2 => {
                let body = json!({ "lines": pieces(&one), "restock": true });
                persist(world, || shop.refund(order, &key, &body)).await
            }
            3 => persist(world, || shop.refund(order, &key, &json!({}))).await,
            _ => persist(world, || shop.read_order(order)).await,
        };
    }
}

#[test]
fn whatever_happens_the_books_balance() {
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..storms() {
        let orders = journey_with_seed(seed, async |world| {
            let mut baskets = Vec::new();
            for _ in 0..SHOPPERS {
                baskets.push(random_basket(&world).await);
            }
            world.settle().await;
            world.unleash(Chaos {
                jitter: true,
                duplicates: seed % 2 == 0,
                disorder: true,
                ..Chaos::default()
            });
            world.calls.begin();
            world.calls.plan(Plan::Storm { per_mille: [5, 20, 60, 150][(seed % 4) as usize] });
            // Also when it is over: what a queue loses comes again.
            world.broker.lose([0, 20, 100, 300][(seed / 4 % 4) as usize]);
            println!("seed {seed}");
            join_all(baskets.into_iter().map(|basket| shop_for_a_while(Arc::clone(&world), basket))).await;
            world.settle().await;
            world.calls.end();
            world.at_rest().await;
            replay_dead_letters(&world).await;
            world.assert_books_balance().await;
            world.orders().await
        });
        for order in orders {
            *ends.entry(format!("{:?}", order.status())).or_default() += 1;
        }
    }
    println!("{ends:?}");
    for end in ["Placed", "Cancelled", "Failed"] {
        assert!(ends.contains_key(end), "no order ended as {end}: the days were too much alike: {ends:?}");
    }
}

/// What gave up in the storm an operator sends once more when it is over; once must be enough.
async fn replay_dead_letters(world: &Arc<World>) {
    let shop = world.client();
    let letters = shop.get("/v1/dead-letters?limit=100").by(Who::Admin).send().await.expect(200);
    for letter in letters.body["items"].as_array().unwrap() {
        let path = format!("/v1/dead-letters/{}/replay", letter["id"].as_str().unwrap());
        let answer = shop.post(path).by(Who::Admin).send().await;
        assert!(answer.status < 300, "{answer:?}");
    }
    world.at_rest().await;
}

/// A reservation that is still on its way when the order that wanted it is over must not take anything off the shelf.
#[test]
fn an_undo_that_overtakes_its_do_is_not_undone_by_it() {
    for what in ["order → STOCK", "order → PAYMENTS /internal/payments/authorise", "order → CART"] {
        journey(async |world| {
            let shop = world.client();
            let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 3)]).await;
            world.calls.begin();
            world.calls.plan(Plan::First { what: what.to_owned(), outage: Outage::Late });
            let answer = shop.place(&basket, "k", "pm_card_authenticationRequired").send().await.expect(201);
            let order = basket.order(&answer);
            let cancelled = shop.cancel(&order, "c").send().await.expect(200);
            assert_eq!(cancelled.text("/status"), "cancelled", "{what}");
            // The cart is the shopper's again, and somebody else has bought the goods, when the late call arrives.
            world.advance(10_000).await;
            let other = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 3)]).await;
            shop.place(&other, "k", "pm_card_visa").send().await.expect(201);
            world.advance(60_000).await;
            assert!(world.calls.has_struck());
            world.calls.end();
            let mut basket = basket;
            shop.put(&mut basket, FIELD.sku, 1).await;
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}
