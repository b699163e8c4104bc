//! What the inventory hears from `stock-events`.

use api::{
    event::{EffectParked, Envelope, EventData},
    inventory::StockChanged,
};
use platform::{Fault, Platform};
use serde::Deserialize;

use crate::app;

/// Handles one message, maybe not for the first time. A kind that is not known here is from a newer sender and is let be.
pub async fn on_message<P: Platform>(p: &P, event: &Envelope) -> Result<(), Fault> {
    let unreadable = |error| Fault::defect(format!("{} {} cannot be read: {error}", event.kind, event.id));
    match event.kind.as_str() {
        StockChanged::TYPE => {
            app::keep_snapshot(p, &StockChanged::deserialize(&event.data).map_err(unreadable)?).await
        }
        EffectParked::TYPE => {
            app::resume(p, &EffectParked::deserialize(&event.data).map_err(unreadable)?).await
        }
        _ => Ok(()),
    }
}
