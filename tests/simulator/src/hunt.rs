//! Whether the simulator finds bugs: some are planted, one at a time, and days are lived until something is found to be wrong.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use domain::{Bug, planted::plant};

use crate::{day::Day, run::live_through};

/// What came of looking for one bug.
#[derive(Debug, Clone)]
pub struct Hunt {
    pub bug: Bug,
    /// The first seed that found it, and what it found.
    pub caught: Option<(u64, String)>,
}

/// Looks for every bug of `bugs`, each with at most `seeds` days.
pub fn hunt(bugs: &[Bug], seeds: u64, threads: usize, told: impl Fn(&Hunt) + Sync) -> Vec<Hunt> {
    // The stocked shop is made before any bug is there.
    let _ = kit::seed::stocked();
    let next = AtomicUsize::new(0);
    let hunts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let caught = (0..seeds).find_map(|seed| {
                        plant(Some(*bug));
                        let outcome = live_through(&Day::of(seed));
                        plant(None);
                        let finding = outcome.findings.into_iter().next()?;
                        // Without the bug, all is well on that day.
                        live_through(&Day::of(seed)).findings.is_empty().then_some((seed, finding))
                    });
                    let hunt = Hunt { bug: *bug, caught };
                    told(&hunt);
                    hunts.lock().unwrap_or_else(PoisonError::into_inner).push(hunt);
                }
            });
        }
    });
    let mut hunts = hunts.into_inner().unwrap_or_else(PoisonError::into_inner);
    hunts.sort_by_key(|hunt| Bug::ALL.iter().position(|bug| *bug == hunt.bug));
    hunts
}
