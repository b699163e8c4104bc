//! The catalogue's routes. What anybody may see is kept by the router for seconds; what staff see is kept nowhere.

use http::{HeaderMap, HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use api::{
    Problem,
    call::InternalCall,
    catalog::{
        Brand, BrandBody, CURRENCY_DEFAULT, CategoriesQuery, Category, CategoryBody, CurrencyQuery,
        ExportQuery, Handle, ProductBody, ProductList, ProductView, ProductsQuery, QuoteSkus, Quotes,
    },
    json,
    object::Idempotency,
    page::{Page, Paging},
    problem::codes,
    routes::{self, Route},
};
use domain::{
    Currency,
    id::{BrandId, CategoryId, ProductId},
};
use platform::{Fault, Platform, wire};
use web::{
    Answer, IfMatch, Json, MaybeKeyed, NoContent, Pairs, Path, Query, Raw, Response, Result, Routes, Shopper,
    Signed, Staff, World,
};

use crate::app::{self, Once};

/// How long the router may keep a product or a list, in seconds: no longer than stock hints lag behind anyway.
const PRODUCTS_SHARED_S: u32 = 5;
/// And categories and brands, which hardly change.
const TAXONOMY_SHARED_S: u32 = 30;

const NDJSON: &str = "application/x-ndjson";

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::PRODUCTS_LIST, list_products::<P>)
        .route(routes::PRODUCT_CREATE, create_product::<P>)
        .route(routes::PRODUCTS_IMPORT, import_products::<P>)
        .route(routes::PRODUCTS_EXPORT, export_products::<P>)
        .route(routes::PRODUCT_READ, read_product::<P>)
        .route(routes::PRODUCT_PATCH, patch_product::<P>)
        .route(routes::PRODUCT_ARCHIVE, archive_product::<P>)
        .route(routes::CATEGORIES_LIST, list_categories::<P>)
        .route(routes::CATEGORY_CREATE, create_category::<P>)
        .route(routes::CATEGORY_READ, read_category::<P>)
        .route(routes::CATEGORY_PATCH, patch_category::<P>)
        .route(routes::CATEGORY_DELETE, delete_category::<P>)
        .route(routes::BRANDS_LIST, list_brands::<P>)
        .route(routes::BRAND_CREATE, create_brand::<P>)
        .route(routes::BRAND_READ, read_brand::<P>)
        .route(routes::BRAND_PATCH, patch_brand::<P>)
        .route(routes::BRAND_DELETE, delete_brand::<P>)
        .internal(QuoteSkus::PATH, quote::<P>)
}

/// What of a made product its address is made from.
#[derive(Deserialize)]
struct Made {
    id: ProductId,
}

/// The caller's key within this route and to this member of staff.
fn scoped(route: &Route, staff: &Staff, key: Option<String>, body: &impl Serialize) -> Option<Idempotency> {
    let staff = staff.user.to_string();
    key.map(|key| Idempotency::new(&[route.method.as_str(), route.template, &staff], &key, body))
}

/// A product with its tag: the version, the currency, and a digest of all that changes without a new version (stock, names).
fn product_answer(status: StatusCode, json: String, version: u64, currency: Currency) -> Answer<String> {
    let tag = format!("{version}-{currency}-{}", web::digest(&json));
    Answer::raw_with_status(status.as_u16(), json).etag(&tag)
}

/// What was made, or had been made by the first attempt with this key.
fn made(status: StatusCode, once: Once) -> Response {
    let answer = Answer::raw_with_status(status.as_u16(), once.json);
    answer.replayed(once.is_replayed).no_store().into_raw()
}

/// For everybody, or for staff alone.
fn shown<T>(answer: Answer<T>, is_staff: bool, shared_s: u32) -> Answer<T> {
    if is_staff { answer.no_store() } else { answer.shared(shared_s) }
}

async fn list_products<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Pairs(pairs): Pairs,
) -> Result<Answer<ProductList>> {
    let query = ProductsQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let is_staff = who.0.caller.is_staff();
    let list = app::list(&p, &query, is_staff).await?;
    Ok(shown(Answer::ok(list), is_staff, PRODUCTS_SHARED_S))
}

async fn read_product<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Path(handle): Path<Handle<ProductId>>,
    Query(CurrencyQuery { currency }): Query<CurrencyQuery>,
) -> Result<Response> {
    let is_staff = who.0.caller.is_staff();
    let stored = app::product(&p, &handle, is_staff).await?;
    let view = ProductView::of(stored.product, stored.facts, currency);
    let answer = product_answer(StatusCode::OK, wire::text(&view)?, stored.version, currency);
    Ok(shown(answer, is_staff, PRODUCTS_SHARED_S).into_raw())
}

async fn create_product<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<ProductBody>,
) -> Result<Response> {
    let once = scoped(routes::PRODUCT_CREATE, &staff.0, key, &body);
    let made = app::create_product(&p, once, body, CURRENCY_DEFAULT).await?;
    let Made { id } = json::read(made.json.as_bytes()).map_err(|error| Fault::defect(error.to_string()))?;
    // A new product has version 1, and a repeat shows it as it was then.
    let answer = product_answer(StatusCode::CREATED, made.json, 1, CURRENCY_DEFAULT)
        .header(header::LOCATION, format!("/v1/products/{id}"));
    Ok(answer.replayed(made.is_replayed).no_store().into_raw())
}

async fn patch_product<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<ProductId>>,
    Query(CurrencyQuery { currency }): Query<CurrencyQuery>,
    IfMatch(version): IfMatch,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response> {
    let saved = app::patch_product(&p, &handle, version, Value::Object(patch), currency).await?;
    let json = wire::text(&saved.view)?;
    Ok(product_answer(StatusCode::OK, json, saved.version, currency).no_store().into_raw())
}

async fn archive_product<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<ProductId>>,
    IfMatch(version): IfMatch,
) -> Result<NoContent> {
    app::archive_product(&p, &handle, version).await?;
    Ok(NoContent)
}

async fn import_products<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    MaybeKeyed(key): MaybeKeyed,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response> {
    if !is_ndjson(&headers) {
        return Err(Problem::new(codes::unsupported_media_type).detail(format!("send {NDJSON}")).into());
    }
    let text = std::str::from_utf8(&body)
        .map_err(|_| Problem::new(codes::malformed_body).detail("the body is not UTF-8"))?;
    let once = scoped(routes::PRODUCTS_IMPORT, &staff.0, key, &text);
    Ok(made(StatusCode::OK, app::import(&p, once, text).await?))
}

fn is_ndjson(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    [NDJSON, "application/ndjson", "application/jsonl"]
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

/// A page of lines; `Link` says where the next one is (RFC 8288).
async fn export_products<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Query(paging): Query<ExportQuery>,
) -> Result<Response> {
    let page = app::export(&p, paging.cursor.as_deref(), paging.limit).await?;
    let lines = page.items.iter().map(wire::text).collect::<Result<Vec<_>, _>>()?;
    let mut body = lines.join("\n");
    body.push('\n');
    let mut answer = Answer::ok(body).no_store();
    if let Some(cursor) = page.next_cursor {
        let path = routes::PRODUCTS_EXPORT.template;
        let next = format!("<{path}?cursor={cursor}&limit={}>; rel=\"next\"", paging.limit);
        answer = answer.header(header::LINK, next).header(HeaderName::from_static("x-next-cursor"), cursor);
    }
    Ok(answer.header(header::CONTENT_TYPE, NDJSON).into_raw())
}

async fn list_categories<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Query(query): Query<CategoriesQuery>,
) -> Result<Answer<Page<Category>>> {
    Ok(shown(Answer::ok(app::categories(&p, &query).await?), who.0.caller.is_staff(), TAXONOMY_SHARED_S))
}

async fn read_category<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Path(handle): Path<Handle<CategoryId>>,
) -> Result<Answer<Category>> {
    Ok(shown(Answer::ok(app::category(&p, &handle).await?), who.0.caller.is_staff(), TAXONOMY_SHARED_S))
}

async fn create_category<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<CategoryBody>,
) -> Result<Response> {
    let once = scoped(routes::CATEGORY_CREATE, &staff.0, key, &body);
    Ok(made(StatusCode::CREATED, app::create_category(&p, once, body).await?))
}

async fn patch_category<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<CategoryId>>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Answer<Category>> {
    Ok(Answer::ok(app::patch_category(&p, &handle, Value::Object(patch)).await?).no_store())
}

async fn delete_category<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<CategoryId>>,
) -> Result<NoContent> {
    app::delete_category(&p, &handle).await?;
    Ok(NoContent)
}

async fn list_brands<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<Brand>>> {
    let page = app::brands(&p, paging.cursor.as_deref(), paging.limit).await?;
    Ok(shown(Answer::ok(page), who.0.caller.is_staff(), TAXONOMY_SHARED_S))
}

async fn read_brand<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Path(handle): Path<Handle<BrandId>>,
) -> Result<Answer<Brand>> {
    Ok(shown(Answer::ok(app::brand(&p, &handle).await?), who.0.caller.is_staff(), TAXONOMY_SHARED_S))
}

async fn create_brand<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<BrandBody>,
) -> Result<Response> {
    let once = scoped(routes::BRAND_CREATE, &staff.0, key, &body);
    Ok(made(StatusCode::CREATED, app::create_brand(&p, once, body).await?))
}

async fn patch_brand<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<BrandId>>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Answer<Brand>> {
    Ok(Answer::ok(app::patch_brand(&p, &handle, Value::Object(patch)).await?).no_store())
}

async fn delete_brand<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(handle): Path<Handle<BrandId>>,
) -> Result<NoContent> {
    app::delete_brand(&p, &handle).await?;
    Ok(NoContent)
}

/// Of our own services only: the router never forwards it.
async fn quote<P: Platform>(World(p): World<P>, Json(asked): Json<QuoteSkus>) -> Result<Answer<Quotes>> {
    Ok(Answer::ok(app::quote(&p, &asked).await?))
}
