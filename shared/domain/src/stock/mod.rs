//! The stock of one SKU: how much lies where, what is reserved for which order, and the ledger of every movement.
//!
//! Goods leave in two phases. `Reserve` sets them aside, and then exactly one of `Commit` (sold), `Release` (free again) or expiry ends
//! that; `available = on_hand - reserved`, so nothing is ever promised twice. The state is only totals: reservations are parts of their
//! own, and the ledger is the events. A SKU that is bought too often for one object is spread over several (`spread.rs`). Each movement is sealed with a hash over the one before, so that a ledger that was changed
//! afterwards is found out (`chain.rs`, `audit.rs`).

mod audit;
mod chain;
mod command;
mod decide;
mod reservation;
mod spread;
mod state;
#[cfg(test)]
mod tests;

pub use audit::{Audit, Flaw, Sound, Wrong};
pub use chain::{Chain, Digest, Level, Link, Tally};
pub use command::{
    AdjustmentReason, Allocation, LedgerEntry, LedgerKind, ReservationStatus, ReservationView, Sourcing,
    StockCommand, StockRefusal, StockReply,
};
pub use decide::{RESERVATIONS_OPEN_MAX, StockEffect};
pub use reservation::{ENDED_RESERVATION_KEPT_MS, RESERVATION_TTL_MS, Reservation, Restocked, Stage};
pub use spread::{Branch, Goods, HOME, Home, SHARDS_MAX, SHARE_MIN, Spread};
pub use state::{HINT_MAX, LOCATIONS_MAX, ON_HAND_MAX, Shelf, Stock, StockEvent};
