//! What happened to an order: its timeline, and the only way its state changes.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Cancellation, Ended, Ending, Fulfillment, Goods, LineStock, Order, Placement, Record, Refund,
    Sale, Stage, Stop, Undoing, erasure::Erasure,
};
use crate::{
    Sku, Timestamp,
    id::{FulfillmentId, RefundId},
    payment::{PaymentSnapshot, RefundStatus},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEvent {
    Received {
        placement: Box<Placement>,
        asked: Box<Asked>,
    },
    /// The cart is this order's, at this price.
    Priced {
        goods: Box<Goods>,
    },
    StockReserved {
        sku: Sku,
    },
    StockRefused {
        sku: Sku,
        available: u32,
    },
    /// Another object of this SKU had too little; its home is asked.
    StockSoughtAtHome {
        sku: Sku,
    },
    AuthenticationRequired {
        payment: Box<PaymentSnapshot>,
        at: Timestamp,
    },
    PaymentAuthorized {
        payment: Box<PaymentSnapshot>,
    },
    StockCommitted {
        sku: Sku,
    },
    StockLost {
        sku: Sku,
    },
    PaymentCaptured {
        payment: Box<PaymentSnapshot>,
    },
    CartSettled,

    StopRequested {
        stop: Stop,
    },
    PaymentAsked {
        at: Timestamp,
    },
    /// Asking brought no news.
    PaymentAskEnded,
    PaymentDeadlinePassed,

    UndoStarted {
        ending: Ending,
        payment: Option<Box<PaymentSnapshot>>,
        is_voiding: bool,
        is_unclaiming: bool,
    },
    StockFreed {
        sku: Sku,
    },
    PaymentVoided {
        payment: Box<PaymentSnapshot>,
    },
    CartUnclaimed,
    Ended,

    Cancelled {
        cancellation: Cancellation,
        returning: Vec<Sku>,
        refund: Option<Refund>,
    },
    Fulfilled {
        fulfillment: Fulfillment,
    },
    Delivered {
        fulfillment: FulfillmentId,
        at: Timestamp,
    },
    RefundBooked {
        refund: Refund,
    },
    RefundAnswered {
        refund: RefundId,
        status: RefundStatus,
    },
    Restocked {
        refund: RefundId,
        sku: Sku,
    },

    /// The shopper is to be forgotten; whose account it was is forgotten already.
    ErasureAsked,
    /// Nothing says any more whom it was for.
    Erased,
}

impl OrderEvent {
    /// Whether an order looks different afterwards. What only moves the machinery on makes no copy of it out of date.
    fn is_shown(&self) -> bool {
        match self {
            OrderEvent::Received { .. }
            | OrderEvent::Priced { .. }
            | OrderEvent::AuthenticationRequired { .. }
            | OrderEvent::PaymentAuthorized { .. }
            | OrderEvent::PaymentCaptured { .. }
            | OrderEvent::UndoStarted { .. }
            | OrderEvent::PaymentVoided { .. }
            | OrderEvent::Ended
            | OrderEvent::Cancelled { .. }
            | OrderEvent::Fulfilled { .. }
            | OrderEvent::Delivered { .. }
            | OrderEvent::RefundBooked { .. }
            | OrderEvent::ErasureAsked
            | OrderEvent::Erased => true,
            OrderEvent::RefundAnswered { status, .. } => *status != RefundStatus::Pending,
            OrderEvent::StockReserved { .. }
            | OrderEvent::StockSoughtAtHome { .. }
            | OrderEvent::StockRefused { .. }
            | OrderEvent::StockCommitted { .. }
            | OrderEvent::StockLost { .. }
            | OrderEvent::CartSettled
            | OrderEvent::StopRequested { .. }
            | OrderEvent::PaymentAsked { .. }
            | OrderEvent::PaymentAskEnded
            | OrderEvent::PaymentDeadlinePassed
            | OrderEvent::StockFreed { .. }
            | OrderEvent::CartUnclaimed
            | OrderEvent::Restocked { .. } => false,
        }
    }
}

impl Order {
    pub(super) fn apply_event(&mut self, event: &OrderEvent) {
        if let OrderEvent::Received { placement, asked } = event {
            let stage = Stage::Pricing { asked: asked.clone(), stop: None };
            *self = Order::Used(Box::new(Record {
                seq: 1,
                placement: (**placement).clone(),
                stage,
                erasure: Erasure::None,
            }));
            return;
        }
        if let Order::Used(record) = self {
            record.seq = record.seq.saturating_add(event.is_shown().into());
            match event {
                OrderEvent::ErasureAsked => return record.forget(Erasure::Asked),
                OrderEvent::Erased => return record.forget(Erasure::Done),
                _ => {}
            }
            let nothing = Stage::Ended(Box::new(Ended {
                goods: None,
                payment: None,
                ending: Ending::Stopped(Stop::DeadlinePassed),
            }));
            record.stage = next(std::mem::replace(&mut record.stage, nothing), event);
        }
    }
}

/// The stage after `event`. A stage that an event says nothing about stays as it is.
fn next(stage: Stage, event: &OrderEvent) -> Stage {
    use OrderEvent as E;
    match (stage, event) {
        (Stage::Pricing { asked, stop }, E::Priced { goods }) => {
            Stage::Reserving { asked, goods: goods.clone(), stop }
        }
        (Stage::Reserving { asked, mut goods, stop }, E::StockReserved { sku }) => {
            goods.set_stock(sku, LineStock::Reserved);
            if goods.is_every(LineStock::Reserved) {
                Stage::Authorising { goods, stop }
            } else {
                Stage::Reserving { asked, goods, stop }
            }
        }
        (Stage::Reserving { asked, mut goods, stop }, E::StockRefused { sku, available }) => {
            goods.set_stock(sku, LineStock::Refused { available: *available });
            Stage::Reserving { asked, goods, stop }
        }
        (Stage::Reserving { asked, mut goods, stop }, E::StockSoughtAtHome { sku }) => {
            goods.send_home(sku);
            Stage::Reserving { asked, goods, stop }
        }
        (Stage::Authorising { goods, .. }, E::AuthenticationRequired { payment, at }) => {
            let (payment, asked_at) = (payment.clone(), *at);
            Stage::AwaitingPayment { goods, payment, asked_at, is_asking: false, is_cancelling: false }
        }
        (Stage::Authorising { goods, stop }, E::PaymentAuthorized { payment }) => {
            Stage::Committing { goods, payment: payment.clone(), stop, was_awaited: false }
        }
        (Stage::AwaitingPayment { goods, .. }, E::PaymentAuthorized { payment }) => {
            Stage::Committing { goods, payment: payment.clone(), stop: None, was_awaited: true }
        }
        (Stage::Committing { mut goods, payment, stop, was_awaited }, E::StockCommitted { sku }) => {
            goods.set_stock(sku, LineStock::Committed);
            if goods.is_every(LineStock::Committed) {
                Stage::Capturing { goods, payment, stop, was_awaited }
            } else {
                Stage::Committing { goods, payment, stop, was_awaited }
            }
        }
        (Stage::Committing { mut goods, payment, stop, was_awaited }, E::StockLost { sku }) => {
            goods.set_stock(sku, LineStock::Refused { available: 0 });
            Stage::Committing { goods, payment, stop, was_awaited }
        }
        (Stage::Capturing { goods, .. }, E::PaymentCaptured { payment }) => Stage::Sold(Box::new(Sale {
            goods: *goods,
            payment: (**payment).clone(),
            is_settled: false,
            fulfillments: Vec::new(),
            refunds: Vec::new(),
            cancellation: None,
        })),
        (stage, E::UndoStarted { ending, payment, is_voiding, is_unclaiming }) => {
            let was_awaited = match &stage {
                Stage::AwaitingPayment { .. } => true,
                Stage::Committing { was_awaited, .. } | Stage::Capturing { was_awaited, .. } => *was_awaited,
                _ => false,
            };
            Stage::Undoing(Box::new(Undoing {
                goods: into_goods(stage),
                payment: payment.as_deref().cloned(),
                is_voiding: *is_voiding,
                is_unclaiming: *is_unclaiming,
                was_awaited,
                ending: ending.clone(),
            }))
        }
        (Stage::Undoing(undoing), E::Ended) => {
            let Undoing { goods, payment, ending, .. } = *undoing;
            Stage::Ended(Box::new(Ended { goods, payment, ending }))
        }
        (mut stage, event) => {
            change(&mut stage, event);
            stage
        }
    }
}

fn into_goods(stage: Stage) -> Option<Goods> {
    match stage {
        Stage::Reserving { goods, .. }
        | Stage::Authorising { goods, .. }
        | Stage::AwaitingPayment { goods, .. }
        | Stage::Committing { goods, .. }
        | Stage::Capturing { goods, .. } => Some(*goods),
        Stage::Pricing { .. } | Stage::Undoing(_) | Stage::Ended(_) | Stage::Sold(_) => None,
    }
}

/// The events that change something within a stage.
fn change(stage: &mut Stage, event: &OrderEvent) {
    use OrderEvent as E;
    match (stage, event) {
        (
            Stage::Pricing { stop, .. }
            | Stage::Reserving { stop, .. }
            | Stage::Authorising { stop, .. }
            | Stage::Committing { stop, .. }
            | Stage::Capturing { stop, .. },
            E::StopRequested { stop: requested },
        ) => *stop = Some(requested.clone()),
        (Stage::AwaitingPayment { asked_at, is_asking, .. }, E::PaymentAsked { at }) => {
            (*asked_at, *is_asking) = (*at, true);
        }
        (Stage::AwaitingPayment { is_asking, .. }, E::PaymentAskEnded) => *is_asking = false,
        (Stage::AwaitingPayment { is_cancelling, .. }, E::PaymentDeadlinePassed) => *is_cancelling = true,
        (Stage::Undoing(undoing), E::StockFreed { sku }) => {
            if let Some(goods) = &mut undoing.goods {
                goods.set_stock(sku, LineStock::Freed);
            }
        }
        (Stage::Undoing(undoing), E::PaymentVoided { payment }) => {
            undoing.payment = Some((**payment).clone());
            undoing.is_voiding = false;
        }
        (Stage::Undoing(undoing), E::CartUnclaimed) => undoing.is_unclaiming = false,
        (Stage::Sold(sale), event) => change_sale(sale, event),
        _ => {}
    }
}

fn change_sale(sale: &mut Sale, event: &OrderEvent) {
    use OrderEvent as E;
    match event {
        E::CartSettled => sale.is_settled = true,
        E::Cancelled { cancellation, returning, refund } => {
            sale.cancellation = Some(cancellation.clone());
            for sku in returning {
                sale.goods.set_stock(sku, LineStock::Returning);
            }
            sale.refunds.extend(refund.clone());
        }
        E::StockFreed { sku } => sale.goods.set_stock(sku, LineStock::Freed),
        E::Fulfilled { fulfillment } => sale.fulfillments.push(fulfillment.clone()),
        E::Delivered { fulfillment, at } => {
            if let Some(found) = sale.fulfillments.iter_mut().find(|known| known.id == *fulfillment) {
                found.delivered_at = Some(*at);
            }
        }
        E::RefundBooked { refund } => sale.refunds.push(refund.clone()),
        E::RefundAnswered { refund, status } => {
            if let Some(found) = sale.refunds.iter_mut().find(|known| known.id == *refund) {
                (found.status, found.is_asking) = (*status, false);
            }
        }
        _ => {}
    }
}
