//! Categories and brands: read, made, changed, taken away.

use serde_json::Value;

use api::{
    Problem,
    catalog::{Brand, BrandBody, CategoriesQuery, Category, CategoryBody, Handle},
    cursor,
    object::Idempotency,
    page::{Page, PageLimit},
};
use domain::{
    catalog::{CATEGORIES_MAX, CatalogRefusal, check_parent},
    id::{BrandId, CategoryId},
};
use platform::{Database, Failure, Fault, Platform, Statement, wire};

use super::{ATTEMPTS_MAX, Once, first_answer, keep_answer, patched, position, refuse, too_busy};
use crate::store;

pub async fn categories<P: Platform>(p: &P, query: &CategoriesQuery) -> Result<Page<Category>, Failure> {
    let after: Option<(u32, CategoryId)> = position(query.cursor.as_deref())?;
    let limit = query.limit.get().saturating_add(1);
    let rows = store::categories(&p.db()?, query.parent.as_ref(), after.as_ref(), limit).await?;
    Ok(Page::from_rows(rows, query.limit, |category| cursor::encode(&(category.position, category.id))))
}

pub async fn category<P: Platform>(p: &P, handle: &Handle<CategoryId>) -> Result<Category, Failure> {
    Ok(store::category(&p.db()?, handle).await?.ok_or_else(Problem::not_found)?)
}

pub async fn create_category<P: Platform>(
    p: &P,
    idempotency: Option<Idempotency>,
    body: CategoryBody,
) -> Result<Once, Failure> {
    let db = p.db()?;
    let id = CategoryId::new(p.seed());
    for _ in 0..ATTEMPTS_MAX {
        if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
            return Ok(first);
        }
        let tree = store::category_tree(&db).await?;
        let nodes = tree.nodes();
        if nodes.len() >= CATEGORIES_MAX {
            return Err(CatalogRefusal::TooManyCategories.into());
        }
        let parent_id = parent(&db, body.parent_id.as_ref()).await?;
        if let Some(parent) = parent_id {
            check_parent(id, parent, &nodes)?;
        }
        let category = with_body(id, parent_id, body.clone());
        let json = wire::text(&category)?;
        let mut statements = store::insert_category(&category, tree.version, p.now());
        statements.extend(keep_answer(p, idempotency.as_ref(), 201, &json));
        match written(&db, statements, &category.slug, "categories.slug", &CatalogRefusal::CategoryInUse)
            .await
        {
            Ok(true) => return Ok(Once::first(json)),
            Ok(false) => {}
            Err(refusal) => return refuse(p, idempotency.as_ref(), refusal).await,
        }
    }
    Err(too_busy())
}

pub async fn patch_category<P: Platform>(
    p: &P,
    handle: &Handle<CategoryId>,
    patch: Value,
) -> Result<Category, Failure> {
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        let now = store::category(&db, handle).await?.ok_or_else(Problem::not_found)?;
        let body = CategoryBody {
            slug: now.slug.clone(),
            name: now.name.parse().map_err(|invalid| Fault::defect(format!("stored name: {invalid}")))?,
            parent_id: now.parent_id.map(Handle::Id),
            position: now.position,
        };
        let body = patched(&body, patch.clone())?;
        let parent_id = parent(&db, body.parent_id.as_ref()).await?;
        let next = with_body(now.id, parent_id, body);
        let mut moved_from = None;
        if next.parent_id != now.parent_id {
            let tree = store::category_tree(&db).await?;
            if let Some(parent) = next.parent_id {
                check_parent(next.id, parent, &tree.nodes())?;
            }
            moved_from = Some(tree.version);
        }
        let statements = store::update_category(&next, moved_from, p.now());
        if written(&db, statements, &next.slug, "categories.slug", &CatalogRefusal::CategoryInUse).await? {
            return Ok(next);
        }
    }
    Err(too_busy())
}

pub async fn delete_category<P: Platform>(p: &P, handle: &Handle<CategoryId>) -> Result<(), Failure> {
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        let category = store::category(&db, handle).await?.ok_or_else(Problem::not_found)?;
        let tree = store::category_tree(&db).await?;
        let statements = store::delete_category(category.id, tree.version);
        if written(&db, statements, &category.slug, "categories.slug", &CatalogRefusal::CategoryInUse).await?
        {
            return Ok(());
        }
    }
    Err(too_busy())
}

pub async fn brands<P: Platform>(
    p: &P,
    from: Option<&str>,
    limit: PageLimit,
) -> Result<Page<Brand>, Failure> {
    let after: Option<(String, BrandId)> = position(from)?;
    let rows = store::brands(&p.db()?, after.as_ref(), limit.get().saturating_add(1)).await?;
    Ok(Page::from_rows(rows, limit, |brand| cursor::encode(&(&brand.name, brand.id))))
}

pub async fn brand<P: Platform>(p: &P, handle: &Handle<BrandId>) -> Result<Brand, Failure> {
    Ok(store::brand(&p.db()?, handle).await?.ok_or_else(Problem::not_found)?)
}

pub async fn create_brand<P: Platform>(
    p: &P,
    idempotency: Option<Idempotency>,
    body: BrandBody,
) -> Result<Once, Failure> {
    let db = p.db()?;
    let brand = Brand { id: BrandId::new(p.seed()), slug: body.slug, name: body.name.into() };
    let json = wire::text(&brand)?;
    for _ in 0..ATTEMPTS_MAX {
        if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
            return Ok(first);
        }
        let mut statements = store::insert_brand(&brand, p.now());
        statements.extend(keep_answer(p, idempotency.as_ref(), 201, &json));
        match written(&db, statements, &brand.slug, "brands.slug", &CatalogRefusal::BrandInUse).await {
            Ok(true) => return Ok(Once::first(json)),
            Ok(false) => {}
            Err(refusal) => return refuse(p, idempotency.as_ref(), refusal).await,
        }
    }
    Err(too_busy())
}

pub async fn patch_brand<P: Platform>(
    p: &P,
    handle: &Handle<BrandId>,
    patch: Value,
) -> Result<Brand, Failure> {
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        let now = store::brand(&db, handle).await?.ok_or_else(Problem::not_found)?;
        let name = now.name.parse().map_err(|invalid| Fault::defect(format!("stored name: {invalid}")))?;
        let body: BrandBody = patched(&BrandBody { slug: now.slug, name }, patch.clone())?;
        let next = Brand { id: now.id, slug: body.slug, name: body.name.into() };
        let statements = store::update_brand(&next, p.now());
        if written(&db, statements, &next.slug, "brands.slug", &CatalogRefusal::BrandInUse).await? {
            return Ok(next);
        }
    }
    Err(too_busy())
}

pub async fn delete_brand<P: Platform>(p: &P, handle: &Handle<BrandId>) -> Result<(), Failure> {
    let db = p.db()?;
    let brand = store::brand(&db, handle).await?.ok_or_else(Problem::not_found)?;
    let statements = vec![store::delete_brand(brand.id)];
    match written(&db, statements, &brand.slug, "brands.slug", &CatalogRefusal::BrandInUse).await? {
        true => Ok(()),
        false => Err(too_busy()),
    }
}

fn with_body(id: CategoryId, parent_id: Option<CategoryId>, body: CategoryBody) -> Category {
    Category { id, slug: body.slug, name: body.name.into(), parent_id, position: body.position }
}

/// The category that a body's `parent_id` names.
async fn parent<D: Database>(
    db: &D,
    handle: Option<&Handle<CategoryId>>,
) -> Result<Option<CategoryId>, Failure> {
    let Some(handle) = handle else { return Ok(None) };
    match store::category(db, handle).await? {
        Some(category) => Ok(Some(category.id)),
        None => Err(unknown_parent(handle).into()),
    }
}

fn unknown_parent(handle: &Handle<CategoryId>) -> Problem {
    let detail = format!("must be the id or slug of a category; {handle} is not");
    Problem::invalid("/parent_id", &domain::Invalid::new("unknown_category", detail))
}

/// Whether the batch took effect; `false` when somebody else was faster. Taken slugs and things in use are refusals: SQLite says which.
async fn written<D: Database>(
    db: &D,
    statements: Vec<Statement>,
    slug: &domain::catalog::Slug,
    slug_column: &str,
    in_use: &CatalogRefusal,
) -> Result<bool, Failure> {
    match db.batch(statements).await {
        Ok(_) => Ok(true),
        Err(fault) if fault.violates(slug_column) => {
            Err(CatalogRefusal::SlugTaken { slug: slug.clone() }.into())
        }
        Err(fault) if fault.violates("FOREIGN KEY") => Err(in_use.clone().into()),
        Err(fault) if super::was_overtaken(&fault) => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}
