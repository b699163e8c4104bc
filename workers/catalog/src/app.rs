//! What the catalogue does: reads and lists products, and writes them as a whole.

mod import;
mod list;
mod product;
mod taxonomy;

pub use import::{export, import};
pub use list::list;
pub use product::{Saved, archive_product, create_product, patch_product, product};
pub use taxonomy::{
    brand, brands, categories, category, create_brand, create_category, delete_brand, delete_category,
    patch_brand, patch_category,
};

use serde::{Serialize, de::DeserializeOwned};

use api::{
    Problem,
    catalog::{QUOTE_SKUS_MAX, QuoteSkus, Quotes},
    cursor, json, merge_patch,
    object::Idempotency,
    problem::codes,
};
use domain::Invalid;
use platform::{
    Database, Failure, Fault, FaultKind, Platform, Statement,
    idempotency::{self, Attempt, SavedReply},
    wire,
};

use crate::store;

/// An answer as it is written, and whether it was given before.
#[derive(Debug, Clone, PartialEq)]
pub struct Once {
    pub json: String,
    pub is_replayed: bool,
}

impl Once {
    fn first(json: String) -> Self {
        Self { json, is_replayed: false }
    }
}

/// Prices for a cart: one statement, however many SKUs.
pub async fn quote<P: Platform>(p: &P, asked: &QuoteSkus) -> Result<Quotes, Failure> {
    if asked.skus.len() > QUOTE_SKUS_MAX {
        let invalid = Invalid::new("too_many", format!("must be at most {QUOTE_SKUS_MAX}"));
        return Err(Problem::invalid("/skus", &invalid).into());
    }
    Ok(Quotes { quotes: store::quotes(&p.db()?, &asked.skus, asked.currency, p.now()).await? })
}

/// What is due every hour: answers that nobody may ask for any more are forgotten.
pub async fn tidy<P: Platform>(p: &P) -> Result<(), Fault> {
    p.db()?.run(idempotency::sweep(p.now())).await.map(drop)
}

/// The answer that this key was given before.
async fn first_answer<P: Platform>(
    p: &P,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Once>, Failure> {
    let Some(idempotency) = idempotency else { return Ok(None) };
    match idempotency::begin(&p.db()?, idempotency, p.now()).await? {
        Attempt::First => Ok(None),
        Attempt::Mismatch => Err(Problem::new(codes::idempotency_key_reused).into()),
        Attempt::Repeat(reply) => Ok(Some(Once { json: reply.body, is_replayed: true })),
    }
}

/// A refusal, unless the same key was answered in the meantime: then what stands in the way is what the first attempt made.
async fn refuse<P: Platform>(
    p: &P,
    idempotency: Option<&Idempotency>,
    refusal: Failure,
) -> Result<Once, Failure> {
    first_answer(p, idempotency).await?.ok_or(refusal)
}

/// The statements that keep an answer for its key, if there is one.
fn keep_answer<P: Platform>(
    p: &P,
    idempotency: Option<&Idempotency>,
    status: u16,
    json: &str,
) -> Vec<Statement> {
    let Some(idempotency) = idempotency else { return Vec::new() };
    let reply = SavedReply { status, body: json.to_owned() };
    idempotency::finish(idempotency, &reply, p.now()).into()
}

/// Whether the same thing may be tried once more: somebody else wrote between our reading and our writing, so that the next attempt
/// reads what they wrote and decides again.
fn was_overtaken(fault: &Fault) -> bool {
    fault.kind == FaultKind::Constraint
}

/// Attempts at a change before a caller is told that others are at it, too.
const ATTEMPTS_MAX: u32 = 3;

fn too_busy() -> Failure {
    Problem::new(codes::conflict).detail("Others are changing the same thing; try again.").into()
}

/// A body as it is after a JSON Merge Patch.
fn patched<T: Serialize + DeserializeOwned>(body: &T, patch: serde_json::Value) -> Result<T, Failure> {
    let text = merged(&wire::text(body)?, patch)?;
    web::parse_json(text.as_bytes()).map_err(|error| error.0)
}

fn merged(body: &str, patch: serde_json::Value) -> Result<String, Fault> {
    let mut merged = json::read(body.as_bytes())
        .map_err(|error| Fault::defect(format!("body cannot be read back: {error}")))?;
    merge_patch::merge(&mut merged, patch);
    wire::text(&merged)
}

fn position<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Failure> {
    let refused = |invalid: Invalid| Failure::from(Problem::invalid("?cursor", &invalid));
    text.map(|text| cursor::decode(text).map_err(refused)).transpose()
}
