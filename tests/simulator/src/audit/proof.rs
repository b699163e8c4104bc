//! The public proof: as anybody reads it, verified by what `cargo xtask verify-proof` verifies with, which shares no code with the shop.

#[allow(dead_code)]
#[path = "../../../../xtask/src/proof/verify.rs"]
mod verify;

use kit::World;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::DurationMs;
use verify::{Report, Verifier};

use super::Books;

/// Longer than the router remembers a page.
const FORGOTTEN_MS: DurationMs = 6_000;

impl Books<'_> {
    pub(super) async fn audit_proofs(&mut self) {
        self.world.advance(FORGOTTEN_MS).await;
        let mut sums: BTreeMap<String, Report> = BTreeMap::new();
        let mut unproven = BTreeSet::new();
        for sku in self.world.names_of("StockObject") {
            let whole = sku.split('~').next().unwrap_or_default().to_owned();
            let movements = super::stock::movements(self.world, &sku);
            if movements.is_empty() {
                continue;
            }
            let shelf: i64 = movements.iter().map(|entry| entry.on_hand).sum();
            match proven(self.world, &sku).await {
                Ok(report) => {
                    self.equal(&format!("{sku}: what the proof says is on hand"), report.on_hand, shelf);
                    sums.entry(whole).and_modify(|sum| sum.add(&report)).or_insert(report);
                }
                // An older release wrote there last, and nothing is ever booked at a branch that would seal it again.
                Err(why) if sku.contains('~') && why.contains("newest movement is not sealed") => {
                    unproven.insert(whole);
                }
                Err(why) => self.findings.push(format!("{sku}: the proof does not hold: {why}")),
            }
        }
        for (sku, sum) in sums.iter().filter(|(sku, _)| !unproven.contains(*sku)) {
            self.check(sum.adds_up() && sum.under_way == 0, || {
                format!("{sku}: its objects moved {} pieces to nowhere", sum.tally.moved)
            });
        }
    }
}

async fn proven(world: &Arc<World>, sku: &str) -> Result<Report, String> {
    let (sku, shard) = sku.split_once('~').unwrap_or((sku, "0"));
    let first = format!("/v1/inventory/{sku}/proof?limit=100&shard={shard}");
    let mut verifier = Verifier::new(sku, &BTreeSet::new());
    let mut path = first.clone();
    loop {
        let answer = world.client().get(path.as_str()).send().await;
        if answer.status != 200 {
            return Err(format!("{} {}", answer.status, answer.code()));
        }
        let next = answer.body["next_cursor"].as_str().map(|cursor| format!("{first}&cursor={cursor}"));
        let page = serde_json::from_value(answer.body).map_err(|error| error.to_string())?;
        verifier.take(page).map_err(|flaw| flaw.to_string())?;
        match next {
            Some(next) => path = next,
            None => return verifier.finish().map_err(|flaw| flaw.to_string()),
        }
    }
}
