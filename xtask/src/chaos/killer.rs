//! Whoever ends the shop, again and again, and whatever runs in it.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    process,
    seed::rng::Rng,
    setup::Setup,
    shop,
    shopping::{
        diary::{BEGUN_MAX, Diary},
        goods::Watch,
    },
    workspace::{Worker, Workspace},
};

/// How long the shop lives at least and at most, in milliseconds, once it is well.
const LIFE_MS: (i64, i64) = (200, 6000);
/// Between two evictions.
const EVICTION_MS: (i64, i64) = (50, 300);
/// What goes wrong with the payment provider.
const UPSETS: &str = r#"{"meridian-payments":{"TEST_PROVIDER_UPSETS":"unreached=50 lost=50 slow=100"}}"#;

/// All that the shop is started from, each time anew.
pub struct Ground<'a> {
    pub workspace: &'a Workspace,
    pub setup: &'a Setup,
    pub workers: &'a [Worker],
    pub state: &'a Path,
    pub port: u16,
    /// Of all that run after one another.
    pub log: PathBuf,
}

impl Ground<'_> {
    pub fn start(&self) -> Result<shop::Shop> {
        let Self { workspace, setup, workers, state, port, log } = self;
        shop::Shop::start_unwell(workspace, &setup.node, workers, state, *port, log, UPSETS)
    }
}

pub struct Killer<'a> {
    pub ground: &'a Ground<'a>,
    pub diary: &'a Diary,
    pub watches: &'a [Watch],
    pub rng: Rng,
    pub evictions: usize,
}

impl Killer<'_> {
    /// Kills the shop and starts it again, so often. When it was killed last.
    pub fn kill(&mut self, running: &mut shop::Shop, kills: usize) -> Result<Instant> {
        let began = Instant::now();
        let mut last = began;
        for number in 1..=kills {
            self.let_live(running)?;
            last = Instant::now();
            running.kill();
            *running = self.ground.start()?;
            println!(
                "  {:>6.1} s   kill {number} of {kills}   {}",
                began.elapsed().as_secs_f64(),
                self.told()
            );
        }
        Ok(last)
    }

    /// A moment in which only objects are ended.
    fn let_live(&mut self, running: &mut shop::Shop) -> Result<()> {
        let mut left = self.rng.between(LIFE_MS.0, LIFE_MS.1);
        while left > 0 {
            let pause = self.rng.between(EVICTION_MS.0, EVICTION_MS.1).min(left);
            process::pause(Duration::from_millis(pause.unsigned_abs()))?;
            left -= pause;
            self.evict(running)?;
        }
        Ok(())
    }

    fn evict(&mut self, running: &mut shop::Shop) -> Result<()> {
        let (kind, at) = (self.rng.below(3), self.rng.below(BEGUN_MAX));
        let notes = self.diary.open();
        let (worker, class, name) = match kind {
            0 => {
                ("meridian-stock-object", "StockObject", self.watches.get(at).map(|watch| watch.sku.clone()))
            }
            // Their ids are in the order in which they were made.
            1 => ("meridian-cart-object", "CartObject", notes.carts.keys().rev().nth(at).cloned()),
            _ => ("meridian-order-object", "OrderObject", notes.begun.get(at).cloned()),
        };
        drop(notes);
        if let Some(name) = name {
            running.evict(worker, class, &name)?;
            self.evictions += 1;
        }
        Ok(())
    }

    fn told(&self) -> String {
        let notes = self.diary.open();
        let told = notes.answers.iter().map(|(what, times)| format!("{what} {times}"));
        told.collect::<Vec<_>>().join(", ")
    }
}
