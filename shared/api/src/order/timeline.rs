//! An order's timeline: what happened to it, as far as it is anybody's business.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use domain::{
    Timestamp,
    order::{Ending, OrderEvent, Stop},
    payment::RefundStatus,
};

use super::refusal;
use crate::{object::Recorded, problem::codes};

/// `GET /v1/orders/{order}/events`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timeline {
    pub items: Vec<TimelineEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimelineEntry {
    pub seq: u64,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: Value,
}

impl TimelineEntry {
    /// `None` for what only the machinery cares about.
    pub fn new(recorded: &Recorded<OrderEvent>) -> Option<Self> {
        let (kind, data) = told(&recorded.event)?;
        Some(Self { seq: recorded.seq, at: recorded.at, kind: kind.to_owned(), data })
    }
}

/// Nothing here is a secret, or about a person: the timeline may be shown to whoever may see the order.
fn told(event: &OrderEvent) -> Option<(&'static str, Value)> {
    use OrderEvent as E;
    Some(match event {
        // Where the goods come from is the shop's own business.
        E::ErasureAsked | E::StockSoughtAtHome { .. } => return None,
        E::Erased => ("shopper_forgotten", json!({})),
        E::Received { .. } => ("order_received", json!({})),
        E::Priced { goods } => ("cart_claimed", json!({ "total": goods.total })),
        E::StockReserved { sku } => ("stock_reserved", json!({ "sku": sku })),
        E::StockRefused { sku, available } => {
            ("stock_refused", json!({ "sku": sku, "available": available }))
        }
        E::AuthenticationRequired { .. } => ("payment_requires_action", json!({})),
        E::PaymentAuthorized { payment } => ("payment_authorized", json!({ "amount": payment.amount })),
        E::StockCommitted { sku } => ("stock_committed", json!({ "sku": sku })),
        E::StockLost { sku } => ("reservation_expired", json!({ "sku": sku })),
        E::PaymentCaptured { payment } => ("payment_captured", json!({ "amount": payment.captured })),
        E::CartSettled => ("order_placed", json!({})),
        E::StopRequested { stop: Stop::Cancelled { by, .. } } => ("cancel_requested", json!({ "by": by })),
        E::StopRequested { stop: Stop::DeadlinePassed } | E::PaymentDeadlinePassed => {
            ("payment_deadline_passed", json!({}))
        }
        E::PaymentAsked { .. } | E::PaymentAskEnded => return None,
        E::UndoStarted { ending, .. } => ("undo_started", json!({ "reason": reason(ending) })),
        E::StockFreed { sku } => ("stock_freed", json!({ "sku": sku })),
        E::PaymentVoided { .. } => ("payment_voided", json!({})),
        E::CartUnclaimed => ("cart_given_back", json!({})),
        E::Ended => ("order_ended", json!({})),
        E::Cancelled { cancellation, .. } => ("order_cancelled", json!({ "by": cancellation.by })),
        E::Fulfilled { fulfillment } => (
            "order_shipped",
            json!({
                "fulfillment_id": fulfillment.id,
                "lines": fulfillment.lines,
                "carrier": fulfillment.carrier,
                "tracking_number": fulfillment.tracking_number,
            }),
        ),
        E::Delivered { fulfillment, .. } => ("shipment_delivered", json!({ "fulfillment_id": fulfillment })),
        E::RefundBooked { refund } => {
            ("refund_requested", json!({ "refund_id": refund.id, "amount": refund.amount }))
        }
        E::RefundAnswered { refund, status } => {
            let kind = match status {
                RefundStatus::Pending => "refund_pending",
                RefundStatus::Succeeded => "refund_succeeded",
                RefundStatus::Failed => "refund_failed",
            };
            (kind, json!({ "refund_id": refund }))
        }
        E::Restocked { refund, sku } => ("stock_restocked", json!({ "refund_id": refund, "sku": sku })),
    })
}

fn reason(ending: &Ending) -> &'static str {
    match ending {
        Ending::Refused(refused) => refusal::code(refused).code,
        Ending::Stopped(Stop::Cancelled { .. }) => "cancelled",
        Ending::Stopped(Stop::DeadlinePassed) => codes::payment_expired.code,
    }
}
