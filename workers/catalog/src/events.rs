//! What the catalogue hears from `catalog-events`.

use serde::Deserialize;

use api::{
    event::{Envelope, EventData},
    inventory::StockHintChanged,
};
use platform::{Fault, Platform};

use crate::app;

/// Handles one message, maybe not for the first time. A kind that is not known here is from a newer sender and is let be.
pub async fn on_message<P: Platform>(p: &P, event: &Envelope) -> Result<(), Fault> {
    match event.kind.as_str() {
        StockHintChanged::TYPE => {
            let unreadable =
                |error| Fault::defect(format!("{} {} cannot be read: {error}", event.kind, event.id));
            app::keep_stock_hint(p, &StockHintChanged::deserialize(&event.data).map_err(unreadable)?).await
        }
        _ => Ok(()),
    }
}
