//! What a purchase may cost: calls over the whole tree, depth, and work that must not grow with what other people bought.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use journeys::journey;
use kit::{
    Basket, CallKind, World,
    seed::{ALL, DIVER, FIELD, Goods, adjust, product_body},
};
use std::{collections::BTreeMap, sync::Arc};

/// Subrequests of one checkout besides those for each SKU.
const SUBREQUESTS_MAX: usize = 18;
const SUBREQUESTS_PER_SKU_MAX: usize = 2;
/// Workers and objects from the router to the last.
const DEPTH_MAX: u32 = 4;

/// Buys the basket; the subrequests that it took, what they were, and how deep they went.
async fn cost(world: &Arc<World>, basket: &Basket, key: &str) -> (usize, BTreeMap<String, usize>, u32) {
    let shop = world.client();
    world.calls.begin();
    let answer = shop.place(basket, key, "pm_card_visa").send().await.expect(201);
    // What goes on after the answer belongs to it, too; what its messages cause elsewhere does not.
    world.settle().await;
    let request = answer.header("x-request-id").unwrap().to_owned();
    let calls: Vec<_> = world
        .calls
        .end()
        .into_iter()
        .filter(|call| call.request == request && call.kind != CallKind::Storage)
        .collect();
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for call in &calls {
        *by_name.entry(format!("{} → {}", call.from, call.what)).or_default() += 1;
    }
    let fetches = calls.iter().filter(|call| call.kind == CallKind::Fetch);
    let depth = fetches.map(|call| call.hops + 2).max().unwrap_or(1);
    (calls.len(), by_name, depth)
}

/// Puts `count` more watches on the shelf and all of them into a basket.
async fn wide_basket(world: &Arc<World>, count: usize) -> Basket {
    let shop = world.client();
    let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
    let place = places.text("/items/0/id").to_owned();
    let mut basket = shop.new_cart("EUR", "DE").await;
    for number in 0..count {
        let (sku, slug) = (format!("WIDE-{number}"), format!("wide-{number}"));
        let goods = Goods { sku: sku.leak(), slug: slug.leak(), ..FIELD };
        shop.post("/v1/products").as_staff().json(&product_body(&goods)).send().await.expect(201);
        adjust(&shop, goods.sku, &place, 5, &format!("wide-{number}")).await;
        shop.put(&mut basket, goods.sku, 1).await;
    }
    world.at_rest().await;
    basket
}

#[test]
fn a_checkout_keeps_its_budget_of_calls_however_much_is_in_the_cart() {
    for lines in [1, 2, 10, 50] {
        journey(async |world| {
            let basket = wide_basket(&world, lines).await;
            let (calls, by_name, depth) = cost(&world, &basket, "k").await;
            let budget = SUBREQUESTS_MAX + SUBREQUESTS_PER_SKU_MAX * lines;
            assert!(calls <= budget, "{lines} lines: {calls} of {budget} calls: {by_name:#?}");
            assert!(depth <= DEPTH_MAX, "{depth} Workers deep");
            println!("{lines} lines: {calls} of {budget} calls, {depth} deep");
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

/// vendure#226, medusa#13335: nothing gets slower because others have bought before.
#[test]
fn a_checkout_costs_the_same_after_hundreds_of_others() {
    journey(async |world| {
        let shop = world.client();
        let lines = [(FIELD.sku, 1)];
        let baskets: Vec<Basket> = {
            let mut baskets = Vec::new();
            for _ in 0..152 {
                baskets.push(shop.filled_cart("EUR", "DE", &lines).await);
            }
            baskets
        };
        world.at_rest().await;
        let mut costs = Vec::new();
        let mut sizes = Vec::new();
        for (number, basket) in baskets.iter().enumerate() {
            // Alone, with all that follows from it: messages of others share their calls with ours.
            let is_measured = number == 1 || number == 151;
            if is_measured {
                world.at_rest().await;
            }
            let before = world.sql_steps();
            let (calls, _, _) = cost(&world, basket, "k").await;
            if is_measured {
                world.at_rest().await;
                costs.push((calls, world.sql_steps() - before));
                sizes.push(state_size(&world, FIELD.sku));
            }
        }
        let [(calls, steps), (calls_later, steps_later)] = costs[..] else { panic!("{costs:?}") };
        assert_eq!(calls, calls_later);
        // Deeper trees cost a little; anything that is read through costs a lot.
        assert!(steps_later * 10 < steps * 13, "{steps} steps of SQL, then {steps_later}");
        assert!(sizes[1] < sizes[0] + 64, "the state of the stock grows: {sizes:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

fn state_size(world: &World, sku: &str) -> u64 {
    let rows = world.rows_of("StockObject", sku).unwrap();
    let size = platform::sql("select length(data) as size from state");
    let found = rows.transact(&[size]).unwrap()[0].rows::<serde_json::Value>().unwrap();
    found[0]["size"].as_u64().unwrap()
}

#[test]
fn looking_costs_few_calls() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &ALL.map(|goods| (goods.sku, 1))).await;
        // (what, at most so many calls when nothing is remembered)
        for (ask, limit) in [
            (shop.get(format!("/v1/products/{}", DIVER.slug)), 2),
            (shop.get("/v1/products?q=watch&in_stock=true&sort=price"), 4),
            (shop.get(format!("/v1/inventory/{}", DIVER.sku)), 2),
            (shop.read_cart(&basket), 4),
            // The cart's currency and the prices of what else is in it have been forgotten, too.
            (shop.set_line(&basket, DIVER.sku, 2), 7),
        ] {
            world.settle().await;
            world.evict_all();
            world.calls.begin();
            ask.send().await.expect(200);
            let made = world.calls.end();
            let calls = made.iter().filter(|call| call.kind != CallKind::Storage).map(ToString::to_string);
            let calls: Vec<_> = calls.collect();
            assert!(calls.len() <= limit, "{calls:#?}");
        }
    });
}
