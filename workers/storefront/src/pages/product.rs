//! A product: its versions, and the form that puts one into the cart.

use askama::Template;
use http::StatusCode;

use api::Service;
use platform::Platform;
use web::{Path, Result};

use html::{
    answer::{self, View},
    frame::Frame,
    links,
    visit::Visit,
};

use super::data;
use crate::views::{Product, Variant};

/// A version that can be chosen, or could be.
struct Version {
    sku: String,
    title: String,
    price: String,
    before: Option<String>,
    state: &'static str,
    /// What the state looks like: `good`, `warn` or `bad`.
    tone: &'static str,
    is_chosen: bool,
    is_available: bool,
}

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage<'a> {
    f: &'a Frame,
    product: &'a Product,
    versions: Vec<Version>,
    chosen: usize,
    is_sold_out: bool,
    includes_tax: bool,
    paragraphs: Vec<&'a str>,
    weight: Option<String>,
}

impl View for ProductPage<'_> {
    fn frame(&self) -> &Frame {
        self.f
    }

    fn title(&self) -> String {
        self.product.name.clone()
    }

    fn description(&self) -> String {
        self.paragraphs.first().copied().unwrap_or_default().to_owned()
    }

    fn canonical(&self) -> Option<String> {
        Some(format!("/products/{}", self.product.slug))
    }

    fn picture(&self) -> Option<String> {
        // Pictures elsewhere have whole addresses, and many who show pages take no drawings.
        let own = self.product.images.first().map(|image| image.url.clone());
        own.filter(|url| url.starts_with('/') && !url.ends_with(".svg"))
    }

    fn head(&self) -> String {
        let told = data::of(self.product, &self.f.origin);
        format!("<script type=\"application/ld+json\">{told}</script>\n")
    }
}

pub async fn show<P: Platform>(visit: Visit<P>, Path(slug): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/products/{}?currency={}", links::encoded(&slug), visit.currency);
    let product: Product = visit.get(Service::Catalog, path).read().await?;
    let f = Frame::of(&visit).await?;
    let asked = visit.query("version");
    let chosen = product
        .variants
        .iter()
        .position(|variant| variant.available && asked.as_deref() == Some(variant.sku.as_str()))
        .or_else(|| product.variants.iter().position(|variant: &Variant| variant.available))
        .unwrap_or_default();
    let versions = product.variants.iter().enumerate().map(|(at, variant)| {
        let (state, tone) = match (variant.available, variant.stock_hint.as_str()) {
            (false, _) | (_, "out") => (f.t.sold_out(), "bad"),
            (_, "low") => (f.t.few_left(), "warn"),
            _ => (f.t.in_stock(), "good"),
        };
        Version {
            sku: variant.sku.clone(),
            title: variant.title.clone(),
            price: variant
                .price
                .as_ref()
                .map_or_else(|| f.t.not_in_currency(f.currency.code()), |price| f.money(price)),
            before: variant.compare_at_price.as_ref().map(|price| f.money(price)),
            state,
            tone,
            is_chosen: at == chosen,
            is_available: variant.available,
        }
    });
    let versions: Vec<Version> = versions.collect();
    let page = ProductPage {
        f: &f,
        is_sold_out: !versions.iter().any(|version| version.is_available),
        includes_tax: visit.currency != domain::Currency::Usd,
        paragraphs: product.description.split("\n\n").collect(),
        weight: product.variants.get(chosen).map(|variant| format!("{} g", variant.weight_grams)),
        chosen,
        versions,
        product: &product,
    };
    answer::page(&visit, StatusCode::OK, &page)
}
