//! Days go well, the same seed is the same day, planted bugs are found, and what is found is made short.
//!
//! `MERIDIAN_DAYS` says how many days (a few, where it is not said; `cargo xtask test` says 2,000 and compiles them to be fast).
#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used)]

use domain::{Bug, planted::plant};
use simulator::{
    Day,
    hunt::hunt,
    live, live_through,
    run::Tally,
    shrink::{Patience, shrink},
};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// As `cargo xtask simulate` has it: a day allocates all the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Within so many days every planted bug is found.
const BUG_DAYS: u64 = 100;

/// Lines of a story that a person still reads.
const A_PAGE: usize = 30;

fn days() -> Option<u64> {
    std::env::var("MERIDIAN_DAYS").ok().and_then(|days| days.parse().ok())
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn no_day_breaks_a_promise() {
    let days = days().unwrap_or(6);
    let next = AtomicU64::new(0);
    let (tally, failed) = (Mutex::new(Tally::default()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while failed.lock().unwrap().is_empty() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= days {
                        return;
                    }
                    // Every other one with every fault on.
                    let is_stormy = seed % 2 == 1;
                    let day = if is_stormy { Day::stormy(seed) } else { Day::of(seed) };
                    let outcome = live_through(&day);
                    *tally.lock().unwrap() += outcome.tally;
                    if !outcome.findings.is_empty() {
                        let storm = if is_stormy { " --storm" } else { "" };
                        let told = format!("cargo xtask simulate --seed {seed}{storm}");
                        failed.lock().unwrap().push((told, outcome.findings));
                    }
                }
            });
        }
    });
    println!("{days} days: {:?}", tally.into_inner().unwrap());
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn the_same_seed_is_the_same_day() {
    for seed in [1, 2, 3] {
        let (one, other) = (live(seed), live(seed));
        assert_eq!(
            (one.fingerprint, &one.story, &one.strikes),
            (other.fingerprint, &other.story, &other.strikes)
        );
        assert_ne!(one.fingerprint, 0);
        // A day that was written down is the same day, too.
        let written =
            serde_json::to_string(&Day { strikes: Some(one.strikes.clone()), ..Day::of(seed) }).unwrap();
        let read = live_through(&serde_json::from_str(&written).unwrap());
        assert_eq!(read.fingerprint, one.fingerprint);
    }
}

#[test]
fn planted_bugs_are_found() {
    // Without being told to take its time, only a bug that any day shows.
    let bugs = if days().is_some() { Bug::ALL } else { &[Bug::StockSellsWhatIsNotThere] };
    let missed: Vec<_> = hunt(bugs, BUG_DAYS, threads(), |_| {})
        .into_iter()
        .filter(|hunt| hunt.caught.is_none())
        .map(|hunt| hunt.bug.name())
        .collect();
    assert!(missed.is_empty(), "not found within {BUG_DAYS} days: {missed:?}");
}

/// `cargo xtask simulate --bugs 100 --table docs/planted-bugs.md` writes it anew.
#[test]
fn the_table_has_every_bug() {
    let table = include_str!("../../../docs/planted-bugs.md");
    let missing: Vec<_> =
        Bug::ALL.iter().filter(|bug| !table.contains(&format!("`{}`", bug.name()))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!table.contains("not found"));
}

#[test]
fn what_is_found_is_made_short() {
    let bug = Bug::StockSellsWhatIsNotThere;
    let caught = hunt(&[bug], BUG_DAYS, 1, |_| {}).remove(0).caught.unwrap();
    plant(Some(bug));
    let day = Day::of(caught.0);
    let outcome = live_through(&day);
    let (short, again) = shrink(&day, &outcome, Patience(Duration::from_secs(60)));
    plant(None);
    assert!(!again.findings.is_empty());
    assert!(short.people.len() < day.people.len(), "nobody could be left out");
    assert!(again.story.len() <= A_PAGE, "nobody reads {} lines", again.story.len());
    // Without the bug, all is well on it.
    assert_eq!(live_through(&short).findings, Vec::<String>::new());
}
