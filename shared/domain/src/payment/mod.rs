//! A payment: what the shop asked a provider to hold, take and give back.

mod machine;
#[cfg(test)]
mod tests;

pub use machine::{Outcome, Payment, PaymentEvent, Refund, RefundOutcome};

use serde::{Deserialize, Serialize};

use crate::{Money, id::PaymentId};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Asked for; the provider's answer is not known yet.
    Processing,
    /// The shopper must authenticate first.
    RequiresAction,
    Authorized,
    Captured,
    /// Refused by the provider, for good.
    Declined,
    /// Given up before any capture.
    Voided,
}

/// What the shopper must do before the payment can go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NextAction {
    /// `confirm` for the test provider; a provider's own word otherwise.
    #[serde(rename = "type")]
    pub kind: String,
    pub url: Option<String>,
}

/// What the rest of the shop is told of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSnapshot {
    pub id: PaymentId,
    pub provider: String,
    pub status: PaymentStatus,
    pub amount: Money,
    pub captured: Money,
    pub refunded: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
}

/// What became of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}
