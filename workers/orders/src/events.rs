//! What orders hear: of themselves over `order-events`, of payments over `payment-events`.

use api::{
    event::{EffectParked, EventData},
    order::OrderChanged,
    payment::PaymentChanged,
};
use platform::{Batch, Platform};

use crate::{app, store};

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch
        .write(OrderChanged::TYPE, store::news)
        .await
        .each(PaymentChanged::TYPE, |p, news| async move { app::payment_changed(&p, news).await })
        .await
        .each(EffectParked::TYPE, |p, parked| async move { app::resume(&p, &parked).await })
        .await
}
