//! Payments by themselves: the Worker and its embedded provider, whose books are held against ours after everything that can go wrong.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod calls;
mod outages;
mod till;
mod webhooks;
