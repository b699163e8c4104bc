//! What everybody did and was told: what the shop has promised, and the story of a day for whoever reads it.

use kit::{Answer, Placed, Transport, World, client::Ask};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use domain::DurationMs;

/// What the shop said yes to. The auditor holds it to its word.
#[derive(Debug, Clone, PartialEq)]
pub enum Promise {
    /// An order was taken, for this money.
    Order {
        id: String,
        cart: String,
        cart_version: i64,
        wants: Vec<(String, i64)>,
        amount: i64,
        currency: String,
    },
    /// An order was refused, or failed: nobody pays for it.
    Refused { cart: String, cart_version: i64, code: String },
    /// Staff booked pieces in or out.
    Adjusted { sku: String, delta: i64 },
    /// Staff paid something back.
    Refund { id: String, order: String, pieces: Vec<(String, i64)>, amount: i64, restock: bool },
    /// Staff sent something.
    Sent { order: String },
    /// How an order stood when somebody was told of it.
    Told { order: String, status: String },
    /// Somebody cancelled an order.
    Cancelled { order: String, by_staff: bool },
}

/// The payment provider, when it acts by itself.
pub const PROVIDER: usize = usize::MAX;
/// Whoever books goods when the day is over: nobody of the day's people.
pub const NIGHT_SHIFT: usize = usize::MAX - 1;

/// One thing that was done, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub at_ms: DurationMs,
    pub who: usize,
    pub did: String,
    pub told: String,
}

#[derive(Debug, Default)]
struct Pages {
    lines: Vec<Line>,
    promises: Vec<Promise>,
    orders: BTreeMap<usize, Placed>,
    complaints: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Diary(Mutex<Pages>);

impl Diary {
    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn note(&self, world: &World, who: usize, did: impl Into<String>, told: impl Into<String>) {
        let line = Line { at_ms: world.age_ms(), who, did: did.into(), told: told.into() };
        self.pages().lines.push(line);
    }

    pub fn promise(&self, promise: Promise) {
        self.pages().promises.push(promise);
    }

    /// Something that no shopper should ever be told.
    pub fn complain(&self, what: String) {
        self.pages().complaints.push(what);
    }

    pub fn remember_order(&self, who: usize, order: Placed) {
        self.pages().orders.insert(who, order);
    }

    pub fn order_of(&self, who: usize) -> Option<Placed> {
        self.pages().orders.get(&who).cloned()
    }

    pub fn lines(&self) -> Vec<Line> {
        self.pages().lines.clone()
    }

    pub fn promises(&self) -> Vec<Promise> {
        self.pages().promises.clone()
    }

    pub fn complaints(&self) -> Vec<String> {
        self.pages().complaints.clone()
    }

    /// Asks as a good client does: again, after a pause, with the same key, until there is an answer that is one. `None` when there never
    /// was any, which is a complaint.
    pub async fn ask<T: Transport>(
        &self,
        world: &World,
        who: usize,
        did: &str,
        ask: impl Fn() -> Ask<T>,
    ) -> Option<Answer> {
        const TRIES_MAX: u32 = 120;
        const PAUSE_MS: DurationMs = 2_000;
        for _ in 0..TRIES_MAX {
            match ask().attempt().await {
                Ok(answer) if is_final(&answer) => {
                    self.note(world, who, did, brief(&answer));
                    return Some(answer);
                }
                Ok(answer) => self.note(world, who, did, format!("{} {}", answer.status, answer.code())),
                Err(_) => self.note(world, who, did, "no answer"),
            }
            world.advance(PAUSE_MS).await;
        }
        self.complain(format!("never answered: {did}, which person {who} asked {TRIES_MAX} times"));
        None
    }
}

/// An answer in a line.
pub fn brief(answer: &Answer) -> String {
    let told = if answer.code().is_empty() { answer.text("/status") } else { answer.code() };
    format!("{} {told} {}", answer.status, answer.text("/id")).trim().to_owned()
}

fn is_final(answer: &Answer) -> bool {
    answer.status < 500 && answer.status != 202 && answer.code() != "request_in_progress"
}
