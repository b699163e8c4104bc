//! What the inventory hears from `stock-events`.

use api::{
    event::{EffectParked, EventData},
    inventory::StockChanged,
};
use platform::{Batch, Platform};

use crate::{app, store};

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch
        .write(StockChanged::TYPE, |snapshot| Ok(store::snapshot(snapshot)))
        .await
        .each(EffectParked::TYPE, |p, parked| async move { app::resume(&p, &parked).await })
        .await
}
