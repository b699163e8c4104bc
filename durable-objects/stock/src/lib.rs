//! The stock object: one per SKU, the only writer of its stock.

mod actor;

pub use actor::StockActor;
