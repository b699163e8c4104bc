//! Every call that leaves a Worker or an object, counted, named and, on request, lost.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::DurationMs;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// What kind of call it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// To a service or an object.
    Fetch,
    /// One D1 batch.
    Database,
    /// Messages put on a queue.
    Enqueue,
    /// One call counted by a rate limiter.
    Rate,
    /// A write of an object's own storage: no subrequest, but as good a moment to die.
    Storage,
}

/// One call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// 0, 1, 2, … from when counting began.
    pub serial: usize,
    pub kind: CallKind,
    /// The Worker or object that made it.
    pub from: &'static str,
    /// What it was: `POST /internal/catalog/quote`, `STOCK`, `d1`, `order-events`, `RATE_READS`.
    pub what: String,
    pub trace: [u8; 16],
    /// The request that it belongs to; empty for what nobody waits for.
    pub request: String,
    /// How many Workers had come before.
    pub hops: u32,
}

impl Call {
    /// `orders → ORDER`
    pub fn name(&self) -> String {
        format!("{} → {}", self.from, self.what)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}", self.serial, self.name())
    }
}

/// What happens to one call, or to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// It fails and nothing was done.
    Before,
    /// It is done, but the answer is lost.
    After,
    /// The caller dies just before: what it was doing stops, its memory is gone.
    CrashBefore,
    /// The caller dies when it is done, without having seen the answer.
    CrashAfter,
    /// It fails, and yet arrives a while later: whatever the caller did about the failure may have overtaken it.
    Late,
    /// It takes this long, in milliseconds, and then works.
    Slow(DurationMs),
}

/// How late a late call is: longer than anybody waits, and than the first alarm after a crash.
pub const LATE_MS: DurationMs = 40_000;

impl Outage {
    pub const ALL: [Outage; 4] = [Outage::Before, Outage::After, Outage::CrashBefore, Outage::CrashAfter];

    /// What can happen to a call of this kind.
    pub fn of(kind: CallKind) -> impl Iterator<Item = Outage> {
        // Storage is part of its object: there is no way on which anything could be held up.
        Self::ALL.into_iter().chain((kind != CallKind::Storage).then_some(Outage::Late))
    }
}

/// Which calls an outage meets.
#[derive(Debug, Clone)]
pub enum Plan {
    /// The one with this serial number.
    At { serial: usize, outage: Outage },
    /// Every call whose `from → what` contains the text, until the world is so old.
    Down { what: String, until_ms: DurationMs },
    /// Every call whose `from → what` contains the text takes so long.
    Slow { what: String, ms: DurationMs },
    /// The first call whose `from → what` contains the text.
    First { what: String, outage: Outage },
    /// So many of a thousand calls, whichever chance picks, meet whatever chance picks.
    Storm { per_mille: u64 },
    /// Whatever somebody else says, call by call.
    By(Fate),
}

type Decide = dyn Fn(&Call) -> Option<Outage> + Send + Sync;

/// Decides what becomes of each call.
#[derive(Clone)]
pub struct Fate(pub Arc<Decide>);

impl fmt::Debug for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fate")
    }
}

#[derive(Debug, Default)]
pub struct Calls(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    made: Vec<Call>,
    is_counting: bool,
    plans: Vec<Plan>,
    has_struck: bool,
}

impl Calls {
    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts counting at 0, without any outage.
    pub fn begin(&self) {
        *self.lock() = Book { is_counting: true, ..Book::default() };
    }

    /// Stops counting and lets every call through.
    pub fn end(&self) -> Vec<Call> {
        std::mem::take(&mut *self.lock()).made
    }

    pub fn made(&self) -> Vec<Call> {
        self.lock().made.clone()
    }

    pub fn plan(&self, plan: Plan) {
        self.lock().plans.push(plan);
    }

    /// Whether a planned outage has met a call.
    pub fn has_struck(&self) -> bool {
        self.lock().has_struck
    }

    /// Counts one call and says what becomes of it.
    pub fn enter(&self, call: Call, elapsed_ms: DurationMs, chance: &Chance) -> Option<Outage> {
        let mut book = self.lock();
        if !book.is_counting {
            return None;
        }
        let serial = book.made.len();
        let name = call.name();
        let is_first = |what: &str| !book.made.iter().any(|made| made.name().contains(what));
        let outage = book.plans.iter().find_map(|plan| match plan {
            Plan::At { serial: at, outage } => (*at == serial).then_some(*outage),
            Plan::Down { what, until_ms } => {
                (elapsed_ms < *until_ms && name.contains(what.as_str())).then_some(Outage::Before)
            }
            Plan::Slow { what, ms } => name.contains(what.as_str()).then_some(Outage::Slow(*ms)),
            Plan::First { what, outage } => {
                (name.contains(what.as_str()) && is_first(what)).then_some(*outage)
            }
            Plan::Storm { per_mille } if chance.below(1_000) < *per_mille => {
                let kinds: Vec<_> = Outage::of(call.kind).collect();
                kinds.get(chance.below(kinds.len() as u64) as usize).copied()
            }
            Plan::Storm { .. } => None,
            Plan::By(Fate(decide)) => decide(&call),
        });
        book.made.push(Call { serial, ..call });
        book.has_struck |= outage.is_some();
        outage
    }
}
