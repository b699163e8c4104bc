//! How the catalogue bears 100,000 products: not a timed test, a measurement to be read.
//!
//! `cargo test --release -p journeys catalog::scale -- --ignored --nocapture`
#![allow(clippy::disallowed_methods)]

use serde_json::{Value, json};
use std::time::Instant;

use crate::catalog::shop::{Shop, watch};
use kit::run;

const PRODUCTS: usize = 100_000;
const LINES: usize = 500;

const FIRST: [&str; 10] =
    ["Tide", "Orbit", "Abyss", "Meridian", "Polar", "Ember", "Harbour", "Summit", "Vega", "Quarry"];
const SECOND: [&str; 10] =
    ["Diver", "Chronograph", "Field", "Pilot", "Regatta", "Dress", "Travel", "Solar", "Moon", "Heritage"];
const CATEGORIES: [&str; 4] = ["deep", "divers", "watches", "straps"];

fn product(n: usize) -> Value {
    let name = format!("{} {} {}", FIRST[n % 10], SECOND[n / 10 % 10], n);
    let brand = if n.is_multiple_of(1_000) { "orrery" } else { "halden" };
    // One product in 10,000 is a strap.
    let category = if n.is_multiple_of(10_000) { "straps" } else { CATEGORIES[n % 3] };
    let mut watch =
        watch(&format!("w-{n}"), &name, brand, category, 10_000 + i64::try_from(n * 37 % 90_000).unwrap());
    watch["attributes"]["Case diameter"] = json!(format!("{} mm", 36 + n % 10));
    watch["attributes"]["Reference"] = json!(format!("REF-{n}"));
    watch
}

#[test]
#[ignore = "a measurement of a minute or two"]
fn a_hundred_thousand_products() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let started = Instant::now();
        for call in 0..PRODUCTS / LINES {
            let lines: Vec<Value> = (0..LINES).map(|line| product(call * LINES + line)).collect();
            let one = Instant::now();
            let report = shop.import(&lines).await;
            assert_eq!(report.body["created"], LINES, "{}", report.text);
            if call.is_multiple_of(50) {
                println!("import call {call}: {:?}", one.elapsed());
            }
        }
        println!(
            "imported {PRODUCTS} in {:?}; database {} MB",
            started.elapsed(),
            shop.world.database("meridian-catalog").image().len() >> 20
        );
        for n in [5, 50_000, 99_990] {
            shop.stock(&format!("w-{n}-L"), 9, 1).await;
        }
        for query in [
            "products/w-77777",
            "products?",
            "products?limit=100",
            "products?sort=price",
            "products?sort=-price&min_price=50000&max_price=60000",
            "products?sort=name",
            "products?category=watches",
            "products?category=straps",
            "products?category=watches&sort=price",
            "products?category=watches&sort=name",
            "products?category=straps&sort=price",
            "products?brand=halden",
            "products?brand=orrery&sort=price",
            "products?in_stock=true",
            "products?in_stock=true&sort=price",
            "products?option.Strap=Steel",
            "products?option.Strap=Steel&attr.Movement=Automatic&category=deep",
            "products?attr.Reference=REF-4711",
            "products?category=watches&attr.Reference=REF-4711",
            "products?min_price=99999999",
            "products?q=tide",
            "products?q=tide%20diver",
            "products?q=ti",
            "products?q=long%20days",
            "products?q=long%20days&brand=orrery",
            "products?q=long%20days&sort=price",
            "products?q=51234",
            "products?q=chronogarph",
            "products?q=xyzzyx",
            "categories",
            "brands",
        ] {
            let path = format!("/v1/{query}");
            let first = shop.get(&path).await;
            assert_eq!(first.status, 200, "{}", first.text);
            let (mut best, mut total) = (u128::MAX, 0);
            for _ in 0..5 {
                let one = Instant::now();
                shop.get(&path).await;
                best = best.min(one.elapsed().as_micros());
                total += 1;
            }
            assert_eq!(total, 5);
            println!(
                "{best:>8} µs  {:>5}  {query}",
                first.body["total"].as_u64().map_or(String::new(), |total| total.to_string())
            );
        }
    });
}
