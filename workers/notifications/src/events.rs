//! What notifications hear from `notification-events`.

use api::{event::EventData, notification::NotifyOrder};
use platform::{Batch, Platform};

use crate::app;

/// Handles what was delivered.
pub async fn on_messages<P: Platform>(batch: Batch<P>) -> Batch<P> {
    batch.together(NotifyOrder::TYPE, |p, messages| async move { app::notify(&p, messages).await }).await
}
