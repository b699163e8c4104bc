//! Whose account it is, and what they ordered.

use askama::Template;
use futures::future::join;
use http::StatusCode;

use api::{Problem, Service, problem::codes};
use platform::Platform;
use web::Result;

use super::order::tone;
use crate::{
    address,
    answer::{self, titled},
    frame::Frame,
    views::{List, OrderSummary, User},
    visit::Visit,
};

/// Orders on one page.
const LIMIT: u32 = 20;
/// Of them, on the account's own.
const LATEST: usize = 3;

struct Row {
    href: String,
    number: String,
    day: String,
    total: String,
    label: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    f: &'a Frame,
    user: User,
    orders: Vec<Row>,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct Orders<'a> {
    f: &'a Frame,
    orders: Vec<Row>,
    next: Option<String>,
}

titled! {
    Account: |page| page.f.t.account();
    Orders: |page| page.f.t.orders();
}

fn signed_in<P: Platform>(visit: &Visit<P>) -> Result<()> {
    if visit.is_signed_in() { Ok(()) } else { Err(Problem::new(codes::unauthorized).into()) }
}

fn rows(f: &Frame, orders: Vec<OrderSummary>) -> Vec<Row> {
    let row = |order: OrderSummary| Row {
        href: format!("/orders/{}", order.id),
        number: order.number,
        day: f.day(&order.placed_at),
        total: f.money(&order.total),
        label: f.t.of_code("order-status", &order.status).unwrap_or_default(),
        tone: tone(&order.status),
    };
    orders.into_iter().map(row).collect()
}

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    signed_in(&visit)?;
    let (user, orders) = join(
        visit.get(Service::Users, "/v1/users/me").read::<User>(),
        visit.get(Service::Orders, format!("/v1/orders?limit={LATEST}")).read::<List<OrderSummary>>(),
    )
    .await;
    let f = Frame::own(&visit).await?;
    let orders = rows(&f, orders?.items);
    answer::page(&visit, StatusCode::OK, &Account { user: user?, orders, f: &f })
}

pub async fn orders<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    signed_in(&visit)?;
    let cursor = visit
        .query("cursor")
        .map_or_else(String::new, |cursor| format!("&cursor={}", address::encoded(&cursor)));
    let path = format!("/v1/orders?limit={LIMIT}{cursor}");
    let page: List<OrderSummary> = visit.get(Service::Orders, path).read().await?;
    let f = Frame::own(&visit).await?;
    let next = page.next_cursor.map(|cursor| format!("/account/orders?cursor={}", address::encoded(&cursor)));
    answer::page(&visit, StatusCode::OK, &Orders { orders: rows(&f, page.items), next, f: &f })
}
