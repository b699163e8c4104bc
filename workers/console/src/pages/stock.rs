//! Stock: how much there is of each SKU, where it lies, how it got there, and counting it.

use askama::Template;
use futures::join;
use http::{Method, StatusCode};
use serde::Serialize;

use api::{Service, headers, pages};
use html::{
    answer::{self, titled},
    backend::{self, Trouble, if_any},
    form::{Form, Wrong},
    frame::Frame,
    links::encoded,
};
use platform::Platform;
use web::{Path, Result};

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::{Location, Movement, Stock},
};

/// Why stock is booked, as the API calls it.
const REASONS: [&str; 5] = ["received", "counted", "damaged", "returned", "correction"];

pub async fn list<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    // Whoever knows the SKU goes there.
    if let Some(sku) = visit.query("sku").filter(|sku| !sku.is_empty()) {
        return answer::see(visit, &format!("{}/{}", pages::CONSOLE_STOCK.template, encoded(&sku)));
    }
    let asked = passed(visit, &["low_stock", "cursor"]);
    let (page, wrong) =
        read::<_, Stock>(visit, Service::Inventory, format!("/v1/inventory?limit={LIMIT}{asked}")).await?;
    let f = desk.frame()?;
    let t = f.t;
    let row = |stock: Stock| {
        vec![
            Cell::link(format!("/admin/stock/{}", encoded(&stock.sku)), stock.sku),
            Cell::number(stock.on_hand),
            Cell::number(stock.reserved),
            Cell::number(stock.available),
        ]
    };
    let list = List {
        title: t.console_stock(),
        lead: "",
        notice: None,
        refusal: wrong,
        action: pages::CONSOLE_STOCK.template,
        filters: vec![
            Filter::text(visit, "sku", t.console_sku(), "text"),
            Filter::flag(visit, "low_stock", t.console_low()),
        ],
        table: Table {
            name: t.console_stock().to_owned(),
            columns: vec![t.console_sku(), t.console_on_hand(), t.console_reserved(), t.console_available()],
            rows: page.items.into_iter().map(row).collect(),
        },
        make: None,
        next: next(visit, pages::CONSOLE_STOCK.template, &["low_stock"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

#[derive(Template)]
#[template(path = "stock.html")]
struct StockPage<'a> {
    f: &'a Frame,
    stock: &'a Stock,
    shelves: Table,
    /// Over how many objects it is to be spread, as far as that can be said.
    shards: Option<String>,
    ledger: Table,
    /// Which object's ledger that is.
    shard: u32,
    locations: Vec<Location>,
    reasons: [&'static str; 5],
    next: Option<String>,
    key: String,
    /// What was typed into a form that comes back.
    typed: &'a Form,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_done: bool,
}

titled! { StockPage: |page| page.stock.sku; }

fn at(sku: &str) -> String {
    format!("/v1/inventory/{}", encoded(sku))
}

pub async fn show<P: Platform>(desk: Desk<P>, Path(sku): Path<String>) -> Result<web::Response> {
    shown(&desk, &sku, StatusCode::OK, Wrong::default(), None).await
}

async fn shown<P: Platform>(
    desk: &Desk<P>,
    sku: &str,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let visit = &desk.visit;
    let ledger = format!("{}/ledger?limit={LIMIT}{}", at(sku), passed(visit, &["cursor", "shard"]));
    let (stock, ledger, locations) = join!(
        visit.get(Service::Inventory, at(sku)).read::<Stock>(),
        visit.get(Service::Inventory, ledger).read::<backend::List<Movement>>(),
        visit.whole::<Location>(Service::Inventory, "/v1/locations?"),
    );
    // What never lay anywhere has no ledger yet: its first pieces are booked here, too.
    let stock = if_any(stock)?.unwrap_or_else(|| Stock::none(sku));
    let ledger = if_any(ledger)?.unwrap_or_else(|| backend::List { items: Vec::new(), next_cursor: None });
    let locations = locations?;
    let f = desk.frame()?;
    let here = format!("/admin/stock/{}", encoded(sku));
    let page = StockPage {
        shelves: shelves(&f, &stock, &locations),
        shards: shards(&stock, &visit.form),
        ledger: movements(&f, ledger.items, &locations),
        shard: visit.query("shard").and_then(|shard| shard.parse().ok()).unwrap_or(0),
        locations,
        reasons: REASONS,
        next: next(visit, &here, &["shard"], ledger.next_cursor),
        key: visit.draw_key(),
        typed: &visit.form,
        wrong,
        refusal,
        is_done: visit.query("done").is_some(),
        stock: &stock,
        f: &f,
    };
    answer::page(visit, status, &page)
}

/// What was typed, or how it is. Of what never lay anywhere there is nothing to spread.
fn shards(stock: &Stock, typed: &Form) -> Option<String> {
    let known = || stock.spread.as_ref().map_or(1, |spread| spread.shards).to_string();
    (!stock.locations.is_empty()).then(|| typed.filled("shards").unwrap_or_else(known))
}

fn name<'a>(locations: &'a [Location], id: &'a str) -> &'a str {
    locations.iter().find(|location| location.id == id).map_or(id, |location| location.name.as_str())
}

fn shelves(f: &Frame, stock: &Stock, locations: &[Location]) -> Table {
    let t = f.t;
    let rows = stock.locations.iter().map(|shelf| {
        vec![
            Cell::text(name(locations, &shelf.location_id)),
            Cell::number(shelf.on_hand),
            Cell::number(shelf.reserved),
        ]
    });
    Table {
        name: t.console_locations().to_owned(),
        columns: vec![t.console_location(), t.console_on_hand(), t.console_reserved()],
        rows: rows.collect(),
    }
}

fn movements(f: &Frame, ledger: Vec<Movement>, locations: &[Location]) -> Table {
    let t = f.t;
    let row = |movement: Movement| {
        let order = match &movement.order_id {
            Some(order) => Cell::link(format!("/admin/orders/{order}"), t.console_order()),
            None => Cell::text(movement.note.unwrap_or_default()),
        };
        vec![
            Cell::number(movement.seq),
            Cell::text(f.moment(&movement.at)),
            Cell::code(movement.kind),
            Cell::text(name(locations, &movement.location_id)),
            Cell::number(movement.delta),
            Cell::number(movement.reserved_delta),
            Cell::number(movement.on_hand),
            Cell::number(movement.reserved),
            order,
        ]
    };
    Table {
        name: t.console_ledger().to_owned(),
        columns: vec![
            "#",
            t.console_when(),
            t.console_what(),
            t.console_location(),
            t.console_delta(),
            t.console_reserved_delta(),
            t.console_on_hand(),
            t.console_reserved(),
            t.console_about(),
        ],
        rows: ledger.into_iter().map(row).collect(),
    }
}

#[derive(Serialize)]
struct Adjust<'a> {
    location_id: &'a str,
    delta: i64,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

pub async fn adjust<P: Platform>(desk: Desk<P>, Path(sku): Path<String>) -> Result<web::Response> {
    let (form, t) = (&desk.visit.form, desk.visit.language);
    let Ok(delta) = form.get("delta").parse() else {
        let wrong = Wrong::one(t, "delta", "required");
        return shown(&desk, &sku, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    };
    let body = Adjust {
        location_id: form.get("location_id"),
        delta,
        reason: form.get("reason"),
        note: form.filled("note"),
    };
    let ask = desk.visit.post(Service::Inventory, format!("{}/adjustments", at(&sku)));
    let ask = ask.header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key"));
    answered(&desk, &sku, ask.json(&body)?.done().await).await
}

#[derive(Serialize)]
struct SpreadOver {
    shards: u32,
}

pub async fn spread<P: Platform>(desk: Desk<P>, Path(sku): Path<String>) -> Result<web::Response> {
    let (form, t) = (&desk.visit.form, desk.visit.language);
    let Ok(shards) = form.get("shards").parse() else {
        let wrong = Wrong::one(t, "shards", "required");
        return shown(&desk, &sku, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    };
    let ask = desk.visit.ask(Service::Inventory, Method::PUT, format!("{}/shards", at(&sku)));
    answered(&desk, &sku, ask.json(&SpreadOver { shards })?.done().await).await
}

async fn answered<P: Platform>(
    desk: &Desk<P>,
    sku: &str,
    done: Result<(), Trouble>,
) -> web::Result<web::Response> {
    let t = desk.visit.language;
    match done {
        Ok(()) => answer::see(&desk.visit, &format!("/admin/stock/{}?done=1", encoded(sku))),
        Err(Trouble::Refused(told)) if matches!(told.status, 409 | 422 | 503) => {
            let wrong = Wrong::of(t, &told.errors);
            let said = wrong.is_empty().then(|| told.said(t));
            shown(desk, sku, StatusCode::UNPROCESSABLE_ENTITY, wrong, said).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
