//! The way forward: from a claimed cart to captured money.
//!
//! Each step's calls are made at once. When all of them have answered, the order goes on, or turns around as a whole.

use super::{
    Asked, Draft, Ending, Erasure, Goods, Line, LineStock, OrderEffect, OrderEvent, OrderMail, OrderRefusal,
    PAYMENT_ASK_INTERVAL_MS, Placement, Shortage, ShownCart, Stage, Stop,
    draft::{Decided, NOTED},
    reservation_id,
};
use crate::{
    Answer, Bug, Sku,
    cart::CartView,
    id::OrderId,
    payment::{PaymentSnapshot, PaymentStatus},
    pricing::{self, Destination, PricedLine, PricingRefusal},
    quote::Quote,
    stock::{HOME, RESERVATION_TTL_MS, SHARDS_MAX},
};

impl Draft {
    pub(super) fn place(&mut self, placement: Box<Placement>, asked: Box<Asked>) -> Decided {
        // Who is forgotten has no order of theirs that could be shown again.
        if self.order.record().is_some_and(|record| record.erasure != Erasure::None) {
            return Err(OrderRefusal::NotFound);
        }
        if self.order.record().is_none() {
            self.effect(OrderEffect::ClaimAndQuote {
                cart: placement.cart,
                by: asked.by.clone(),
                version: asked.cart_version,
            });
            self.record(OrderEvent::Received { placement, asked });
        }
        Ok(Answer::WhenSettled)
    }

    pub(super) fn cart_claimed(&mut self, cart: CartView, quotes: Vec<Quote>) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Pricing { asked, stop } = &record.stage else { return NOTED };
        let (stop, asked) = (stop.clone(), asked.clone());
        let priced = priced(&cart, &quotes, &record.placement, &asked);
        match (stop, priced) {
            (Some(stop), _) => self.undo(stop),
            (None, Err(refusal)) => self.undo(refusal),
            (None, Ok(goods)) => {
                // Counted from now, so that it lasts beyond the payment's deadline.
                let until = self.now.plus(RESERVATION_TTL_MS);
                let sold_out = sold_out(&goods, &quotes);
                if !sold_out.is_empty() {
                    self.undo(OrderRefusal::OutOfStock { items: sold_out });
                    return NOTED;
                }
                for line in &goods.lines {
                    self.effect(OrderEffect::Reserve {
                        sku: line.totals.sku.clone(),
                        quantity: line.totals.quantity,
                        until,
                    });
                }
                self.record(OrderEvent::Priced { goods: Box::new(goods) });
            }
        }
        NOTED
    }

    pub(super) fn cart_moved(&mut self, shown: ShownCart) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let shown = Box::new(shown.sent_to(&record.placement.shipping_address));
        self.cart_refused(OrderRefusal::CartChanged { shown })
    }

    /// The cart is not ours. But a claim that seemed lost may still be on its way, and must not take the cart for an order that is over:
    /// the cart has to know that it gave up. One that never was the shopper's refuses that claim by itself.
    pub(super) fn cart_refused(&mut self, refusal: OrderRefusal) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Pricing { .. } = &record.stage else { return NOTED };
        let is_unclaiming = refusal != OrderRefusal::NotFound;
        if is_unclaiming {
            let cart = record.placement.cart;
            self.effect(OrderEffect::Unclaim { cart });
        }
        let ending = self.stop().map_or_else(|| Ending::from(refusal), Ending::from);
        self.record(OrderEvent::UndoStarted { ending, payment: None, is_voiding: false, is_unclaiming });
        self.end_if_undone();
        NOTED
    }

    /// A branch that has too little says nothing of the others: home knows what there is.
    pub(super) fn reserve_refused(&mut self, sku: Sku, available: u32) -> Decided {
        let line = self.order.record().and_then(|record| record.goods()?.line(&sku)).cloned();
        match line.filter(|line| line.shard != HOME && line.stock == LineStock::Asked) {
            Some(line) if self.stop().is_none() => {
                let Some(Stage::Reserving { .. }) = self.stage() else { return NOTED };
                self.record(OrderEvent::StockSoughtAtHome { sku: sku.clone() });
                let (quantity, until) = (line.totals.quantity, self.now.plus(RESERVATION_TTL_MS));
                self.effect(OrderEffect::Reserve { sku, quantity, until });
                NOTED
            }
            _ => self.reserve_answered(OrderEvent::StockRefused { sku, available }),
        }
    }

    /// `answer`: `StockReserved` or `StockRefused`.
    pub(super) fn reserve_answered(&mut self, answer: OrderEvent) -> Decided {
        let Some(Stage::Reserving { asked, .. }) = self.stage() else { return NOTED };
        let payment_method = asked.payment_method.clone();
        self.record(answer);
        let Some(record) = self.order.record() else { return NOTED };
        let Some(goods) = record.goods().filter(|goods| !goods.is_any(LineStock::Asked)) else {
            return NOTED;
        };
        let (shortages, amount, email) = (goods.shortages(), goods.total, record.placement.email.clone());
        match self.stop() {
            Some(stop) => self.undo(stop),
            None if shortages.is_empty() => {
                self.effect(OrderEffect::Authorise { amount, payment_method, email });
            }
            None => self.undo(OrderRefusal::OutOfStock { items: shortages }),
        }
        NOTED
    }

    pub(super) fn authorise_answered(&mut self, payment: Box<PaymentSnapshot>) -> Decided {
        let Some(Stage::Authorising { .. }) = self.stage() else { return NOTED };
        match (payment.status, self.stop()) {
            // Not an answer: the effect is performed until there is one.
            (PaymentStatus::Processing, _) => {}
            (_, Some(stop)) => self.undo_payment(stop, payment),
            (PaymentStatus::Declined | PaymentStatus::Voided, None) => self.payment_failed(payment),
            (PaymentStatus::Authorized | PaymentStatus::Captured, None) => self.authorized(payment),
            (PaymentStatus::RequiresAction, None) => {
                self.record(OrderEvent::AuthenticationRequired { payment, at: self.now });
                self.effect(OrderEffect::Publish { mail: None });
            }
        }
        NOTED
    }

    /// Before the capture, so that nobody is charged for goods that have gone.
    fn authorized(&mut self, payment: Box<PaymentSnapshot>) {
        self.record(OrderEvent::PaymentAuthorized { payment });
        let skus: Vec<_> = self
            .order
            .record()
            .and_then(|record| record.goods())
            .map(|goods| goods.lines.iter().map(|line| line.totals.sku.clone()).collect())
            .unwrap_or_default();
        for sku in skus {
            if Bug::OrderSkipsCommit.is_planted() {
                let _ = self.commit_answered(OrderEvent::StockCommitted { sku });
            } else {
                self.effect(OrderEffect::Commit { sku });
            }
        }
    }

    fn payment_failed(&mut self, payment: Box<PaymentSnapshot>) {
        let decline_code = payment.decline_code.clone();
        self.undo_payment(OrderRefusal::PaymentDeclined { decline_code }, payment);
    }

    /// `answer`: `StockCommitted` or `StockLost`.
    pub(super) fn commit_answered(&mut self, answer: OrderEvent) -> Decided {
        let Some(Stage::Committing { .. }) = self.stage() else { return NOTED };
        self.record(answer);
        let Some(record) = self.order.record() else { return NOTED };
        let (Some(goods), Some(payment)) = (record.goods(), record.payment()) else { return NOTED };
        if goods.is_any(LineStock::Reserved) {
            return NOTED;
        }
        let (shortages, amount, payment) = (goods.shortages(), goods.total, Box::new(payment.clone()));
        match self.stop() {
            Some(stop) => self.undo_payment(stop, payment),
            None if shortages.is_empty() => self.effect(OrderEffect::Capture { amount }),
            None => self.undo_payment(OrderRefusal::OutOfStock { items: shortages }, payment),
        }
        NOTED
    }

    /// The pivot.
    pub(super) fn capture_answered(&mut self, payment: Box<PaymentSnapshot>) -> Decided {
        let Some(record) = self.order.record() else { return NOTED };
        let Stage::Capturing { .. } = &record.stage else { return NOTED };
        let cart = record.placement.cart;
        let stop = self.stop();
        match payment.status {
            PaymentStatus::Captured => {
                self.record(OrderEvent::PaymentCaptured { payment });
                self.effect(OrderEffect::SettleCart { cart });
                match stop {
                    Some(Stop::Cancelled { by, reason }) => self.cancel_sale(by, reason),
                    _ => self.effect(OrderEffect::Publish { mail: Some(OrderMail::Confirmed) }),
                }
            }
            PaymentStatus::Declined | PaymentStatus::Voided => match stop {
                Some(stop) => self.undo_payment(stop, payment),
                None => self.payment_failed(payment),
            },
            // Unknown: asked again with the same key, never undone.
            PaymentStatus::Processing | PaymentStatus::RequiresAction | PaymentStatus::Authorized => {}
        }
        NOTED
    }

    pub(super) fn cart_settled(&mut self) -> Decided {
        if let Some(Stage::Sold(sale)) = self.stage()
            && !sale.is_settled
        {
            self.record(OrderEvent::CartSettled);
        }
        NOTED
    }

    pub(super) fn refresh(&mut self) -> Decided {
        match self.stage() {
            Some(Stage::AwaitingPayment { asked_at, is_asking: false, is_cancelling: false, .. })
                if asked_at.plus(PAYMENT_ASK_INTERVAL_MS) <= self.now =>
            {
                self.record(OrderEvent::PaymentAsked { at: self.now });
                self.effect(OrderEffect::AskPayment);
                Ok(Answer::WhenSettled)
            }
            _ => Ok(self.answer_order()),
        }
    }

    pub(super) fn ask_answered(&mut self, payment: Option<Box<PaymentSnapshot>>) -> Decided {
        let Some(Stage::AwaitingPayment { is_asking: true, .. }) = self.stage() else { return NOTED };
        self.record(OrderEvent::PaymentAskEnded);
        if let Some(payment) = payment {
            self.awaited_payment(payment);
        }
        NOTED
    }

    /// News of a payment that the shopper had to authenticate.
    fn awaited_payment(&mut self, payment: Box<PaymentSnapshot>) {
        // While it is being given up, only the answer to that counts.
        let Some(Stage::AwaitingPayment { is_cancelling: false, .. }) = self.stage() else { return };
        match payment.status {
            PaymentStatus::Authorized | PaymentStatus::Captured => self.authorized(payment),
            PaymentStatus::Declined | PaymentStatus::Voided => self.payment_failed(payment),
            PaymentStatus::Processing | PaymentStatus::RequiresAction => {}
        }
    }

    pub(super) fn payment_changed(&mut self, payment: PaymentSnapshot) -> Decided {
        match self.stage() {
            Some(Stage::AwaitingPayment { .. }) => self.awaited_payment(Box::new(payment)),
            // The order is over: whatever the shopper still authorised is given back.
            Some(Stage::Ended(_)) if is_open(&payment) => self.effect(OrderEffect::Void),
            Some(Stage::Undoing(undoing)) if is_open(&payment) && !undoing.is_voiding => {
                self.effect(OrderEffect::Void);
            }
            _ => {}
        }
        NOTED
    }

    /// Only the order decides about time.
    pub(super) fn deadline(&mut self) -> Decided {
        let Some(record) = self.order.record().filter(|record| record.deadline() <= self.now) else {
            return NOTED;
        };
        match &record.stage {
            Stage::AwaitingPayment { is_cancelling: false, .. } => {
                self.record(OrderEvent::PaymentDeadlinePassed);
                self.effect(OrderEffect::CancelPayment);
            }
            Stage::Pricing { stop: None, .. }
            | Stage::Reserving { stop: None, .. }
            | Stage::Authorising { stop: None, .. }
            | Stage::Committing { stop: None, .. } => {
                self.record(OrderEvent::StopRequested { stop: Stop::DeadlinePassed });
            }
            _ => {}
        }
        NOTED
    }

    pub(super) fn cancel_answered(&mut self, payment: Box<PaymentSnapshot>) -> Decided {
        let Some(Stage::AwaitingPayment { is_cancelling: true, .. }) = self.stage() else { return NOTED };
        match payment.status {
            // In time after all: the goods are still reserved.
            PaymentStatus::Authorized | PaymentStatus::Captured => self.authorized(payment),
            PaymentStatus::Voided => self.undo_payment(Stop::DeadlinePassed, payment),
            PaymentStatus::Declined => self.payment_failed(payment),
            PaymentStatus::Processing | PaymentStatus::RequiresAction => {}
        }
        NOTED
    }
}

/// What the catalogue knows to be sold out. Under a stampede this keeps everybody from the stock who would only hear the same there.
fn sold_out(goods: &Goods, quotes: &[Quote]) -> Vec<Shortage> {
    let is_sold_out = |sku: &Sku| quotes.iter().any(|quote| quote.sku == *sku && quote.is_sold_out);
    let lines = goods.lines.iter().filter(|line| is_sold_out(&line.totals.sku));
    lines.map(|line| Shortage { sku: line.totals.sku.clone(), available: 0 }).collect()
}

/// Any of the objects that sell it; the same one for the same order.
fn shard(order: OrderId, quote: &Quote) -> u32 {
    let chance = reservation_id(&order, &quote.sku).as_uuid().as_u64_pair().1;
    let shards = quote.shards.clamp(1, SHARDS_MAX);
    u32::try_from(chance.checked_rem(shards.into()).unwrap_or_default()).unwrap_or(HOME)
}

/// Money may still be held, or come to be.
fn is_open(payment: &PaymentSnapshot) -> bool {
    matches!(
        payment.status,
        PaymentStatus::Processing | PaymentStatus::RequiresAction | PaymentStatus::Authorized
    )
}

/// What the cart's lines cost now, if that is what the shopper expects to pay.
fn priced(
    cart: &CartView,
    quotes: &[Quote],
    placement: &Placement,
    asked: &Asked,
) -> Result<Goods, OrderRefusal> {
    let changed = || {
        let shown = ShownCart { cart: cart.clone(), quotes: quotes.to_vec() };
        OrderRefusal::CartChanged { shown: Box::new(shown.sent_to(&placement.shipping_address)) }
    };
    if cart.lines.is_empty() {
        return Err(OrderRefusal::CartEmpty);
    }
    let quoted = cart
        .lines
        .iter()
        .map(|line| {
            let quote = quotes.iter().find(|quote| quote.sku == line.sku && quote.is_sellable)?;
            Some((line, quote))
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(changed)?;
    let lines: Vec<_> = quoted
        .iter()
        .map(|(line, quote)| PricedLine {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: quote.unit_price,
            weight_grams: quote.weight_grams,
        })
        .collect();
    let not_priceable = |refusal: PricingRefusal| OrderRefusal::NotPriceable { refusal };
    let destination = Destination::of_address(&placement.shipping_address).map_err(not_priceable)?;
    let totals = pricing::price(cart.currency, &lines, &destination, cart.shipping_option.as_deref())
        .map_err(|refusal| match refusal {
            // Another address, other ways to send it there: the shopper chooses again.
            PricingRefusal::UnknownShippingOption { .. } => changed(),
            refusal => not_priceable(refusal),
        })?;
    if totals.total != asked.expected_total && !Bug::OrderIgnoresAgreedTotal.is_planted() {
        return Err(changed());
    }
    Ok(Goods {
        currency: totals.currency,
        prices_include_tax: totals.prices_include_tax,
        lines: totals
            .lines
            .into_iter()
            .zip(quoted)
            .map(|(totals, (_, quote))| Line {
                totals,
                product_id: quote.product_id,
                slug: quote.slug.clone(),
                title: quote.title.clone(),
                image: quote.image.clone(),
                stock: LineStock::Asked,
                shard: shard(placement.id, quote),
            })
            .collect(),
        subtotal: totals.subtotal,
        discount_total: totals.discount_total,
        shipping_total: totals.shipping_total,
        shipping_tax: totals.shipping_tax,
        shipping_tax_rate: totals.shipping_tax_rate,
        tax_total: totals.tax_total,
        total: totals.total,
        shipping_option: totals.shipping_option,
    })
}
