//! The world as traits: what a Worker or an object may ask of it, and nothing else.
//!
//! A `Platform` is the world as one request sees it: it knows the request's trace and how many Workers it passed. Production code is
//! generic over it; `edge` implements it on Cloudflare, `tests/kit` natively.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod confirm;
pub mod consume;
pub mod database;
pub mod fault;
pub mod idempotency;
pub mod keys;
pub mod log;
pub mod memory;
pub mod outbox;
pub mod shell;
pub mod storage;
pub mod wire;

use bytes::Bytes;
use http::{Request, Response};
use std::{borrow::Cow, future::Future};

use api::{Service, trace::TraceParent};
use domain::{DurationMs, Timestamp, id::Seed, text::Normalise};

pub use consume::{Batch, Message, Outcome, consume, dead_letter_binding};
pub use database::{Database, Statement, Value, sql};
pub use fault::{Failure, Fault, FaultKind};
pub use keys::{ORDER_TOKEN_KEY, deriving_key, key_ring};
pub use memory::Memory;
pub use wire::{ObjectStub, call, object};

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Service(Service),
    Object { binding: Cow<'static, str>, name: String },
}

/// What a request carries through the shop.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The Worker or object that this is.
    pub service: &'static str,
    pub request_id: String,
    /// This hop's own span.
    pub trace: TraceParent,
    /// The span that called, when there was one.
    pub parent_span: Option<[u8; 8]>,
    /// How many Workers came before.
    pub hops: u32,
}

pub trait Platform: Clone + Send + Sync + 'static {
    type Db: Database;

    fn context(&self) -> &RequestContext;

    /// This Worker's own database.
    fn db(&self) -> Result<Self::Db, Fault>;

    fn now(&self) -> Timestamp;

    fn random<const N: usize>(&self) -> [u8; N];

    /// A configuration variable or a secret.
    fn var(&self, name: &str) -> Option<String>;

    fn sleep(&self, span: DurationMs) -> impl Future<Output = ()> + Send;

    /// One call to a service or an object. An answer of any status is an answer; not getting one is a fault.
    fn fetch(
        &self,
        target: &Target,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Fault>> + Send;

    /// Puts texts on the queue behind this producer binding, all or none.
    fn enqueue(&self, binding: &str, bodies: Vec<String>) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Counts one call of `key` with the limiter behind this binding: whether it is within the limit.
    fn is_within_rate(
        &self,
        binding: &'static str,
        key: &str,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Goes on after the answer has been sent.
    fn background(&self, work: impl Future<Output = ()> + Send + 'static);

    /// How this runtime brings texts into one form.
    fn normalise(&self) -> Normalise;

    fn write_log(&self, line: String);

    /// What this Worker's isolate remembers between requests.
    fn memory(&self) -> &Memory;

    /// What makes a new id unique.
    fn seed(&self) -> Seed {
        Seed { now: self.now(), random: self.random() }
    }

    fn is_local(&self) -> bool {
        self.var("ENVIRONMENT").as_deref() == Some("local")
    }
}
