//! The embedded transport: mails stay here, where a developer can read them.

mod store;

use domain::mail::Delivery;
use platform::{Fault, Platform};

use super::{MailTransport, Parcel, Receipt};

pub use store::{latest, list};

pub struct Mailbox<P> {
    pub platform: P,
}

impl<P: Platform> MailTransport for Mailbox<P> {
    fn name(&self) -> &'static str {
        "mailbox"
    }

    async fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Fault> {
        store::keep(&self.platform.db()?, parcel, self.platform.now()).await?;
        Ok(Receipt { delivery: Delivery::Accepted, reason: None })
    }
}
