//! One product: read, created, changed, archived.

use serde_json::Value;

use api::{
    Problem,
    catalog::{Facts, Handle, ProductBody, ProductView, violations_problem},
    object::Idempotency,
};
use domain::{
    Currency, Timestamp,
    catalog::{CatalogRefusal, Product, ProductContent, ProductStatus},
    id::{CategoryId, ProductId},
};
use platform::{Database, Failure, Fault, Platform, wire};

use super::{ATTEMPTS_MAX, Once, first_answer, keep_answer, patched, refuse, too_busy, was_overtaken};
use crate::store::{self, Known, KnownProduct, Lookup, ProductWrite, StoredProduct};

/// A product as it was just written, and its version.
#[derive(Debug, Clone)]
pub struct Saved {
    pub version: u64,
    pub view: ProductView,
}

/// A product; drafts are there for staff only.
pub async fn product<P: Platform>(
    p: &P,
    handle: &Handle<ProductId>,
    is_staff: bool,
) -> Result<StoredProduct, Failure> {
    let found = store::product(&p.db()?, handle).await?;
    let is_shown = |stored: &StoredProduct| is_staff || stored.product.status != ProductStatus::Draft;
    Ok(found.filter(is_shown).ok_or_else(Problem::not_found)?)
}

pub async fn create_product<P: Platform>(
    p: &P,
    idempotency: Option<Idempotency>,
    body: ProductBody,
    currency: Currency,
) -> Result<Once, Failure> {
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
            return Ok(first);
        }
        let known = store::known(&db, &lookup([&body])).await?;
        let now = p.now();
        let write = match resolve(body.clone(), &known, None, ProductId::new(p.seed())) {
            Ok(write) => write,
            Err(refusal) => return refuse(p, idempotency.as_ref(), refusal.into()).await,
        };
        let view = ProductView::of(write.document.clone(), facts(&write, &known, now, now)?, currency);
        let json = wire::text(&view)?;
        let mut statements = store::write_products(&[write], now);
        statements.extend(keep_answer(p, idempotency.as_ref(), 201, &json));
        match db.batch(statements).await {
            Ok(_) => return Ok(Once::first(json)),
            Err(fault) if was_overtaken(&fault) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(too_busy())
}

/// Merges `patch` into the product as its body would have to be written, and checks the outcome as a whole.
pub async fn patch_product<P: Platform>(
    p: &P,
    handle: &Handle<ProductId>,
    expected_version: Option<u64>,
    patch: Value,
    currency: Currency,
) -> Result<Saved, Failure> {
    change(p, handle, expected_version, currency, |stored| {
        let categories = stored.product.categories.iter().map(|id| Handle::Id(*id)).collect();
        let body = ProductBody::of(stored.product.clone(), Handle::Id(stored.product.brand), categories);
        patched(&body, patch.clone())
    })
    .await
}

/// Takes a product out of the shop; it stays readable, because orders point at it.
pub async fn archive_product<P: Platform>(
    p: &P,
    handle: &Handle<ProductId>,
    expected_version: Option<u64>,
) -> Result<(), Failure> {
    let saved = change(p, handle, expected_version, api::catalog::CURRENCY_DEFAULT, |stored| {
        let categories = stored.product.categories.iter().map(|id| Handle::Id(*id)).collect();
        let archived = stored.product.clone().archived();
        Ok(ProductBody::of(archived, Handle::Id(stored.product.brand), categories))
    });
    saved.await.map(drop)
}

async fn change<P: Platform>(
    p: &P,
    handle: &Handle<ProductId>,
    expected_version: Option<u64>,
    currency: Currency,
    next: impl Fn(&StoredProduct) -> Result<ProductBody, Failure>,
) -> Result<Saved, Failure> {
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        let stored = store::product(&db, handle).await?.ok_or_else(Problem::not_found)?;
        if expected_version.is_some_and(|expected| expected != stored.version) {
            return Err(CatalogRefusal::Stale { version: stored.version }.into());
        }
        let body = next(&stored)?;
        let known = store::known(&db, &lookup([&body])).await?;
        let own =
            KnownProduct { id: stored.facts.id, version: stored.version, status: stored.product.status };
        let write = resolve(body, &known, Some(own), stored.facts.id)?;
        if write.document == stored.product {
            let view = ProductView::of(stored.product, stored.facts, currency);
            return Ok(Saved { version: stored.version, view });
        }
        let now = p.now();
        let facts = facts(&write, &known, stored.facts.created_at, now)?;
        let saved =
            Saved { version: write.version, view: ProductView::of(write.document.clone(), facts, currency) };
        match db.batch(store::write_products(&[write], now)).await {
            Ok(_) => return Ok(saved),
            Err(fault) if was_overtaken(&fault) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(too_busy())
}

/// What has to be known to write these.
pub(super) fn lookup<'a>(bodies: impl IntoIterator<Item = &'a ProductBody>) -> Lookup<'a> {
    let mut lookup = Lookup::default();
    for body in bodies {
        lookup.brands.push(&body.brand);
        lookup.categories.extend(&body.categories);
        lookup.slugs.push(&body.slug);
        lookup.skus.extend(body.variants.iter().map(|variant| &variant.sku));
    }
    lookup
}

/// The product that a body asks for, if it may be: `own` is what it is now, `id` what it is called.
pub(super) fn resolve(
    body: ProductBody,
    known: &Known,
    own: Option<KnownProduct>,
    id: ProductId,
) -> Result<ProductWrite, Problem> {
    let unknown_brand = || CatalogRefusal::UnknownBrand { brand: body.brand.to_string() };
    let brand = known.brand(&body.brand).ok_or_else(unknown_brand)?.id;
    let category = |handle: &Handle<CategoryId>| match known.category(handle) {
        Some(reference) => Ok(reference.id),
        None => Err(CatalogRefusal::UnknownCategory { category: handle.to_string() }),
    };
    let categories = body.categories.iter().map(category).collect::<Result<Vec<_>, _>>()?;
    if known.products.get(&body.slug).is_some_and(|other| other.id != id) {
        return Err(CatalogRefusal::SlugTaken { slug: body.slug }.into());
    }
    let is_foreign = |sku| known.owners.get(sku).is_some_and(|owner| *owner != id);
    if let Some(variant) = body.variants.iter().find(|variant| is_foreign(&variant.sku)) {
        return Err(CatalogRefusal::SkuTaken { sku: variant.sku.clone() }.into());
    }
    if let Some(own) = own {
        own.status.to(body.status)?;
    }
    let content: ProductContent = body.into_content(brand, categories);
    let document = Product::new(content).map_err(violations_problem)?;
    let version = own.map_or(0, |own| own.version).saturating_add(1);
    Ok(ProductWrite { id, version, document })
}

/// What will be known of a product once it is written.
fn facts(
    write: &ProductWrite,
    known: &Known,
    created_at: Timestamp,
    updated_at: Timestamp,
) -> Result<Facts, Fault> {
    // It was resolved from `known`: what is not there now was not there then.
    let brand = known.brand(&Handle::Id(write.document.brand)).cloned();
    let categories =
        write.document.categories.iter().filter_map(|id| known.category(&Handle::Id(*id)).cloned());
    Ok(Facts {
        id: write.id,
        brand: brand.ok_or_else(|| Fault::defect("a product was resolved without its brand"))?,
        categories: categories.collect(),
        available: known.available.clone(),
        created_at,
        updated_at,
    })
}
