//! The notifications Worker: the mails of the shop, one per event and template, sent by the configured transport.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod config;
mod events;
mod http;
mod mail;
mod page;
mod store;
mod transport;

pub use self::http::router;
pub use events::on_message;

use platform::{Fault, Platform};

/// Once a minute: tries again what could not be sent.
pub async fn on_schedule<P: Platform>(platform: &P) -> Result<(), Fault> {
    app::sweep(platform).await
}
