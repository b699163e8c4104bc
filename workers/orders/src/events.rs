//! What orders hear: of themselves over `order-events`, of payments over `payment-events`.

use api::{
    event::{EffectParked, Envelope, EventData},
    json,
    order::OrderChanged,
    payment::PaymentChanged,
};
use platform::{Fault, Platform};

use crate::app;

/// Handles one message, maybe not for the first time. A kind that is not known here is from a newer sender and is let be.
pub async fn on_message<P: Platform>(p: &P, event: &Envelope) -> Result<(), Fault> {
    let unreadable = |error| Fault::defect(format!("{} {} cannot be read: {error}", event.kind, event.id));
    match event.kind.as_str() {
        OrderChanged::TYPE => {
            app::keep_news(p, &json::read_value::<OrderChanged>(&event.data).map_err(unreadable)?).await
        }
        PaymentChanged::TYPE => {
            app::payment_changed(p, json::read_value::<PaymentChanged>(&event.data).map_err(unreadable)?)
                .await
        }
        EffectParked::TYPE => {
            app::resume(p, &json::read_value::<EffectParked>(&event.data).map_err(unreadable)?).await
        }
        _ => Ok(()),
    }
}
