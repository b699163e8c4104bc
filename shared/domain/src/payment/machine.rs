//! The rules by which a payment changes: what a provider's answer means, whenever and however often it is heard.
//!
//! A provider tells the same story twice and in any order: as the answer to a call, as a repeat of that answer, as a webhook an hour
//! later. So nothing here asks what came before. What can be known of a payment has an order of precedence, news that knows less than we
//! do is no news, and the same set of news ends in the same state whichever way it arrives.
//!
//! The ledger is the list of [`PaymentEvent`]s; a payment is what they add up to.

use serde::{Deserialize, Serialize};

use super::{NextAction, PaymentSnapshot, PaymentStatus, RefundStatus};
use crate::{
    Bug, Money,
    id::{OrderId, PaymentId, RefundId},
};

/// One payment: an order's amount, asked of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub order: OrderId,
    pub provider: String,
    pub amount: Money,
    pub status: PaymentStatus,
    /// Set aside on the shopper's account, neither taken nor let go.
    pub held: Money,
    pub captured: Money,
    pub refunded: Money,
    /// The provider's own id of it.
    pub reference: Option<String>,
    /// What is asked of the provider, kept so that asking again repeats the very same call. A tombstone never asked.
    pub payment_method: Option<String>,
    /// For the provider's receipt; forgotten as soon as there is an answer.
    pub email: Option<String>,
    pub client_secret: Option<String>,
    pub next_action: Option<NextAction>,
    pub decline_code: Option<String>,
    /// How many ledger entries there are: two writers cannot both write the next one.
    pub seq: u64,
}

/// What a provider says of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// The amount is held and can be captured.
    Approved { reference: String },
    /// The shopper must authenticate first.
    RequiresAction { reference: String, client_secret: String, next_action: NextAction },
    /// The shopper's bank said no.
    Declined { reference: Option<String>, code: String },
    /// The hold cannot be taken, and never will be.
    CaptureRefused { code: String },
    /// The money is the shop's.
    Captured { reference: String, amount: Money },
    /// The hold, if there was one, is let go.
    Canceled,
    /// No answer, or one that says nothing: ask again with the same key.
    Unknown,
}

/// What a provider says of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RefundOutcome {
    /// Taken on; how it ends comes later.
    Pending,
    Succeeded,
    Failed {
        code: String,
    },
    Unknown,
}

/// A refund of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub amount: Money,
    pub status: RefundStatus,
}

/// One entry of a payment's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PaymentEvent {
    ActionRequired {
        reference: String,
        client_secret: String,
        next_action: NextAction,
    },
    Authorized {
        reference: String,
        amount: Money,
    },
    Declined {
        reference: Option<String>,
        code: String,
    },
    CaptureRefused {
        code: String,
    },
    Captured {
        reference: String,
        amount: Money,
    },
    /// `released` was held until now.
    Voided {
        released: Money,
    },
    Refunded {
        refund: RefundId,
        amount: Money,
    },
    /// `reversed` had already been booked as refunded, and came back.
    RefundFailed {
        refund: RefundId,
        code: String,
        reversed: Money,
    },
}

impl PaymentEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            PaymentEvent::ActionRequired { .. } => "action_required",
            PaymentEvent::Authorized { .. } => "authorized",
            PaymentEvent::Declined { .. } => "declined",
            PaymentEvent::CaptureRefused { .. } => "capture_refused",
            PaymentEvent::Captured { .. } => "captured",
            PaymentEvent::Voided { .. } => "voided",
            PaymentEvent::Refunded { .. } => "refunded",
            PaymentEvent::RefundFailed { .. } => "refund_failed",
        }
    }

    /// What it moves; `None` where it moves nothing.
    pub const fn amount(&self) -> Option<Money> {
        match self {
            PaymentEvent::Authorized { amount, .. }
            | PaymentEvent::Captured { amount, .. }
            | PaymentEvent::Refunded { amount, .. } => Some(*amount),
            PaymentEvent::Voided { released } => Some(*released),
            PaymentEvent::RefundFailed { reversed, .. } => Some(*reversed),
            PaymentEvent::ActionRequired { .. }
            | PaymentEvent::Declined { .. }
            | PaymentEvent::CaptureRefused { .. } => None,
        }
    }

    pub const fn refund(&self) -> Option<RefundId> {
        match self {
            PaymentEvent::Refunded { refund, .. } | PaymentEvent::RefundFailed { refund, .. } => {
                Some(*refund)
            }
            _ => None,
        }
    }

    pub fn code(&self) -> Option<&str> {
        match self {
            PaymentEvent::Declined { code, .. }
            | PaymentEvent::CaptureRefused { code }
            | PaymentEvent::RefundFailed { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// How much is known, from nothing to what can never change again. A hold that cannot be captured lies above one that can, and a payment
/// that was given up above both; only money that was really taken stands above that, because the books must say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Nothing,
    ActionRequired,
    Declined,
    Authorized,
    CaptureRefused,
    Voided,
    Captured,
}

impl Payment {
    /// Before the provider is asked.
    pub fn asked(
        id: PaymentId,
        order: OrderId,
        provider: &str,
        amount: Money,
        payment_method: String,
        email: String,
    ) -> Self {
        Self {
            payment_method: Some(payment_method),
            email: Some(email),
            ..Self::blank(id, order, provider, amount, PaymentStatus::Processing)
        }
    }

    /// Given up before anybody asked for it: what makes a late request for it be refused.
    pub fn tombstone(id: PaymentId, order: OrderId, provider: &str, amount: Money) -> Self {
        Self::blank(id, order, provider, amount, PaymentStatus::Voided)
    }

    fn blank(id: PaymentId, order: OrderId, provider: &str, amount: Money, status: PaymentStatus) -> Self {
        let nothing = Money::zero(amount.currency());
        Self {
            id,
            order,
            provider: provider.to_owned(),
            amount,
            status,
            held: nothing,
            captured: nothing,
            refunded: nothing,
            reference: None,
            payment_method: None,
            email: None,
            client_secret: None,
            next_action: None,
            decline_code: None,
            seq: 0,
        }
    }

    fn known(&self) -> Known {
        match self.status {
            PaymentStatus::Processing => Known::Nothing,
            PaymentStatus::RequiresAction => Known::ActionRequired,
            PaymentStatus::Declined if self.held.is_positive() => Known::CaptureRefused,
            PaymentStatus::Declined => Known::Declined,
            PaymentStatus::Authorized => Known::Authorized,
            PaymentStatus::Voided => Known::Voided,
            PaymentStatus::Captured => Known::Captured,
        }
    }

    /// What `outcome` adds to the ledger: nothing when it is no news.
    pub fn learn(&self, outcome: Outcome) -> Option<PaymentEvent> {
        let (told, event) = match outcome {
            Outcome::RequiresAction { reference, client_secret, next_action } => (
                Known::ActionRequired,
                PaymentEvent::ActionRequired { reference, client_secret, next_action },
            ),
            Outcome::Declined { reference, code } => {
                (Known::Declined, PaymentEvent::Declined { reference, code })
            }
            Outcome::Approved { reference } => {
                (Known::Authorized, PaymentEvent::Authorized { reference, amount: self.amount })
            }
            // Without a hold there is nothing that could be refused.
            Outcome::CaptureRefused { .. } if !self.held.is_positive() => return None,
            Outcome::CaptureRefused { code } => {
                (Known::CaptureRefused, PaymentEvent::CaptureRefused { code })
            }
            Outcome::Canceled => (Known::Voided, PaymentEvent::Voided { released: self.held }),
            Outcome::Captured { reference, amount } => {
                (Known::Captured, PaymentEvent::Captured { reference, amount })
            }
            Outcome::Unknown => return None,
        };
        let is_news = told > self.known();
        (is_news || (Bug::PaymentBelievesOldNews.is_planted() && told < self.known())).then_some(event)
    }

    /// What `outcome` of `refund` adds to the ledger: nothing when it is no news. A refund may fail after it succeeded (the bank sends
    /// it back), never the other way round.
    pub fn learn_refund(&self, refund: &Refund, outcome: RefundOutcome) -> Option<PaymentEvent> {
        match (refund.status, outcome) {
            (RefundStatus::Pending, RefundOutcome::Succeeded) => {
                Some(PaymentEvent::Refunded { refund: refund.id, amount: refund.amount })
            }
            (RefundStatus::Pending, RefundOutcome::Failed { code }) => Some(PaymentEvent::RefundFailed {
                refund: refund.id,
                code,
                reversed: Money::zero(self.amount.currency()),
            }),
            (RefundStatus::Succeeded, RefundOutcome::Failed { code }) => {
                Some(PaymentEvent::RefundFailed { refund: refund.id, code, reversed: refund.amount })
            }
            _ => None,
        }
    }

    /// What can still be given back, when `refunds` are all there are: what was captured, less what went back or is on its way.
    pub fn refundable(&self, refunds: &[Refund]) -> Money {
        let spoken_for = refunds.iter().filter(|refund| refund.status != RefundStatus::Failed);
        Money::sum(self.amount.currency(), spoken_for.map(|refund| refund.amount))
            .and_then(|sum| self.captured.minus(sum))
            .unwrap_or(Money::zero(self.amount.currency()))
    }

    /// Cannot fail: it already happened.
    pub fn apply(&mut self, event: &PaymentEvent) {
        let nothing = Money::zero(self.amount.currency());
        self.seq = self.seq.saturating_add(1);
        match event {
            PaymentEvent::ActionRequired { reference, client_secret, next_action } => {
                self.status = PaymentStatus::RequiresAction;
                self.reference = Some(reference.clone());
                self.client_secret = Some(client_secret.clone());
                self.next_action = Some(next_action.clone());
            }
            PaymentEvent::Authorized { reference, amount } => {
                self.settle(PaymentStatus::Authorized);
                self.reference = Some(reference.clone());
                self.held = *amount;
                self.decline_code = None;
            }
            PaymentEvent::Declined { reference, code } => {
                self.settle(PaymentStatus::Declined);
                self.reference = reference.clone().or(self.reference.take());
                self.decline_code = Some(code.clone());
            }
            PaymentEvent::CaptureRefused { code } => {
                self.settle(PaymentStatus::Declined);
                self.decline_code = Some(code.clone());
            }
            PaymentEvent::Captured { reference, amount } => {
                self.settle(PaymentStatus::Captured);
                self.reference = Some(reference.clone());
                (self.held, self.captured) = (nothing, *amount);
                self.decline_code = None;
            }
            PaymentEvent::Voided { .. } => {
                self.settle(PaymentStatus::Voided);
                self.held = nothing;
            }
            PaymentEvent::Refunded { amount, .. } => {
                self.refunded = self.refunded.plus(*amount).unwrap_or(self.refunded);
            }
            PaymentEvent::RefundFailed { reversed, .. } => {
                self.refunded = self.refunded.minus(*reversed).unwrap_or(self.refunded);
            }
        }
    }

    /// There is an answer: what was only needed to get it is forgotten.
    fn settle(&mut self, status: PaymentStatus) {
        self.status = status;
        self.email = None;
        self.next_action = None;
    }

    /// What the rest of the shop is told. The client secret is only for a shopper who has something to do.
    pub fn snapshot(&self) -> PaymentSnapshot {
        let is_waiting = self.status == PaymentStatus::RequiresAction;
        PaymentSnapshot {
            id: self.id,
            provider: self.provider.clone(),
            status: self.status,
            amount: self.amount,
            captured: self.captured,
            refunded: self.refunded,
            client_secret: self.client_secret.clone().filter(|_| is_waiting),
            next_action: self.next_action.clone(),
            decline_code: self.decline_code.clone(),
        }
    }
}

impl Refund {
    /// Where the refund stands after `event`.
    pub fn after(&self, event: &PaymentEvent) -> RefundStatus {
        match event {
            PaymentEvent::Refunded { refund, .. } if *refund == self.id => RefundStatus::Succeeded,
            PaymentEvent::RefundFailed { refund, .. } if *refund == self.id => RefundStatus::Failed,
            _ => self.status,
        }
    }
}
