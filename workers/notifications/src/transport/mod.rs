//! What carries a mail to its reader, whichever service that is.

mod mailbox;

use std::future::Future;

use domain::mail::Delivery;
use platform::{Fault, Platform};

use crate::{
    config::{Config, TransportConfig},
    mail::Mail,
};

pub use mailbox::{Mailbox, latest, list};

/// One handing-over of a mail.
pub struct Parcel<'a> {
    /// The channel's idempotency key: what is handed over twice under one key is sent once.
    pub key: String,
    pub notification: domain::id::NotificationId,
    pub sender: &'a str,
    pub recipient: &'a str,
    pub mail: &'a Mail,
}

/// What the channel said, with its reason where it said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub delivery: Delivery,
    pub reason: Option<String>,
}

pub trait MailTransport: Send + Sync {
    fn name(&self) -> &'static str;

    /// Hands parcels over; answers in their order. An `Err` says that no answer came: that mail may or may not be on its way, and the
    /// same key again finds out.
    fn send(&self, parcels: &[Parcel<'_>]) -> impl Future<Output = Vec<Result<Receipt, Fault>>> + Send;
}

/// The transport that is configured.
pub fn configured<P: Platform>(platform: &P, config: &Config) -> Result<impl MailTransport + use<P>, Fault> {
    match config.transport {
        TransportConfig::Mailbox => Ok(Mailbox { platform: platform.clone() }),
    }
}
