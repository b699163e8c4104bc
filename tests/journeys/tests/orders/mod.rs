//! Orders over HTTP: who may see them, how they are refused, and what staff do with them after the sale.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod afterwards;
mod bodies;
mod outages;
mod races;
mod reading;
mod refusals;

use kit::{
    Shop,
    client::{Answer, Basket, Placed},
    mounts::Inside,
};

pub type Here = Shop<Inside>;

/// A guest's paid order of these lines.
pub async fn bought(shop: &Here, key: &str, lines: &[(&str, u32)]) -> (Placed, Answer) {
    let basket = shop.filled_cart("EUR", "DE", lines).await;
    let answer = shop.place(&basket, key, "pm_card_visa").send().await.expect(201);
    (Here::placed(&basket, &answer), answer)
}

/// A guest's order that waits for their authentication.
pub async fn awaiting(shop: &Here, key: &str, lines: &[(&str, u32)]) -> (Basket, Placed, Answer) {
    let basket = shop.filled_cart("EUR", "DE", lines).await;
    let answer = shop.place(&basket, key, "pm_card_authenticationRequired").send().await.expect(201);
    assert_eq!(answer.text("/status"), "awaiting_payment");
    (basket.clone(), Here::placed(&basket, &answer), answer)
}
