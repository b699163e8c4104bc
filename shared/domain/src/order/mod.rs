//! An order: the checkout saga, and what happens to a sale afterwards.
//!
//! `checkout` goes forward, `undo` goes back, `sale` is everything after the capture; `event` is how the state changes, `effect` what is
//! done outside. Whatever is in flight is waited for before an order turns around, and only the order decides about time.

mod checkout;
mod command;
mod draft;
mod effect;
mod erasure;
mod event;
mod sale;
mod state;
#[cfg(test)]
mod tests;
mod undo;
mod view;

pub use command::{
    OrderCommand, OrderRefusal, OrderReply, Party, Pieces, Reason, RefundWhat, Shortage, ShownCart,
};
pub use effect::{OrderEffect, OrderMail, cancellation_refund_id, payment_id, reservation_id};
pub use erasure::Erasure;
pub use event::OrderEvent;
pub use state::{
    Asked, Cancellation, Ended, Ending, FULFILLMENTS_MAX, Fulfillment, Goods, Line, LineStock, Order,
    PAYMENT_ASK_INTERVAL_MS, PAYMENT_DEADLINE_MS, Placement, REFUNDS_MAX, Record, Refund, RefundLine, Sale,
    Stage, Stop, Undoing,
};
pub use view::{FulfillmentState, OrderStatus, PaymentState};

use crate::{Aggregate, Bug, Decision, Schedule, Timestamp};
use draft::Draft;

// A reservation must outlive the payment it waits for, with time left to commit it.
const _: () = assert!(PAYMENT_DEADLINE_MS < crate::stock::RESERVATION_TTL_MS);

impl Aggregate for Order {
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Effect = OrderEffect;
    type Reply = OrderReply;
    type Refusal = OrderRefusal;
    type Part = ();

    /// They are the order's timeline.
    const KEEPS_EVENTS: bool = true;

    fn decide(
        &self,
        _part: Option<&()>,
        command: OrderCommand,
        now: Timestamp,
    ) -> Result<Decision<Self>, OrderRefusal> {
        let mut draft = Draft::new(self.clone(), now);
        let answer = draft.carry_out(command)?;
        Ok(draft.into_decision(answer))
    }

    fn apply(&mut self, event: &OrderEvent) {
        self.apply_event(event);
    }

    fn is_kept(refusal: &OrderRefusal) -> bool {
        !matches!(refusal, OrderRefusal::UnknownLine { .. } | OrderRefusal::NotFound)
    }

    fn settled(&self) -> Option<Result<OrderReply, OrderRefusal>> {
        let order = || Some(Ok(OrderReply::Order(Box::new(self.clone()))));
        match &self.record()?.stage {
            Stage::AwaitingPayment { is_asking: false, is_cancelling: false, .. } => order(),
            Stage::Ended(ended) => match &ended.ending {
                Ending::Refused(refusal) => Some(Err(refusal.clone())),
                Ending::Stopped(Stop::DeadlinePassed) => Some(Err(OrderRefusal::PaymentExpired)),
                Ending::Stopped(Stop::Cancelled { .. }) => order(),
            },
            Stage::Sold(sale) if !sale.is_moving() => order(),
            _ => None,
        }
    }

    fn forgets(event: &OrderEvent) -> Option<fn(&mut OrderEvent)> {
        match event {
            OrderEvent::ErasureAsked => Some(OrderEvent::forget_account),
            OrderEvent::Erased => Some(OrderEvent::forget_person),
            _ => None,
        }
    }

    fn schedule(effect: &OrderEffect) -> Schedule {
        match effect {
            // Whoever waits for an answer does not wait for mails and lists.
            OrderEffect::Publish { .. } => Schedule::Behind,
            _ => Schedule::Now,
        }
    }

    fn wake(&self) -> Option<(Timestamp, OrderCommand)> {
        let record = self.record()?;
        match &record.stage {
            Stage::AwaitingPayment { .. } if Bug::OrderWaitsForEver.is_planted() => None,
            Stage::Pricing { stop: None, .. }
            | Stage::Reserving { stop: None, .. }
            | Stage::Authorising { stop: None, .. }
            | Stage::Committing { stop: None, .. }
            | Stage::AwaitingPayment { is_cancelling: false, .. } => {
                Some((record.deadline(), OrderCommand::Deadline))
            }
            _ => Some((record.erasure_due()?, OrderCommand::Erase)),
        }
    }
}
