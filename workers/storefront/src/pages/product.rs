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
    origin: String,
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

    fn head(&self) -> String {
        let data = data(self.product);
        let (origin, slug) = (&self.origin, &self.product.slug);
        format!(
            "<link rel=\"canonical\" href=\"{origin}/products/{slug}\">\n<script type=\"application/ld+json\">{data}</script>\n"
        )
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
        origin: visit.origin(),
    };
    answer::page(&visit, StatusCode::OK, &page)
}

/// What search engines read (<https://schema.org/Product>): JSON inside HTML, so that nothing in it may end its element.
fn data(product: &Product) -> String {
    #[derive(serde::Serialize)]
    struct Offer<'a> {
        #[serde(rename = "@type")]
        kind: &'static str,
        sku: &'a str,
        price: String,
        #[serde(rename = "priceCurrency")]
        currency: &'a str,
        availability: &'static str,
    }
    #[derive(serde::Serialize)]
    struct Brand<'a> {
        #[serde(rename = "@type")]
        kind: &'static str,
        name: &'a str,
    }
    #[derive(serde::Serialize)]
    struct Data<'a> {
        #[serde(rename = "@context")]
        context: &'static str,
        #[serde(rename = "@type")]
        kind: &'static str,
        name: &'a str,
        description: &'a str,
        image: Vec<&'a str>,
        brand: Brand<'a>,
        offers: Vec<Offer<'a>>,
    }
    let offers = product.variants.iter().filter_map(|variant| {
        let price = variant.price?;
        Some(Offer {
            kind: "Offer",
            sku: variant.sku.as_str(),
            price: price.decimal(),
            currency: price.currency().code(),
            availability: if variant.available {
                "https://schema.org/InStock"
            } else {
                "https://schema.org/OutOfStock"
            },
        })
    });
    let data = Data {
        context: "https://schema.org",
        kind: "Product",
        name: product.name.as_str(),
        description: product.description.as_str(),
        image: product.images.iter().map(|image| image.url.as_str()).collect(),
        brand: Brand { kind: "Brand", name: &product.brand.name },
        offers: offers.collect(),
    };
    api::json::write(&data).unwrap_or_default().replace('<', "\\u003c")
}
