//! Refusals and faults as answers: one for each set of codes that some route has under a status.

use api::{
    cart::CartBody,
    problem::{self, Code, FieldError, codes},
};
use domain::{Money, Sku, catalog::Slug, id::OrderId, order::Shortage, stock::ReservationStatus};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use crate::schemas::Schemas;

/// The answers that were referred to, by name.
#[derive(Default)]
pub struct Problems(BTreeMap<String, (u16, Vec<&'static Code>)>);

impl Problems {
    /// References to the answers for these codes, by status.
    pub fn responses(&mut self, refusals: &[&'static Code]) -> Vec<(u16, Value)> {
        let mut by_status: BTreeMap<u16, Vec<&'static Code>> = BTreeMap::new();
        for code in codes::ALL.iter().filter(|code| refusals.contains(code)) {
            by_status.entry(code.status).or_default().push(code);
        }
        by_status
            .into_iter()
            .map(|(status, codes)| {
                let names: Vec<_> = codes.iter().map(|code| code.code).collect();
                let name = format!("{status}.{}", names.join("."));
                let reference = json!({ "$ref": format!("#/components/responses/{name}") });
                self.0.insert(name, (status, codes));
                (status, reference)
            })
            .collect()
    }

    pub fn into_responses(self, schemas: &mut Schemas) -> Value {
        schemas.got.definitions_mut().insert("Problem".to_owned(), Value::Null);
        let whole = problem_schema(schemas);
        schemas.got.definitions_mut().insert("Problem".to_owned(), whole);
        self.0
            .into_iter()
            .map(|(name, (status, codes))| (name, response(status, &codes)))
            .collect::<Map<_, _>>()
            .into()
    }
}

fn response(status: u16, codes: &[&'static Code]) -> Value {
    let told: Vec<_> = codes.iter().map(|code| format!("{} (`{}`)", code.title, code.code)).collect();
    let names: Vec<_> = codes.iter().map(|code| code.code).collect();
    let mut headers = crate::operation::headers_of_all();
    let mut add = |name: &str| headers.insert(name.to_owned(), crate::operation::header(name));
    match status {
        401 => drop(add("WWW-Authenticate")),
        429 => drop(add("Retry-After")),
        503 => drop(add("Retry-After")),
        _ => {}
    }
    json!({
        "description": format!("{}.", told.join(", or ")),
        "headers": headers,
        "content": {
            problem::CONTENT_TYPE: {
                "schema": {
                    "$ref": "#/components/schemas/Problem",
                    "properties": { "code": { "enum": names }, "status": { "const": status } },
                },
            },
        },
    })
}

fn problem_schema(schemas: &mut Schemas) -> Value {
    json!({
        "description": "Whatever is not the answer that was asked for (RFC 9457).",
        "type": "object",
        "properties": {
            "type": { "type": "string", "format": "uri", "pattern": "^urn:meridian:problem:[a-z0-9_]+$" },
            "code": {
                "description": "Stable for ever, part of the contract.",
                "type": "string",
                "enum": codes::ALL.iter().map(|code| code.code).collect::<Vec<_>>(),
            },
            "title": { "type": "string" },
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599 },
            "detail": { "description": "For people; may change.", "type": "string" },
            "instance": { "description": "The path that was asked for.", "type": "string" },
            "request_id": { "type": "string" },
            "errors": {
                "description": "What is wrong, and where.",
                "type": "array",
                "items": schemas.got::<FieldError>(),
            },
            "available": { "description": "Of `out_of_stock`, at one location.", "type": "integer", "format": "int64" },
            "cart": { "description": "Of `cart_changed`: as it is now.", "allOf": [schemas.got::<CartBody>()] },
            "cart_version": { "description": "Of `cart_changed`.", "type": "integer", "format": "int64" },
            "decline_code": { "description": "Of `payment_declined`: the provider's word.", "type": ["string", "null"] },
            "items": {
                "description": "Of `out_of_stock`: what is left of each SKU.",
                "type": "array",
                "items": schemas.got::<Shortage>(),
            },
            "left": { "description": "Of `too_many_pieces`: how many there are.", "type": "integer", "format": "int64" },
            "on_hand": { "description": "Of `insufficient_stock`.", "type": "integer", "format": "int64" },
            "order_id": {
                "description": "Of `already_ordered` and `checkout_in_progress`: the order that has the cart.",
                "allOf": [schemas.got::<OrderId>()],
            },
            "refundable": {
                "description": "Of `refund_exceeds_captured`: how much is left.",
                "allOf": [schemas.got::<Money>()],
            },
            "reservation": schemas.got::<ReservationStatus>(),
            "reserved": { "description": "Of `insufficient_stock`.", "type": "integer", "format": "int64" },
            "sku": schemas.got::<Sku>(),
            "slug": schemas.got::<Slug>(),
            "version": { "description": "Of `precondition_failed`: the version now.", "type": "integer", "format": "int64" },
        },
        "required": ["type", "code", "title", "status"],
    })
}
