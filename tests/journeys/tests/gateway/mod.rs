//! What the gateway does to every request, whatever it asks for: limits, origins, headers, time and circuits.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod browsers;
mod rates;
mod remembered;
mod services;
