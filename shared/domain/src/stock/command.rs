//! What may be asked of a SKU's stock, and what it answers.

use serde::{Deserialize, Serialize};

use super::Goods;
use crate::{
    Quantity, Timestamp,
    id::{LocationId, OrderId, RefundId, ReservationId},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockCommand {
    /// Sets `quantity` aside for `order` until `until`, from locations by priority. The same id again answers the same.
    Reserve { id: ReservationId, order: OrderId, quantity: Quantity, until: Timestamp },
    /// The goods are sold: they leave the stock.
    Commit { id: ReservationId },
    /// The goods are free again. For an id never seen it leaves a tombstone, and a later `Reserve` with that id is refused.
    Release { id: ReservationId },
    /// Committed goods come back because their order was undone; once per reservation. Of goods that were never committed it is a
    /// `Release`, so an order that does not know how its `Commit` ended can still undo it.
    Return { id: ReservationId },
    /// Goods of a refunded order come back: `quantity` of what reservation `id` took, once per refund.
    Restock { id: ReservationId, refund: RefundId, quantity: Quantity },
    /// Staff received, counted, lost or corrected goods. `id` is what the ledger refers to; a repeat is caught before it gets here, by
    /// the idempotency key.
    Adjust {
        id: String,
        location: LocationId,
        sourcing: Sourcing,
        delta: i64,
        reason: AdjustmentReason,
        note: Option<String>,
    },
    /// A location's place in the order of sourcing changed. One that holds nothing of this SKU stays unknown here.
    Prioritise { location: LocationId, sourcing: Sourcing },
    /// The net under a dead order: the shell sends it at `until`.
    Expire { id: ReservationId },
    /// A reservation that ended long ago is forgotten; the ledger keeps its movements.
    Forget { id: ReservationId },

    /// To home: staff want so many objects to sell this SKU.
    Spread { shards: u32 },
    /// To home: somebody needs more than is here. All that was lent is called back.
    Gather,
    /// To home: a branch runs low.
    Refill { shard: u32 },
    /// To home: what a branch gives back. The same parcel again changes nothing.
    TakeBack { from: u32, number: u64, goods: Vec<Goods> },
    /// To a branch: what it may sell. The same parcel again changes nothing.
    Supply { shard: u32, number: u64, goods: Vec<Goods> },
    /// To a branch: it closes, and gives back what nobody has reserved. `after`: the parcel that was the last to be sent to it.
    CallBack { after: u64 },
    /// A branch has closed; `sent` is the last parcel that it has given back.
    CalledBack { shard: u32, sent: u64 },
    /// The parcel to this shard is there.
    Arrived { at: u32, number: u64 },
}

impl StockCommand {
    /// The reservation that this is about.
    pub fn reservation(&self) -> Option<ReservationId> {
        match self {
            Self::Reserve { id, .. }
            | Self::Commit { id }
            | Self::Release { id }
            | Self::Return { id }
            | Self::Restock { id, .. }
            | Self::Expire { id }
            | Self::Forget { id } => Some(*id),
            _ => None,
        }
    }
}

/// A location's place in the order of sourcing; of two that arrive out of order, the one with the higher version counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourcing {
    /// Lower comes first.
    pub priority: u32,
    pub version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentReason {
    Received,
    Counted,
    Damaged,
    Returned,
    Correction,
}

/// Pieces taken from one location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    pub location: LocationId,
    pub quantity: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReservationStatus {
    Held,
    Committed,
    Released,
    Returned,
    Expired,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservationView {
    pub id: ReservationId,
    pub status: ReservationStatus,
    pub quantity: u32,
    pub allocations: Vec<Allocation>,
}

/// One movement, as the ledger keeps it; replaying all of them gives today's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub kind: LedgerKind,
    pub location: LocationId,
    /// Change of `on_hand`.
    pub on_hand_delta: i64,
    /// Change of `reserved`.
    pub reserved_delta: i64,
    /// At this location, afterwards.
    pub on_hand: i64,
    pub reserved: i64,
    /// The reservation, adjustment or refund behind it.
    #[serde(rename = "ref")]
    pub reference: String,
    pub order: Option<OrderId>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    Reserved,
    Committed,
    Released,
    Expired,
    /// An undone order's goods came back.
    ReturnedFromOrder,
    Restocked,
    Received,
    Counted,
    Damaged,
    Returned,
    Correction,
    /// To another object of the same SKU.
    MovedOut,
    /// From another one.
    MovedIn,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockReply {
    Reservation(ReservationView),
    /// `seq` is the ledger position of the entry.
    Adjusted {
        seq: u64,
        at: Timestamp,
        entry: LedgerEntry,
    },
    /// A branch is closed; the last parcel that it has sent back.
    CalledBack {
        sent: u64,
    },
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockRefusal {
    OutOfStock {
        available: u32,
    },
    /// There is too little of it here, and maybe not elsewhere: `Gather`, and ask again.
    Scattered,
    /// The id was released, expired or returned before: undo overtook do, or came after it.
    ReservationEnded {
        status: ReservationStatus,
    },
    ReservedWithDifferentQuantity,
    UnknownReservation,
    /// On hand would fall under what is reserved, or under zero.
    InsufficientStock {
        on_hand: i64,
        reserved: i64,
    },
    TooManyOpenReservations,
    /// More is to come back than the reservation took.
    RestockExceedsReservation,
    /// This refund already brought back another quantity.
    RestockedWithDifferentQuantity,
    OutOfRange,
}
