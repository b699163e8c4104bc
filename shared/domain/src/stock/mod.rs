//! The stock of one SKU: how much lies where, what is reserved for which order, and the ledger of every movement.

mod command;

pub use command::{
    AdjustmentReason, Allocation, LedgerEntry, LedgerKind, ReservationStatus, ReservationView, StockCommand,
    StockRefusal, StockReply,
};
