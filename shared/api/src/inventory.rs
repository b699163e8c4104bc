//! Stock and locations: the object that keeps a SKU's stock, public bodies, and the events that tell of a change.

use serde::{Deserialize, Deserializer, Serialize};

use domain::{
    Invalid, Sku, Timestamp,
    address::Country,
    id::{EventId, LocationId, OrderId},
    stock::{
        AdjustmentReason, LOCATIONS_MAX, LedgerEntry, LedgerKind, ON_HAND_MAX, SHARDS_MAX, Shelf, Stock,
        StockRefusal,
    },
    text::Text,
};

use crate::{
    Problem,
    event::{EventData, Queue},
    object::Object,
    page::PageLimit,
    problem::codes,
};

mod key;
pub mod proof;

pub use key::StockKey;

/// The stock of one SKU, or one shard of it.
pub struct StockObject;

impl Object for StockObject {
    const BINDING: &'static str = "STOCK";
    const SERVICE: &'static str = "stock";
    type Key = StockKey;
    type Aggregate = Stock;
}

/// Shoppers are told no higher number: nobody buys more, and so it seldom changes. Whoever wants to know reads the proof (`proof.rs`).
pub const AVAILABLE_SHOWN_MAX: i64 = 10;

/// The least urgent place in the order of sourcing.
pub const PRIORITY_MAX: u32 = 10_000;

/// What a shopper sees of a SKU's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Availability {
    pub sku: Sku,
    pub available: i64,
    pub available_is_capped: bool,
}

impl Availability {
    pub fn of(sku: Sku, stock: &Stock) -> Self {
        let available = stock.offered();
        Self {
            sku,
            available: available.min(AVAILABLE_SHOWN_MAX),
            available_is_capped: available > AVAILABLE_SHOWN_MAX,
        }
    }
}

/// What staff see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StockLevel {
    pub sku: Sku,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
    pub available_is_capped: bool,
    /// In the order of sourcing.
    pub locations: Vec<LocationLevel>,
    /// How many objects its goods are spread over, and how many pieces are between them right now; left out for one that is in one object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<SpreadLevel>,
    /// When the list last heard of this SKU; the object itself is always of now.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "domain::time::optional_rfc3339")]
    pub updated_at: Option<Timestamp>,
}

impl StockLevel {
    pub fn of(sku: Sku, stock: &Stock) -> Self {
        Self {
            sku,
            on_hand: stock.on_hand(),
            reserved: stock.reserved(),
            available: stock.available(),
            available_is_capped: false,
            locations: stock.shelves().iter().map(LocationLevel::from).collect(),
            spread: stock.spread().map(|_| SpreadLevel {
                shards: stock.shards_wanted(),
                under_way: stock.under_way(),
                together: !stock.is_scattered(),
            }),
            updated_at: None,
        }
    }

    /// Adds what lies in another object of the same SKU.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.on_hand = self.on_hand.saturating_add(other.on_hand);
        self.reserved = self.reserved.saturating_add(other.reserved);
        self.available = self.available.saturating_add(other.available);
        for level in other.locations {
            match self.locations.iter_mut().find(|known| known.location_id == level.location_id) {
                Some(known) => {
                    known.on_hand = known.on_hand.saturating_add(level.on_hand);
                    known.reserved = known.reserved.saturating_add(level.reserved);
                }
                None => self.locations.push(level),
            }
        }
        if let (Some(spread), Some(other)) = (&mut self.spread, other.spread) {
            spread.under_way = spread.under_way.saturating_add(other.under_way);
        }
        self
    }
}

/// How a SKU is spread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpreadLevel {
    pub shards: u32,
    /// Pieces that have left one object and not arrived at another.
    pub under_way: i64,
    /// Whether the first object has all of it that is for sale: nothing is lent, and nothing still has to come back.
    pub together: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocationLevel {
    pub location_id: LocationId,
    pub on_hand: i64,
    pub reserved: i64,
}

impl From<&Shelf> for LocationLevel {
    fn from(shelf: &Shelf) -> Self {
        Self { location_id: shelf.location, on_hand: shelf.on_hand, reserved: shelf.reserved }
    }
}

/// `PUT /v1/inventory/{sku}/shards`, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpreadStock {
    pub shards: Shards,
}

/// Over how many objects a SKU's goods are spread: 1 to [`SHARDS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Shards(u32);

impl Shards {
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Shards {
    type Error = Invalid;

    fn try_from(shards: u32) -> Result<Self, Invalid> {
        if (1..=SHARDS_MAX).contains(&shards) {
            Ok(Self(shards))
        } else {
            Err(Invalid::new("out_of_range", format!("must be 1 to {SHARDS_MAX}")))
        }
    }
}

impl From<Shards> for u32 {
    fn from(shards: Shards) -> u32 {
        shards.0
    }
}

domain::schema!(Shards, "Shards", |_| {
    "description": "How many objects sell a SKU.",
    "type": "integer",
    "format": "int32",
    "minimum": 1,
    "maximum": SHARDS_MAX,
});

/// Whose ledger, or proof, is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShardPaging {
    /// Of a SKU that is spread: which of its objects, below `shards`; 0, its home, when left out.
    #[serde(default)]
    pub shard: u32,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
}

/// `POST /v1/inventory/{sku}/adjustments`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustStock {
    pub location_id: LocationId,
    pub delta: Delta,
    pub reason: AdjustmentReason,
    #[serde(default)]
    pub note: Option<Text<500>>,
}

impl AdjustStock {
    /// A count may find what the books say; nothing else happens without moving anything.
    pub fn check(&self) -> Result<(), Problem> {
        if self.delta.0 == 0 && self.reason != AdjustmentReason::Counted {
            let invalid = Invalid::new("out_of_range", "must not be 0, unless the reason is \"counted\"");
            return Err(Problem::invalid("/delta", &invalid));
        }
        Ok(())
    }
}

/// How many pieces more, or fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Delta(i64);

impl Delta {
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Delta {
    type Error = Invalid;

    fn try_from(pieces: i64) -> Result<Self, Invalid> {
        if pieces.saturating_abs() <= ON_HAND_MAX {
            Ok(Self(pieces))
        } else {
            Err(Invalid::new("out_of_range", format!("must be -{ON_HAND_MAX} to {ON_HAND_MAX}")))
        }
    }
}

impl From<Delta> for i64 {
    fn from(delta: Delta) -> i64 {
        delta.0
    }
}

/// One movement of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LedgerLine {
    pub seq: u64,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
    pub kind: LedgerKind,
    pub location_id: LocationId,
    /// Change of `on_hand`.
    pub delta: i64,
    pub reserved_delta: i64,
    /// At this location, afterwards.
    pub on_hand: i64,
    pub reserved: i64,
    /// The reservation, adjustment or refund behind it.
    #[serde(rename = "ref")]
    pub reference: String,
    pub order_id: Option<OrderId>,
    pub note: Option<String>,
}

impl LedgerLine {
    pub fn new(seq: u64, at: Timestamp, entry: LedgerEntry) -> Self {
        Self {
            seq,
            at,
            kind: entry.kind,
            location_id: entry.location,
            delta: entry.on_hand_delta,
            reserved_delta: entry.reserved_delta,
            on_hand: entry.on_hand,
            reserved: entry.reserved,
            reference: entry.reference,
            order_id: entry.order,
            note: entry.note,
        }
    }
}

/// `POST /v1/locations`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLocation {
    pub name: Text<80>,
    pub country: Country,
    pub priority: Priority,
}

/// `PATCH /v1/locations/{id}`: what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchLocation {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text<80>"))]
    pub name: Option<Text<80>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Country"))]
    pub country: Option<Country>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Priority"))]
    pub priority: Option<Priority>,
}

/// A field that may be left out, but not be null: a location always has all of them.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A place in the order of sourcing: 0 to [`PRIORITY_MAX`], lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Priority(u32);

impl Priority {
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Priority {
    type Error = Invalid;

    fn try_from(place: u32) -> Result<Self, Invalid> {
        if place <= PRIORITY_MAX {
            Ok(Self(place))
        } else {
            Err(Invalid::new("out_of_range", format!("must be 0 to {PRIORITY_MAX}")))
        }
    }
}

impl From<Priority> for u32 {
    fn from(priority: Priority) -> u32 {
        priority.0
    }
}

/// Where goods lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    pub id: LocationId,
    pub name: Text<80>,
    pub country: Country,
    pub priority: u32,
}

/// A SKU's stock as it was at `seq`: the whole of it, so that an old one can be told from a new one and nothing is ever added up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockChanged {
    pub sku: Sku,
    /// Of which object of this SKU; 0 for home.
    #[serde(default)]
    pub shard: u32,
    pub seq: u64,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
    pub locations: Vec<ShelfLevel>,
}

/// One location in [`StockChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfLevel {
    pub location_id: LocationId,
    pub on_hand: i64,
    pub reserved: i64,
    pub priority: u32,
    /// Which change of the location's priority this SKU has heard of.
    pub priority_version: u64,
}

impl StockChanged {
    pub fn of(key: &StockKey, stock: &Stock, at: Timestamp) -> Self {
        let level = |shelf: &Shelf| ShelfLevel {
            location_id: shelf.location,
            on_hand: shelf.on_hand,
            reserved: shelf.reserved,
            priority: shelf.sourcing.priority,
            priority_version: shelf.sourcing.version,
        };
        Self {
            sku: key.sku.clone(),
            shard: key.shard,
            seq: stock.seq(),
            at,
            on_hand: stock.on_hand(),
            reserved: stock.reserved(),
            available: stock.available(),
            locations: stock.shelves().iter().map(level).collect(),
        }
    }

    /// The same for every copy of the same snapshot.
    pub fn event_id(&self) -> EventId {
        let key = StockKey { sku: self.sku.clone(), shard: self.shard };
        event_id(Self::TYPE, &key, self.seq)
    }
}

impl EventData for StockChanged {
    const TYPE: &'static str = "stock_changed";
    const QUEUE: Queue = Queue::StockEvents;
}

/// How many of a SKU are left, as far as it matters to a shopper: counted up to `domain::stock::HINT_MAX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockHintChanged {
    pub sku: Sku,
    pub available: u32,
    /// When the last one was seen to be sold, and not only set aside.
    #[serde(default)]
    pub sold_out_at: Option<Timestamp>,
    /// How many objects sell it right now.
    #[serde(default = "one")]
    pub shards: u32,
    /// Of two hints the one with the higher `seq` counts.
    pub seq: u64,
}

/// Whoever knew of no shards had one.
fn one() -> u32 {
    1
}

impl StockHintChanged {
    pub fn of(sku: Sku, stock: &Stock, at: Timestamp) -> Self {
        Self {
            sku,
            available: stock.hint(),
            sold_out_at: stock.is_sold_out().then_some(at),
            shards: stock.shards_open(),
            seq: stock.seq(),
        }
    }

    /// The same for every copy of the same hint.
    pub fn event_id(&self) -> EventId {
        event_id(Self::TYPE, &StockKey::home(self.sku.clone()), self.seq)
    }
}

impl EventData for StockHintChanged {
    const TYPE: &'static str = "stock_hint_changed";
    const QUEUE: Queue = Queue::CatalogEvents;
}

fn event_id(kind: &str, key: &StockKey, seq: u64) -> EventId {
    EventId::derived(&[kind, &key.to_string(), &seq.to_string()])
}

impl From<StockRefusal> for Problem {
    fn from(refusal: StockRefusal) -> Self {
        match refusal {
            StockRefusal::OutOfStock { available } => {
                Problem::new(codes::out_of_stock).member("available", available)
            }
            StockRefusal::InsufficientStock { on_hand, reserved } => Problem::new(codes::insufficient_stock)
                .detail("On hand would fall under what is reserved.")
                .member("on_hand", on_hand)
                .member("reserved", reserved),
            StockRefusal::OutOfRange => {
                let detail = format!(
                    "would pass {ON_HAND_MAX} pieces at this location, or {LOCATIONS_MAX} locations of this SKU"
                );
                Problem::invalid("/delta", &Invalid::new("out_of_range", detail))
            }
            // Only our own parts meet these; they act on them and never show them.
            StockRefusal::ReservationEnded { status } => Problem::new(codes::conflict)
                .detail("The reservation has ended.")
                .member("reservation", status),
            StockRefusal::ReservedWithDifferentQuantity | StockRefusal::RestockedWithDifferentQuantity => {
                Problem::new(codes::conflict).detail("The same id stands for another quantity.")
            }
            StockRefusal::UnknownReservation => Problem::new(codes::conflict).detail("No such reservation."),
            StockRefusal::RestockExceedsReservation => {
                Problem::new(codes::conflict).detail("More would come back than was sold.")
            }
            StockRefusal::Scattered => Problem::new(codes::service_unavailable)
                .detail("The goods are being called back from where they were lent to.")
                .retry_after(1),
            StockRefusal::TooManyOpenReservations => Problem::new(codes::service_unavailable)
                .detail("Too many buyers are at this article right now.")
                .retry_after(5),
        }
    }
}

/// An unknown location named in a body.
pub fn unknown_location(pointer: &str) -> Problem {
    Problem::invalid(pointer, &Invalid::new("unknown_location", "no such location"))
}

domain::schema!(Delta, "Delta", |_| {
    "description": "How many pieces more, or fewer; 0 only when they were counted.",
    "type": "integer",
    "format": "int64",
    "minimum": -ON_HAND_MAX,
    "maximum": ON_HAND_MAX,
});

domain::schema!(Priority, "Priority", |_| {
    "description": "A place in the order of sourcing, the lowest first.",
    "type": "integer",
    "format": "int32",
    "minimum": 0,
    "maximum": PRIORITY_MAX,
});

/// `GET /v1/inventory`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockQuery {
    /// Only what is running out, the scarcest first.
    #[serde(default)]
    pub low_stock: bool,
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use domain::{
        Aggregate,
        stock::{Sourcing, StockCommand},
    };

    fn stock(pieces: i64) -> Stock {
        let mut stock = Stock::default();
        let adjust = StockCommand::Adjust {
            id: "adj".to_owned(),
            location: LocationId::derived(&["A"]),
            sourcing: Sourcing { priority: 1, version: 1 },
            delta: pieces,
            reason: AdjustmentReason::Received,
            note: None,
        };
        let decision = stock.decide(None, adjust, Timestamp::default()).unwrap();
        decision.events.iter().for_each(|event| stock.apply(event));
        stock
    }

    fn sku() -> Sku {
        "AUR-38".parse().unwrap()
    }

    #[test]
    fn a_shopper_is_told_ten_at_most() {
        for (pieces, shown, capped) in [(0, 0, false), (9, 9, false), (10, 10, false), (11, 10, true)] {
            let told = Availability::of(sku(), &stock(pieces));
            assert_eq!((told.available, told.available_is_capped), (shown, capped), "{pieces}");
        }
    }

    #[test]
    fn an_event_has_one_id_for_one_state() {
        let (a, b) = (StockChanged::of(&StockKey::home(sku()), &stock(3), Timestamp::default()), stock(4));
        assert_eq!(
            a.event_id(),
            StockChanged::of(&StockKey::home(sku()), &b, Timestamp::default()).event_id()
        );
        assert_ne!(a.event_id(), StockHintChanged::of(sku(), &b, Timestamp::default()).event_id());
    }

    #[test]
    fn bodies_refuse_what_makes_no_sense() {
        let adjust =
            |body: serde_json::Value| serde_json::from_value::<AdjustStock>(body).map(|body| body.check());
        let location = LocationId::derived(&["A"]).to_string();
        for bad in [
            json!({"location_id": "A", "delta": 1, "reason": "received"}),
            json!({"location_id": location, "delta": 1, "reason": "stolen"}),
            json!({"location_id": location, "delta": 1.5, "reason": "received"}),
            json!({"location_id": location, "delta": 1_000_000_001, "reason": "received"}),
            json!({"location_id": location, "delta": i64::MIN, "reason": "received"}),
            json!({"location_id": location, "delta": 1, "reason": "received", "sku": "x"}),
        ] {
            assert!(adjust(bad.clone()).is_err(), "{bad}");
        }
        assert!(adjust(json!({"location_id": location, "delta": 0, "reason": "received"})).unwrap().is_err());
        assert!(adjust(json!({"location_id": location, "delta": 0, "reason": "counted"})).unwrap().is_ok());
        assert!(serde_json::from_value::<PatchLocation>(json!({"name": null})).is_err());
        assert_eq!(serde_json::from_value::<PatchLocation>(json!({})).unwrap(), PatchLocation::default());
    }

    #[test]
    fn what_a_location_is_to_become_is_written_as_it_is_read() {
        for body in [r#"{}"#, r#"{"priority":2}"#, r#"{"name":"Reno","country":"US"}"#] {
            let patch: PatchLocation = crate::json::read(body.as_bytes()).unwrap();
            assert_eq!(crate::json::write(&patch).unwrap(), body);
        }
        assert!(crate::json::read::<PatchLocation>(br#"{"name":null}"#).is_err());
    }
}
