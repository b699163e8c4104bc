//! What the catalogue hears from `catalog-events`.

use api::{event::EventData, inventory::StockHintChanged};
use platform::{Batch, Platform};

use crate::store;

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch.write(StockHintChanged::TYPE, |hint| Ok(store::stock_hint(hint))).await
}
