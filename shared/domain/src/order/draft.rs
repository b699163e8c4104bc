//! A decision in the making: each event changes the draft's own copy of the order, so the next rule sees what the last one did.

use super::{Order, OrderCommand, OrderEffect, OrderEvent, OrderRefusal, OrderReply, Stage, Stop};
use crate::{Answer, Decision, PartChange, Timestamp};

pub(super) struct Draft {
    pub order: Order,
    pub now: Timestamp,
    events: Vec<OrderEvent>,
    effects: Vec<OrderEffect>,
}

pub(super) type Decided = Result<Answer<OrderReply>, OrderRefusal>;

/// The answer to what an effect fed back, or to a webhook: nobody reads it.
pub(super) const NOTED: Decided = Ok(Answer::Now(OrderReply::Done));

impl Draft {
    pub fn new(order: Order, now: Timestamp) -> Self {
        Self { order, now, events: Vec::new(), effects: Vec::new() }
    }

    pub fn record(&mut self, event: OrderEvent) {
        self.order.apply_event(&event);
        self.events.push(event);
    }

    pub fn effect(&mut self, effect: OrderEffect) {
        self.effects.push(effect);
    }

    pub fn into_decision(self, answer: Answer<OrderReply>) -> Decision<Order> {
        Decision { events: self.events, effects: self.effects, part: PartChange::Keep, answer }
    }

    /// The order as it is after this decision.
    pub fn answer_order(&self) -> Answer<OrderReply> {
        Answer::Now(OrderReply::Order(Box::new(self.order.clone())))
    }

    pub fn stage(&self) -> Option<&Stage> {
        self.order.record().map(|record| &record.stage)
    }

    /// Why the order is to turn around although its calls succeed.
    pub fn stop(&self) -> Option<Stop> {
        match self.stage()? {
            Stage::Pricing { stop, .. }
            | Stage::Reserving { stop, .. }
            | Stage::Authorising { stop, .. }
            | Stage::Committing { stop, .. }
            | Stage::Capturing { stop, .. } => stop.clone(),
            Stage::AwaitingPayment { .. } | Stage::Undoing(_) | Stage::Ended(_) | Stage::Sold(_) => None,
        }
    }

    /// What does not fit the stage is late or repeated, and changes nothing.
    pub fn carry_out(&mut self, command: OrderCommand) -> Decided {
        use OrderCommand as C;
        if let C::Place { placement, asked } = command {
            return self.place(placement, asked);
        }
        if self.order == Order::Unused {
            return Err(OrderRefusal::NotFound);
        }
        match command {
            C::Place { .. } => NOTED,
            C::Cancel { by, reason } => self.cancel(by, reason),
            C::Refresh => self.refresh(),
            C::PaymentChanged { payment } => self.payment_changed(*payment),
            C::Deadline => self.deadline(),
            C::Fulfil { id, lines, carrier, tracking_number } => {
                self.fulfil(id, lines, carrier, tracking_number)
            }
            C::MarkDelivered { fulfillment } => self.mark_delivered(fulfillment),
            C::Refund { id, what, reason, restock } => self.refund(id, what, reason, restock),

            C::Erase => Ok(self.erase()),

            C::CartClaimed { cart, quotes } => self.cart_claimed(*cart, quotes),
            C::CartMoved { shown } => self.cart_moved(*shown),
            C::CartRefused { refusal } => self.cart_refused(refusal.into()),
            C::CartSettled => self.cart_settled(),
            C::CartUnclaimed => self.cart_unclaimed(),
            C::StockReserved { sku } => self.reserve_answered(OrderEvent::StockReserved { sku }),
            C::StockRefused { sku, available } => self.reserve_refused(sku, available),
            C::StockCommitted { sku } => self.commit_answered(OrderEvent::StockCommitted { sku }),
            C::StockLost { sku } => self.commit_answered(OrderEvent::StockLost { sku }),
            C::StockFreed { sku } => self.stock_freed(sku),
            C::Restocked { refund, sku } => self.restocked(refund, sku),
            C::AuthoriseAnswered { payment } => self.authorise_answered(payment),
            C::AskAnswered { payment } => self.ask_answered(payment),
            C::CancelAnswered { payment } => self.cancel_answered(payment),
            C::CaptureAnswered { payment } => self.capture_answered(payment),
            C::VoidAnswered { payment } => self.void_answered(payment),
            C::RefundAnswered { refund, status } => self.refund_answered(refund, status),
        }
    }
}
