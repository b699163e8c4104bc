//! The shop's rules, as pure functions over values.
//!
//! Nothing here waits, reads a clock, draws a random number or knows HTTP, SQL or JSON. Time, ids and chance are arguments, so the
//! same code runs in a Worker, in a native test and in a simulator.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

pub mod account;
pub mod address;
pub mod aggregate;
pub mod card;
pub mod cart;
pub mod catalog;
pub mod change;
pub mod circuit;
pub mod holder;
pub mod id;
pub mod invalid;
pub mod mail;
pub mod money;
pub mod order;
pub mod order_number;
pub mod payment;
pub mod planted;
pub mod pricing;
pub mod quantity;
pub mod quote;
pub mod schema;
pub mod shipping;
pub mod sku;
pub mod stock;
pub mod tax;
pub mod text;
pub mod time;

pub use aggregate::{Aggregate, Answer, Decision, PartChange, Schedule};
pub use change::Change;
pub use invalid::Invalid;
pub use money::{Currency, Money, MoneyError};
pub use planted::Bug;
pub use quantity::Quantity;
pub use sku::Sku;
pub use time::{DurationMs, Timestamp};
