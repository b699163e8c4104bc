//! What the shop needs of a payment provider, in the shape of a payment-intents API (Stripe's, Adyen's, Mollie's orders).
//!
//! Every call may be repeated: the shop's own id of the thing is the provider's idempotency key. An `Err` says that no answer came, so the
//! call may or may not have taken effect; the same call again finds out. What a provider definitely says is an [`Outcome`], a refusal too.

mod signature;
pub mod test;
mod upset;

use bytes::Bytes;
use http::HeaderMap;
use std::future::Future;

use api::payment::ConfirmOutcome;
use domain::{
    Money, Timestamp,
    id::{OrderId, PaymentId, RefundId},
    payment::{Outcome, RefundOutcome},
};
use platform::{Fault, Platform};

use crate::config::{Config, ProviderConfig};

pub use signature::{SIGNATURE_HEADER, sign};
pub use upset::Upsets;

/// What a payment is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge<'a> {
    /// The idempotency key, and what the provider's answers and webhooks name it by.
    pub payment: PaymentId,
    pub order: OrderId,
    pub amount: Money,
    pub payment_method: &'a str,
    /// For the provider's own receipt.
    pub email: &'a str,
}

/// What a provider told us without being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub payment: PaymentId,
    pub news: News,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Payment(Outcome),
    Refund(RefundId, RefundOutcome),
}

/// A webhook that proves nothing: not signed, signed by another, or too old to be anything but a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsigned;

pub trait Provider: Send + Sync {
    fn name(&self) -> &'static str;

    /// Creates and confirms a payment, to be captured later.
    fn create(&self, charge: Charge<'_>) -> impl Future<Output = Result<Outcome, Fault>> + Send;

    /// Plays the shopper's part. `None`: with this provider the shopper confirms on its own page.
    fn confirm(
        &self,
        reference: &str,
        outcome: ConfirmOutcome,
    ) -> impl Future<Output = Result<Option<Outcome>, Fault>> + Send;

    fn capture(&self, reference: &str, amount: Money) -> impl Future<Output = Result<Outcome, Fault>> + Send;

    /// Gives the hold up. A payment that is past that answers as it stands.
    fn cancel(&self, reference: &str) -> impl Future<Output = Result<Outcome, Fault>> + Send;

    fn retrieve(&self, reference: &str) -> impl Future<Output = Result<Outcome, Fault>> + Send;

    fn refund(
        &self,
        reference: &str,
        refund: RefundId,
        amount: Money,
    ) -> impl Future<Output = Result<RefundOutcome, Fault>> + Send;

    /// `None`: never heard of it.
    fn retrieve_refund(
        &self,
        refund: RefundId,
    ) -> impl Future<Output = Result<Option<RefundOutcome>, Fault>> + Send;

    /// What a webhook says; nothing, when it is about something that does not matter here.
    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Option<Notice>, Unsigned>;
}

/// The provider that is configured.
pub fn configured<P: Platform>(platform: &P) -> Result<impl Provider + use<P>, Fault> {
    match Config::of(platform)?.provider {
        ProviderConfig::Test { webhook_secret, upsets } => {
            let provider = test::TestProvider { platform: platform.clone(), webhook_secret };
            Ok(upset::Upset { platform: platform.clone(), provider, upsets })
        }
    }
}
