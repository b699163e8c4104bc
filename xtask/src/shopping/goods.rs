//! What is sold: a few watches of one brand, made for the occasion, with known stock.

use anyhow::Result;
use serde_json::{Value, json};

use super::client::{Client, Proof, post};

const PRICE: i64 = 19_900;

#[derive(Debug, Clone, Default)]
pub struct Watch {
    pub sku: String,
    /// All that ever came in.
    pub pieces: i64,
    /// Where it lies.
    location: String,
}

impl Watch {
    /// Books more of them in.
    pub fn receive(&mut self, client: &Client, staff: &Proof, pieces: i64) -> Result<()> {
        let body = json!({ "location_id": self.location, "delta": pieces, "reason": "received" });
        let path = format!("/v1/inventory/{}/adjustments", self.sku);
        let key = format!("{}-{}", self.sku, self.pieces);
        client.expect(&post(path).by(staff).key(&key).json(body), 201)?;
        self.pieces += pieces;
        Ok(())
    }
}

/// Books in so many pieces of each, and says what there is.
pub fn stock(client: &Client, staff: &Proof, brand: &str, pieces: &[i64]) -> Result<Vec<Watch>> {
    let body = json!({ "slug": brand, "name": brand });
    client.expect(&post("/v1/brands").by(staff).json(body), 201)?;
    let place = json!({ "name": "The shelf", "country": "NL", "priority": 10 });
    let place = client.expect(&post("/v1/locations").by(staff).key("shelf").json(place), 201)?;
    let mut watches = Vec::new();
    for (number, pieces) in (1..).zip(pieces) {
        let sku = format!("{}-{number}", brand.to_uppercase());
        client.expect(&post("/v1/products").by(staff).json(product(brand, &sku, number)), 201)?;
        let mut watch = Watch { sku, pieces: 0, location: place.text("/id").to_owned() };
        watch.receive(client, staff, *pieces)?;
        watches.push(watch);
    }
    Ok(watches)
}

fn product(brand: &str, sku: &str, number: i64) -> Value {
    let price = json!({ "amount": PRICE + number * 100, "currency": "EUR" });
    json!({
        "slug": sku.to_lowercase(),
        "status": "active",
        "name": sku,
        "description": "Sold to nobody but people made for it.",
        "brand": brand,
        "attributes": {},
        "images": [],
        "variants": [{ "sku": sku, "title": "One size", "prices": [price], "weight_grams": 120 }],
    })
}
