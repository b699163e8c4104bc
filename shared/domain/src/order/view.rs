//! How an order is told in one word each: for shoppers, lists and mails.

use serde::{Deserialize, Serialize};

use super::{Ending, Fulfillment, Record, Sale, Stage, Stop};
use crate::{
    Invalid,
    payment::{PaymentSnapshot, PaymentStatus},
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|word| word.as_str() == text)
                    .ok_or_else(|| Invalid::new("unknown_value", concat!("must be one of", $(" ", $word),+)))
            }
        }
    };
}

words! {
    OrderStatus {
        /// On its way forward or back.
        Pending "pending",
        AwaitingPayment "awaiting_payment",
        Placed "placed",
        /// Everything was sent and delivered.
        Completed "completed",
        Cancelled "cancelled",
        Failed "failed",
    }
}

words! {
    PaymentState {
        None "none",
        RequiresAction "requires_action",
        Authorized "authorized",
        Captured "captured",
        PartiallyRefunded "partially_refunded",
        Refunded "refunded",
        Voided "voided",
        Failed "failed",
    }
}

words! {
    FulfillmentState {
        Unfulfilled "unfulfilled",
        PartiallyFulfilled "partially_fulfilled",
        Fulfilled "fulfilled",
        Delivered "delivered",
        /// Everything that was sent came back.
        Returned "returned",
    }
}

pub(super) fn order_status(record: &Record) -> OrderStatus {
    match &record.stage {
        Stage::Pricing { .. }
        | Stage::Reserving { .. }
        | Stage::Authorising { .. }
        | Stage::Committing { .. }
        | Stage::Capturing { .. }
        | Stage::Undoing(_) => OrderStatus::Pending,
        Stage::AwaitingPayment { .. } => OrderStatus::AwaitingPayment,
        Stage::Ended(ended) => match ended.ending {
            Ending::Stopped(Stop::Cancelled { .. }) => OrderStatus::Cancelled,
            Ending::Stopped(Stop::DeadlinePassed) | Ending::Refused(_) => OrderStatus::Failed,
        },
        Stage::Sold(sale) if sale.cancellation.is_some() => OrderStatus::Cancelled,
        Stage::Sold(sale) if is_complete(sale) => OrderStatus::Completed,
        Stage::Sold(_) => OrderStatus::Placed,
    }
}

fn is_complete(sale: &Sale) -> bool {
    let is_delivered = |fulfillment: &Fulfillment| fulfillment.delivered_at.is_some();
    !sale.fulfillments.is_empty() && sale.is_everything_sent() && sale.fulfillments.iter().all(is_delivered)
}

impl Record {
    pub fn payment_state(&self) -> PaymentState {
        match (&self.stage, self.payment()) {
            (_, None) => PaymentState::None,
            (Stage::Sold(sale), Some(_)) => {
                let refunded = sale.refunded();
                if refunded.is_zero() {
                    PaymentState::Captured
                } else if refunded == sale.payment.captured {
                    PaymentState::Refunded
                } else {
                    PaymentState::PartiallyRefunded
                }
            }
            (_, Some(payment)) => payment_state(payment),
        }
    }

    pub fn fulfillment_state(&self) -> FulfillmentState {
        let Some(sale) = self.sale().filter(|sale| !sale.fulfillments.is_empty()) else {
            return FulfillmentState::Unfulfilled;
        };
        let is_every_piece_back = sale.goods.lines.iter().all(|line| {
            let sku = &line.totals.sku;
            sale.returned(sku) == sale.sent(sku)
        });
        if is_every_piece_back && sale.is_everything_sent() {
            FulfillmentState::Returned
        } else if is_complete(sale) {
            FulfillmentState::Delivered
        } else if sale.is_everything_sent() {
            FulfillmentState::Fulfilled
        } else {
            FulfillmentState::PartiallyFulfilled
        }
    }
}

fn payment_state(payment: &PaymentSnapshot) -> PaymentState {
    match payment.status {
        PaymentStatus::Processing => PaymentState::None,
        PaymentStatus::RequiresAction => PaymentState::RequiresAction,
        PaymentStatus::Authorized => PaymentState::Authorized,
        PaymentStatus::Captured if payment.refunded == payment.captured => PaymentState::Refunded,
        PaymentStatus::Captured => PaymentState::Captured,
        PaymentStatus::Declined => PaymentState::Failed,
        PaymentStatus::Voided => PaymentState::Voided,
    }
}
