//! What becomes of each call. It hangs on the call alone (who makes it, what it is, the how manieth of its kind), not on all that came before: so
//! the same mishap can be had again in a day with fewer people.

use kit::{Call, Fate, Outage};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// One mishap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Strike {
    /// `orders → ORDER`
    pub call: String,
    /// 0 is the first such call of the day.
    pub nth: u64,
    pub outage: Outage,
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.outage {
            Outage::Before => "never arrives",
            Outage::After => "is done, and its answer lost",
            Outage::CrashBefore => "is never made: its caller dies",
            Outage::CrashAfter => "is done, and its caller dies",
            Outage::Late => "seems lost, and arrives 40 s later",
            Outage::Slow(_) => "takes long",
        };
        write!(f, "call {} of {} {what}", self.nth + 1, self.call)
    }
}

/// Counts calls, decides about them and writes down what it did.
#[derive(Debug, Clone, Default)]
pub struct Book(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    counts: BTreeMap<String, u64>,
    struck: Vec<Strike>,
    is_over: bool,
}

impl Book {
    fn enter(&self, call: &Call, decide: impl Fn(&str, u64) -> Option<Outage>) -> Option<Outage> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.is_over {
            return None;
        }
        let name = named(call);
        let count = pages.counts.entry(name.clone()).or_default();
        let nth = *count;
        *count += 1;
        let outage = decide(&name, nth)?;
        // What cannot befall a call of this kind does not.
        if !Outage::of(call.kind).any(|possible| possible == outage) {
            return None;
        }
        pages.struck.push(Strike { call: name, nth, outage });
        Some(outage)
    }

    /// From now on nothing goes wrong any more.
    pub fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
    }

    pub fn struck(&self) -> Vec<Strike> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).struck.clone()
    }

    /// So many of a thousand calls, whichever the seed picks.
    pub fn by_seed(&self, seed: u64, per_mille: u64) -> Fate {
        const OUTAGES: [Outage; 5] =
            [Outage::Before, Outage::After, Outage::CrashBefore, Outage::CrashAfter, Outage::Late];
        let book = self.clone();
        Fate(Arc::new(move |call| {
            book.enter(call, |name, nth| {
                let drawn = hash(seed, name, nth);
                (drawn % 1_000 < per_mille).then(|| OUTAGES[(drawn >> 32) as usize % OUTAGES.len()])
            })
        }))
    }

    /// These and no others.
    pub fn exactly(&self, strikes: &[Strike]) -> Fate {
        let book = self.clone();
        let listed: BTreeMap<(String, u64), Outage> =
            strikes.iter().map(|strike| ((strike.call.clone(), strike.nth), strike.outage)).collect();
        Fate(Arc::new(move |call| book.enter(call, |name, nth| listed.get(&(name.to_owned(), nth)).copied())))
    }
}

/// The call without the ids in it.
fn named(call: &Call) -> String {
    const ID_MIN: usize = 20;
    let segment = |segment: &str| if segment.len() >= ID_MIN { "*".to_owned() } else { segment.to_owned() };
    let what: Vec<_> = call.what.split('/').map(segment).collect();
    format!("{} → {}", call.from, what.join("/"))
}

/// FNV-1a over what names the call, and a last mix (Steele, Lea, Flood 2014) so that near names fall far apart.
fn hash(seed: u64, name: &str, nth: u64) -> u64 {
    let bytes = name.bytes().chain(nth.to_le_bytes()).chain(seed.to_le_bytes());
    let mut state: u64 = bytes
        .fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
