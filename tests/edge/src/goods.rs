//! Goods that belong to one test alone: a product, a SKU and stock of its own, made through the staff's calls.

use serde_json::{Value, json};
use std::sync::LazyLock;

use crate::{Answer, Who, ask, get, post, unique};

pub const CURRENCIES: [&str; 4] = ["EUR", "USD", "GBP", "JPY"];
/// Dearer than anything seeded, so that whoever looks for the cheapest watch never finds these.
pub const PRICES: [i64; 4] = [1_299_900, 1_399_900, 1_149_900, 2_145_000];

/// Something to buy.
#[derive(Debug, Clone)]
pub struct Goods {
    pub sku: String,
    pub slug: String,
    pub product: String,
}

/// Where this run's goods lie, and the brand that they are of.
pub struct Place {
    pub location: String,
    pub brand: String,
}

pub fn place() -> &'static Place {
    static PLACE: LazyLock<Place> = LazyLock::new(|| {
        let brand = unique("edge");
        let body = json!({ "slug": brand, "name": "Edge" });
        post("/v1/brands").as_staff().json(&body).send().expect(201);
        Place { location: location(10), brand }
    });
    &PLACE
}

/// A new place to keep goods at.
pub fn location(priority: u32) -> String {
    let body = json!({ "name": unique("Shed"), "country": "NL", "priority": priority });
    let made = post("/v1/locations").as_staff().key(&unique("location")).json(&body).send().expect(201);
    made.text("/id").to_owned()
}

/// A variant as staff write it.
pub fn variant(sku: &str, prices: [i64; 4]) -> Value {
    let prices: Vec<Value> = prices
        .iter()
        .zip(CURRENCIES)
        .map(|(amount, currency)| json!({ "amount": amount, "currency": currency }))
        .collect();
    json!({ "sku": sku, "title": "One size", "prices": prices, "weight_grams": 120 })
}

/// A product's body with these variants.
pub fn product(slug: &str, variants: &[Value]) -> Value {
    json!({
        "slug": slug,
        "status": "active",
        "name": format!("The {slug}"),
        "description": "A watch to test with.",
        "brand": place().brand,
        "attributes": { "Movement": "automatic" },
        "images": [{ "url": format!("/images/{slug}.svg"), "alt": "A watch", "width": 600, "height": 600 }],
        "variants": variants,
    })
}

impl Goods {
    /// A new product at the usual prices with `pieces` on the shelf.
    pub fn new(pieces: i64) -> Self {
        Self::priced(PRICES, pieces)
    }

    pub fn priced(prices: [i64; 4], pieces: i64) -> Self {
        let slug = unique("watch");
        let sku = slug.to_uppercase();
        let made = post("/v1/products").as_staff().json(&product(&slug, &[variant(&sku, prices)])).send();
        let goods = Self { product: made.expect(201).text("/id").to_owned(), sku, slug };
        if pieces != 0 {
            goods.receive(pieces);
        }
        goods
    }

    /// Books pieces in.
    pub fn receive(&self, pieces: i64) -> Answer {
        let body = json!({ "location_id": place().location, "delta": pieces, "reason": "received" });
        let path = format!("/v1/inventory/{}/adjustments", self.sku);
        post(&path).as_staff().key(&unique("receive")).json(&body).send().expect(201)
    }

    pub fn set_prices(&self, prices: [i64; 4]) {
        let body = json!({ "variants": [variant(&self.sku, prices)] });
        ask("PATCH", &format!("/v1/products/{}", self.product)).as_staff().json(&body).send().expect(200);
    }

    /// What the stock object says: on hand, reserved, available.
    pub fn stock(&self) -> (i64, i64, i64) {
        let level = get(&format!("/v1/inventory/{}", self.sku)).as_staff().send().expect(200);
        (level.number("/on_hand"), level.number("/reserved"), level.number("/available"))
    }

    /// Every movement, oldest first.
    pub fn ledger(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        let path = format!("/v1/inventory/{}/ledger?limit=100", self.sku);
        let mut next = path.clone();
        loop {
            let page = get(&next).by(Who::Staff).send().expect(200);
            lines.extend_from_slice(page.items());
            match page.body["next_cursor"].as_str() {
                Some(cursor) => next = format!("{path}&cursor={cursor}"),
                None => break,
            }
        }
        lines.reverse();
        lines
    }

    /// Replays the ledger, and panics unless it gives every number that it states, and today's.
    #[track_caller]
    pub fn assert_ledger_replays(&self) {
        let (mut on_hand, mut reserved, mut last) = (0, 0, 0);
        for line in self.ledger() {
            let seq = line["seq"].as_i64().unwrap();
            assert!(seq > last, "{line}");
            last = seq;
            on_hand += line["delta"].as_i64().unwrap();
            reserved += line["reserved_delta"].as_i64().unwrap();
            // One place keeps all of it, so the place's numbers are the SKU's.
            assert_eq!(
                (line["on_hand"].as_i64(), line["reserved"].as_i64()),
                (Some(on_hand), Some(reserved)),
                "{line}"
            );
            assert!(on_hand >= reserved && reserved >= 0, "{line}");
        }
        assert_eq!((on_hand, reserved, on_hand - reserved), self.stock());
    }
}
