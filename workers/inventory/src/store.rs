//! The inventory's own database: locations, and the list across SKUs. All of this Worker's SQL.

use serde::{Deserialize, Serialize};

use api::{
    inventory::{CreateLocation, Location, LocationLevel, PatchLocation, StockChanged, StockLevel},
    page::PageLimit,
};
use domain::{Sku, Timestamp, address::Country, id::LocationId, stock::Sourcing, text::Text};
use platform::{Database, Fault, Statement, sql};

#[derive(Debug, Clone, Deserialize)]
pub struct LocationRow {
    id: LocationId,
    name: Text<80>,
    country: Country,
    priority: u32,
    version: u64,
    is_deleted: u8,
}

impl LocationRow {
    pub fn sourcing(&self) -> Sourcing {
        Sourcing { priority: self.priority, version: self.version }
    }

    pub fn is_deleted(&self) -> bool {
        self.is_deleted != 0
    }
}

impl From<LocationRow> for Location {
    fn from(row: LocationRow) -> Self {
        Self { id: row.id, name: row.name, country: row.country, priority: row.priority }
    }
}

/// A location by its id, deleted ones too.
pub async fn location(db: &impl Database, id: LocationId) -> Result<Option<LocationRow>, Fault> {
    db.first(
        sql("select id, name, country, priority, version, deleted_at is not null as is_deleted from locations where id = ?1")
            .bind_text(id),
    )
    .await
}

/// Where in the list of locations a page begins: after this one.
pub type LocationCursor = (u32, LocationId);

/// Locations in the order of sourcing, one more than a page has.
pub async fn locations(
    db: &impl Database,
    after: Option<LocationCursor>,
    limit: PageLimit,
) -> Result<Vec<LocationRow>, Fault> {
    let (priority, id) = match after {
        Some((priority, id)) => (i64::from(priority), id.to_string()),
        None => (-1, String::new()),
    };
    db.all(
        sql("select id, name, country, priority, version, 0 as is_deleted from locations \
             where deleted_at is null and (priority, id) > (?1, ?2) order by priority, id limit ?3")
        .bind(priority)
        .bind(id)
        .bind(limit.get().saturating_add(1)),
    )
    .await
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

pub async fn count_locations(db: &impl Database) -> Result<u64, Fault> {
    let row: Option<Count> =
        db.first(sql("select count(*) as count from locations where deleted_at is null")).await?;
    Ok(row.map_or(0, |row| row.count))
}

pub fn insert_location(id: LocationId, body: &CreateLocation, now: Timestamp) -> Statement {
    sql("insert into locations (id, name, country, priority, version, created_at, updated_at) values (?1, ?2, ?3, ?4, 1, ?5, ?5)")
        .bind_text(id)
        .bind(body.name.as_str())
        .bind(body.country.code())
        .bind(body.priority.get())
        .bind(now)
}

/// Changes what the patch names. The version counts changes of the priority, and only those.
pub async fn patch_location(
    db: &impl Database,
    id: LocationId,
    patch: &PatchLocation,
    now: Timestamp,
) -> Result<Option<LocationRow>, Fault> {
    db.first(
        sql("update locations set name = coalesce(?2, name), country = coalesce(?3, country), \
             version = version + (priority <> coalesce(?4, priority)), priority = coalesce(?4, priority), updated_at = ?5 \
             where id = ?1 and deleted_at is null \
             returning id, name, country, priority, version, 0 as is_deleted")
        .bind_text(id)
        .bind(patch.name.as_ref().map(Text::as_str))
        .bind(patch.country.as_ref().map(Country::code))
        .bind(patch.priority.map(|priority| priority.get()))
        .bind(now),
    )
    .await
}

/// Takes an empty location out of sight. Answers whether it did.
pub async fn delete_location(db: &impl Database, id: LocationId, now: Timestamp) -> Result<bool, Fault> {
    let result = db
        .run(
            sql(
                "update locations set deleted_at = ?2, updated_at = ?2 where id = ?1 and deleted_at is null \
                 and not exists (select 1 from shard_shelves where location_id = ?1 and on_hand > 0)",
            )
            .bind_text(id)
            .bind(now),
        )
        .await?;
    Ok(result.changes > 0)
}

#[derive(Debug, Deserialize)]
struct StockRow {
    sku: Sku,
    on_hand: i64,
    reserved: i64,
    available: i64,
    updated_at: i64,
    /// JSON: one row carries all of its locations.
    locations: String,
}

impl TryFrom<StockRow> for StockLevel {
    type Error = Fault;

    fn try_from(row: StockRow) -> Result<Self, Fault> {
        let locations: Vec<LocationLevel> = api::json::read(row.locations.as_bytes())
            .map_err(|error| Fault::defect(format!("locations of {}: {error}", row.sku)))?;
        Ok(Self {
            sku: row.sku,
            on_hand: row.on_hand,
            reserved: row.reserved,
            available: row.available,
            available_is_capped: false,
            locations,
            spread: None,
            updated_at: Some(Timestamp::from_millis(row.updated_at)),
        })
    }
}

/// What a list row is made of.
const STOCK_COLUMNS: &str = "sku, on_hand, reserved, available, updated_at, (select json_group_array(json_object( \
     'location_id', location_id, 'on_hand', on_hand, 'reserved', reserved)) from (select location_id, \
     sum(on_hand) as on_hand, sum(reserved) as reserved from shard_shelves as shelves where shelves.sku = stock.sku \
     group by location_id order by min(priority), location_id)) as locations";

/// SKUs in alphabetical order, one more than a page has.
pub async fn stock_by_sku(
    db: &impl Database,
    after: Option<&Sku>,
    limit: PageLimit,
) -> Result<Vec<StockLevel>, Fault> {
    let rows = db
        .all::<StockRow>(
            sql(format!("select {STOCK_COLUMNS} from stock where sku > ?1 order by sku limit ?2"))
                .bind(after.map_or("", Sku::as_str))
                .bind(limit.get().saturating_add(1)),
        )
        .await?;
    rows.into_iter().map(StockLevel::try_from).collect()
}

/// Where in the list of scarce SKUs a page begins: after this one.
pub type ScarceCursor = (i64, Sku);

/// SKUs with at most `available_max` pieces, the scarcest first, one more than a page has.
pub async fn scarce_stock(
    db: &impl Database,
    available_max: u32,
    after: Option<&ScarceCursor>,
    limit: PageLimit,
) -> Result<Vec<StockLevel>, Fault> {
    let (available, sku) = after.map_or((-1, ""), |(available, sku)| (*available, sku.as_str()));
    let rows = db
        .all::<StockRow>(
            sql(format!(
                "select {STOCK_COLUMNS} from stock where available <= ?1 and (available, sku) > (?2, ?3) \
                 order by available, sku limit ?4"
            ))
            .bind(available_max)
            .bind(available)
            .bind(sku)
            .bind(limit.get().saturating_add(1)),
        )
        .await?;
    rows.into_iter().map(StockLevel::try_from).collect()
}

/// Takes a snapshot in, unless a newer one was here before it.
pub fn snapshot(snapshot: &StockChanged) -> Vec<Statement> {
    let shard = sql("insert into shards (sku, shard, seq, on_hand, reserved, available, updated_at) \
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (sku, shard) do update set seq = excluded.seq, \
                     on_hand = excluded.on_hand, reserved = excluded.reserved, available = excluded.available, \
                     updated_at = excluded.updated_at where excluded.seq > shards.seq")
        .bind_text(&snapshot.sku)
        .bind(snapshot.shard)
        .bind(snapshot.seq)
        .bind(snapshot.on_hand)
        .bind(snapshot.reserved)
        .bind(snapshot.available)
        .bind(snapshot.at);
    let sum = sql("insert or replace into stock (sku, seq, on_hand, reserved, available, updated_at) select sku, sum(seq), \
                   sum(on_hand), sum(reserved), sum(available), max(updated_at) from shards where sku = ?1 group by sku")
        .bind_text(&snapshot.sku);
    // A priority that was pushed since counts, though this snapshot may not know of it yet.
    let shelves = sql("insert into shard_shelves as shelves (sku, shard, location_id, seq, on_hand, reserved, priority, priority_version) \
                       select ?1, ?4, value ->> 'location_id', ?2, value ->> 'on_hand', value ->> 'reserved', \
                       value ->> 'priority', value ->> 'priority_version' from json_each(?3) where true \
                       on conflict (sku, shard, location_id) do update set seq = excluded.seq, on_hand = excluded.on_hand, \
                       reserved = excluded.reserved, \
                       priority = iif(excluded.priority_version > shelves.priority_version, excluded.priority, shelves.priority), \
                       priority_version = max(excluded.priority_version, shelves.priority_version) \
                       where excluded.seq > shelves.seq")
        .bind_text(&snapshot.sku)
        .bind(snapshot.seq)
        .bind_json(&snapshot.locations)
        .bind(snapshot.shard);
    vec![shard, sum, shelves]
}

/// A shelf whose stock object has yet to hear of its location's priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfBehind {
    pub sku: Sku,
    pub shard: u32,
    pub location_id: LocationId,
    pub priority: u32,
    pub version: u64,
}

/// Such shelves, at most `limit`, after the first `skipped`.
pub async fn shelves_behind(db: &impl Database, skipped: u32, limit: u32) -> Result<Vec<ShelfBehind>, Fault> {
    db.all(
        // `cross join` keeps this order: per location only those behind are looked at, never all shelves there are.
        sql("select shelves.sku, shelves.shard, shelves.location_id, locations.priority, locations.version from locations \
             cross join shard_shelves as shelves on shelves.location_id = locations.id and shelves.priority_version < locations.version \
             limit ?1 offset ?2")
        .bind(limit)
        .bind(skipped),
    )
    .await
}

/// Notes that the objects behind these shelves have heard.
pub async fn keep_told(db: &impl Database, told: &[ShelfBehind]) -> Result<(), Fault> {
    db.run(
        sql("update shard_shelves as shelves set priority = value ->> 'priority', priority_version = value ->> 'version' \
             from json_each(?1) where shelves.sku = value ->> 'sku' and shelves.shard = value ->> 'shard' \
             and shelves.location_id = value ->> 'location_id' and shelves.priority_version < value ->> 'version'")
        .bind_json(&told),
    )
    .await
    .map(drop)
}
