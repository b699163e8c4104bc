//! A product as staff see it: all of it, to be changed.

use askama::Template;
use futures::{future::join_all, join};
use http::{Method, StatusCode, header};
use std::collections::BTreeSet;

use api::{Service, headers, pages};
use domain::Currency;
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::{Form, Wrong},
    frame::Frame,
    links::encoded,
    visit::Visit,
};
use platform::Platform;
use web::{Path, Result};

use super::product_form::{self, ProductView};
use crate::{desk::Desk, views::Named};

const STATES: [&str; 3] = ["draft", "active", "archived"];

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage<'a> {
    f: &'a Frame,
    /// Of one that is there already: where its form goes.
    slug: Option<&'a str>,
    filled: &'a Form,
    /// As it was when it was read: who saves over another's change is told.
    tag: &'a str,
    brands: Vec<Named>,
    categories: Vec<Named>,
    states: [&'static str; 3],
    rows: usize,
    key: String,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_done: bool,
}

titled! { ProductPage: |page| page.slug.unwrap_or(page.f.t.console_product_new()); }

impl ProductPage<'_> {
    fn has_category(&self, slug: &str) -> bool {
        self.filled.pairs().any(|(name, value)| name == "categories" && value == slug)
    }

    fn field(&self, row: &usize, name: &str) -> String {
        format!("variants.{row}.{name}")
    }

    fn value(&self, row: &usize, name: &str) -> &str {
        self.filled.get(&self.field(row, name))
    }

    fn version(&self, row: &usize) -> String {
        self.f.t.console_version(&row.saturating_add(1).to_string())
    }
}

fn at(slug: &str) -> String {
    format!("/v1/products/{}", encoded(slug))
}

struct Known<'a> {
    slug: Option<&'a str>,
    tag: &'a str,
}

async fn shown<P: Platform>(
    desk: &Desk<P>,
    status: StatusCode,
    known: Known<'_>,
    filled: &Form,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let visit = &desk.visit;
    let (brands, categories) = join!(
        visit.whole::<Named>(Service::Catalog, "/v1/brands?"),
        visit.whole::<Named>(Service::Catalog, "/v1/categories?"),
    );
    let f = desk.frame()?;
    let page = ProductPage {
        slug: known.slug,
        tag: known.tag,
        filled,
        brands: brands?,
        categories: categories?,
        states: STATES,
        rows: product_form::rows(filled),
        key: visit.draw_key(),
        wrong,
        refusal,
        is_done: visit.query("done").is_some(),
        f: &f,
    };
    answer::page(visit, status, &page)
}

pub async fn begin<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let known = Known { slug: None, tag: "" };
    shown(&desk, StatusCode::OK, known, &Form::default(), Wrong::default(), None).await
}

/// The product in every currency, as the catalogue shows one at a time, with the tag of the first.
async fn read<P: Platform>(visit: &Visit<P>, slug: &str) -> Result<(Vec<ProductView>, String), Trouble> {
    let in_currency = |currency: Currency| {
        visit.get(Service::Catalog, format!("{}?currency={currency}", at(slug))).read_tagged::<ProductView>()
    };
    let mut views = Vec::new();
    let mut tag = None;
    for answer in join_all(Currency::ALL.map(in_currency)).await {
        let (view, own) = answer?;
        views.push(view);
        tag.get_or_insert(own);
    }
    Ok((views, tag.flatten().unwrap_or_default()))
}

pub async fn show<P: Platform>(desk: Desk<P>, Path(slug): Path<String>) -> Result<web::Response> {
    let (views, tag) = read(&desk.visit, &slug).await?;
    let known = Known { slug: Some(&slug), tag: &tag };
    shown(&desk, StatusCode::OK, known, &product_form::fill(&views), Wrong::default(), None).await
}

/// Sends what was typed, and shows it again where it was refused.
async fn write<P: Platform>(
    desk: &Desk<P>,
    slug: Option<&str>,
    known: &BTreeSet<String>,
) -> Result<web::Response> {
    let (visit, form) = (&desk.visit, &desk.visit.form);
    let tag = form.get("tag");
    let body = match product_form::body(visit.language, form, known) {
        Ok(body) => body,
        Err(wrong) => {
            return shown(desk, StatusCode::UNPROCESSABLE_ENTITY, Known { slug, tag }, form, wrong, None)
                .await;
        }
    };
    let ask = match slug {
        Some(slug) => {
            visit.ask(Service::Catalog, Method::PATCH, at(slug)).header(header::IF_MATCH.as_str(), tag)
        }
        None => visit
            .post(Service::Catalog, "/v1/products")
            .header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key")),
    };
    match ask.json(&body)?.done().await {
        Ok(()) => answer::see(visit, &format!("/admin/products/{}?done=1", encoded(&body.slug))),
        Err(Trouble::Refused(told)) if matches!(told.status, 409 | 412 | 422) => {
            let wrong = product_form::wrong(visit.language, form, &told.errors);
            let refusal = wrong.is_empty().then(|| told.said(visit.language));
            shown(desk, StatusCode::UNPROCESSABLE_ENTITY, Known { slug, tag }, form, wrong, refusal).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

pub async fn add<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    write(&desk, None, &BTreeSet::new()).await
}

pub async fn save<P: Platform>(desk: Desk<P>, Path(slug): Path<String>) -> Result<web::Response> {
    let now: ProductView = desk.visit.get(Service::Catalog, at(&slug)).read().await?;
    write(&desk, Some(&slug), &now.attributes.into_keys().collect()).await
}

pub async fn archive<P: Platform>(desk: Desk<P>, Path(slug): Path<String>) -> Result<web::Response> {
    if desk.visit.form.get("sure").is_empty() {
        let (views, tag) = read(&desk.visit, &slug).await?;
        let wrong = Wrong::missing(desk.visit.language, &desk.visit.form, &["sure"]);
        let known = Known { slug: Some(&slug), tag: &tag };
        let filled = product_form::fill(&views);
        return shown(&desk, StatusCode::UNPROCESSABLE_ENTITY, known, &filled, wrong, None).await;
    }
    desk.visit.ask(Service::Catalog, Method::DELETE, at(&slug)).done().await?;
    answer::see(&desk.visit, &format!("{}?archived=1", pages::CONSOLE_PRODUCTS.template))
}
