//! What notifications hear from `notification-events`.

use api::{
    event::EventData,
    notification::{NotifyAccount, NotifyOrder},
};
use platform::{Batch, Platform};

use crate::app;

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch
        .together::<NotifyOrder, _>(NotifyOrder::TYPE, async |p, messages| app::notify(&p, messages).await)
        .await
        .together::<NotifyAccount, _>(NotifyAccount::TYPE, async |p, messages| {
            app::notify(&p, messages).await
        })
        .await
}
