//! An order: how it stands, what its buyer can still do, and what their bank wants to know.

use askama::Template;
use futures::future::join;
use http::StatusCode;
use serde::Serialize;

use api::{Service, headers};
use platform::Platform;
use web::{Path, Result};

use html::{
    answer::{self, titled},
    backend::{Ask, Trouble},
    frame::{Frame, order_tone},
    links,
    visit::Visit,
};

use super::order_link;
use crate::views::{Order, Timeline};

/// A state with what it looks like.
struct State {
    label: &'static str,
    tone: &'static str,
}

/// A moment of the order's story.
struct Moment {
    at: String,
    exact: String,
    text: &'static str,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    f: &'a Frame,
    order: &'a Order,
    total: String,
    states: Vec<State>,
    story: Vec<Moment>,
    is_new: bool,
    /// Whether it may still change by itself: then the page looks again.
    is_under_way: bool,
    can_be_cancelled: bool,
    asks_bank: bool,
    /// What the bank asked was answered, and is on its way to the order.
    has_answered: bool,
    refusal: Option<&'static str>,
}

titled! { OrderPage: |page| page.f.t.order_title(&page.order.number); }

impl OrderPage<'_> {
    fn refund_state(&self, status: &str) -> &'static str {
        self.f.t.of_code("refund", status).unwrap_or_default()
    }
}

fn as_holder<'a, P: Platform>(visit: &'a Visit<P>, ask: Ask<'a, P>, order: &str) -> Ask<'a, P> {
    match visit.order_token(order) {
        Some(token) => ask.header(headers::ORDER_TOKEN, token),
        None => ask,
    }
}

pub async fn show<P: Platform>(visit: Visit<P>, Path(id): Path<String>) -> Result<web::Response> {
    shown(&visit, &id, StatusCode::OK, None).await
}

async fn read<P: Platform>(visit: &Visit<P>, id: &str) -> Result<Order, Trouble> {
    let path = format!("/v1/orders/{}", links::encoded(id));
    as_holder(visit, visit.get(Service::Orders, path), id).read().await
}

async fn shown<P: Platform>(
    visit: &Visit<P>,
    id: &str,
    status: StatusCode,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let events =
        as_holder(visit, visit.get(Service::Orders, format!("/v1/orders/{}/events", links::encoded(id))), id);
    let (order, timeline) = join(read(visit, id), events.read::<Timeline>()).await;
    let order = match order {
        // Whose it is may not have said so yet, in this browser.
        Err(Trouble::Refused(refusal))
            if refusal.status == 404 && !visit.is_signed_in() && id.starts_with("ord_") =>
        {
            return order_link::ask(visit, id, StatusCode::NOT_FOUND).await;
        }
        order => order?,
    };
    let timeline = timeline?;
    let f = Frame { path: format!("/orders/{}", links::encoded(id)), ..Frame::own(visit).await? };
    let has_answered = visit.query("answered").is_some();
    let page = OrderPage {
        total: order.total.as_ref().map_or_else(String::new, |total| f.money(total)),
        states: states(&f, &order),
        story: story(&f, timeline),
        is_new: visit.query("placed").is_some() && order.status == "placed",
        is_under_way: matches!(order.status.as_str(), "pending" | "awaiting_payment"),
        can_be_cancelled: order.status == "placed" && order.fulfillment_status == "unfulfilled",
        asks_bank: order.status == "awaiting_payment"
            && order.payment.as_ref().is_some_and(|payment| payment.client_secret.is_some())
            && !has_answered,
        has_answered,
        refusal,
        order: &order,
        f: &f,
    };
    answer::page(visit, status, &page)
}

fn states(f: &Frame, order: &Order) -> Vec<State> {
    let state = |kind: &str, code: &str, tone| f.t.of_code(kind, code).map(|label| State { label, tone });
    let sent = match order.fulfillment_status.as_str() {
        "partially_fulfilled" => "warn",
        "fulfilled" | "delivered" => "good",
        _ => "",
    };
    let all = [
        state("order-status", &order.status, order_tone(&order.status)),
        state("fulfillment", &order.fulfillment_status, sent),
        state("payment", &order.payment_status, ""),
    ];
    all.into_iter().flatten().collect()
}

/// The newest first; what happened for each SKU is said once.
fn story(f: &Frame, timeline: Timeline) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for entry in timeline.items {
        let Some(text) = f.t.of_code("event", &entry.kind) else { continue };
        if moments.last().is_none_or(|last| last.text != text) {
            moments.push(Moment { at: f.moment(&entry.at), exact: entry.at.clone(), text });
        }
    }
    moments.reverse();
    moments
}

#[derive(Serialize)]
struct Confirm<'a> {
    client_secret: &'a str,
    outcome: &'static str,
}

/// What the shopper says to their bank: the test provider takes their word.
pub async fn authenticate<P: Platform>(visit: Visit<P>, Path(id): Path<String>) -> Result<web::Response> {
    let order = read(&visit, &id).await?;
    if let Some((payment, secret)) =
        order.payment.as_ref().and_then(|payment| Some((payment, payment.client_secret.as_deref()?)))
    {
        let outcome = if visit.form.get("answer") == "yes" { "succeed" } else { "fail" };
        let path = format!("/v1/payments/{}/confirm", payment.id);
        let told = visit
            .post(Service::Payments, path)
            .json(&Confirm { client_secret: secret, outcome })?
            .done()
            .await;
        match told {
            // What it came to is the order's to say.
            Ok(()) | Err(Trouble::Refused(_)) => {}
            Err(trouble) => return Err(trouble.into()),
        }
    }
    answer::see(&visit, &format!("/orders/{}?placed=1&answered=1", links::encoded(&id)))
}

#[derive(Serialize)]
struct Empty {}

pub async fn cancel<P: Platform>(visit: Visit<P>, Path(id): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/orders/{}/cancel", links::encoded(&id));
    let ask = as_holder(&visit, visit.post(Service::Orders, path), &id);
    let told = ask.header(headers::IDEMPOTENCY_KEY, format!("page {id}")).json(&Empty {})?.done().await;
    match told {
        Ok(()) => answer::see(&visit, &format!("/orders/{}", links::encoded(&id))),
        Err(Trouble::Refused(refusal)) if refusal.status == 409 => {
            let said = refusal.said(visit.language);
            shown(&visit, &id, StatusCode::CONFLICT, Some(said)).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
