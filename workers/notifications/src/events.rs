//! What notifications hear from `notification-events`.

use serde::Deserialize;

use api::{
    event::{Envelope, EventData},
    notification::NotifyOrder,
};
use platform::{Fault, Platform};

use crate::app;

/// Handles one message, maybe not for the first time. A kind that is not known here is from a newer sender and is let be.
pub async fn on_message<P: Platform>(platform: &P, event: &Envelope) -> Result<(), Fault> {
    match event.kind.as_str() {
        NotifyOrder::TYPE => {
            let message = NotifyOrder::deserialize(&event.data).map_err(|error| {
                Fault::defect(format!("{} {} cannot be read: {error}", event.kind, event.id))
            })?;
            app::notify(platform, event, message).await
        }
        _ => Ok(()),
    }
}
