//! The payments Worker: payments, their attempts, refunds and ledger, behind whichever provider is configured.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod config;
mod http;
mod provider;
mod store;

pub use self::http::router;
pub use provider::{SIGNATURE_HEADER, sign};

use platform::{Fault, Platform};

/// Once a minute: sends what a crash left in the outbox, and asks about refunds that are still open.
pub async fn on_schedule<P: Platform>(platform: &P) -> Result<(), Fault> {
    app::sweep(platform, &provider::configured(platform)?).await
}
