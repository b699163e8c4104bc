//! Days in the life of the whole shop, each decided by one seed: who comes and what they do, what staff do meanwhile, which calls are
//! lost, who dies when, what the provider says by itself, whose clock is off. It is the production code of every Worker and object, on the
//! native platform. When the day is over and the shop at rest, an auditor with books of its own goes through everything.
//!
//! `cargo xtask simulate` runs many such days; docs/simulator.md tells how to read what it finds.
// Everything here is a test's tool: what should not happen may panic, and says what it was. How long it is looked for a shorter day is a
// matter of the real clock.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod audit;
mod clerk;
pub mod day;
pub mod diary;
pub mod fate;
pub mod hunt;
mod operator;
mod provider;
pub mod run;
mod shopper;
pub mod shrink;
pub mod weather;

pub use day::Day;
pub use run::{Outcome, live, live_through};
