//! What notifications hear from `notification-events`.
//!
//! Orders call them when they have forgotten their shopper; what older ones put on the queue instead is still understood.

use api::{
    erasure::OrderErased,
    event::EventData,
    notification::{NotifyAccount, NotifyOrder},
};
use platform::{Batch, Platform};

use crate::{app, store::erasure};

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch
        .together::<NotifyOrder, _>(NotifyOrder::TYPE, async |p, messages| app::notify(&p, messages).await)
        .await
        .together::<NotifyAccount, _>(NotifyAccount::TYPE, async |p, messages| {
            app::notify(&p, messages).await
        })
        .await
        .write(OrderErased::TYPE, |erased: &OrderErased| Ok(erasure::of_order(erased.order_id)))
        .await
}
