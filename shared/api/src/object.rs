//! How objects are spoken to: declared once, imported by both sides.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Display;

use domain::{Aggregate, Timestamp, id::EventId};

/// One kind of object: where it is bound, what names an instance, and what lives in it.
///
/// Each context declares its own: `api::cart::CartObject` (binding `CART`, named by the `CartId`), `api::inventory::StockObject` (`STOCK`,
/// by the `Sku`), `api::order::OrderObject` (`ORDER`, by the `OrderId`).
pub trait Object: Send + Sync + 'static {
    const BINDING: &'static str;
    /// For logs and spans.
    const SERVICE: &'static str;
    type Key: Display + Send + Sync;
    type Aggregate: Aggregate;
}

/// The caller's idempotency key within its scope, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// Route, holder and the caller's key, so that no two callers share one.
    pub key: String,
    /// SHA-256 of the parsed body.
    pub fingerprint: String,
}

impl Idempotency {
    /// `scope` is the route and the holder, so that no two callers share a key.
    pub fn new(scope: &[&str], key: &str, body: &impl Serialize) -> Self {
        let digest = Sha256::digest(crate::json::write(body).unwrap_or_default());
        let fingerprint = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        // The key is a caller's free text and comes last, so that it cannot imitate another scope.
        Self { key: format!("{} {key}", scope.join(" ")), fingerprint }
    }
}

/// What may be asked of any object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask<C> {
    Read,
    Events(EventsQuery),
    Command {
        command: C,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idempotency: Option<Idempotency>,
    },
    /// Try the parked effects again.
    Resume,
    /// These events were handled: they need not be published again. It may know none of them.
    Confirm {
        events: Vec<EventId>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsQuery {
    /// Only events with a higher `seq` (oldest first), or a lower one (newest first).
    pub from: Option<u64>,
    pub newest_first: bool,
    /// At most this many.
    pub limit: u32,
    /// Oldest first only: how long to wait for the first, in milliseconds.
    pub wait_ms: u64,
}

/// One kept event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<E> {
    pub seq: u64,
    pub at: Timestamp,
    pub event: E,
}

/// What an object answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told<S, E, R, X> {
    /// Nobody has used this id.
    NotFound,
    /// `version` counts commits: it only grows.
    State {
        state: S,
        version: u64,
    },
    Events(Vec<Recorded<E>>),
    Replied {
        reply: R,
        #[serde(default)]
        replayed: bool,
    },
    Refused {
        refusal: X,
        #[serde(default)]
        replayed: bool,
    },
    /// Not settled within the time a caller waits; it goes on by itself.
    Pending {
        state: S,
    },
    /// The idempotency key stands for another body.
    KeyReused,
    /// The parked effects, if any, are due again.
    Resumed,
    Confirmed,
}

impl<S, E, R, X> Told<S, E, R, X> {
    /// For a log: only which answer it is. What it holds may be large, or personal.
    pub fn kind(&self) -> &'static str {
        match self {
            Told::NotFound => "not_found",
            Told::State { .. } => "state",
            Told::Events(_) => "events",
            Told::Replied { .. } => "replied",
            Told::Refused { .. } => "refused",
            Told::Pending { .. } => "pending",
            Told::KeyReused => "key_reused",
            Told::Resumed => "resumed",
            Told::Confirmed => "confirmed",
        }
    }
}

pub type ToldOf<A> = Told<A, <A as Aggregate>::Event, <A as Aggregate>::Reply, <A as Aggregate>::Refusal>;
