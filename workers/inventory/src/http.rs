//! The inventory's routes.

use serde::Serialize;

use api::{
    inventory::{
        AdjustStock, Availability, CreateLocation, LedgerLine, Location, PatchLocation, ShardPaging,
        SpreadStock, StockKey, StockLevel, StockQuery, proof::StockProof,
    },
    object::Idempotency,
    page::{Page, Paging},
    routes::{self, Route},
};
use domain::{Sku, id::LocationId};
use platform::Platform;
use web::{
    Answer, Json, MaybeKeyed, NoContent, Path, Query, Respond, Response, Result, Routes, Shopper, Signed,
    Staff, World,
};

use crate::app;

/// A proof may be this old: whoever reads the same page meanwhile does not ask the object that has to sell.
const PROOF_SHARED_S: u32 = 5;

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::INVENTORY_LIST, list::<P>)
        .route(routes::INVENTORY_READ, read::<P>)
        .route(routes::INVENTORY_ADJUST, adjust::<P>)
        .route(routes::INVENTORY_SPREAD, spread::<P>)
        .route(routes::INVENTORY_LEDGER, ledger::<P>)
        .route(routes::INVENTORY_PROOF, proof::<P>)
        .route(routes::LOCATIONS_LIST, list_locations::<P>)
        .route(routes::LOCATION_CREATE, create_location::<P>)
        .route(routes::LOCATION_PATCH, patch_location::<P>)
        .route(routes::LOCATION_DELETE, delete_location::<P>)
}

/// The caller's key within this route and to this member of staff.
fn scoped(route: &Route, staff: &Staff, key: Option<String>, body: &impl Serialize) -> Option<Idempotency> {
    let staff = staff.user.to_string();
    key.map(|key| Idempotency::new(&[route.method.as_str(), route.template, &staff], &key, body))
}

async fn list<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Query(query): Query<StockQuery>,
) -> Result<Answer<Page<StockLevel>>> {
    let page = if query.low_stock {
        app::list_scarce(&p, query.cursor.as_deref(), query.limit).await?
    } else {
        app::list(&p, query.cursor.as_deref(), query.limit).await?
    };
    Ok(Answer::ok(page).no_store())
}

/// Staff see everything; everybody else whether there is enough for them.
async fn read<P: Platform>(
    World(p): World<P>,
    who: Signed<Shopper, P>,
    Path(sku): Path<Sku>,
) -> Result<Response> {
    let stock = app::stock(&p, &StockKey::home(sku.clone())).await?;
    if who.0.caller.is_staff() {
        Answer::ok(app::level(&p, &sku, &stock).await?).no_store().respond()
    } else {
        Answer::ok(Availability::of(sku, &stock)).respond()
    }
}

async fn adjust<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    Path(sku): Path<Sku>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<AdjustStock>,
) -> Result<Answer<LedgerLine>> {
    let once = scoped(routes::INVENTORY_ADJUST, &staff.0, key, &body);
    let booked = app::adjust(&p, sku, once, body).await?;
    Ok(Answer::created(booked.answer).replayed(booked.is_replayed).no_store())
}

async fn spread<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(sku): Path<Sku>,
    Json(body): Json<SpreadStock>,
) -> Result<Answer<SpreadStock>> {
    app::spread(&p, sku, &body).await?;
    Ok(Answer::ok(body).no_store())
}

async fn ledger<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(sku): Path<Sku>,
    Query(paging): Query<ShardPaging>,
) -> Result<Answer<Page<LedgerLine>>> {
    let key = StockKey { sku, shard: paging.shard };
    let page = app::ledger(&p, &key, paging.cursor.as_deref(), paging.limit).await?;
    Ok(Answer::ok(page).no_store())
}

async fn proof<P: Platform>(
    World(p): World<P>,
    Path(sku): Path<Sku>,
    Query(paging): Query<ShardPaging>,
) -> Result<Answer<StockProof>> {
    let key = StockKey { sku, shard: paging.shard };
    let page = app::proof(&p, key, paging.cursor.as_deref(), paging.limit).await?;
    Ok(Answer::ok(page).shared(PROOF_SHARED_S))
}

async fn list_locations<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<Location>>> {
    let page = app::locations(&p, paging.cursor.as_deref(), paging.limit).await?;
    Ok(Answer::ok(page).no_store())
}

async fn create_location<P: Platform>(
    World(p): World<P>,
    staff: Signed<Staff, P>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<CreateLocation>,
) -> Result<Answer<Location>> {
    let once = scoped(routes::LOCATION_CREATE, &staff.0, key, &body);
    let made = app::create_location(&p, once, body).await?;
    Ok(Answer::created(made.answer).replayed(made.is_replayed).no_store())
}

async fn patch_location<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(id): Path<LocationId>,
    Json(patch): Json<PatchLocation>,
) -> Result<Answer<Location>> {
    Ok(Answer::ok(app::patch_location(&p, id, patch).await?).no_store())
}

async fn delete_location<P: Platform>(
    World(p): World<P>,
    _: Signed<Staff, P>,
    Path(id): Path<LocationId>,
) -> Result<NoContent> {
    app::delete_location(&p, id).await?;
    Ok(NoContent)
}
