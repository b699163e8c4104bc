//! Whether a ledger is what it was: every hash, every sum, and that no more was ever promised than there was.

use super::{LedgerEntry, LedgerKind, Link, Stock, StockEvent, chain::opening_hash};
use crate::Timestamp;

/// Goes through a ledger, event by event from the first, and stops at what is wrong.
#[derive(Debug, Default)]
pub struct Audit {
    replayed: Stock,
    unsealed: u64,
}

/// What is wrong, and at which ledger position it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {what}")]
pub struct Flaw {
    pub seq: u64,
    pub what: Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("it does not follow the one before")]
    Position,
    #[error("nothing ever lay at its location")]
    Location,
    #[error("nothing of its kind moves like that")]
    Kind,
    #[error("on hand and reserved are not what they were before and its change of them")]
    Sum,
    #[error("more is reserved than there is, or less than nothing is there")]
    Oversold,
    #[error("it continues a chain that does not reach it")]
    Unlinked,
    #[error("its chain begins with something else than what lay there")]
    Opening,
    #[error("its hash is another")]
    Hash,
    #[error("the state is not what the ledger leads to")]
    State,
}

/// What a ledger in which nothing is wrong says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// Movements that no hash seals: of before the chain, or by an older object.
    pub unsealed: u64,
}

impl Audit {
    pub fn take(&mut self, seq: u64, at: Timestamp, event: &StockEvent) -> Result<(), Flaw> {
        let checked = if seq == self.replayed.seq().saturating_add(1) {
            self.check(seq, at, event)
        } else {
            Err(Wrong::Position)
        };
        checked.map_err(|what| Flaw { seq, what })?;
        self.replayed.take_in(event);
        Ok(())
    }

    /// Compares what all of it leads to with the state that is kept beside it.
    pub fn finish(mut self, state: &Stock) -> Result<Sound, Flaw> {
        if state.chain().is_none() {
            // An older object wrote it last, and knew of no chain.
            self.replayed.forget_chain();
        }
        if state.spread().is_none() {
            // The same, and of no branches.
            self.replayed.forget_spread();
        }
        let is_same = self.replayed == *state;
        let wrong = Flaw { seq: self.replayed.seq(), what: Wrong::State };
        is_same.then_some(Sound { unsealed: self.unsealed }).ok_or(wrong)
    }

    fn check(&mut self, seq: u64, at: Timestamp, event: &StockEvent) -> Result<(), Wrong> {
        let StockEvent::Moved { entry, link, .. } = event else { return Ok(()) };
        let shelf = self.replayed.shelf(entry.location).ok_or(Wrong::Location)?;
        let after = (
            shelf.on_hand.saturating_add(entry.on_hand_delta),
            shelf.reserved.saturating_add(entry.reserved_delta),
        );
        require(moves_like_its_kind(entry), Wrong::Kind)?;
        require(after == (entry.on_hand, entry.reserved), Wrong::Sum)?;
        require(0 <= entry.reserved && entry.reserved <= entry.on_hand, Wrong::Oversold)?;
        let Some(Link { hash, opening }) = link else {
            self.unsealed = self.unsealed.saturating_add(1);
            return Ok(());
        };
        let before = match opening {
            Some(levels) => {
                require(*levels == self.replayed.levels(), Wrong::Opening)?;
                opening_hash(levels)
            }
            None => self.replayed.chain().ok_or(Wrong::Unlinked)?.head,
        };
        require(*hash == entry.hash(before, seq, at), Wrong::Hash)
    }
}

fn require(is_right: bool, wrong: Wrong) -> Result<(), Wrong> {
    if is_right { Ok(()) } else { Err(wrong) }
}

/// What each kind of movement may change, and in which direction.
fn moves_like_its_kind(entry: &LedgerEntry) -> bool {
    let (on_hand, reserved) = (entry.on_hand_delta, entry.reserved_delta);
    match entry.kind {
        LedgerKind::Reserved => on_hand == 0 && reserved > 0,
        LedgerKind::Committed => on_hand == reserved && reserved < 0,
        LedgerKind::Released | LedgerKind::Expired => on_hand == 0 && reserved < 0,
        LedgerKind::ReturnedFromOrder | LedgerKind::Restocked => on_hand > 0 && reserved == 0,
        LedgerKind::MovedOut => on_hand < 0 && reserved == 0,
        LedgerKind::MovedIn => on_hand > 0 && reserved == 0,
        LedgerKind::Received
        | LedgerKind::Counted
        | LedgerKind::Damaged
        | LedgerKind::Returned
        | LedgerKind::Correction => reserved == 0,
    }
}
