//! The way back: before the capture an order is undone as a whole, and ends when nothing of it is left anywhere.

use super::{
    Draft, Ending, LineStock, OrderEffect, OrderEvent, OrderMail, OrderRefusal, Party, Reason, Record, Stage,
    Stop, cancellation_refund_id,
    draft::{Decided, NOTED},
};
use crate::{
    Answer, Bug, Sku,
    payment::{PaymentSnapshot, PaymentStatus},
};

impl Draft {
    /// Turns around before any payment was asked for.
    pub(super) fn undo(&mut self, ending: impl Into<Ending>) {
        self.start_undo(ending.into(), None, false);
    }

    /// Turns around after a payment was asked for. What the provider ended by itself needs no voiding; a refused capture does: the
    /// hold may still be there.
    pub(super) fn undo_payment(&mut self, ending: impl Into<Ending>, payment: Box<PaymentSnapshot>) {
        let was_held = matches!(self.stage(), Some(Stage::Committing { .. } | Stage::Capturing { .. }));
        let is_over = match payment.status {
            PaymentStatus::Voided => true,
            PaymentStatus::Declined => !was_held,
            _ => false,
        };
        self.start_undo(ending.into(), Some(payment), !is_over);
    }

    fn start_undo(&mut self, ending: Ending, payment: Option<Box<PaymentSnapshot>>, is_voiding: bool) {
        let Some(record) = self.order.record() else { return };
        let is_voiding = is_voiding && !Bug::OrderKeepsHold.is_planted();
        let is_unclaiming = !Bug::OrderKeepsCart.is_planted();
        let mut effects = Vec::new();
        if is_unclaiming {
            effects.push(OrderEffect::Unclaim { cart: record.placement.cart });
        }
        if is_voiding {
            effects.push(OrderEffect::Void);
        }
        for line in record.goods().into_iter().flat_map(|goods| &goods.lines) {
            let sku = line.totals.sku.clone();
            match line.stock {
                LineStock::Reserved if Bug::OrderKeepsReservations.is_planted() => {}
                LineStock::Reserved => effects.push(OrderEffect::Release { sku }),
                LineStock::Committed => effects.push(OrderEffect::Return { sku }),
                LineStock::Asked | LineStock::Refused { .. } | LineStock::Returning | LineStock::Freed => {}
            }
        }
        for effect in effects {
            self.effect(effect);
        }
        self.record(OrderEvent::UndoStarted { ending, payment, is_voiding, is_unclaiming });
    }

    /// The last piece that came back ends the order.
    pub(super) fn end_if_undone(&mut self) {
        let Some(Stage::Undoing(undoing)) = self.stage() else { return };
        if !undoing.is_done() {
            return;
        }
        let was_awaited = undoing.was_awaited;
        let is_cancelled = matches!(undoing.ending, Ending::Stopped(Stop::Cancelled { .. }));
        self.record(OrderEvent::Ended);
        if self.order.record().is_some_and(Record::is_listed) {
            let mail = match (was_awaited, is_cancelled) {
                (_, true) => Some(OrderMail::Cancelled),
                (true, false) => Some(OrderMail::PaymentFailed),
                // The shopper is told by the answer to their call.
                (false, false) => None,
            };
            self.effect(OrderEffect::Publish { mail });
        }
    }

    pub(super) fn cart_unclaimed(&mut self) -> Decided {
        if let Some(Stage::Undoing(undoing)) = self.stage()
            && undoing.is_unclaiming
        {
            self.record(OrderEvent::CartUnclaimed);
            self.end_if_undone();
        }
        NOTED
    }

    pub(super) fn stock_freed(&mut self, sku: Sku) -> Decided {
        let stock = |draft: &Self| draft.order.record()?.goods()?.line(&sku).map(|line| line.stock);
        match (self.stage(), stock(self)) {
            (Some(Stage::Undoing(_)), Some(LineStock::Reserved | LineStock::Committed)) => {
                self.record(OrderEvent::StockFreed { sku });
                self.end_if_undone();
            }
            (Some(Stage::Sold(_)), Some(LineStock::Returning)) => self.record(OrderEvent::StockFreed { sku }),
            _ => {}
        }
        NOTED
    }

    pub(super) fn void_answered(&mut self, payment: Box<PaymentSnapshot>) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Undoing(undoing) = &record.stage else { return NOTED };
        if !undoing.is_voiding {
            return NOTED;
        }
        match payment.status {
            PaymentStatus::Voided | PaymentStatus::Declined => {
                self.record(OrderEvent::PaymentVoided { payment });
                self.end_if_undone();
            }
            // Taken although nobody asked for it: it all goes back before the order ends.
            PaymentStatus::Captured => {
                let (refund, amount) = (cancellation_refund_id(&record.placement.id), payment.captured);
                self.effect(OrderEffect::RefundPayment { refund, amount });
            }
            PaymentStatus::Processing | PaymentStatus::RequiresAction | PaymentStatus::Authorized => {}
        }
        NOTED
    }

    pub(super) fn cancel(&mut self, by: Party, reason: Option<Reason>) -> Decided {
        let Some(record) = self.order.record() else { return Err(OrderRefusal::NotFound) };
        let reason = self.unless_forgetting(reason);
        let stop = Stop::Cancelled { by, reason: reason.clone() };
        match &record.stage {
            Stage::Pricing { .. }
            | Stage::Reserving { .. }
            | Stage::Authorising { .. }
            | Stage::Committing { .. }
            | Stage::Capturing { .. } => {
                if self.stop().is_none() && !Bug::OrderForgetsStop.is_planted() {
                    self.record(OrderEvent::StopRequested { stop });
                }
            }
            Stage::AwaitingPayment { payment, .. } => {
                let payment = payment.clone();
                self.undo_payment(stop, payment);
            }
            Stage::Undoing(_) => {}
            Stage::Ended(ended) => match &ended.ending {
                Ending::Stopped(Stop::Cancelled { .. }) => {}
                Ending::Stopped(Stop::DeadlinePassed) | Ending::Refused(_) => {
                    return Err(OrderRefusal::AlreadyFailed);
                }
            },
            Stage::Sold(sale) if sale.cancellation.is_some() => {}
            Stage::Sold(sale) if !sale.fulfillments.is_empty() => return Err(OrderRefusal::AlreadyFulfilled),
            Stage::Sold(_) => self.cancel_sale(by, reason),
        }
        Ok(Answer::WhenSettled)
    }
}
