//! Products, those that are not for sale too.

use api::{Service, pages};
use platform::Platform;
use web::Result;

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::ProductSummary,
};

const STATES: &[&str] = &["draft", "active", "archived"];

pub async fn show<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = passed(visit, &["q", "status", "brand", "cursor"]);
    let path = format!("/v1/products?limit={LIMIT}&currency={}{asked}", visit.currency);
    let (page, wrong) = read::<_, ProductSummary>(visit, Service::Catalog, path).await?;
    let f = desk.frame()?;
    let t = f.t;
    let row = |product: ProductSummary| {
        let price = product.price_range.map_or_else(String::new, |range| {
            let lowest = f.money(&range.min);
            if range.min == range.max { lowest } else { format!("{lowest} – {}", f.money(&range.max)) }
        });
        vec![
            Cell::link(format!("/admin/products/{}", product.slug), product.name),
            Cell::link(format!("/admin/products?brand={}", product.brand.slug), product.brand.name),
            Cell::state(tone(&product.status), product.status),
            if product.available { Cell::state("good", t.in_stock()) } else { Cell::state("", t.sold_out()) },
            Cell::number(price),
        ]
    };
    let list = List {
        title: t.console_products(),
        lead: "",
        notice: visit.query("archived").map(|_| t.console_archived().to_owned()),
        refusal: wrong,
        action: pages::CONSOLE_PRODUCTS.template,
        filters: vec![
            Filter::text(visit, "q", t.search(), "search"),
            Filter::choice(visit, "status", t.order_state(), STATES),
        ],
        table: Table {
            name: t.console_products().to_owned(),
            columns: vec![t.name(), t.facet_brand(), t.order_state(), t.console_stock(), t.console_price()],
            rows: page.items.into_iter().map(row).collect(),
        },
        make: Some((pages::CONSOLE_PRODUCT_NEW.template, t.console_product_new())),
        next: next(visit, pages::CONSOLE_PRODUCTS.template, &["q", "status", "brand"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

pub fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "draft" => "warn",
        _ => "",
    }
}
