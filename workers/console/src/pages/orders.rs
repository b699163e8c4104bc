//! Orders, the newest first.

use api::{Service, pages};
use html::{answer, frame::order_tone};
use platform::Platform;
use web::Result;

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::OrderSummary,
};

const STATES: &[&str] = &["pending", "awaiting_payment", "placed", "completed", "cancelled", "failed"];
const FILTERS: [&str; 4] = ["number", "status", "email", "sku"];

pub async fn begin<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    answer::see(&desk.visit, pages::CONSOLE_ORDERS.template)
}

/// A day as a browser sends it, as a moment.
fn days<P: Platform>(desk: &Desk<P>) -> String {
    let moment = |name: &str, time: &str| {
        let day = desk.visit.query(name).filter(|day| !day.is_empty())?;
        Some(format!("&{name}={}", html::links::encoded(&format!("{day}T{time}Z"))))
    };
    [moment("from", "00:00:00.000"), moment("to", "23:59:59.999")].into_iter().flatten().collect()
}

pub async fn show<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = format!("{}{}{}", passed(visit, &FILTERS), days(&desk), passed(visit, &["cursor"]));
    let (page, wrong) =
        read::<_, OrderSummary>(visit, Service::Orders, format!("/v1/orders?limit={LIMIT}{asked}")).await?;
    let f = desk.frame()?;
    let t = f.t;
    let list = List {
        title: t.console_orders(),
        lead: "",
        notice: None,
        refusal: wrong,
        action: pages::CONSOLE_ORDERS.template,
        filters: vec![
            Filter::text(visit, "number", t.order_number(), "search"),
            Filter::choice(visit, "status", t.order_state(), STATES),
            Filter::text(visit, "email", t.email(), "email"),
            Filter::text(visit, "sku", t.console_sku(), "text"),
            Filter::text(visit, "from", t.console_from(), "date"),
            Filter::text(visit, "to", t.console_to(), "date"),
        ],
        table: Table {
            name: t.console_orders().to_owned(),
            columns: vec![
                t.order_number(),
                t.order_day(),
                t.email(),
                t.order_state(),
                t.console_payment(),
                t.console_fulfilment(),
                t.order_refunded(),
                t.order_total(),
            ],
            rows: page.items.into_iter().map(|order| row(&f, order)).collect(),
        },
        make: None,
        next: next(
            visit,
            pages::CONSOLE_ORDERS.template,
            &["number", "status", "email", "sku", "from", "to"],
            page.next_cursor,
        ),
        f: &f,
    };
    list.answer(visit)
}

fn row(f: &html::frame::Frame, order: OrderSummary) -> Vec<Cell> {
    let refunded =
        if order.refunded_total.is_zero() { String::new() } else { f.money(&order.refunded_total) };
    vec![
        Cell::link(format!("/admin/orders/{}", order.id), order.number),
        Cell::text(f.moment(&order.placed_at)),
        Cell::text(order.email),
        Cell::state(order_tone(&order.status), order.status),
        Cell::state("", order.payment_status),
        Cell::state("", order.fulfillment_status),
        Cell::number(refunded),
        Cell::number(f.money(&order.total)),
    ]
}
