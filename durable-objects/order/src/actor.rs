//! How an order's effects are performed: each one call (or two), each safe to repeat, each answered by a command.
//!
//! A fault means that nobody knows whether it took effect: the shell performs it again. What a callee refuses for good is an answer.

use futures::future::join;

use api::{
    cart::CartObject,
    catalog::QuoteSkus,
    erasure::{EraseOrderLetters, EraseOrderMails},
    event::Queue,
    inventory::{StockKey, StockObject},
    notification::KnownMails,
    order::{OrderChanged, OrderObject},
    payment::{AskPayment, Authorise, Capture, RefundPayment, Void},
};
use domain::{
    Money, Sku,
    cart::{CartCommand, CartRefusal, CartReply, CartView},
    holder::Holder,
    id::{CartId, EventId, OrderId},
    order::{
        Erasure, Order, OrderCommand, OrderEffect, OrderMail, Record, ShownCart, payment_id, reservation_id,
    },
    payment::{PaymentSnapshot, PaymentStatus},
    quote::Quote,
    stock::{HOME, ReservationStatus, StockCommand, StockRefusal, StockReply},
    text::Email,
};
use platform::{
    Fault, ORDER_TOKEN_KEY, ObjectStub, Platform, call, deriving_key, log, object,
    shell::{Actor, Publisher},
};

use crate::mail::mail;

pub struct OrderActor;

impl<P: Platform> Actor<P> for OrderActor {
    type Object = OrderObject;

    /// The orders Worker consumes this queue and is bound to the object, so a replay can reach it.
    const PARKED_TO: Option<Queue> = Some(Queue::OrderEvents);

    async fn perform(
        platform: &P,
        publisher: &Publisher<'_, P>,
        _name: &str,
        state: &Order,
        effect: OrderEffect,
    ) -> Result<Option<OrderCommand>, Fault> {
        let record =
            state.record().ok_or_else(|| Fault::defect("an order without a beginning has an effect"))?;
        let world = Outside { platform, record, id: record.placement.id };
        match effect {
            OrderEffect::ClaimAndQuote { cart, by, version } => {
                world.claim_and_quote(cart, by, version).await
            }
            OrderEffect::SettleCart { cart } => {
                world
                    .tell_cart(cart, CartCommand::Settle { order: world.id }, OrderCommand::CartSettled)
                    .await
            }
            OrderEffect::Unclaim { cart } => {
                world
                    .tell_cart(cart, CartCommand::Unclaim { order: world.id }, OrderCommand::CartUnclaimed)
                    .await
            }
            OrderEffect::Reserve { sku, quantity, until } => {
                let id = reservation_id(&world.id, &sku);
                let reserve = StockCommand::Reserve { id, order: world.id, quantity, until };
                world.reserve(sku, reserve).await
            }
            OrderEffect::Commit { sku } => world.commit(sku).await,
            OrderEffect::Release { sku } => {
                let release = StockCommand::Release { id: reservation_id(&world.id, &sku) };
                world.give_back(&sku, release, OrderCommand::StockFreed { sku: sku.clone() }).await
            }
            OrderEffect::Return { sku } => {
                let back = StockCommand::Return { id: reservation_id(&world.id, &sku) };
                world.give_back(&sku, back, OrderCommand::StockFreed { sku: sku.clone() }).await
            }
            OrderEffect::Restock { refund, sku, quantity } => {
                let restock = StockCommand::Restock { id: reservation_id(&world.id, &sku), refund, quantity };
                world.give_back(&sku, restock, OrderCommand::Restocked { refund, sku: sku.clone() }).await
            }
            OrderEffect::Authorise { amount, payment_method, email } => {
                world.authorise(amount, payment_method, &email).await
            }
            OrderEffect::Capture { amount } => world.capture(amount).await,
            OrderEffect::Void => world.void().await,
            OrderEffect::CancelPayment => world.cancel_payment().await,
            OrderEffect::AskPayment => Ok(Some(world.ask_payment().await)),
            OrderEffect::RefundPayment { refund, amount } => {
                let asked = RefundPayment { payment: payment_id(&world.id), refund, amount };
                let status = call(platform, &asked).await?.status;
                Ok(Some(OrderCommand::RefundAnswered { refund, status }))
            }
            OrderEffect::Publish { mail } => world.publish(publisher, mail.as_ref()).await,
        }
    }

    /// Notifications cannot tell an order what became of its mails.
    async fn handled(platform: &P, events: Vec<EventId>) -> Result<Vec<EventId>, Fault> {
        call(platform, &KnownMails { events }).await
    }
}

/// The rest of the shop, as one order sees it.
struct Outside<'a, P> {
    platform: &'a P,
    record: &'a Record,
    id: OrderId,
}

type Performed = Result<Option<OrderCommand>, Fault>;

impl<P: Platform> Outside<'_, P> {
    async fn claim_and_quote(&self, cart: CartId, by: Holder, version: u64) -> Performed {
        let stub = object::<P, CartObject>(self.platform, &cart);
        let claim = CartCommand::Claim { by: by.clone(), order: self.id, version };
        Ok(Some(match stub.tell(claim).await? {
            Ok(CartReply::Cart(cart)) => {
                let quotes = self.quotes(&cart).await?;
                OrderCommand::CartClaimed { cart, quotes }
            }
            Err(CartRefusal::CartChanged { .. }) => {
                // The shopper is shown what their cart has become; if it went meanwhile, there is no cart.
                let now = stub.read().await?.and_then(|(cart, _)| cart.into_view(&by));
                match now {
                    Some(cart) => {
                        let quotes = self.quotes(&cart).await?;
                        OrderCommand::CartMoved { shown: Box::new(ShownCart { cart, quotes }) }
                    }
                    None => OrderCommand::CartRefused { refusal: CartRefusal::NotFound },
                }
            }
            Err(refusal) => OrderCommand::CartRefused { refusal },
            Ok(CartReply::Done) => return Err(Fault::defect("a cart answered a claim with nothing")),
        }))
    }

    /// One call for all lines.
    async fn quotes(&self, cart: &CartView) -> Result<Vec<Quote>, Fault> {
        if cart.lines.is_empty() {
            return Ok(Vec::new());
        }
        let skus = cart.lines.iter().map(|line| line.sku.clone()).collect();
        Ok(call(self.platform, &QuoteSkus { skus, currency: cart.currency }).await?.quotes)
    }

    /// A cart that refuses to let go is gone, or never was this order's.
    async fn tell_cart(&self, cart: CartId, command: CartCommand, done: OrderCommand) -> Performed {
        if let Err(refusal) = object::<P, CartObject>(self.platform, &cart).tell(command).await? {
            log::fault(self.platform, "cart", &format!("refused to let go: {refusal:?}"));
        }
        Ok(Some(done))
    }

    /// The object of this SKU that the order has its goods from.
    fn stock(&self, sku: &Sku) -> ObjectStub<'_, P, StockObject> {
        let shard = self.record.goods().and_then(|goods| goods.line(sku)).map_or(HOME, |line| line.shard);
        object(self.platform, &StockKey { sku: sku.clone(), shard })
    }

    async fn reserve(&self, sku: Sku, reserve: StockCommand) -> Performed {
        let stub = self.stock(&sku);
        let answer = stub.tell(reserve).await?;
        if answer == Err(StockRefusal::Scattered) {
            // Asked again when all of it is there.
            stub.tell(StockCommand::Gather).await?.ok();
            return Err(Fault::unavailable(format!("{sku} is being called back")));
        }
        Ok(Some(match answer {
            Ok(StockReply::Reservation(reservation))
                if matches!(reservation.status, ReservationStatus::Held | ReservationStatus::Committed) =>
            {
                OrderCommand::StockReserved { sku }
            }
            Err(StockRefusal::OutOfStock { available }) => OrderCommand::StockRefused { sku, available },
            // Whatever else keeps this order from it, there is nothing of it for this order.
            Ok(_) | Err(_) => OrderCommand::StockRefused { sku, available: 0 },
        }))
    }

    async fn commit(&self, sku: Sku) -> Performed {
        let commit = StockCommand::Commit { id: reservation_id(&self.id, &sku) };
        Ok(Some(match self.stock(&sku).tell(commit).await? {
            Ok(_) => OrderCommand::StockCommitted { sku },
            Err(_) => OrderCommand::StockLost { sku },
        }))
    }

    /// Stock refuses only what it has forgotten; then the goods are for staff to count in.
    async fn give_back(&self, sku: &Sku, command: StockCommand, done: OrderCommand) -> Performed {
        if let Err(refusal) = self.stock(sku).tell(command).await? {
            log::fault(self.platform, "stock", &format!("took nothing back: {refusal:?}"));
        }
        Ok(Some(done))
    }

    async fn authorise(&self, amount: Money, payment_method: String, email: &Email) -> Performed {
        let asked = Authorise {
            payment: payment_id(&self.id),
            order: self.id,
            amount,
            payment_method,
            email: email.to_string(),
        };
        let payment = call(self.platform, &asked).await?;
        if payment.status == PaymentStatus::Processing {
            return Err(unknown("authorise", &payment));
        }
        Ok(Some(OrderCommand::AuthoriseAnswered { payment: Box::new(payment) }))
    }

    async fn capture(&self, amount: Money) -> Performed {
        let payment = call(self.platform, &Capture { payment: payment_id(&self.id), amount }).await?;
        match payment.status {
            PaymentStatus::Captured | PaymentStatus::Declined | PaymentStatus::Voided => {
                Ok(Some(OrderCommand::CaptureAnswered { payment: Box::new(payment) }))
            }
            // Asked again with the same key, never undone.
            _ => Err(unknown("capture", &payment)),
        }
    }

    async fn void(&self) -> Performed {
        let payment = self.give_up(false).await?;
        match payment.status {
            PaymentStatus::Voided | PaymentStatus::Declined | PaymentStatus::Captured => {
                Ok(Some(OrderCommand::VoidAnswered { payment: Box::new(payment) }))
            }
            _ => Err(unknown("void", &payment)),
        }
    }

    async fn cancel_payment(&self) -> Performed {
        let payment = self.give_up(true).await?;
        match payment.status {
            PaymentStatus::Processing | PaymentStatus::RequiresAction => Err(unknown("cancel", &payment)),
            _ => Ok(Some(OrderCommand::CancelAnswered { payment: Box::new(payment) })),
        }
    }

    async fn give_up(&self, keep_authorized: bool) -> Result<PaymentSnapshot, Fault> {
        let goods =
            self.record.goods().ok_or_else(|| Fault::defect("a payment of an order without goods"))?;
        let void =
            Void { payment: payment_id(&self.id), order: self.id, amount: goods.total, keep_authorized };
        call(self.platform, &void).await
    }

    /// Somebody waits for this only to see the newest: when payments is away, the last known state is shown.
    async fn ask_payment(&self) -> OrderCommand {
        let payment = match call(self.platform, &AskPayment { payment: payment_id(&self.id) }).await {
            Ok(payment) => payment.map(Box::new),
            Err(fault) => {
                log::fault(self.platform, "ask payment", &fault.to_string());
                None
            }
        };
        OrderCommand::AskAnswered { payment }
    }

    async fn publish(&self, publisher: &Publisher<'_, P>, about: Option<&OrderMail>) -> Performed {
        let list = async {
            match OrderChanged::of(self.record) {
                Some(news) => publisher.publish(news.event_id(), &news).await,
                None => Ok(()),
            }
        };
        let mailbox = async {
            if self.record.erasure == Erasure::Done {
                // Asked again while it is not answered: a message that is lost would leave mails for ever, and be a letter itself.
                let (mails, letters) =
                    (EraseOrderMails { order: self.id }, EraseOrderLetters { order: self.id });
                let (mails, letters) = join(call(self.platform, &mails), call(self.platform, &letters)).await;
                return mails.and(letters).map(drop);
            }
            let key = deriving_key(self.platform, ORDER_TOKEN_KEY)?;
            match about.and_then(|about| mail(self.record, about, &key)) {
                Some((id, notify)) => publisher.publish(id, &notify).await,
                None => Ok(()),
            }
        };
        // Each is told whatever becomes of the other; both are told again when one was not.
        let (list, mailbox) = join(list, mailbox).await;
        list.and(mailbox).map(|()| None)
    }
}

fn unknown(what: &str, payment: &PaymentSnapshot) -> Fault {
    Fault::unavailable(format!("{what}: the outcome is not known yet ({:?})", payment.status))
}
