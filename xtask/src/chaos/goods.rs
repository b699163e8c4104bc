//! What is sold while the shop is being killed: a few watches of its own with known stock, scarce ones and plenty.

use anyhow::Result;
use serde_json::{Value, json};

use super::client::{Client, Proof, post};

/// Pieces of each watch at the beginning. Most of the scarce ones are gone before the end.
const SCARCE: [i64; 3] = [10, 80, 400];
const PLENTY: [i64; 3] = [100_000; 3];
const PRICE: i64 = 19_900;

#[derive(Debug, Clone, Default)]
pub struct Watch {
    pub sku: String,
    pub pieces: i64,
}

/// Books them in, and says what there is.
pub fn stock(client: &Client, staff: &Proof) -> Result<Vec<Watch>> {
    let brand = json!({ "slug": "chaos", "name": "Chaos" });
    client.expect(&post("/v1/brands").by(staff).json(brand), 201)?;
    let place = json!({ "name": "The shelf", "country": "NL", "priority": 10 });
    let place = client.expect(&post("/v1/locations").by(staff).key("shelf").json(place), 201)?;
    let mut watches = Vec::new();
    for (number, pieces) in (1..).zip(SCARCE.into_iter().chain(PLENTY)) {
        let sku = format!("CHAOS-{number}");
        client.expect(&post("/v1/products").by(staff).json(product(&sku, number)), 201)?;
        let body = json!({ "location_id": place.text("/id"), "delta": pieces, "reason": "received" });
        let path = format!("/v1/inventory/{sku}/adjustments");
        client.expect(&post(path).by(staff).key(&sku).json(body), 201)?;
        watches.push(Watch { sku, pieces });
    }
    Ok(watches)
}

fn product(sku: &str, number: i64) -> Value {
    let price = json!({ "amount": PRICE + number * 100, "currency": "EUR" });
    json!({
        "slug": sku.to_lowercase(),
        "status": "active",
        "name": sku,
        "description": "Sold while the shop is being killed.",
        "brand": "chaos",
        "attributes": {},
        "images": [],
        "variants": [{ "sku": sku, "title": "One size", "prices": [price], "weight_grams": 120 }],
    })
}
