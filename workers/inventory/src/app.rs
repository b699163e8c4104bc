//! What the inventory does: asks the stock objects, keeps the locations and the list across SKUs.

use futures::future::join_all;

use api::{
    Problem, cursor,
    event::EffectParked,
    inventory::{
        AdjustStock, CreateLocation, LedgerLine, Location, PatchLocation, SpreadStock, StockKey, StockLevel,
        StockObject,
        proof::{ProofClaim, ProofEntry, StockProof},
        unknown_location,
    },
    object::{Ask, EventsQuery, Idempotency, Object, ToldOf},
    page::{Page, PageLimit},
    problem::codes,
};
use domain::{
    Invalid, Sku,
    catalog::LOW_STOCK_MAX,
    id::{AdjustmentId, LocationId},
    stock::{LOCATIONS_MAX, Stock, StockCommand, StockEvent, StockRefusal, StockReply},
};
use platform::{
    Database, Failure, Fault, Platform,
    idempotency::{self, Attempt, SavedReply},
    log, object, wire,
};

use crate::store::{self, LocationCursor, ScarceCursor, ShelfBehind};

/// Stock objects told of a priority at once.
const PUSHES_AT_ONCE: u32 = 50;
/// Rounds of that in one run; the schedule goes on with the rest.
const PUSH_ROUNDS_MAX: u32 = 40;

/// An answer, and whether it was given before.
#[derive(Debug, Clone, PartialEq)]
pub struct Once<T> {
    pub answer: T,
    pub is_replayed: bool,
}

/// A SKU's stock as its object has it; a SKU that was never stocked is not found.
pub async fn stock<P: Platform>(p: &P, key: &StockKey) -> Result<Stock, Failure> {
    let known = object::<P, StockObject>(p, key).read().await?;
    Ok(known.map(|(stock, _)| stock).filter(Stock::is_known).ok_or_else(Problem::not_found)?)
}

/// What lies in all of its objects. What changes hands meanwhile may be counted as under way, or be missed for a moment.
pub async fn level<P: Platform>(p: &P, sku: &Sku, home: &Stock) -> Result<StockLevel, Failure> {
    let branches = home.branches().map(|shard| async move {
        let key = StockKey { sku: sku.clone(), shard };
        let known = object::<P, StockObject>(p, &key).read().await?;
        Ok::<_, Fault>(known.map(|(stock, _)| StockLevel::of(sku.clone(), &stock)))
    });
    let mut level = StockLevel::of(sku.clone(), home);
    for branch in join_all(branches).await {
        if let Some(branch) = branch? {
            level = level.and(branch);
        }
    }
    Ok(level)
}

/// Spreads a SKU's goods over so many objects, as soon as there are enough of them.
pub async fn spread<P: Platform>(p: &P, sku: Sku, body: &SpreadStock) -> Result<(), Failure> {
    let key = StockKey::home(sku);
    stock(p, &key).await?;
    let stub = object::<P, StockObject>(p, &key);
    stub.tell(StockCommand::Spread { shards: body.shards.get() }).await?.map_err(Problem::from)?;
    Ok(())
}

/// Books received, counted, lost or corrected goods.
pub async fn adjust<P: Platform>(
    p: &P,
    sku: Sku,
    idempotency: Option<Idempotency>,
    body: AdjustStock,
) -> Result<Once<LedgerLine>, Failure> {
    body.check()?;
    let delta = body.delta.get();
    let location = store::location(&p.db()?, body.location_id)
        .await?
        // Goods may still be taken out of a location that was deleted, never brought there.
        .filter(|location| !location.is_deleted() || delta < 0)
        .ok_or_else(|| unknown_location("/location_id"))?;
    let id = match &idempotency {
        Some(idempotency) => AdjustmentId::derived(&[sku.as_str(), &idempotency.key]),
        None => AdjustmentId::new(p.seed()),
    };
    let command = StockCommand::Adjust {
        id: id.to_string(),
        location: body.location_id,
        sourcing: location.sourcing(),
        delta,
        reason: body.reason,
        note: body.note.map(String::from),
    };
    let key = StockKey::home(sku);
    match object::<P, StockObject>(p, &key).ask(&Ask::Command { command, idempotency }).await? {
        ToldOf::<Stock>::Replied { reply: StockReply::Adjusted { seq, at, entry }, replayed } => {
            Ok(Once { answer: LedgerLine::new(seq, at, entry), is_replayed: replayed })
        }
        ToldOf::<Stock>::Refused { refusal: StockRefusal::Scattered, .. } => {
            object::<P, StockObject>(p, &key).tell(StockCommand::Gather).await?.map_err(Problem::from)?;
            Err(Problem::from(StockRefusal::Scattered).into())
        }
        ToldOf::<Stock>::Refused { refusal, replayed } => {
            Err(Problem::from(refusal).replayed(replayed).into())
        }
        ToldOf::<Stock>::KeyReused => Err(Problem::new(codes::idempotency_key_reused).into()),
        other => Err(Fault::defect(format!("stock answered an adjustment with {other:?}")).into()),
    }
}

/// Every movement of a SKU, newest first. A page may be shorter than its limit: what moved nothing is not shown.
pub async fn ledger<P: Platform>(
    p: &P,
    key: &StockKey,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<Page<LedgerLine>, Failure> {
    let before: Option<u64> = position(cursor)?;
    let query =
        EventsQuery { from: before, newest_first: true, limit: limit.get().saturating_add(1), wait_ms: 0 };
    let events = object::<P, StockObject>(p, key).events(query).await?.ok_or_else(Problem::not_found)?;
    if events.is_empty() && before.is_none() {
        return Err(Problem::not_found().into());
    }
    let page = Page::from_rows(events, limit, |event| cursor::encode(&event.seq));
    let items = page.items.into_iter().filter_map(|recorded| match recorded.event {
        StockEvent::Moved { entry, .. } => Some(LedgerLine::new(recorded.seq, recorded.at, entry)),
        StockEvent::Prioritised { .. } | StockEvent::Spread(_) => None,
    });
    Ok(Page { items: items.collect(), next_cursor: page.next_cursor })
}

/// Where a proof goes on: behind which entry, and up to which it goes. Its first page settles that, so that all pages are of one moment.
type ProofCursor = (u64, u64);

/// Every movement of a SKU, oldest first, and what they lead to. Only the first page asks for the totals, only for as many entries as it has.
pub async fn proof<P: Platform>(
    p: &P,
    key: StockKey,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<StockProof, Failure> {
    let (claim, (after, until)) = match position::<ProofCursor>(cursor)? {
        Some(position) => (None, position),
        None => {
            let stock = stock(p, &key).await?;
            (Some(ProofClaim::of(&stock)), (0, stock.seq()))
        }
    };
    let query = EventsQuery {
        from: Some(after),
        newest_first: false,
        limit: limit.get().saturating_add(1),
        wait_ms: 0,
    };
    let mut events = object::<P, StockObject>(p, &key).events(query).await?.ok_or_else(Problem::not_found)?;
    events.retain(|event| event.seq <= until);
    let page = Page::from_rows(events, limit, |event| cursor::encode(&(event.seq, until)));
    let items = page.items.into_iter().filter_map(|recorded| match recorded.event {
        StockEvent::Moved { entry, link, .. } => {
            Some(ProofEntry::new(recorded.seq, recorded.at, &entry, link))
        }
        StockEvent::Prioritised { .. } | StockEvent::Spread(_) => None,
    });
    let StockKey { sku, shard } = key;
    Ok(StockProof { sku, shard, claim, items: items.collect(), next_cursor: page.next_cursor })
}

/// SKUs in alphabetical order.
pub async fn list<P: Platform>(
    p: &P,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<Page<StockLevel>, Failure> {
    let after: Option<Sku> = position(cursor)?;
    let rows = store::stock_by_sku(&p.db()?, after.as_ref(), limit).await?;
    Ok(Page::from_rows(rows, limit, |level| cursor::encode(&level.sku)))
}

/// SKUs that are low, the scarcest first.
pub async fn list_scarce<P: Platform>(
    p: &P,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<Page<StockLevel>, Failure> {
    let after: Option<ScarceCursor> = position(cursor)?;
    let rows = store::scarce_stock(&p.db()?, LOW_STOCK_MAX, after.as_ref(), limit).await?;
    Ok(Page::from_rows(rows, limit, |level| cursor::encode(&(level.available, &level.sku))))
}

/// Locations in the order of sourcing.
pub async fn locations<P: Platform>(
    p: &P,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<Page<Location>, Failure> {
    let after: Option<LocationCursor> = position(cursor)?;
    let rows = store::locations(&p.db()?, after, limit).await?;
    let rows = rows.into_iter().map(Location::from).collect();
    Ok(Page::from_rows(rows, limit, |location| cursor::encode(&(location.priority, location.id))))
}

pub async fn create_location<P: Platform>(
    p: &P,
    idempotency: Option<Idempotency>,
    body: CreateLocation,
) -> Result<Once<Location>, Failure> {
    let db = p.db()?;
    if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
        return Ok(first);
    }
    let known = store::count_locations(&db).await?;
    if usize::try_from(known).unwrap_or(usize::MAX) >= LOCATIONS_MAX {
        let detail = format!("There are {LOCATIONS_MAX} locations, and no more are kept.");
        return Err(Problem::new(codes::conflict).detail(detail).into());
    }
    let now = p.now();
    let id = LocationId::new(p.seed());
    let mut statements = vec![store::insert_location(id, &body, now)];
    let location = Location { id, name: body.name, country: body.country, priority: body.priority.get() };
    if let Some(idempotency) = &idempotency {
        let reply = SavedReply { status: 201, body: wire::text(&location)? };
        statements.extend(idempotency::finish(idempotency, &reply, now));
    }
    match db.batch(statements).await {
        Ok(_) => Ok(Once { answer: location, is_replayed: false }),
        Err(fault) if idempotency::lost_the_race(&fault) => {
            Ok(first_answer(p, idempotency.as_ref()).await?.ok_or(fault)?)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Changes a location. The stock objects hear of a new priority afterwards, from the rows that say they have not.
pub async fn patch_location<P: Platform>(
    p: &P,
    id: LocationId,
    patch: PatchLocation,
) -> Result<Location, Failure> {
    let row = store::patch_location(&p.db()?, id, &patch, p.now()).await?.ok_or_else(Problem::not_found)?;
    if patch.priority.is_some() {
        let world = p.clone();
        p.background(async move {
            if let Err(fault) = push_priorities(&world).await {
                log::fault(&world, "priorities", &fault.to_string());
            }
        });
    }
    Ok(row.into())
}

/// Takes a location out of sight, once nothing lies there.
pub async fn delete_location<P: Platform>(p: &P, id: LocationId) -> Result<(), Failure> {
    let db = p.db()?;
    if store::delete_location(&db, id, p.now()).await? {
        return Ok(());
    }
    let is_there = store::location(&db, id).await?.is_some_and(|location| !location.is_deleted());
    Err(if is_there { Problem::new(codes::location_in_use) } else { Problem::not_found() }.into())
}

/// Makes a stock object try again what it had given up.
pub async fn resume<P: Platform>(p: &P, parked: &EffectParked) -> Result<(), Fault> {
    let key: StockKey = match parked.name.parse() {
        Ok(key) if parked.object == StockObject::BINDING => key,
        _ => return Err(Fault::defect(format!("{} {} is no stock object", parked.object, parked.name))),
    };
    object::<P, StockObject>(p, &key).ask(&Ask::Resume).await.map(drop)
}

/// Tells the stock objects of priorities that they have not heard of. Whatever it does not get to, the next run finds again.
pub async fn push_priorities<P: Platform>(p: &P) -> Result<(), Fault> {
    let db = p.db()?;
    let mut failed: u32 = 0;
    for _ in 0..PUSH_ROUNDS_MAX {
        let behind = store::shelves_behind(&db, failed, PUSHES_AT_ONCE).await?;
        if behind.is_empty() {
            break;
        }
        let told = join_all(behind.iter().map(|shelf| tell_priority(p, shelf))).await;
        let told: Vec<ShelfBehind> = told.into_iter().flatten().collect();
        let unheard = behind.len().saturating_sub(told.len());
        failed = failed.saturating_add(u32::try_from(unheard).unwrap_or(u32::MAX));
        store::keep_told(&db, &told).await?;
    }
    Ok(())
}

/// The shelf, if its object has heard.
async fn tell_priority<P: Platform>(p: &P, shelf: &ShelfBehind) -> Option<ShelfBehind> {
    let command = StockCommand::Prioritise {
        location: shelf.location_id,
        sourcing: domain::stock::Sourcing { priority: shelf.priority, version: shelf.version },
    };
    let key = StockKey { sku: shelf.sku.clone(), shard: shelf.shard };
    match object::<P, StockObject>(p, &key).tell(command).await {
        Ok(Ok(_)) => Some(shelf.clone()),
        Ok(Err(refusal)) => {
            log::fault(p, "priorities", &format!("refused: {refusal:?}"));
            None
        }
        Err(fault) => {
            log::fault(p, "priorities", &fault.to_string());
            None
        }
    }
}

/// What is due every minute.
pub async fn tidy<P: Platform>(p: &P) -> Result<(), Fault> {
    push_priorities(p).await?;
    p.db()?.run(idempotency::sweep(p.now())).await.map(drop)
}

/// The answer that this key was given before.
async fn first_answer<P: Platform>(
    p: &P,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Once<Location>>, Failure> {
    let Some(idempotency) = idempotency else { return Ok(None) };
    match idempotency::begin(&p.db()?, idempotency, p.now()).await? {
        Attempt::First => Ok(None),
        Attempt::Mismatch => Err(Problem::new(codes::idempotency_key_reused).into()),
        Attempt::Repeat(reply) => {
            let answer = api::json::read(reply.body.as_bytes())
                .map_err(|error| Fault::defect(format!("kept answer cannot be read: {error}")))?;
            Ok(Some(Once { answer, is_replayed: true }))
        }
    }
}

fn position<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Failure> {
    let refused = |invalid: Invalid| Failure::from(Problem::invalid("?cursor", &invalid));
    text.map(|text| cursor::decode(text).map_err(refused)).transpose()
}
