//! What an order has done outside of itself: data, stored with the state and performed until answered.
//!
//! Every one of them may be performed more than once: what they name (reservation, payment and refund ids) derives from the order's id,
//! so a repeat repeats the very same call.

use serde::{Deserialize, Serialize};

use crate::{
    Money, Quantity, Sku, Timestamp,
    holder::Holder,
    id::{CartId, FulfillmentId, OrderId, PaymentId, RefundId, ReservationId},
    text::Email,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEffect {
    /// Claims the cart at `version`, then asks the catalogue for all lines at once.
    ClaimAndQuote {
        cart: CartId,
        by: Holder,
        version: u64,
    },
    Reserve {
        sku: Sku,
        quantity: Quantity,
        until: Timestamp,
    },
    Authorise {
        amount: Money,
        payment_method: String,
        email: Email,
    },
    Commit {
        sku: Sku,
    },
    Capture {
        amount: Money,
    },
    SettleCart {
        cart: CartId,
    },

    Release {
        sku: Sku,
    },
    /// Committed goods come back: the order is undone or cancelled.
    Return {
        sku: Sku,
    },
    Void,
    Unclaim {
        cart: CartId,
    },

    AskPayment,
    /// The deadline: give the payment up, unless the shopper has authorised it by now.
    CancelPayment,
    RefundPayment {
        refund: RefundId,
        amount: Money,
    },
    /// Paid-back goods come back.
    Restock {
        refund: RefundId,
        sku: Sku,
        quantity: Quantity,
    },

    /// Tells the rest of the shop how the order stands now, and the shopper what they should know.
    Publish {
        mail: Option<OrderMail>,
    },
}

/// Why the shopper is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderMail {
    Confirmed,
    Cancelled,
    /// The payment that was waited for did not come.
    PaymentFailed,
    Shipped(FulfillmentId),
    RefundIssued(RefundId),
}

/// The one reservation that an order ever makes of a SKU.
pub fn reservation_id(order: &OrderId, sku: &Sku) -> ReservationId {
    ReservationId::derived(&[&order.to_string(), sku.as_str()])
}

/// The one payment that an order ever asks for.
pub fn payment_id(order: &OrderId) -> PaymentId {
    PaymentId::derived(&[&order.to_string()])
}

/// The refund that a cancelled sale pays back.
pub fn cancellation_refund_id(order: &OrderId) -> RefundId {
    RefundId::derived(&[&order.to_string(), "cancellation"])
}
