//! A small shop to test with: a few watches with prices in all four currencies, and stock in three places.

use serde_json::{Value, json};

use std::sync::LazyLock;

use crate::{
    client::{Shop, Transport},
    world::{Snapshot, World, run},
};

/// One thing to buy.
#[derive(Debug, Clone, Copy)]
pub struct Goods {
    pub sku: &'static str,
    pub slug: &'static str,
    /// In minor units of EUR, USD, GBP and JPY.
    pub prices: [i64; 4],
    pub weight_grams: u32,
    /// In Rotterdam, Reno and Osaka.
    pub stock: [i64; 3],
}

pub const DIVER: Goods = Goods {
    sku: "DIVER-300-BLK",
    slug: "diver-300",
    prices: [129_900, 139_900, 114_900, 214_500],
    weight_grams: 210,
    stock: [20, 10, 5],
};

pub const FIELD: Goods = Goods {
    sku: "FIELD-38-OLV",
    slug: "field-38",
    prices: [19_995, 21_999, 17_950, 32_800],
    weight_grams: 95,
    stock: [100, 50, 50],
};

/// Spread over the places, so that three pieces come from all of them.
pub const DRESS: Goods = Goods {
    sku: "DRESS-36-WHT",
    slug: "dress-36",
    prices: [89_001, 94_999, 78_903, 146_771],
    weight_grams: 60,
    stock: [1, 1, 1],
};

/// There is one left.
pub const LAST: Goods = Goods {
    sku: "PILOT-LAST-ONE",
    slug: "pilot-last-one",
    prices: [450_000, 480_000, 399_000, 742_000],
    weight_grams: 150,
    stock: [0, 1, 0],
};

pub const NOTHING: Goods = Goods {
    sku: "MOON-SOLD-OUT",
    slug: "moon-sold-out",
    prices: [990_000, 1_050_000, 880_000, 1_630_000],
    weight_grams: 130,
    stock: [0, 0, 0],
};

pub const ALL: [Goods; 5] = [DIVER, FIELD, DRESS, LAST, NOTHING];

pub const CURRENCIES: [&str; 4] = ["EUR", "USD", "GBP", "JPY"];

const PLACES: [(&str, &str); 3] = [("Rotterdam", "NL"), ("Reno", "US"), ("Osaka", "JP")];

/// The ids of the three places, in the order of sourcing.
pub async fn places<T: Transport>(shop: &Shop<T>) -> Vec<String> {
    let mut places = Vec::new();
    for (priority, (name, country)) in PLACES.into_iter().enumerate() {
        let body = json!({ "name": name, "country": country, "priority": priority + 1 });
        let made =
            shop.post("/v1/locations").as_staff().key(&format!("seed-{name}")).json(&body).send().await;
        places.push(made.expect(201).text("/id").to_owned());
    }
    places
}

/// The body of a product with one variant.
pub fn product_body(goods: &Goods) -> Value {
    let prices: Value = goods
        .prices
        .iter()
        .zip(CURRENCIES)
        .map(|(amount, currency)| json!({ "amount": amount, "currency": currency }))
        .collect();
    json!({
        "slug": goods.slug,
        "status": "active",
        "name": format!("The {}", goods.slug),
        "description": "A watch to test with.",
        "brand": "halden",
        "categories": ["watches"],
        "attributes": { "Movement": "automatic" },
        "images": [{ "url": format!("/images/{}.svg", goods.slug), "alt": "A watch", "width": 600, "height": 600 }],
        "variants": [{
            "sku": goods.sku,
            "title": "One size",
            "prices": prices,
            "weight_grams": goods.weight_grams,
        }],
    })
}

/// Books `pieces` of a SKU in, or out.
pub async fn adjust<T: Transport>(shop: &Shop<T>, sku: &str, place: &str, pieces: i64, key: &str) {
    let body = json!({ "location_id": place, "delta": pieces, "reason": "received" });
    let path = format!("/v1/inventory/{sku}/adjustments");
    shop.post(path).as_staff().key(key).json(&body).send().await.expect(201);
}

/// Fills an empty shop through its public calls; answers the ids of the places.
pub async fn fill<T: Transport>(shop: &Shop<T>) -> Vec<String> {
    let brand = json!({ "slug": "halden", "name": "Halden" });
    shop.post("/v1/brands").as_staff().json(&brand).send().await.expect(201);
    let category = json!({ "slug": "watches", "name": "Watches", "position": 1 });
    shop.post("/v1/categories").as_staff().json(&category).send().await.expect(201);
    let places = places(shop).await;
    for goods in &ALL {
        shop.post("/v1/products").as_staff().json(&product_body(goods)).send().await.expect(201);
        for (place, pieces) in places.iter().zip(goods.stock) {
            if pieces > 0 {
                adjust(shop, goods.sku, place, pieces, &format!("seed-{}-{place}", goods.sku)).await;
            }
        }
    }
    places
}

/// A stocked shop at rest.
pub fn stocked() -> &'static Snapshot {
    static STOCKED: LazyLock<Snapshot> = LazyLock::new(|| {
        run(async {
            let world = World::shop(1);
            fill(&world.client()).await;
            world.at_rest().await;
            world.snapshot()
        })
    });
    &STOCKED
}
