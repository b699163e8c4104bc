//! After the pivot: goods are sent and delivered, money goes back, a sale is cancelled as a whole.

use super::{
    Cancellation, Draft, FULFILLMENTS_MAX, Fulfillment, LineStock, OrderEffect, OrderEvent, OrderMail,
    OrderRefusal, Party, Pieces, REFUNDS_MAX, Reason, Record, Refund, RefundLine, RefundWhat, Sale, Stage,
    cancellation_refund_id,
    draft::{Decided, NOTED},
};
use crate::{
    Answer, Bug, Money, Quantity, Sku,
    id::{FulfillmentId, RefundId},
    payment::{PaymentSnapshot, RefundStatus},
    pricing,
    text::Text,
};

impl Sale {
    /// What was captured and is neither paid back nor about to be.
    pub fn refundable(&self) -> Money {
        let currency = self.goods.currency;
        let is_counted = |refund: &&Refund| {
            refund.counts()
                && (refund.status == RefundStatus::Succeeded || !Bug::OrderForgetsPendingRefunds.is_planted())
        };
        let counted = self.refunds.iter().filter(is_counted).map(|refund| refund.amount);
        Money::sum(currency, counted)
            .and_then(|booked| self.payment.captured.minus(booked))
            .unwrap_or(Money::zero(currency))
    }

    /// Whether something that belongs to it has not been answered yet.
    pub fn is_moving(&self) -> bool {
        !self.is_settled
            || self.goods.is_any(LineStock::Returning)
            || self.refunds.iter().any(|refund| refund.is_asking)
    }

    /// What went back for good.
    pub fn refunded(&self) -> Money {
        let currency = self.goods.currency;
        let paid = self.refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded);
        Money::sum(currency, paid.map(|refund| refund.amount)).unwrap_or(Money::zero(currency))
    }

    pub fn sent(&self, sku: &Sku) -> u32 {
        let pieces = self.fulfillments.iter().flat_map(|fulfillment| &fulfillment.lines);
        pieces.filter(|pieces| pieces.sku == *sku).map(|pieces| pieces.quantity.get()).sum()
    }

    fn refund_lines(&self, sku: &Sku) -> impl Iterator<Item = &RefundLine> {
        let counting = self.refunds.iter().filter(|refund| refund.counts());
        counting.flat_map(|refund| &refund.lines).filter(move |line| line.sku == *sku)
    }

    /// Pieces that were paid back, or are about to be.
    pub fn refunded_pieces(&self, sku: &Sku) -> u32 {
        self.refund_lines(sku).map(|line| line.quantity.get()).sum()
    }

    /// Pieces that are still to be sent: neither sent nor paid back before that.
    pub fn unsent(&self, sku: &Sku) -> u32 {
        let ordered = self.goods.line(sku).map_or(0, |line| line.totals.quantity.get());
        let dropped: u32 = self.refund_lines(sku).map(|line| line.unsent).sum();
        ordered.saturating_sub(self.sent(sku)).saturating_sub(dropped)
    }

    /// Sent pieces that were paid back.
    pub fn returned(&self, sku: &Sku) -> u32 {
        self.refund_lines(sku).map(|line| line.quantity.get().saturating_sub(line.unsent)).sum()
    }

    pub fn is_everything_sent(&self) -> bool {
        self.goods.lines.iter().all(|line| self.unsent(&line.totals.sku) == 0)
    }

    fn kept_pieces(&self) -> Vec<Pieces> {
        let kept = |line: &super::Line| {
            let sku = line.totals.sku.clone();
            let pieces = line.totals.quantity.get().saturating_sub(self.refunded_pieces(&sku));
            Some(Pieces { quantity: Quantity::new(pieces).ok()?, sku })
        };
        self.goods.lines.iter().filter_map(kept).collect()
    }

    /// A refund's lines, each SKU once, with how many of the pieces were still to be sent: returns are taken from the sent ones first.
    fn to_refund_lines(&self, pieces: &[Pieces]) -> Result<Vec<RefundLine>, OrderRefusal> {
        each_once(pieces)?
            .into_iter()
            .map(|Pieces { sku, quantity }| {
                let line =
                    self.goods.line(&sku).ok_or_else(|| OrderRefusal::UnknownLine { sku: sku.clone() })?;
                let left = line.totals.quantity.get().saturating_sub(self.refunded_pieces(&sku));
                if quantity.get() > left {
                    return Err(OrderRefusal::TooManyPieces { sku, left });
                }
                let with_shopper = self.sent(&sku).saturating_sub(self.returned(&sku));
                let unsent = quantity.get().saturating_sub(with_shopper);
                Ok(RefundLine { sku, quantity, unsent })
            })
            .collect()
    }

    /// What the shopper paid for these pieces, less what rounding left to others.
    fn share(&self, lines: &[RefundLine]) -> Result<Money, OrderRefusal> {
        let mut sum = Money::zero(self.goods.currency);
        for RefundLine { sku, quantity, .. } in lines {
            let unknown = || OrderRefusal::UnknownLine { sku: sku.clone() };
            let line = self.goods.line(sku).ok_or_else(unknown)?;
            let before = self.refunded_pieces(sku);
            let share = pricing::refund_share(&line.totals, before, quantity.get())
                .map_err(|refusal| OrderRefusal::TooManyPieces { sku: sku.clone(), left: refusal.left })?;
            sum = sum.plus(share.amount).map_err(|_| self.exceeds_refundable())?;
        }
        Ok(sum)
    }

    fn exceeds_refundable(&self) -> OrderRefusal {
        OrderRefusal::ExceedsRefundable { refundable: self.refundable() }
    }
}

/// Sums pieces of one SKU that were named twice.
fn each_once(pieces: &[Pieces]) -> Result<Vec<Pieces>, OrderRefusal> {
    let mut once: Vec<Pieces> = Vec::with_capacity(pieces.len());
    for Pieces { sku, quantity } in pieces {
        match once.iter_mut().find(|known| known.sku == *sku) {
            None => once.push(Pieces { sku: sku.clone(), quantity: *quantity }),
            Some(known) => {
                let sum = known.quantity.get().saturating_add(quantity.get());
                // No line has as many pieces as a quantity cannot hold.
                let too_many =
                    |_| OrderRefusal::TooManyPieces { sku: sku.clone(), left: known.quantity.get() };
                known.quantity = Quantity::new(sum).map_err(too_many)?;
            }
        }
    }
    Ok(once)
}

impl Draft {
    fn sale(&self) -> Result<&Sale, OrderRefusal> {
        self.order.record().and_then(Record::sale).ok_or(OrderRefusal::NotASale)
    }

    /// Everything comes back: the goods into the stock, the money to the shopper.
    pub(super) fn cancel_sale(&mut self, by: Party, reason: Option<Reason>) {
        let Some(record) = self.order.record() else { return };
        let Stage::Sold(sale) = &record.stage else { return };
        let id = cancellation_refund_id(&record.placement.id);
        let (kept, amount) = (sale.kept_pieces(), sale.refundable());
        let cancellation = Cancellation { by, reason: reason.clone(), at: self.now };
        let effects: Vec<_> = kept
            .iter()
            .map(|Pieces { sku, quantity }| {
                let is_whole = sale.refunded_pieces(sku) == 0;
                let (sku, quantity) = (sku.clone(), *quantity);
                // A part of the reservation may be back already; only the rest of it comes back now.
                if is_whole {
                    OrderEffect::Return { sku }
                } else {
                    OrderEffect::Restock { refund: id, sku, quantity }
                }
            })
            .collect();
        let refund = amount.is_positive().then(|| Refund {
            id,
            amount,
            lines: kept
                .iter()
                .map(|pieces| RefundLine {
                    sku: pieces.sku.clone(),
                    quantity: pieces.quantity,
                    unsent: pieces.quantity.get(),
                })
                .collect(),
            reason,
            // The goods come back by themselves, whatever becomes of the money.
            restock: false,
            status: RefundStatus::Pending,
            is_asking: true,
            created_at: self.now,
        });
        let returning = kept.into_iter().map(|pieces| pieces.sku).collect();
        if !Bug::OrderCancelKeepsGoods.is_planted() {
            for effect in effects {
                self.effect(effect);
            }
        }
        if refund.is_some() {
            self.effect(OrderEffect::RefundPayment { refund: id, amount });
        }
        self.record(OrderEvent::Cancelled { cancellation, returning, refund });
        self.effect(OrderEffect::Publish { mail: Some(OrderMail::Cancelled) });
    }

    pub(super) fn fulfil(
        &mut self,
        id: FulfillmentId,
        lines: Vec<Pieces>,
        carrier: Text<80>,
        tracking_number: Text<120>,
    ) -> Decided {
        let sale = self.sale()?;
        if sale.fulfillments.iter().any(|known| known.id == id) {
            return Ok(self.answer_order());
        }
        if sale.cancellation.is_some() {
            return Err(OrderRefusal::NotASale);
        }
        if sale.fulfillments.len() >= FULFILLMENTS_MAX {
            return Err(OrderRefusal::TooManyFulfillments);
        }
        let lines = each_once(&lines)?;
        for Pieces { sku, quantity } in &lines {
            if sale.goods.line(sku).is_none() {
                return Err(OrderRefusal::UnknownLine { sku: sku.clone() });
            }
            let left = sale.unsent(sku);
            if quantity.get() > left && !Bug::OrderSendsTooMuch.is_planted() {
                return Err(OrderRefusal::TooManyPieces { sku: sku.clone(), left });
            }
        }
        let created_at = self.now;
        let fulfillment = Fulfillment { id, lines, carrier, tracking_number, created_at, delivered_at: None };
        self.record(OrderEvent::Fulfilled { fulfillment });
        self.effect(OrderEffect::Publish { mail: Some(OrderMail::Shipped(id)) });
        Ok(self.answer_order())
    }

    pub(super) fn mark_delivered(&mut self, fulfillment: FulfillmentId) -> Decided {
        let sale = self.sale()?;
        let known = sale.fulfillments.iter().find(|known| known.id == fulfillment);
        if known.ok_or(OrderRefusal::UnknownFulfillment)?.delivered_at.is_none() {
            self.record(OrderEvent::Delivered { fulfillment, at: self.now });
            self.effect(OrderEffect::Publish { mail: None });
        }
        Ok(self.answer_order())
    }

    /// Booked before it is paid, so that however many arrive at once, their sum never passes what was captured.
    pub(super) fn refund(
        &mut self,
        id: RefundId,
        what: RefundWhat,
        reason: Option<Reason>,
        restock: bool,
    ) -> Decided {
        let sale = self.sale()?;
        if sale.refunds.iter().any(|known| known.id == id) {
            return Ok(Answer::WhenSettled);
        }
        if sale.refunds.len() >= REFUNDS_MAX {
            return Err(OrderRefusal::TooManyRefunds);
        }
        let refundable = sale.refundable();
        if !refundable.is_positive() {
            return Err(OrderRefusal::NothingToRefund);
        }
        let (amount, lines) = match what {
            RefundWhat::Amount(amount) => (amount, Vec::new()),
            RefundWhat::Lines(pieces) => {
                let lines = sale.to_refund_lines(&pieces)?;
                (sale.share(&lines)?, lines)
            }
            RefundWhat::Rest => (refundable, sale.to_refund_lines(&sale.kept_pieces())?),
        };
        let fits = amount.currency() == refundable.currency() && amount.amount() <= refundable.amount();
        if !fits {
            return Err(sale.exceeds_refundable());
        }
        if !amount.is_positive() {
            return Err(OrderRefusal::NothingToRefund);
        }
        let reason = self.unless_forgetting(reason);
        // A cancelled sale's goods are back already.
        let restock = restock && sale.cancellation.is_none();
        let (status, created_at) = (RefundStatus::Pending, self.now);
        let refund = Refund { id, amount, lines, reason, restock, status, is_asking: true, created_at };
        self.record(OrderEvent::RefundBooked { refund });
        self.effect(OrderEffect::RefundPayment { refund: id, amount });
        Ok(Answer::WhenSettled)
    }

    pub(super) fn refund_answered(&mut self, id: RefundId, status: RefundStatus) -> Decided {
        if let Some(Stage::Undoing(_)) = self.stage() {
            return self.stray_refund_answered(id, status);
        }
        let Ok(sale) = self.sale() else { return NOTED };
        let Some(refund) = sale.refunds.iter().find(|known| known.id == id) else { return NOTED };
        // What is known for good stays known; a late `pending` is no news.
        if refund.status != RefundStatus::Pending || (status == RefundStatus::Pending && !refund.is_asking) {
            return NOTED;
        }
        let is_cancelled = sale.cancellation.is_some();
        let is_of_cancellation =
            self.order.record().is_some_and(|record| id == cancellation_refund_id(&record.placement.id));
        let comes_back = refund.restock
            && match status {
                RefundStatus::Succeeded => true,
                // The cancellation counted on this refund to bring these goods back.
                RefundStatus::Failed => is_cancelled,
                RefundStatus::Pending => false,
            };
        let lines = if comes_back { refund.lines.clone() } else { Vec::new() };
        self.record(OrderEvent::RefundAnswered { refund: id, status });
        for RefundLine { sku, quantity, .. } in lines {
            self.effect(OrderEffect::Restock { refund: id, sku, quantity });
        }
        match status {
            // The mail about the cancellation has said that the money goes back.
            RefundStatus::Succeeded if is_of_cancellation => self.effect(OrderEffect::Publish { mail: None }),
            RefundStatus::Succeeded => {
                self.effect(OrderEffect::Publish { mail: Some(OrderMail::RefundIssued(id)) });
            }
            RefundStatus::Failed => self.effect(OrderEffect::Publish { mail: None }),
            RefundStatus::Pending => {}
        }
        NOTED
    }

    /// The answer to paying back what was taken from an order that is being undone.
    fn stray_refund_answered(&mut self, id: RefundId, status: RefundStatus) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Undoing(undoing) = &record.stage else { return NOTED };
        let is_ours = undoing.is_voiding && cancellation_refund_id(&record.placement.id) == id;
        let (true, Some(payment), Some(goods)) = (is_ours, &undoing.payment, &undoing.goods) else {
            return NOTED;
        };
        let captured = goods.total;
        let refunded = match status {
            RefundStatus::Pending => return NOTED,
            RefundStatus::Succeeded => captured,
            RefundStatus::Failed => Money::zero(captured.currency()),
        };
        let payment = PaymentSnapshot {
            status: crate::payment::PaymentStatus::Captured,
            captured,
            refunded,
            ..payment.clone()
        };
        self.record(OrderEvent::PaymentVoided { payment: Box::new(payment) });
        self.end_if_undone();
        NOTED
    }

    pub(super) fn restocked(&mut self, id: RefundId, sku: Sku) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Sold(sale) = &record.stage else { return NOTED };
        if sale.cancellation.is_some() && id == cancellation_refund_id(&record.placement.id) {
            return self.stock_freed(sku);
        }
        if sale.refunds.iter().any(|refund| refund.id == id && refund.restock) {
            self.record(OrderEvent::Restocked { refund: id, sku });
        }
        NOTED
    }
}
