//! The public proof of a SKU's ledger: its chain, its totals and its movements, with nothing in it that tells of anybody.
//!
//! Every field of an entry that is shown is hashed as it is shown: `docs/proof.md` says how.

use serde::{Deserialize, Serialize};

use domain::{
    Sku, Timestamp,
    id::LocationId,
    stock::{Digest, LedgerEntry, LedgerKind, Level, Link, Stock},
};

use super::LocationLevel;

/// `GET /v1/inventory/{sku}/proof`: one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StockProof {
    pub sku: Sku,
    /// Which of the SKU's objects this is of; each has a ledger and a chain of its own. 0 is its home.
    pub shard: u32,
    /// What the entries of all pages lead to; on the first page only, which the others continue.
    pub claim: Option<ProofClaim>,
    /// Oldest first. A page may be shorter than its limit: what moved nothing is not shown.
    pub items: Vec<ProofEntry>,
    pub next_cursor: Option<String>,
}

/// How the stock stands, as the object that sells it has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofClaim {
    /// The ledger position that all of this is of. No entry is newer.
    pub seq: u64,
    pub on_hand: i64,
    pub reserved: i64,
    /// In the order of sourcing.
    pub locations: Vec<LocationLevel>,
    /// Pieces that are in this object's ledger no more, and in no other's yet.
    pub under_way: i64,
    /// The other objects that ever had goods of it; only its home knows them.
    pub branches: Vec<u32>,
    /// `null` while the newest movement is not sealed.
    pub chain: Option<ProofChain>,
}

/// The chain that the newest movement ends: `opening + received + returned + corrected + moved - sold` is on hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofChain {
    /// The newest entry's hash. Whoever writes it down can show later that nothing before it was changed.
    pub head: Digest,
    pub length: u64,
    /// The `seq` of its first entry.
    pub begins_at: u64,
    /// On hand before that.
    pub opening: i64,
    pub received: i64,
    pub sold: i64,
    pub returned: i64,
    /// Counted, damaged and corrected: less than 0 where more was lost than found.
    pub corrected: i64,
    /// From other objects of the same SKU, less what went to them; 0 for a SKU that is in one object.
    pub moved: i64,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofEntry {
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
    /// Stands for the reference, the order and the note.
    pub commitment: Digest,
    /// `null` where it was written before there was a chain.
    pub hash: Option<Digest>,
    /// What lay where before, by the locations' ids: where a chain begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Vec<LocationLevel>>,
}

impl ProofClaim {
    pub fn of(stock: &Stock) -> Self {
        let chain = stock.chain().map(|chain| ProofChain {
            head: chain.head,
            length: chain.length,
            begins_at: chain.begins_at,
            opening: chain.tally.opening,
            received: chain.tally.received,
            sold: chain.tally.sold,
            returned: chain.tally.returned,
            corrected: chain.tally.corrected,
            moved: chain.tally.moved,
        });
        Self {
            seq: stock.seq(),
            on_hand: stock.on_hand(),
            reserved: stock.reserved(),
            locations: stock.shelves().iter().map(LocationLevel::from).collect(),
            under_way: stock.under_way(),
            branches: stock.branches().collect(),
            chain,
        }
    }
}

impl ProofEntry {
    pub fn new(seq: u64, at: Timestamp, entry: &LedgerEntry, link: Option<Link>) -> Self {
        let (hash, opening) = link.map_or((None, None), |link| (Some(link.hash), link.opening));
        Self {
            seq,
            at,
            kind: entry.kind,
            location_id: entry.location,
            delta: entry.on_hand_delta,
            reserved_delta: entry.reserved_delta,
            on_hand: entry.on_hand,
            reserved: entry.reserved,
            commitment: entry.commitment(),
            hash,
            opening: opening.map(|levels| levels.into_iter().map(LocationLevel::from).collect()),
        }
    }
}

impl From<Level> for LocationLevel {
    fn from(level: Level) -> Self {
        Self { location_id: level.location, on_hand: level.on_hand, reserved: level.reserved }
    }
}
