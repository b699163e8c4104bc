//! What somebody ordered.

use askama::Template;
use http::StatusCode;

use api::Service;
use html::{
    answer::{self, titled},
    backend::{List, Trouble},
    frame::{Frame, order_tone},
    links,
    visit::{SignedIn, Visit},
};
use platform::Platform;
use web::Result;

use crate::{parts::Parts as _, views::OrderSummary};

/// Orders on one page.
const LIMIT: u32 = 20;

/// An order in a table.
pub struct Row {
    pub href: String,
    pub number: String,
    pub day: String,
    pub total: String,
    pub label: &'static str,
    pub tone: &'static str,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct Orders<'a> {
    f: &'a Frame,
    orders: Vec<Row>,
    next: Option<String>,
}

titled! { Orders: |page| page.f.t.orders(); }

pub fn rows(f: &Frame, orders: Vec<OrderSummary>) -> Vec<Row> {
    let row = |order: OrderSummary| Row {
        href: format!("/orders/{}", order.id),
        number: order.number,
        day: f.day(&order.placed_at),
        total: f.money(&order.total),
        label: f.t.of_code("order-status", &order.status).unwrap_or_default(),
        tone: order_tone(&order.status),
    };
    orders.into_iter().map(row).collect()
}

/// The newest first; `rest` is what the address says beside how many.
pub async fn read<P: Platform>(
    visit: &Visit<P>,
    limit: u32,
    rest: &str,
) -> Result<List<OrderSummary>, Trouble> {
    visit.get(Service::Orders, format!("/v1/orders?limit={limit}{rest}")).read().await
}

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let cursor = visit.query("cursor").map(|cursor| format!("&cursor={}", links::encoded(&cursor)));
    let page = read(&visit, LIMIT, &cursor.unwrap_or_default()).await?;
    let f = Frame::own(&visit).await?;
    let next = page.next_cursor.map(|cursor| format!("/account/orders?cursor={}", links::encoded(&cursor)));
    answer::page(&visit, StatusCode::OK, &Orders { orders: rows(&f, page.items), next, f: &f })
}
