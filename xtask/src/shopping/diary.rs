//! What everybody was told while it went on: the audit holds the shop to it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use super::client::Proof;

/// SKUs, and how many pieces of each.
pub type Pieces = BTreeMap<String, i64>;

/// A cart as its owner saw it when they pressed "buy".
#[derive(Debug, Clone)]
pub struct Seen {
    pub cart: String,
    pub version: i64,
    pub proof: Proof,
    pub wants: Pieces,
    pub total: Value,
    pub email: String,
}

/// An order that was promised.
#[derive(Debug, Clone)]
pub struct Ordered {
    pub id: String,
    pub seen: Seen,
    /// What opens it.
    pub proof: Proof,
    /// Somebody was told that it is placed, which it then stays, unless it is cancelled.
    pub is_placed: bool,
    pub is_cancelled: bool,
    /// What the clerk was promised of it.
    pub refunds: Vec<Refund>,
    pub parcels: Vec<Parcel>,
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub id: String,
    pub pieces: Pieces,
    pub restock: bool,
}

#[derive(Debug, Clone)]
pub struct Parcel {
    pub id: String,
    pub pieces: Pieces,
}

#[derive(Debug, Default)]
pub struct Notes {
    pub orders: BTreeMap<String, Ordered>,
    /// Their ids, in the order in which they were promised.
    pub told: Vec<String>,
    /// Every cart that anybody tried to buy, and what opens it.
    pub carts: BTreeMap<String, Proof>,
    /// The last few orders that somebody began.
    pub begun: VecDeque<String>,
    /// How often a checkout was answered so: `placed`, or a refusal's code.
    pub answers: BTreeMap<String, usize>,
    /// What nobody may ever be told.
    pub complaints: BTreeSet<String>,
}

#[derive(Default)]
pub struct Diary(Mutex<Notes>);

impl Diary {
    pub fn open(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn complain(&self, what: String) {
        self.open().complaints.insert(what);
    }
}

/// As many as are worth to be interrupted: an older one is at rest.
pub const BEGUN_MAX: usize = 8;

impl Notes {
    pub fn begin(&mut self, order: String) {
        self.begun.push_front(order);
        self.begun.truncate(BEGUN_MAX);
    }

    /// An order was promised, maybe not for the first time.
    pub fn promise(&mut self, order: Ordered) {
        let is_placed = order.is_placed;
        let known = self.orders.entry(order.id.clone()).or_insert_with(|| {
            self.told.push(order.id.clone());
            order
        });
        known.is_placed |= is_placed;
    }

    pub fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.orders.values().flat_map(|order| &order.refunds)
    }

    pub fn parcels(&self) -> impl Iterator<Item = &Parcel> {
        self.orders.values().flat_map(|order| &order.parcels)
    }

    /// Checkouts that came to a definite answer.
    pub fn checkouts(&self) -> usize {
        self.answers.values().sum()
    }
}
