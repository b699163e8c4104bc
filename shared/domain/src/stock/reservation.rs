//! One reservation: goods set aside for an order, and how that ended.

use serde::{Deserialize, Serialize};

use super::{Allocation, ReservationStatus, ReservationView, StockRefusal};
use crate::{
    DurationMs, Timestamp,
    id::{OrderId, RefundId, ReservationId},
    time::{DAY_MS, MINUTE_MS},
};

/// How long goods are set aside at most. Longer than any order waits for its payment: only the net under an order that died.
pub const RESERVATION_TTL_MS: DurationMs = 30 * MINUTE_MS;

/// How long a reservation that came to nothing is remembered, so that a call that was under way all the while is still refused.
pub const ENDED_RESERVATION_KEPT_MS: DurationMs = 30 * DAY_MS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reservation {
    /// Undone before it was made: whoever comes to make it is refused.
    Tombstone { at: Timestamp },
    Made {
        order: OrderId,
        quantity: u32,
        allocations: Vec<Allocation>,
        stage: Stage,
        /// What refunds brought back of it.
        restocked: Vec<Restocked>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Held { until: Timestamp },
    Committed { at: Timestamp },
    Released { at: Timestamp },
    Expired { at: Timestamp },
    Returned { at: Timestamp },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restocked {
    pub refund: RefundId,
    pub quantity: u32,
}

impl Stage {
    fn status(&self) -> ReservationStatus {
        match self {
            Stage::Held { .. } => ReservationStatus::Held,
            Stage::Committed { .. } => ReservationStatus::Committed,
            Stage::Released { .. } => ReservationStatus::Released,
            Stage::Expired { .. } => ReservationStatus::Expired,
            Stage::Returned { .. } => ReservationStatus::Returned,
        }
    }
}

impl Reservation {
    pub fn status(&self) -> ReservationStatus {
        match self {
            Reservation::Tombstone { .. } => ReservationStatus::Released,
            Reservation::Made { stage, .. } => stage.status(),
        }
    }

    pub fn view(&self, id: ReservationId) -> ReservationView {
        let (quantity, allocations) = match self {
            Reservation::Tombstone { .. } => (0, Vec::new()),
            Reservation::Made { quantity, allocations, .. } => (*quantity, allocations.clone()),
        };
        ReservationView { id, status: self.status(), quantity, allocations }
    }

    pub fn ended(&self) -> StockRefusal {
        StockRefusal::ReservationEnded { status: self.status() }
    }

    /// The same reservation at another stage; a tombstone stays what it is.
    pub fn at(&self, stage: Stage) -> Reservation {
        let mut next = self.clone();
        if let Reservation::Made { stage: current, .. } = &mut next {
            *current = stage;
        }
        next
    }

    /// Since when it has been of no use to anybody. A committed one is kept like the ledger: a refund may come at any time, and must
    /// never bring back more than was sold.
    pub fn over_since(&self) -> Option<Timestamp> {
        match self {
            Reservation::Tombstone { at }
            | Reservation::Made {
                stage: Stage::Released { at } | Stage::Expired { at } | Stage::Returned { at },
                ..
            } => Some(*at),
            Reservation::Made { stage: Stage::Held { .. } | Stage::Committed { .. }, .. } => None,
        }
    }
}

/// `quantity` pieces of `allocations`, after the first `skipped`: refunds bring goods back to where they came from, in that order.
pub(super) fn slice(allocations: &[Allocation], skipped: u32, quantity: u32) -> Vec<Allocation> {
    let (mut skip, mut wanted) = (skipped, quantity);
    let mut taken = Vec::new();
    for allocation in allocations {
        let left = allocation.quantity.saturating_sub(skip);
        skip = skip.saturating_sub(allocation.quantity);
        let pieces = left.min(wanted);
        if pieces > 0 {
            wanted = wanted.saturating_sub(pieces);
            taken.push(Allocation { location: allocation.location, quantity: pieces });
        }
    }
    taken
}
