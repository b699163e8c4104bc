//! The local platform: the whole shop in one native process, with real SQLite, a manual clock and outages on request.
//!
//! It is `edge`'s twin. Where Cloudflare gives less than one might hope (numbers are doubles, a message may come twice, memory vanishes
//! with the isolate), it gives no more.
// Everything here is a test's tool: what should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod books;
#[cfg(feature = "pages")]
pub mod browser;
pub mod calls;
mod chance;
pub mod client;
pub mod config;
#[cfg(feature = "contract")]
pub mod contract;
mod local;
pub mod mounts;
mod object;
mod older;
mod planted;
mod queue;
pub mod seed;
mod shaken;
mod sqlite;
mod storage;
pub mod token;
mod unit;
pub mod wiring;
mod world;

#[cfg(feature = "pages")]
pub use browser::{Browser, Page};
pub use calls::{Call, CallKind, Fate, Outage, Plan};
pub use chance::Chance;
pub use client::{Answer, Basket, Placed, Shop, Transport, Who};
pub use local::Local;
pub use older::Older;
pub use sqlite::Sqlite;
pub use wiring::{Class, Wiring, Worker};
pub use world::{Chaos, Kept, Snapshot, World, run};
