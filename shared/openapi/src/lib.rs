//! The public contract as an OpenAPI 3.1 document, and as a page to read.
//!
//! What a body looks like is said by the types that the Workers are compiled from, and who may call what by the routes' own table. What
//! neither can say (which refusals a route has, which headers it takes) is a row here. Nothing of it is in any Worker: `cargo xtask
//! openapi` writes both files, and the assets' Worker serves them.

mod example;
mod operation;
mod page;
mod problems;
mod row;
mod rows;
mod schemas;

use api::Service;
use serde_json::{Value, json};

pub use page::page;

/// Where the files lie, from the root of the checkout.
pub const DOCUMENT_FILE: &str = "assets/public/openapi.json";
pub const PAGE_FILE: &str = "assets/public/docs.html";

/// The whole document.
pub fn document() -> Value {
    let mut schemas = schemas::Schemas::new();
    let mut problems = problems::Problems::default();
    let mut paths = serde_json::Map::new();
    for row in rows::all() {
        let operation = operation::of(&row, &mut schemas, &mut problems);
        let path = paths.entry(row.route.template).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(row.route.method.as_str().to_lowercase(), operation);
        }
    }
    let responses = problems.into_responses(&mut schemas);
    let mut document = json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Meridian",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "An online shop at the edge.",
            "description": include_str!("introduction.md"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This shop." }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "securitySchemes": operation::security_schemes(),
            "headers": operation::headers(),
            "responses": responses,
        },
    });
    schemas.finish(&mut document);
    example::add_all(&mut document);
    document
}

/// The document as its file has it.
pub fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// The parts of the shop, in the order in which the page shows them.
const PARTS: [(Service, &str); 10] = [
    (Service::Users, "Accounts: who somebody is to the shop, and where their parcels go."),
    (Service::Auth, "Signing in and staying so."),
    (Service::Catalog, "Products, categories and brands."),
    (Service::Inventory, "What is in stock, and where it lies."),
    (Service::Carts, "What somebody means to buy, always priced."),
    (Service::Orders, "Buying, and what comes after it: parcels and refunds."),
    (Service::Payments, "How orders are paid."),
    (Service::Notifications, "The mails that were sent."),
    (Service::Telemetry, "What could not be handled, for whoever runs the shop."),
    (Service::Router, "Whether the shop is there, and what it can be asked."),
];

fn tags() -> Value {
    PARTS.iter().map(|(part, about)| json!({ "name": part.name(), "description": about })).collect()
}

#[cfg(test)]
mod tests;
