//! One row for each route there is, by service. A route without a row fails a test.

mod catalog;
mod orders;
mod stock;
mod users;

use api::{
    audit::{AuditLine, AuditQuery},
    page::Page,
    telemetry::{DeadLetter, DeadLettersQuery},
};

use crate::row::{Row, row};

pub fn all() -> Vec<Row> {
    let parts = [
        users::users(),
        users::auth(),
        catalog::rows(),
        stock::inventory(),
        stock::carts(),
        orders::orders(),
        orders::payments(),
        orders::notifications(),
        operations(),
    ];
    parts.into_iter().flatten().collect()
}

fn operations() -> Vec<Row> {
    vec![
        row!(AUDIT_LIST, "List what staff did").asks::<AuditQuery>().answers::<Page<AuditLine>>(200),
        row!(DEAD_LETTERS_LIST, "List what nobody could handle")
            .asks::<DeadLettersQuery>()
            .answers::<Page<DeadLetter>>(200),
        row!(DEAD_LETTER_REPLAY, "Send a dead letter to its queue again")
            .answers::<DeadLetter>(202)
            .located(),
        row!(HEALTH, "Ask whether the shop is there").answers_shape(|_| {
            schemars::json_schema!({
                "type": "object",
                "properties": { "status": { "const": "ok" } },
                "required": ["status"],
            })
        }),
        row!(OPENAPI_READ, "Read this document")
            .answers_shape(|_| schemars::json_schema!({ "type": "object", "additionalProperties": true }))
            .tagged(),
        row!(DOCS_READ, "Read this document as a page").answers_page().tagged(),
    ]
}
