//! What the orders Worker does: names an order, asks its object, and keeps the list.

use api::{
    Problem,
    cart::pricing_problem,
    cursor,
    event::EffectParked,
    object::{Ask, EventsQuery, Idempotency, Object, ToldOf},
    order::{
        CancelOrder, FulfilOrder, FulfillmentBody, OrderBody, OrderChanged, OrderObject, OrderSummary,
        OrdersQuery, PlaceOrder, RefundBody, RefundOrder, Timeline, TimelineEntry, TimelineQuery, Viewer,
    },
    page::Page,
    payment::PaymentChanged,
    problem::codes,
    routes,
};
use domain::{
    Invalid,
    holder::{Holder, Owner, TokenHash},
    id::{FulfillmentId, OrderId, RefundId, UserId},
    order::{Asked, Order, OrderCommand, OrderRefusal, OrderReply, OrderStatus, Party, Placement, Record},
    pricing::{self, Destination},
    time::SECOND_MS,
};
use platform::{Failure, Fault, ORDER_TOKEN_KEY, Platform, deriving_key, log, object};

use crate::store::{self, Filter, OrderCursor};

/// Orders that forget their shopper in one call.
const ERASED_AT_ONCE: u16 = 20;

/// Events read at once.
const TIMELINE_PAGE: u32 = 200;

/// Who asks about an order: what they can show, and whether they are staff.
pub struct By {
    holder: Holder,
    is_staff: bool,
}

impl By {
    pub fn new(holder: Holder, is_staff: bool) -> Self {
        Self { holder, is_staff }
    }

    /// Staff see everybody's orders, and their own as shoppers do.
    fn viewer(&self, record: &Record) -> Option<Viewer> {
        if self.holder.holds(&record.placement.owner) {
            Some(Viewer::Shopper)
        } else {
            self.is_staff.then_some(Viewer::Staff)
        }
    }

    /// For the scope of an idempotency key.
    pub fn name(&self) -> String {
        match (&self.holder.user, &self.holder.token) {
            (Some(user), _) => user.to_string(),
            (None, Some(token)) => token.as_str().to_owned(),
            (None, None) => String::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Settled,
    /// It goes on by itself.
    Pending,
}

/// An answer, and whether it was given before.
pub struct Given<T> {
    pub answer: T,
    pub outcome: Outcome,
    pub is_replayed: bool,
}

/// An order as its caller may see it.
pub struct Seen {
    pub order: OrderBody,
    pub version: u64,
    pub viewer: Viewer,
}

/// Places an order of a cart. The order's id stands for the holder and their key, so every repeat is the same order.
pub async fn place<P: Platform>(
    p: &P,
    holder: Holder,
    key: &str,
    body: PlaceOrder,
) -> Result<Given<OrderBody>, Failure> {
    check_destination(&body)?;
    // Without a user or a token no cart is theirs.
    let name = holder_name(&holder, &body).ok_or_else(Problem::not_found)?;
    let id = OrderId::derived(&[&name, key]);
    let (owner, token) = match holder.user {
        Some(user) => (Owner::User(user), None),
        None => {
            let token = deriving_key(p, ORDER_TOKEN_KEY)?.token(&id);
            (Owner::Guest(TokenHash::of(&token)), Some(token))
        }
    };
    let route = routes::ORDER_PLACE;
    let once = Idempotency::new(&[route.method.as_str(), route.template, &name], key, &body);
    let command = OrderCommand::Place {
        placement: Box::new(Placement {
            id,
            owner,
            cart: body.cart_id,
            email: body.email,
            shipping_address: body.shipping_address,
            billing_address: body.billing_address,
            placed_at: p.now(),
        }),
        asked: Box::new(Asked {
            by: holder,
            cart_version: body.cart_version,
            expected_total: body.expected_total,
            payment_method: body.payment_method.into(),
        }),
    };
    let mut given = settle(p, id, command, Some(once)).await?;
    if given.outcome == Outcome::Settled && !given.is_replayed {
        keep_directly(p, &given.answer).await;
    }
    let record = given.answer.record().ok_or_else(|| Fault::defect("a placed order has no record"))?;
    let order = OrderBody { token, ..OrderBody::new(record, Viewer::Shopper) };
    given.answer = Order::Unused;
    Ok(Given { answer: order, outcome: given.outcome, is_replayed: given.is_replayed })
}

/// What no cart could make right: said before anything is asked for.
fn check_destination(body: &PlaceOrder) -> Result<(), Problem> {
    Destination::of_address(&body.shipping_address)
        .and_then(|destination| pricing::price(body.expected_total.currency(), &[], &destination, None))
        .map(drop)
        .map_err(|refusal| pricing_problem(&refusal, "/shipping_address"))
}

/// Whose key it is: the user's, else the cart's.
fn holder_name(holder: &Holder, body: &PlaceOrder) -> Option<String> {
    match (&holder.user, &holder.token) {
        (Some(user), _) => Some(user.to_string()),
        // The token's hash too: who only knows the cart's id cannot take its keys.
        (None, Some(token)) => Some(format!("{} {}", body.cart_id, token.as_str())),
        (None, None) => None,
    }
}

/// The queue brings it too; whoever has a list shall not have to wait for that, nor fail because the list is away. A guest has none.
async fn keep_directly<P: Platform>(p: &P, order: &Order) {
    let news = order.record().and_then(OrderChanged::of).filter(|news| news.user.is_some());
    let Some(news) = news else { return };
    let kept = match p.db() {
        Ok(db) => store::keep_summary(&db, &news).await,
        Err(fault) => Err(fault),
    };
    if let Err(fault) = kept {
        log::fault(p, "order list", &fault.to_string());
    }
}

/// Sends a command and waits until the order has settled.
async fn settle<P: Platform>(
    p: &P,
    id: OrderId,
    command: OrderCommand,
    once: Option<Idempotency>,
) -> Result<Given<Order>, Failure> {
    let told = object::<P, OrderObject>(p, &id).ask(&Ask::Command { command, idempotency: once }).await?;
    match told {
        ToldOf::<Order>::Replied { reply: OrderReply::Order(order), replayed } => {
            Ok(Given { answer: *order, outcome: Outcome::Settled, is_replayed: replayed })
        }
        ToldOf::<Order>::Pending { state } => {
            Ok(Given { answer: state, outcome: Outcome::Pending, is_replayed: false })
        }
        ToldOf::<Order>::Refused { refusal, replayed } => {
            Err(Problem::from(refusal).replayed(replayed).into())
        }
        ToldOf::<Order>::KeyReused => Err(Problem::new(codes::idempotency_key_reused).into()),
        other => Err(Fault::defect(format!("an order answered a command with {}", other.kind())).into()),
    }
}

/// The order, if the caller may see it; anybody else learns nothing.
async fn visible<P: Platform>(p: &P, by: &By, id: OrderId) -> Result<(Order, Viewer), Failure> {
    let known = object::<P, OrderObject>(p, &id).read().await?;
    let (order, _) = known.ok_or_else(Problem::not_found)?;
    let viewer = order.record().and_then(|record| by.viewer(record)).ok_or_else(Problem::not_found)?;
    Ok((order, viewer))
}

pub async fn read<P: Platform>(p: &P, by: &By, id: OrderId) -> Result<Seen, Failure> {
    let (mut order, viewer) = visible(p, by, id).await?;
    let is_waiting = |order: &Order| order.record().map(Record::status) == Some(OrderStatus::AwaitingPayment);
    if is_waiting(&order) {
        // No shopper waits for a queue: the object asks payments whether they have paid.
        order = match settle(p, id, OrderCommand::Refresh, None).await {
            Ok(given) => given.answer,
            // It failed meanwhile: that is no problem of this call.
            Err(Failure::Problem(_)) => visible(p, by, id).await?.0,
            Err(fault) => return Err(fault),
        };
    }
    let record = order.record().ok_or_else(Problem::not_found)?;
    Ok(Seen { order: OrderBody::new(record, viewer), version: record.seq, viewer })
}

/// What happened, and if that is nothing yet, what happens within the wait.
pub async fn timeline<P: Platform>(
    p: &P,
    by: &By,
    id: OrderId,
    query: TimelineQuery,
) -> Result<Timeline, Failure> {
    visible(p, by, id).await?;
    let stub = object::<P, OrderObject>(p, &id);
    let until = p.now().plus(query.wait.0.saturating_mul(SECOND_MS));
    let mut after = query.after.0;
    let mut items: Vec<TimelineEntry> = Vec::new();
    loop {
        let wait_ms = if items.is_empty() { until.since(p.now()) } else { 0 };
        let from = Some(after).filter(|after| *after > 0);
        let asked = EventsQuery { from, newest_first: false, limit: TIMELINE_PAGE, wait_ms };
        let events = stub.events(asked).await?.ok_or_else(Problem::not_found)?;
        let Some(last) = events.last() else { break };
        after = last.seq;
        let is_all = events.len() < usize::try_from(TIMELINE_PAGE).unwrap_or(usize::MAX);
        items.extend(events.iter().filter_map(TimelineEntry::new));
        // What only the machinery cares about does not end the wait.
        if is_all && (!items.is_empty() || wait_ms == 0) {
            break;
        }
    }
    Ok(Timeline { items })
}

/// Their own orders, or for staff (`of` nobody) everybody's.
pub async fn list<P: Platform>(
    p: &P,
    of: Option<UserId>,
    query: OrdersQuery,
) -> Result<Page<OrderSummary>, Failure> {
    let refused = |invalid: Invalid| Failure::from(Problem::invalid("?cursor", &invalid));
    let after: Option<OrderCursor> =
        query.cursor.as_deref().map(cursor::decode).transpose().map_err(refused)?;
    let filter = Filter {
        user: of,
        number: query.number,
        status: query.status,
        email: query.email,
        sku: query.sku,
        from: query.from.map(|when| when.0),
        to: query.to.map(|when| when.0),
    };
    let rows = store::orders(&p.db()?, &filter, after.as_ref(), query.limit).await?;
    Ok(Page::from_rows(rows, query.limit, |summary| cursor::encode(&store::position(summary))))
}

pub async fn cancel<P: Platform>(
    p: &P,
    by: &By,
    id: OrderId,
    once: Idempotency,
    body: CancelOrder,
) -> Result<Given<OrderBody>, Failure> {
    let (_, viewer) = visible(p, by, id).await?;
    let party = match viewer {
        Viewer::Shopper => Party::Shopper,
        Viewer::Staff => Party::Staff,
    };
    let command = OrderCommand::Cancel { by: party, reason: body.reason };
    let given = settle(p, id, command, Some(once)).await.map_err(too_late_to_cancel)?;
    if given.outcome == Outcome::Settled && !given.is_replayed {
        keep_directly(p, &given.answer).await;
    }
    let record = given.answer.record().ok_or_else(Problem::not_found)?;
    let answer = OrderBody::new(record, viewer);
    Ok(Given { answer, outcome: given.outcome, is_replayed: given.is_replayed })
}

/// An order that failed while the cancel waited says why it failed; to whoever cancels, it has just failed already.
fn too_late_to_cancel(failure: Failure) -> Failure {
    let is_of_cancel = |problem: &Problem| {
        [codes::already_fulfilled, codes::idempotency_key_reused, codes::not_found].contains(&problem.code)
    };
    match failure {
        Failure::Problem(problem) if !is_of_cancel(&problem) => {
            Problem::from(OrderRefusal::AlreadyFailed).replayed(problem.is_replayed).into()
        }
        other => other,
    }
}

pub async fn fulfil<P: Platform>(
    p: &P,
    id: OrderId,
    once: Option<Idempotency>,
    body: FulfilOrder,
) -> Result<Given<FulfillmentBody>, Failure> {
    let fulfillment = match &once {
        Some(once) => FulfillmentId::derived(&[&id.to_string(), &once.key]),
        None => FulfillmentId::new(p.seed()),
    };
    let command = OrderCommand::Fulfil {
        id: fulfillment,
        lines: body.lines.into(),
        carrier: body.carrier,
        tracking_number: body.tracking_number,
    };
    let given = settle(p, id, command, once).await?;
    Ok(Given {
        answer: shipment(&given.answer, fulfillment)?,
        outcome: given.outcome,
        is_replayed: given.is_replayed,
    })
}

pub async fn mark_delivered<P: Platform>(
    p: &P,
    id: OrderId,
    fulfillment: FulfillmentId,
) -> Result<FulfillmentBody, Failure> {
    let given = settle(p, id, OrderCommand::MarkDelivered { fulfillment }, None).await?;
    Ok(shipment(&given.answer, fulfillment)?)
}

fn shipment(order: &Order, id: FulfillmentId) -> Result<FulfillmentBody, Fault> {
    let fulfillments = order.record().and_then(Record::sale).map_or(&[][..], |sale| &sale.fulfillments);
    let found = fulfillments.iter().find(|fulfillment| fulfillment.id == id);
    found
        .map(FulfillmentBody::from)
        .ok_or_else(|| Fault::defect("an order does not know the shipment it made"))
}

/// The refund is booked before it is paid, so an answer that takes its time is `pending`, not lost.
pub async fn refund<P: Platform>(
    p: &P,
    id: OrderId,
    once: Idempotency,
    body: RefundOrder,
) -> Result<Given<RefundBody>, Failure> {
    let refund = RefundId::derived(&[&id.to_string(), &once.key]);
    let (what, restock, reason) = (body.what()?, body.restock, body.reason);
    let command = OrderCommand::Refund { id: refund, what, reason, restock };
    let given = settle(p, id, command, Some(once)).await?;
    let refunds = given.answer.record().and_then(Record::sale).map_or(&[][..], |sale| &sale.refunds);
    let found = refunds.iter().find(|known| known.id == refund);
    Ok(Given {
        answer: found
            .map(RefundBody::from)
            .ok_or_else(|| Fault::defect("an order does not know the refund it booked"))?,
        outcome: given.outcome,
        is_replayed: given.is_replayed,
    })
}

/// Tells the order what became of its payment. It decides what that means now; when it has ended, it voids.
pub async fn payment_changed<P: Platform>(p: &P, news: PaymentChanged) -> Result<(), Fault> {
    let stub = object::<P, OrderObject>(p, &news.order);
    let mut commands = vec![OrderCommand::PaymentChanged { payment: Box::new(news.payment) }];
    if let Some(refund) = news.refund {
        commands.push(OrderCommand::RefundAnswered { refund: refund.id, status: refund.status });
    }
    for command in commands {
        if let Err(refusal) = stub.tell(command).await? {
            // Not ours, or from another shop's test: nothing to retry.
            log::fault(p, "payment_changed", &format!("refused: {refusal:?}"));
        }
    }
    Ok(())
}

/// Has a user's orders forget them, so many at once; the rows follow what the orders then say. `true`: none are left that name the user.
pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<bool, Fault> {
    let db = p.db()?;
    let ids = store::of_user(&db, user, ERASED_AT_ONCE).await?;
    let mut outcome = Ok(());
    for id in ids.iter().copied() {
        // One that cannot forget holds up none of the others.
        outcome = outcome.and(erase_one(p, &db, id).await);
    }
    outcome?;
    Ok(ids.len() < usize::from(ERASED_AT_ONCE))
}

async fn erase_one<P: Platform>(p: &P, db: &P::Db, id: OrderId) -> Result<(), Fault> {
    let told = object::<P, OrderObject>(p, &id).tell(OrderCommand::Erase).await?;
    let news = match &told {
        Ok(OrderReply::Order(order)) => order.record().and_then(OrderChanged::of),
        _ => None,
    };
    let news = news.ok_or_else(|| Fault::defect(format!("{id} is listed and forgets nobody")))?;
    store::keep_summary(db, &news).await.map(drop)
}

/// Makes an order object try again what it had given up.
pub async fn resume<P: Platform>(p: &P, parked: &EffectParked) -> Result<(), Fault> {
    match parked.name.parse::<OrderId>() {
        Ok(id) if parked.object == OrderObject::BINDING => {
            object::<P, OrderObject>(p, &id).ask(&Ask::Resume).await.map(drop)
        }
        _ => Err(Fault::defect(format!("{} {} is no order object", parked.object, parked.name))),
    }
}
