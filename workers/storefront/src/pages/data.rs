//! What search engines read of a product: <https://schema.org/Product> and the way to it, as JSON-LD.

use serde::Serialize;

use crate::views::Product;

#[derive(Serialize)]
struct Offer<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    sku: &'a str,
    price: String,
    #[serde(rename = "priceCurrency")]
    currency: &'a str,
    availability: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Brand<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct Sold<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    image: Vec<String>,
    url: &'a str,
    brand: Brand<'a>,
    offers: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    item: String,
}

#[derive(Serialize)]
struct Way<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Graph<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: (Sold<'a>, Way<'a>),
}

/// JSON inside HTML, so that nothing in it may end its element.
pub fn of(product: &Product, origin: &str) -> String {
    let url = format!("{origin}/products/{}", product.slug);
    let whole = |address: &str| {
        if address.starts_with('/') { format!("{origin}{address}") } else { address.to_owned() }
    };
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
            url: format!("{url}?version={}", html::links::encoded(&variant.sku)),
        })
    });
    let sold = Sold {
        kind: "Product",
        name: product.name.as_str(),
        description: product.description.as_str(),
        image: product.images.iter().map(|image| whole(&image.url)).collect(),
        url: &url,
        brand: Brand { kind: "Brand", name: &product.brand.name },
        offers: offers.collect(),
    };
    let above = product
        .categories
        .iter()
        .map(|category| (&category.name, format!("{origin}/categories/{}", category.slug)));
    let steps = above.chain([(&product.name, url.clone())]).zip(1..).map(|((name, item), position)| Step {
        kind: "ListItem",
        position,
        name,
        item,
    });
    let way = Way { kind: "BreadcrumbList", steps: steps.collect() };
    let graph = Graph { context: "https://schema.org", graph: (sold, way) };
    api::json::write(&graph).unwrap_or_default().replace('<', "\\u003c")
}
