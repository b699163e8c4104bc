//! Somebody who looks round before they buy.

use std::sync::atomic::Ordering;

use anyhow::Result;

use crate::{
    seed::rng::Rng,
    shopping::{
        client::{Client, Proof, get, text},
        habits::Habits,
        shoppers::{Shop, Shopper},
    },
};

/// What most people do in most shops, and a little of everything else.
const HABITS: Habits = Habits {
    methods: &[
        ("pm_card_visa", 84),
        ("pm_card_authenticationRequired", 6),
        ("pm_card_pendingRefund", 4),
        ("pm_card_chargeDeclined", 6),
    ],
    taps: 2,
    tabs: 2,
    cancels: 6,
};
const WORDS: [&str; 6] = ["diver", "automatic", "steel", "chrono", "sapphire", "blue"];
/// Products that somebody looks at before they buy, at most.
const LOOKS_MAX: i64 = 4;

pub struct Visitor {
    shopper: Shopper,
    rng: Rng,
    slugs: Vec<String>,
}

/// What there is to look at.
pub fn slugs(client: &Client) -> Result<Vec<String>> {
    let page = client.expect(&get("/v1/products?limit=60"), 200)?;
    Ok(page.items().iter().map(|product| text(product, "/slug").to_owned()).collect())
}

impl Visitor {
    pub fn new(seed: usize, number: usize, token: Option<Proof>, slugs: Vec<String>) -> Self {
        let rng = Rng::new(&format!("visitor {number}"), seed);
        Self { shopper: Shopper::new(seed, number, token, &HABITS), rng, slugs }
    }

    fn look_round(&mut self, client: &Client) -> Result<()> {
        client.expect(&get("/v1/products?limit=20"), 200)?;
        if self.rng.chance(50) {
            let word = self.rng.pick(&WORDS);
            client.expect(&get(format!("/v1/products?q={word}&limit=20")), 200)?;
        }
        for _ in 0..self.rng.between(1, LOOKS_MAX) {
            let slugs: Vec<&str> = self.slugs.iter().map(String::as_str).collect();
            let slug = self.rng.pick(&slugs);
            client.expect(&get(format!("/v1/products/{slug}")), 200)?;
        }
        Ok(())
    }
}

/// Looks round and buys, again and again.
pub fn come_and_go(mut visitor: Visitor, shop: &Shop<'_>) -> Result<()> {
    for turn in 0.. {
        if shop.is_closing.load(Ordering::Relaxed) {
            break;
        }
        visitor.look_round(shop.client)?;
        visitor.shopper.visit(shop, turn)?;
    }
    Ok(())
}
