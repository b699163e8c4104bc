//! Payments: what the order object asks of them, what they tell it later, and what staff and shoppers see.
//!
//! A reply is always something that is known. Where the provider's answer is not known (it was silent, or the connection broke) the call
//! fails as a fault, and asking again with the same ids finds out: every id is also the provider's idempotency key.

use serde::{Deserialize, Serialize};

use domain::{
    Money, Timestamp,
    id::{OrderId, PaymentId, RefundId},
    payment::{NextAction, PaymentSnapshot, PaymentStatus, RefundStatus},
};

use crate::{
    Service,
    call::InternalCall,
    event::{EventData, Queue},
};

/// Hold `amount` on the shopper's payment method. The same payment again answers as it now stands; for one that was voided before,
/// `voided`.
///
/// Answers `authorized`, `requires_action`, `declined` or `voided` (and `captured`, to a very late repeat).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorise {
    pub payment: PaymentId,
    pub order: OrderId,
    pub amount: Money,
    pub payment_method: String,
    pub email: String,
}

impl InternalCall for Authorise {
    const SERVICE: Service = Service::Payments;
    const PATH: &'static str = "/internal/payments/authorise";
    type Reply = PaymentSnapshot;
}

/// Take what is held. Answers `captured`, or `declined` or `voided` when that can never be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    pub payment: PaymentId,
    pub amount: Money,
}

impl InternalCall for Capture {
    const SERVICE: Service = Service::Payments;
    const PATH: &'static str = "/internal/payments/capture";
    type Reply = PaymentSnapshot;
}

/// Give the hold up. A payment never seen is voided all the same, and can then never be authorised.
///
/// Answers `voided`; `declined` when there was nothing to give up; `captured` when it is too late (then refund); `authorized` when
/// `keep_authorized` is set and the shopper was in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    pub payment: PaymentId,
    pub order: OrderId,
    /// What the order asks for, so that a tombstone knows its currency.
    pub amount: Money,
    /// At the payment deadline: only a payment that is not authorised by now is given up.
    #[serde(default)]
    pub keep_authorized: bool,
}

impl InternalCall for Void {
    const SERVICE: Service = Service::Payments;
    const PATH: &'static str = "/internal/payments/void";
    type Reply = PaymentSnapshot;
}

/// Give `amount` of what was captured back. However many arrive at once, their sum never passes what was captured: what would is
/// `failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPayment {
    pub payment: PaymentId,
    pub refund: RefundId,
    pub amount: Money,
}

impl InternalCall for RefundPayment {
    const SERVICE: Service = Service::Payments;
    const PATH: &'static str = "/internal/payments/refund";
    type Reply = RefundReply;
}

/// `pending`: the provider took it and will say later; then [`PaymentChanged`] names the refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundReply {
    pub snapshot: PaymentSnapshot,
    pub status: RefundStatus,
}

/// How does it stand? Asks the provider when only the provider can know. `None`: never seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskPayment {
    pub payment: PaymentId,
}

impl InternalCall for AskPayment {
    const SERVICE: Service = Service::Payments;
    const PATH: &'static str = "/internal/payments/ask";
    type Reply = Option<PaymentSnapshot>;
}

/// A payment changed without the order asking for it: the shopper confirmed, or the provider told us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentChanged {
    pub order: OrderId,
    pub payment: PaymentSnapshot,
    /// The refund whose fate was learned, where that is the news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundNews>,
}

impl EventData for PaymentChanged {
    const TYPE: &'static str = "payment_changed";
    const QUEUE: Queue = Queue::PaymentEvents;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundNews {
    pub id: RefundId,
    pub status: RefundStatus,
}

/// `POST /v1/payments/{id}/confirm`: the shopper's part, played for the test provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPayment {
    pub client_secret: String,
    pub outcome: ConfirmOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfirmOutcome {
    Succeed,
    Fail,
}

/// What the shopper is told after confirming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmedPayment {
    pub id: PaymentId,
    pub order_id: OrderId,
    pub status: PaymentStatus,
    pub amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
}

/// `GET /v1/payments/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentView {
    pub id: PaymentId,
    pub order_id: OrderId,
    pub provider: String,
    /// The provider's own id of it, to find it in their dashboard.
    pub provider_reference: Option<String>,
    pub payment_method: Option<String>,
    pub status: PaymentStatus,
    pub amount: Money,
    pub captured: Money,
    pub refunded: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
    pub attempts: Vec<AttemptView>,
    pub entries: Vec<EntryView>,
    pub refunds: Vec<RefundView>,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "domain::time::rfc3339")]
    pub updated_at: Timestamp,
}

/// One time the provider was asked, or told us by itself, and there was something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttemptView {
    /// `authorise`, `confirm`, `capture`, `void`, `refund`, `retrieve`, `webhook`
    pub operation: String,
    /// What it brought; `unknown` where the answer did not come.
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
}

/// One line of the payment's ledger; adding them up gives today's amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryView {
    pub seq: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefundView {
    pub id: RefundId,
    pub amount: Money,
    pub status: RefundStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
}
