//! One order: what is in it, how it stands, and what staff can do about it.

use askama::Template;
use futures::join;
use http::StatusCode;
use serde::Serialize;

use api::{Service, headers};
use domain::{Currency, Money};
use html::{
    answer::{self, titled},
    backend::{List, Refusal, Trouble},
    form::{Form, Wrong},
    frame::{Frame, order_tone},
    links::encoded,
};
use platform::Platform;
use web::{Path, Result};

use crate::{
    desk::Desk,
    list::{Cell, Table},
    views::{AuditLine, Event, Mail, Order, OrderLine, Timeline},
};

/// What is shown of what was mailed and done.
const LATEST: u32 = 20;

/// How many pieces of a line may still be sent, or paid back.
struct Open<'a> {
    line: &'a OrderLine,
    pieces: u32,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    f: &'a Frame,
    order: &'a Order,
    lines: Table,
    to_send: Vec<Open<'a>>,
    to_refund: Vec<Open<'a>>,
    refundable: Option<Money>,
    can_be_cancelled: bool,
    story: Vec<Event>,
    mails: Option<Table>,
    /// For admins.
    actions: Option<Table>,
    /// What makes sending a form twice one action.
    key: String,
    /// What was typed into a form that comes back.
    typed: &'a Form,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_done: bool,
}

titled! { OrderPage: |page| page.order.number; }

impl OrderPage<'_> {
    fn tone(&self) -> &'static str {
        order_tone(&self.order.status)
    }

    /// How many pieces of a line a form shows: as many as were typed; before that all that are open, or none.
    fn pieces(&self, field: &str, open: &Open<'_>, begins_full: bool) -> String {
        if self.typed.is_empty() {
            return if begins_full { open.pieces } else { 0 }.to_string();
        }
        self.typed.get(&format!("{field}.{}", open.line.sku)).to_owned()
    }

    fn has_left(&self) -> bool {
        !self.order.fulfillments.is_empty()
    }
}

fn at(id: &str) -> String {
    format!("/v1/orders/{}", encoded(id))
}

pub async fn show<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    shown(&desk, &id, StatusCode::OK, Wrong::default(), None).await
}

async fn shown<P: Platform>(
    desk: &Desk<P>,
    id: &str,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let visit = &desk.visit;
    let (order, timeline, mails, actions) = join!(
        visit.get(Service::Orders, at(id)).read::<Order>(),
        visit.get(Service::Orders, format!("{}/events", at(id))).read::<Timeline>(),
        visit
            .get(Service::Notifications, format!("/v1/notifications?limit={LATEST}&order_id={}", encoded(id)))
            .read::<List<Mail>>(),
        actions(desk, id),
    );
    let (order, f) = (order?, desk.frame()?);
    let mut story = timeline?.items;
    story.reverse();
    let open = |left: fn(&OrderLine) -> u32| {
        let open = order.lines.iter().map(move |line| Open { line, pieces: left(line) });
        open.filter(|open| open.pieces > 0).collect()
    };
    let is_paid = matches!(order.payment_status.as_str(), "captured" | "partially_refunded");
    let refundable =
        order.total.zip(order.refunded_total).and_then(|(total, refunded)| total.minus(refunded).ok());
    let page = OrderPage {
        lines: lines(&f, &order),
        to_send: open(|line| line.unsent_quantity),
        to_refund: open(|line| line.quantity.saturating_sub(line.refunded_quantity)),
        // Whoever paid may have something coming back, also of an order that was cancelled.
        refundable: refundable.filter(|money| is_paid && money.is_positive()),
        can_be_cancelled: matches!(order.status.as_str(), "pending" | "awaiting_payment" | "placed")
            && order.fulfillments.is_empty(),
        story,
        // Beside the order: it is shown and dealt with where nobody can say what was mailed or done.
        mails: mails.ok().map(|mails| mailed(&f, mails.items)),
        actions: actions.ok().flatten().map(|lines| done(&f, lines)),
        key: visit.draw_key(),
        typed: &visit.form,
        wrong,
        refusal,
        is_done: visit.query("done").is_some(),
        order: &order,
        f: &f,
    };
    answer::page(visit, status, &page)
}

/// What was done to it, for whoever may know.
async fn actions<P: Platform>(desk: &Desk<P>, id: &str) -> Result<Option<Vec<AuditLine>>, Trouble> {
    if !desk.is_admin {
        return Ok(None);
    }
    let path = format!("/v1/audit-lines?limit={LATEST}&subject={}", encoded(id));
    Ok(Some(desk.visit.get(Service::Telemetry, path).read::<List<AuditLine>>().await?.items))
}

fn lines(f: &Frame, order: &Order) -> Table {
    let t = f.t;
    let row = |line: &OrderLine| {
        vec![
            Cell::text(line.title.as_str()),
            Cell::link(format!("/admin/stock/{}", encoded(&line.sku)), line.sku.as_str()),
            Cell::number(line.quantity),
            Cell::number(line.fulfilled_quantity),
            Cell::number(line.refunded_quantity),
            Cell::number(f.money(&line.total)),
        ]
    };
    Table {
        name: t.order_what().to_owned(),
        columns: vec![
            t.name(),
            t.console_sku(),
            t.console_ordered(),
            t.console_sent(),
            t.order_refunded(),
            t.order_total(),
        ],
        rows: order.lines.iter().map(row).collect(),
    }
}

fn mailed(f: &Frame, mails: Vec<Mail>) -> Table {
    let t = f.t;
    let row = |mail: Mail| {
        vec![Cell::text(mail.subject), Cell::text(f.moment(&mail.created_at)), Cell::text(mail.status)]
    };
    Table {
        name: t.console_mails().to_owned(),
        columns: vec![t.console_subject(), t.console_when(), t.order_state()],
        rows: mails.into_iter().map(row).collect(),
    }
}

fn done(f: &Frame, lines: Vec<AuditLine>) -> Table {
    let t = f.t;
    let row = |line: AuditLine| {
        vec![
            Cell::text(f.moment(&line.at)),
            Cell::link(format!("/admin/customers/{}", line.user_id), line.user_id),
            Cell::code(line.action),
            Cell::text(line.status.map_or_else(String::new, |status| status.to_string())),
        ]
    };
    Table {
        name: t.console_audit().to_owned(),
        columns: vec![t.console_when(), t.console_who(), t.console_what(), t.console_outcome()],
        rows: lines.into_iter().map(row).collect(),
    }
}

/// What a call came to: the order as it is now, or what was wrong beside the field that it is about.
async fn told<P: Platform>(desk: &Desk<P>, id: &str, told: Result<(), Trouble>) -> Result<web::Response> {
    match told {
        Ok(()) => answer::see(&desk.visit, &format!("/admin/orders/{}?done=1", encoded(id))),
        Err(Trouble::Refused(refusal)) if matches!(refusal.status, 409 | 422) => {
            refused(desk, id, &refusal).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

async fn refused<P: Platform>(desk: &Desk<P>, id: &str, refusal: &Refusal) -> Result<web::Response> {
    let t = desk.visit.language;
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::CONFLICT);
    let wrong = Wrong::of(t, &refusal.errors);
    let said = wrong.is_empty().then(|| refusal.said(t));
    shown(desk, id, status, wrong, said).await
}

#[derive(Serialize)]
struct Piece {
    sku: String,
    quantity: u32,
}

/// The pieces that a form names: the SKU behind `pieces.` or the like, and how many.
fn pieces<P: Platform>(desk: &Desk<P>, prefix: &str) -> Vec<Piece> {
    let piece = |(name, value): (&str, &str)| {
        let sku = name.strip_prefix(prefix)?.to_owned();
        value.trim().parse().ok().filter(|quantity| *quantity > 0).map(|quantity| Piece { sku, quantity })
    };
    desk.visit.form.pairs().filter_map(piece).collect()
}

#[derive(Serialize)]
struct Fulfil<'a> {
    lines: Vec<Piece>,
    carrier: &'a str,
    tracking_number: &'a str,
}

pub async fn fulfil<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let form = &desk.visit.form;
    let t = desk.visit.language;
    let lines = pieces(&desk, "send.");
    let mut wrong = Wrong::missing(t, form, &["carrier", "tracking_number"]);
    if lines.is_empty() {
        wrong = Wrong::one(t, "send", "required");
    }
    if !wrong.is_empty() {
        return shown(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    let body = Fulfil { lines, carrier: form.get("carrier"), tracking_number: form.get("tracking_number") };
    let ask = desk.visit.post(Service::Orders, format!("{}/fulfillments", at(&id)));
    let answer = ask.header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key")).json(&body)?.done().await;
    told(&desk, &id, answer).await
}

pub async fn delivered<P: Platform>(
    desk: Desk<P>,
    Path(id): Path<String>,
    Path(parcel): Path<String>,
) -> Result<web::Response> {
    let path = format!("{}/fulfillments/{}/delivered", at(&id), encoded(&parcel));
    let answer = desk.visit.post(Service::Orders, path).done().await;
    told(&desk, &id, answer).await
}

#[derive(Serialize)]
struct Cancel {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub async fn cancel<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let form = &desk.visit.form;
    if form.get("sure_cancel").is_empty() {
        let wrong = Wrong::missing(desk.visit.language, form, &["sure_cancel"]);
        return shown(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    let ask = desk.visit.post(Service::Orders, format!("{}/cancel", at(&id)));
    let ask = ask.header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key"));
    let answer = ask.json(&Cancel { reason: form.filled("cancel_reason") })?.done().await;
    told(&desk, &id, answer).await
}

#[derive(Serialize)]
struct RefundAsk {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<Piece>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    restock: bool,
}

pub async fn refund<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let (form, t) = (&desk.visit.form, desk.visit.language);
    let lines = pieces(&desk, "back.");
    let currency: Option<Currency> = form.get("currency").parse().ok();
    let typed = form.filled("amount");
    let amount = typed.as_deref().zip(currency).map(|(text, currency)| Money::parse_decimal(text, currency));
    let wrong = match amount {
        Some(Err(_)) => Wrong::one(t, "amount", "invalid_amount"),
        // An empty form must not be taken for «everything».
        None if lines.is_empty() => Wrong::one(t, "amount", "required"),
        Some(Ok(_)) if !lines.is_empty() => Wrong::one(t, "amount", "ambiguous"),
        _ if form.get("sure_refund").is_empty() => Wrong::missing(t, form, &["sure_refund"]),
        _ => Wrong::default(),
    };
    if !wrong.is_empty() {
        return shown(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    let body = RefundAsk {
        amount: amount.and_then(Result::ok),
        lines,
        reason: form.filled("refund_reason"),
        restock: !form.get("restock").is_empty(),
    };
    let ask = desk.visit.post(Service::Orders, format!("{}/refunds", at(&id)));
    let answer = ask.header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key")).json(&body)?.done().await;
    told(&desk, &id, answer).await
}
