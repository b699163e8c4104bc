//! What is known of a SKU at any moment: totals per location. It stays as small after a million sales as after one.

use serde::{Deserialize, Serialize};

use super::{Allocation, Chain, LedgerEntry, Link, Sourcing, Spread};
use crate::{Bug, id::LocationId, quantity::LINE_QUANTITY_MAX};

/// The most pieces of a SKU at one location.
pub const ON_HAND_MAX: i64 = 1_000_000_000;

/// The most locations that ever held one SKU.
pub const LOCATIONS_MAX: usize = 100;

/// The catalogue's hint counts no further: nobody can buy more at once.
pub const HINT_MAX: u32 = LINE_QUANTITY_MAX;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// How many events made this state: the ledger position of the newest.
    seq: u64,
    /// In the order of sourcing.
    shelves: Vec<Shelf>,
    /// Reservations held.
    open: u32,
    /// Of the movements; `None` until the first one that is sealed. An object from before writes none, and so ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain: Option<Chain>,
    /// `None` for a SKU that is in one object, as most are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spread: Option<Spread>,
}

/// A SKU's goods at one location. Always `0 <= reserved <= on_hand`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub location: LocationId,
    pub sourcing: Sourcing,
    pub on_hand: i64,
    pub reserved: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockEvent {
    /// Goods moved or were set aside; `open` reservations are held afterwards.
    Moved {
        entry: LedgerEntry,
        open: u32,
        /// What seals it; none was written before there was a chain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<Link>,
    },
    /// A location came to hold this SKU, or its place in the order of sourcing changed. It moves nothing and stands in no chain.
    Prioritised { location: LocationId, sourcing: Sourcing },
    /// Other objects of the same SKU came, went or were sent something; the pieces themselves move by entries of their own.
    Spread(Spread),
}

impl Shelf {
    pub fn available(&self) -> i64 {
        self.on_hand.saturating_sub(self.reserved)
    }
}

impl Stock {
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether this SKU was ever stocked; an object that only keeps tombstones was not.
    pub fn is_known(&self) -> bool {
        self.seq > 0
    }

    /// In the order of sourcing.
    pub fn shelves(&self) -> &[Shelf] {
        &self.shelves
    }

    pub fn shelf(&self, location: LocationId) -> Option<&Shelf> {
        self.shelves.iter().find(|shelf| shelf.location == location)
    }

    pub fn on_hand(&self) -> i64 {
        self.total(|shelf| shelf.on_hand)
    }

    pub fn reserved(&self) -> i64 {
        self.total(|shelf| shelf.reserved)
    }

    pub fn available(&self) -> i64 {
        self.total(Shelf::available)
    }

    /// What the catalogue is told: what is available, as far as it matters to a shopper.
    pub fn hint(&self) -> u32 {
        u32::try_from(self.offered().clamp(0, HINT_MAX.into())).unwrap_or(HINT_MAX)
    }

    pub fn open_reservations(&self) -> u32 {
        self.open
    }

    pub fn chain(&self) -> Option<&Chain> {
        self.chain.as_ref()
    }

    pub fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }

    pub(super) fn forget_chain(&mut self) {
        self.chain = None;
    }

    pub(super) fn forget_spread(&mut self) {
        self.spread = None;
    }

    /// Where to take `quantity` from, by priority; `None` when it is not there.
    pub(super) fn source(&self, quantity: u32) -> Option<Vec<Allocation>> {
        let mut wanted = quantity;
        let mut allocations = Vec::new();
        for shelf in &self.shelves {
            let there =
                if Bug::StockSellsWhatIsNotThere.is_planted() { u32::MAX.into() } else { shelf.available() };
            let pieces = u32::try_from(there.max(0)).unwrap_or(u32::MAX).min(wanted);
            if pieces > 0 {
                wanted = wanted.saturating_sub(pieces);
                allocations.push(Allocation { location: shelf.location, quantity: pieces });
            }
        }
        (wanted == 0).then_some(allocations)
    }

    pub(super) fn take_in(&mut self, event: &StockEvent) {
        self.seq = self.seq.saturating_add(1);
        match event {
            StockEvent::Moved { entry, open, link } => {
                self.open = *open;
                self.chain = Chain::after(self.chain.take(), self.seq, entry, link.as_ref());
                if let Some(shelf) = self.shelves.iter_mut().find(|shelf| shelf.location == entry.location) {
                    shelf.on_hand = shelf.on_hand.saturating_add(entry.on_hand_delta);
                    shelf.reserved = shelf.reserved.saturating_add(entry.reserved_delta);
                }
            }
            StockEvent::Spread(spread) => self.spread = Some(spread.clone()),
            StockEvent::Prioritised { location, sourcing } => {
                match self.shelves.iter_mut().find(|shelf| shelf.location == *location) {
                    Some(shelf) => shelf.sourcing = *sourcing,
                    None => self.shelves.push(Shelf {
                        location: *location,
                        sourcing: *sourcing,
                        on_hand: 0,
                        reserved: 0,
                    }),
                }
                // Equal priorities keep one order too, so that the same stock always gives the same answer.
                self.shelves.sort_by_key(|shelf| (shelf.sourcing.priority, shelf.location));
            }
        }
    }

    fn total(&self, of: impl Fn(&Shelf) -> i64) -> i64 {
        self.shelves.iter().fold(0, |sum, shelf| sum.saturating_add(of(shelf)))
    }
}
