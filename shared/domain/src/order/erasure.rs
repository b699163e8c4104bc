//! Forgetting whom an order was for. What was sold, for how much, taxed where, sent when and paid back: the books stay.
//!
//! Two steps, because an order that is still to be sent needs its address: whose account it was goes at once, the person when nothing is
//! left to be done for them. Both rewrite what the order remembers of its past. An order that came to nothing and stands in no list could
//! never be found for this, so it forgets by itself.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Draft, Ending, OrderEffect, OrderEvent, OrderRefusal, OrderReply, Placement, Record, Refund, Sale,
    ShownCart, Stage, Stop,
};
use crate::{
    Answer, DurationMs, Timestamp,
    address::Address,
    cart::CartView,
    holder::{Holder, Owner},
    id::CartId,
    payment::{PaymentSnapshot, RefundStatus},
    tax,
    text::{Email, Text},
    time::{DAY_MS, HOUR_MS},
};

/// How long after the last thing that happened the mail about it still goes out.
const LAST_MAIL_MS: DurationMs = HOUR_MS;
/// A parcel that nobody reported as delivered has arrived by then.
const ARRIVED_AFTER_MS: DurationMs = 30 * DAY_MS;
/// How long an order remembers that came to nothing and stands in no list: as long as its answer is repeated.
const UNLISTED_KEPT_MS: DurationMs = DAY_MS;

/// How far an order has forgotten its shopper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erasure {
    #[default]
    None,
    /// Whose account it was is gone; the rest goes when the order is over.
    Asked,
    Done,
}

impl Erasure {
    pub fn is_none(&self) -> bool {
        *self == Erasure::None
    }
}

impl Draft {
    /// May come at any time and any number of times.
    pub(super) fn erase(&mut self) -> Answer<OrderReply> {
        let before = self.order.record().map(|record| record.seq);
        if self.order.record().is_some_and(|record| record.erasure.is_none()) {
            self.record(OrderEvent::ErasureAsked);
        }
        let due = self.order.record().and_then(Record::erasure_due);
        if due.is_some_and(|due| due <= self.now) {
            self.record(OrderEvent::Erased);
        }
        let after = self.order.record();
        if after.is_some_and(Record::is_listed) && after.map(|record| record.seq) != before {
            self.effect(OrderEffect::Publish { mail: None });
        }
        self.answer_order()
    }

    /// Words about somebody, unless the order is to forget them, or has.
    pub(super) fn unless_forgetting<T>(&self, words: Option<T>) -> Option<T> {
        words.filter(|_| self.order.record().is_none_or(|record| record.erasure.is_none()))
    }
}

impl Record {
    /// When it is time to forget, as far as that is known.
    pub(super) fn erasure_due(&self) -> Option<Timestamp> {
        match (self.erasure, &self.stage) {
            (Erasure::Asked, _) => self.over_at(),
            (Erasure::None, Stage::Ended(_)) if !self.is_listed() => {
                Some(self.placement.placed_at.plus(UNLISTED_KEPT_MS))
            }
            (Erasure::None | Erasure::Done, _) => None,
        }
    }

    /// When nothing is left to be done for which anybody has to know the shopper.
    fn over_at(&self) -> Option<Timestamp> {
        let last = match &self.stage {
            Stage::Ended(_) => self.placement.placed_at,
            Stage::Sold(sale) if !sale.is_moving() => sale.over_at(self.placement.placed_at)?,
            _ => return None,
        };
        Some(last.plus(LAST_MAIL_MS))
    }

    /// Whether the rest of the shop has heard of it: what was refused before any money was asked for is told to the shopper alone, and stands
    /// in no list.
    pub(super) fn is_listed(&self) -> bool {
        match &self.stage {
            Stage::AwaitingPayment { .. } | Stage::Sold(_) => true,
            Stage::Undoing(undoing) => undoing.was_awaited,
            Stage::Ended(ended) => {
                let is_cancelled = matches!(ended.ending, Ending::Stopped(Stop::Cancelled { .. }));
                ended.payment.is_some() || (is_cancelled && ended.goods.is_some())
            }
            _ => false,
        }
    }

    pub(super) fn forget(&mut self, erasure: Erasure) {
        let is_over = erasure == Erasure::Done;
        self.erasure = erasure;
        self.placement.forget(is_over);
        match &mut self.stage {
            Stage::Pricing { asked, .. } | Stage::Reserving { asked, .. } => asked.by = Holder::default(),
            Stage::Undoing(undoing) => undoing.ending.forget(),
            Stage::Ended(ended) => {
                ended.ending.forget();
                ended.payment.iter_mut().for_each(PaymentSnapshot::forget);
            }
            Stage::Sold(sale) => {
                sale.payment.forget();
                sale.cancellation.iter_mut().for_each(|cancellation| cancellation.reason = None);
                sale.refunds.iter_mut().for_each(Refund::forget);
            }
            _ => {}
        }
    }
}

impl Sale {
    /// `None` as long as something is to be sent, or may come to be: what is paid back need not be sent, until the provider says that it
    /// could not be paid back.
    fn over_at(&self, placed_at: Timestamp) -> Option<Timestamp> {
        if self.refunds.iter().any(|refund| refund.status == RefundStatus::Pending) {
            return None;
        }
        if self.cancellation.is_none() && !self.is_everything_sent() {
            return None;
        }
        let arrived =
            |sent: &super::Fulfillment| sent.delivered_at.unwrap_or(sent.created_at.plus(ARRIVED_AFTER_MS));
        let times = self.fulfillments.iter().map(arrived);
        let times = times.chain(self.refunds.iter().map(|refund| refund.created_at));
        times.chain(self.cancellation.iter().map(|cancellation| cancellation.at)).chain([placed_at]).max()
    }
}

impl OrderEvent {
    pub(super) fn forget_account(&mut self) {
        self.forget(false);
    }

    pub(super) fn forget_person(&mut self) {
        self.forget(true);
    }

    fn forget(&mut self, is_over: bool) {
        match self {
            OrderEvent::Received { placement, asked } => {
                placement.forget(is_over);
                asked.forget(is_over);
            }
            OrderEvent::UndoStarted { ending, payment, .. } => {
                ending.forget();
                payment.iter_mut().for_each(|payment| payment.forget());
            }
            OrderEvent::StopRequested { stop } => stop.forget(),
            OrderEvent::Cancelled { cancellation, refund, .. } => {
                cancellation.reason = None;
                refund.iter_mut().for_each(Refund::forget);
            }
            OrderEvent::RefundBooked { refund } => refund.forget(),
            OrderEvent::AuthenticationRequired { payment, .. }
            | OrderEvent::PaymentAuthorized { payment }
            | OrderEvent::PaymentCaptured { payment }
            | OrderEvent::PaymentVoided { payment } => payment.forget(),
            _ => {}
        }
    }
}

impl Placement {
    fn forget(&mut self, is_over: bool) {
        self.owner = Owner::Nobody;
        if is_over {
            self.email = Email::erased();
            self.shipping_address.forget();
            self.billing_address = None;
            // Theirs was one for all their orders.
            self.cart = CartId::derived(&["erased", &self.id.to_string()]);
        }
    }
}

impl Asked {
    fn forget(&mut self, is_over: bool) {
        self.by = Holder::default();
        if is_over {
            self.payment_method = String::new();
        }
    }
}

impl Address {
    /// Only what its tax was worked out from stays.
    fn forget(&mut self) {
        let (region, code) =
            (self.region.as_ref().map(Text::as_str), self.postal_code.as_ref().map(Text::as_str));
        let (region, code) = tax::evidence(self.country, region, code);
        let (has_region, has_code) = (region.is_some(), code.is_some());
        *self = Self {
            name: Text::erased(),
            line1: Text::erased(),
            line2: None,
            city: Text::erased(),
            region: self.region.take().filter(|_| has_region),
            postal_code: self.postal_code.take().filter(|_| has_code),
            country: self.country,
            phone: None,
        };
    }
}

impl Ending {
    fn forget(&mut self) {
        match self {
            Ending::Refused(OrderRefusal::CartChanged { shown }) => shown.forget(),
            Ending::Refused(_) => {}
            Ending::Stopped(stop) => stop.forget(),
        }
    }
}

impl ShownCart {
    fn forget(&mut self) {
        let CartView { id, owner, region, postal_code, email, order, .. } = &mut self.cart;
        (*id, *owner, *order) = (CartId::derived(&["erased"]), Owner::Nobody, None);
        (*region, *postal_code, *email) = (None, None, None);
    }
}

impl Stop {
    fn forget(&mut self) {
        if let Stop::Cancelled { reason, .. } = self {
            *reason = None;
        }
    }
}

impl Refund {
    fn forget(&mut self) {
        self.reason = None;
    }
}

impl PaymentSnapshot {
    /// Who pays completes the payment with these; nobody does any more.
    fn forget(&mut self) {
        (self.client_secret, self.next_action) = (None, None);
    }
}
