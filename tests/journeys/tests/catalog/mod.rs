//! The catalogue over HTTP: what staff write is what shoppers find.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used
)]

mod lists;
mod products;
mod races;
mod scale;
mod shop;
mod taxonomy;
