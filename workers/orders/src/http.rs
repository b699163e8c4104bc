//! The routes of orders; each handler is one sentence.

use serde::Serialize;

use api::{
    call::InternalCall,
    erasure::{EraseOrders, Erased},
    object::Idempotency,
    order::{
        CancelOrder, FulfilOrder, FulfillmentBody, OrderBody, OrderSummary, OrdersQuery, PlaceOrder,
        RefundBody, RefundOrder, Timeline, TimelineQuery, Viewer,
    },
    page::Page,
    routes::{self, Route},
};
use domain::id::{FulfillmentId, OrderId};
use platform::Platform;
use web::{
    Answer, CartHolder, Customer, Json, Keyed, MaybeKeyed, OrderHolder, Path, Query, Result, Routes, Signed,
    Staff, World,
};

use crate::app::{self, By, Given, Outcome};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::ORDER_PLACE, place::<P>)
        .route(routes::ORDERS_LIST, list::<P>)
        .route(routes::ORDER_READ, read::<P>)
        .route(routes::ORDER_EVENTS, timeline::<P>)
        .route(routes::ORDER_CANCEL, cancel::<P>)
        .route(routes::ORDER_FULFIL, fulfil::<P>)
        .route(routes::FULFILLMENT_DELIVERED, mark_delivered::<P>)
        .route(routes::ORDER_REFUND, refund::<P>)
        .internal(EraseOrders::PATH, erase::<P>)
}

/// The caller's key within this route and to this caller.
fn scoped(route: &Route, caller: &str, key: &str, body: &impl Serialize) -> Idempotency {
    Idempotency::new(&[route.method.as_str(), route.template, caller], key, body)
}

fn seen_by<P>(by: &OrderHolder<P>) -> By {
    By::new(by.holder.clone(), by.shopper.caller.is_staff())
}

/// 200 or 201 for what is settled, 202 for what goes on by itself.
fn answered(
    given: Given<OrderBody>,
    settled: impl FnOnce(OrderBody) -> Answer<OrderBody>,
) -> Answer<OrderBody> {
    let answer = match given.outcome {
        Outcome::Settled => settled(given.answer),
        Outcome::Pending => {
            let location = format!("/v1/orders/{}", given.answer.id);
            Answer::accepted(given.answer, &location)
        }
    };
    answer.replayed(given.is_replayed).no_store()
}

async fn place<P: Platform>(
    World(p): World<P>,
    by: CartHolder<P>,
    Keyed(key): Keyed,
    Json(body): Json<PlaceOrder>,
) -> Result<Answer<OrderBody>> {
    let placed = app::place(&p, by.holder, &key, body).await?;
    Ok(answered(placed, |order| {
        let location = format!("/v1/orders/{}", order.id);
        Answer::created(order).header(http::header::LOCATION, location)
    }))
}

async fn list<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Query(query): Query<OrdersQuery>,
) -> Result<Answer<Page<OrderSummary>>> {
    let of = (!customer.0.caller.is_staff()).then_some(customer.0.user);
    Ok(Answer::ok(app::list(&p, of, query).await?).no_store())
}

async fn read<P: Platform>(
    World(p): World<P>,
    by: OrderHolder<P>,
    Path(id): Path<OrderId>,
) -> Result<Answer<OrderBody>> {
    let by = seen_by(&by);
    let seen = app::read(&p, &by, id).await?;
    let tag = match seen.viewer {
        Viewer::Shopper => seen.version.to_string(),
        Viewer::Staff => format!("{}-staff", seen.version),
    };
    Ok(Answer::ok(seen.order).etag(&tag).no_store())
}

async fn timeline<P: Platform>(
    World(p): World<P>,
    by: OrderHolder<P>,
    Path(id): Path<OrderId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Answer<Timeline>> {
    Ok(Answer::ok(app::timeline(&p, &seen_by(&by), id, query).await?).no_store())
}

async fn cancel<P: Platform>(
    World(p): World<P>,
    by: OrderHolder<P>,
    Path(id): Path<OrderId>,
    Keyed(key): Keyed,
    body: Option<Json<CancelOrder>>,
) -> Result<Answer<OrderBody>> {
    let by = seen_by(&by);
    let body = body.map(|Json(body)| body).unwrap_or_default();
    let once = scoped(routes::ORDER_CANCEL, &by.name(), &key, &body);
    Ok(answered(app::cancel(&p, &by, id, once, body).await?, Answer::ok))
}

async fn fulfil<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    Path(id): Path<OrderId>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<FulfilOrder>,
) -> Result<Answer<FulfillmentBody>> {
    let once = key.map(|key| scoped(routes::ORDER_FULFIL, &staff.0.user.to_string(), &key, &body));
    let sent = app::fulfil(&p, id, once, body).await?;
    Ok(Answer::created(sent.answer).replayed(sent.is_replayed).no_store())
}

async fn mark_delivered<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(id): Path<OrderId>,
    Path(fulfillment): Path<FulfillmentId>,
) -> Result<Answer<FulfillmentBody>> {
    Ok(Answer::created(app::mark_delivered(&p, id, fulfillment).await?).no_store())
}

async fn refund<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    Path(id): Path<OrderId>,
    Keyed(key): Keyed,
    Json(body): Json<RefundOrder>,
) -> Result<Answer<RefundBody>> {
    let once = scoped(routes::ORDER_REFUND, &staff.0.user.to_string(), &key, &body);
    let refund = app::refund(&p, id, once, body).await?;
    Ok(Answer::created(refund.answer).replayed(refund.is_replayed).no_store())
}

async fn erase<P: Platform>(World(p): World<P>, Json(ask): Json<EraseOrders>) -> Result<Answer<Erased>> {
    Ok(Answer::ok(Erased { is_done: app::erase(&p, ask.user).await? }))
}
