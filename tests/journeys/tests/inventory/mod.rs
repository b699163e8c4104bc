//! Stock and locations as shoppers and staff meet them, and what becomes of messages that give up.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod dead_letters;
mod places;
mod shop;
mod stock;
