//! One SKU in several objects: sold by all of them, and down to the last piece.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use domain::quote::SOLD_OUT_BELIEVED_MS;
use futures::future::join_all;
use http::Method;
use journeys::{journey, journey_with_seed, persist};
use kit::{
    Chaos, Shop, World,
    client::Ask,
    mounts::Inside,
    seed::{FIELD, NOTHING, adjust},
};
use platform::sql;
use serde_json::json;
use std::sync::Arc;

const PIECES: i64 = 600;
const SHARDS: u32 = 4;

fn spread(shop: &Shop<Inside>, sku: &str, shards: u32) -> Ask<Inside> {
    let path = format!("/v1/inventory/{sku}/shards");
    shop.ask(Method::PUT, path.as_str()).as_staff().json(&json!({ "shards": shards }))
}

/// `NOTHING` in four objects, and everybody knows.
async fn lent(world: &Arc<World>) -> Shop<Inside> {
    let shop = world.client();
    let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
    adjust(&shop, NOTHING.sku, places.text("/items/0/id"), PIECES, "restock").await;
    spread(&shop, NOTHING.sku, SHARDS).send().await.expect(200);
    world.advance(10_000).await;
    shop
}

/// How many pieces each of its objects has sold.
async fn sold_by_shard(shop: &Shop<Inside>) -> Vec<i64> {
    let mut sold = Vec::new();
    for shard in 0..SHARDS {
        let path = format!("/v1/inventory/{}/proof?shard={shard}", NOTHING.sku);
        sold.push(shop.get(path.as_str()).send().await.expect(200).number("/claim/chain/sold"));
    }
    sold
}

#[test]
fn all_of_its_objects_sell_and_staff_see_the_sum() {
    journey(async |world| {
        let shop = lent(&world).await;
        let lines = [(NOTHING.sku, 2)];
        let baskets = join_all((0..40).map(|_| shop.filled_cart("EUR", "DE", &lines))).await;
        for answer in
            join_all(baskets.iter().map(|basket| shop.place(basket, "k", "pm_card_visa").send())).await
        {
            answer.expect(201);
        }
        let sold = sold_by_shard(&shop).await;
        assert_eq!(sold.iter().sum::<i64>(), 80);
        assert!(sold.iter().all(|sold| *sold > 0), "{sold:?}");
        let path = format!("/v1/inventory/{}", NOTHING.sku);
        let level = shop.get(path.as_str()).as_staff().send().await.expect(200);
        let seen = (level.number("/on_hand"), level.number("/reserved"), level.number("/spread/shards"));
        assert_eq!(seen, (PIECES - 80, 0, i64::from(SHARDS)));
        assert!(!level.body["spread"]["together"].as_bool().unwrap());
        // Back into one.
        spread(&shop, NOTHING.sku, 1).send().await.expect(200);
        world.at_rest().await;
        let level = shop.get(path.as_str()).as_staff().send().await.expect(200);
        assert_eq!((level.number("/on_hand"), level.number("/spread/shards")), (PIECES - 80, 1));
        assert!(level.body["spread"]["together"].as_bool().unwrap());
        world.assert_books_balance().await;
    });
}

#[test]
fn a_stampede_sells_every_piece_wherever_it_lies_and_no_other() {
    for seed in 0..10 {
        journey_with_seed(seed, async |world| {
            let shop = lent(&world).await;
            let lines = [(NOTHING.sku, 40)];
            let baskets = join_all((0..20).map(|_| shop.filled_cart("EUR", "DE", &lines))).await;
            world.unleash(Chaos::ROUGH);
            let answers = join_all(baskets.iter().enumerate().map(|(number, basket)| {
                let key = format!("k{number}");
                let (world, shop) = (&world, &shop);
                async move { persist(world, || shop.place(basket, &key, "pm_card_visa")).await }
            }))
            .await;
            let sold = answers.iter().filter(|answer| answer.status == 201).count();
            let refused = answers.iter().filter(|answer| answer.code() == "out_of_stock").count();
            assert_eq!((sold, refused), (15, 5), "seed {seed}");
            world.unleash(Chaos::CALM);
            world.settle().await;
            // Now the catalogue knows, and the stock is not even asked; a minute later that word is too old.
            let basket = shop.filled_cart("EUR", "DE", &[(NOTHING.sku, 1)]).await;
            for (key, is_asked) in [("late", false), ("later", true)] {
                world.calls.begin();
                let answer = shop.place(&basket, key, "pm_card_visa").send().await;
                assert_eq!((answer.status, answer.code()), (409, "out_of_stock"));
                let calls = world.calls.end();
                assert_eq!(
                    calls.iter().any(|call| call.what.contains("STOCK")),
                    is_asked,
                    "seed {seed}, {key}"
                );
                world.advance(SOLD_OUT_BELIEVED_MS).await;
            }
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

#[test]
fn staff_can_take_out_what_is_lent() {
    journey(async |world| {
        let shop = lent(&world).await;
        let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
        let path = format!("/v1/inventory/{}/adjustments", NOTHING.sku);
        let less = |pieces: i64, key: &str| {
            let body =
                json!({ "location_id": places.text("/items/0/id"), "delta": -pieces, "reason": "damaged" });
            shop.post(path.as_str()).as_staff().key(key).json(&body)
        };
        let first = less(PIECES - 1, "k").send().await;
        assert_eq!((first.status, first.code()), (503, "service_unavailable"), "it is being called back");
        persist(&world, || less(PIECES - 1, "k")).await.expect(201);
        let refused = persist(&world, || less(2, "l")).await;
        assert_eq!((refused.status, refused.code()), (409, "insufficient_stock"));
        world.at_rest().await;
        let level =
            shop.get(format!("/v1/inventory/{}", NOTHING.sku).as_str()).as_staff().send().await.expect(200);
        assert_eq!(level.number("/on_hand"), 1);
    });
}

#[test]
fn what_the_release_before_writes_is_in_the_list() {
    journey(async |world| {
        let shop = world.client();
        let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
        let place = places.text("/items/0/id");
        let older = |seq: u64, on_hand: i64| {
            let upsert = sql("insert into shelves (sku, location_id, seq, on_hand, reserved, priority, priority_version)
                values (?1, ?2, ?3, ?4, 0, 1, 1) on conflict (sku, location_id) do update set seq = excluded.seq,
                on_hand = excluded.on_hand where excluded.seq > shelves.seq");
            let upsert = upsert.bind_text(FIELD.sku).bind_text(place).bind(seq).bind(on_hand);
            world.database("meridian-inventory").transact(&[upsert]).unwrap();
        };
        for (seq, on_hand, expected) in [(1_000, 7, 7), (1_002, 5, 5), (1_001, 6, 5)] {
            older(seq, on_hand);
            let list = shop.get("/v1/inventory?limit=100").as_staff().send().await.expect(200);
            let items = list.body["items"].as_array().unwrap();
            let field = items.iter().find(|item| item["sku"] == FIELD.sku).unwrap();
            let shelf = field["locations"].as_array().unwrap().iter().find(|one| one["location_id"] == place);
            assert_eq!(shelf.unwrap()["on_hand"], expected, "after {seq}");
        }
    });
}
