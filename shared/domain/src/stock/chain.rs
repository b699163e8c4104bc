//! The ledger's hash chain: each movement is sealed with the SHA-256 of what anybody may see of it and of the seal before.
//!
//! What is hashed is text, so that a verifier can be written in any language from `docs/proof.md`, which says every byte of it. Whoever
//! changes a line here begins another format, under another first line.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::{self, Write},
    str::FromStr,
};

use super::{LedgerEntry, LedgerKind, Shelf, Stock, StockEvent};
use crate::{Invalid, Timestamp, id::LocationId};

/// The first lines of what is hashed, so that no text of one kind is ever one of another.
const ENTRY: &str = "meridian-stock-entry-1";
const OPENING: &str = "meridian-stock-opening-1";
const PRIVATE: &str = "meridian-stock-private-1";

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("invalid_digest", "must be 64 lower-case hexadecimal digits");
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(is_hex) {
            return Err(refused());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = str::from_utf8(pair).map_err(|_| refused())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| refused())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

crate::schema!(Digest, "Digest", |_| {
    "description": "A SHA-256.",
    "type": "string",
    "pattern": "^[0-9a-f]{64}$",
});

/// What seals one movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub hash: Digest,
    /// Where a chain begins: what lay where before. A ledger that is older than its chain says so here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Vec<Level>>,
}

/// How much lies at one location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    pub location: LocationId,
    pub on_hand: i64,
    pub reserved: i64,
}

/// The chain as it stands: part of the state, so that sealing a movement reads no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The newest entry's hash.
    pub head: Digest,
    /// How many entries it has.
    pub length: u64,
    /// The ledger position of its first entry.
    pub begins_at: u64,
    pub tally: Tally,
}

/// What a chain's entries add up to: `opening + received + returned + corrected + moved - sold` is on hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// On hand before the first entry.
    pub opening: i64,
    pub received: i64,
    pub sold: i64,
    pub returned: i64,
    /// Counted, damaged and corrected: less than 0 where more was lost than found.
    pub corrected: i64,
    /// From other objects of the same SKU, less what went to them.
    #[serde(default)]
    pub moved: i64,
}

impl Tally {
    pub fn on_hand(&self) -> i64 {
        let came = self.opening.saturating_add(self.received).saturating_add(self.returned);
        came.saturating_add(self.corrected).saturating_add(self.moved).saturating_sub(self.sold)
    }

    fn count(&mut self, entry: &LedgerEntry) {
        let pieces = entry.on_hand_delta;
        match entry.kind {
            LedgerKind::Received => self.received = self.received.saturating_add(pieces),
            LedgerKind::Committed => self.sold = self.sold.saturating_sub(pieces),
            LedgerKind::ReturnedFromOrder | LedgerKind::Restocked | LedgerKind::Returned => {
                self.returned = self.returned.saturating_add(pieces);
            }
            LedgerKind::Counted | LedgerKind::Damaged | LedgerKind::Correction => {
                self.corrected = self.corrected.saturating_add(pieces);
            }
            LedgerKind::MovedOut | LedgerKind::MovedIn => self.moved = self.moved.saturating_add(pieces),
            LedgerKind::Reserved | LedgerKind::Released | LedgerKind::Expired => {}
        }
    }
}

impl LedgerKind {
    /// As JSON has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            LedgerKind::Reserved => "reserved",
            LedgerKind::Committed => "committed",
            LedgerKind::Released => "released",
            LedgerKind::Expired => "expired",
            LedgerKind::ReturnedFromOrder => "returned_from_order",
            LedgerKind::Restocked => "restocked",
            LedgerKind::Received => "received",
            LedgerKind::Counted => "counted",
            LedgerKind::Damaged => "damaged",
            LedgerKind::Returned => "returned",
            LedgerKind::Correction => "correction",
            LedgerKind::MovedOut => "moved_out",
            LedgerKind::MovedIn => "moved_in",
        }
    }
}

impl LedgerEntry {
    /// What stands for the fields that are nobody's business. The reference is an id that nobody can guess, so nobody can find out by
    /// trying whose order or what note it is; who knows all three can show that they are these.
    pub fn commitment(&self) -> Digest {
        let order = self.order.map(|order| order.to_string());
        let mut text = format!("{PRIVATE}\n");
        for field in [Some(self.reference.as_str()), order.as_deref(), self.note.as_deref()] {
            // The length keeps a note's own line breaks from looking like the end of the field.
            let _ = match field {
                Some(field) => writeln!(text, "{} {field}", field.len()),
                None => writeln!(text, "-"),
            };
        }
        Digest::of(&text)
    }

    /// The hash of this entry after the one whose hash is `before`.
    pub(super) fn hash(&self, before: Digest, seq: u64, at: Timestamp) -> Digest {
        Digest::of(&format!(
            "{ENTRY}\n{before}\n{seq}\n{at}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.kind.as_str(),
            self.location,
            self.on_hand_delta,
            self.reserved_delta,
            self.on_hand,
            self.reserved,
            self.commitment(),
        ))
    }
}

/// What the first entry of a chain takes for the hash before it.
pub(super) fn opening_hash(levels: &[Level]) -> Digest {
    let mut text = format!("{OPENING}\n");
    for Level { location, on_hand, reserved } in levels {
        let _ = writeln!(text, "{location} {on_hand} {reserved}");
    }
    Digest::of(&text)
}

impl Stock {
    /// What lies where, by the locations' ids; where nothing lies is left out.
    pub fn levels(&self) -> Vec<Level> {
        let level = |shelf: &Shelf| Level {
            location: shelf.location,
            on_hand: shelf.on_hand,
            reserved: shelf.reserved,
        };
        let mut levels: Vec<Level> = self.shelves().iter().map(level).collect();
        levels.retain(|level| level.on_hand != 0 || level.reserved != 0);
        levels.sort_by_key(|level| level.location);
        levels
    }

    /// Seals the movement that comes next. One that an older object wrote has no link and ends the chain: the next one begins another.
    pub(super) fn seal(&self, event: &mut StockEvent, now: Timestamp) {
        let StockEvent::Moved { entry, link, .. } = event else { return };
        let opening = self.chain().is_none().then(|| self.levels());
        let before = match (self.chain(), &opening) {
            (Some(chain), _) => chain.head,
            (None, levels) => opening_hash(levels.as_deref().unwrap_or_default()),
        };
        let hash = entry.hash(before, self.seq().saturating_add(1), now);
        *link = Some(Link { hash, opening });
    }
}

impl Chain {
    /// The chain after an entry at the ledger position `seq`.
    pub(super) fn after(
        before: Option<Chain>,
        seq: u64,
        entry: &LedgerEntry,
        link: Option<&Link>,
    ) -> Option<Chain> {
        let link = link?;
        let mut chain = match &link.opening {
            Some(levels) => Chain {
                head: link.hash,
                length: 0,
                begins_at: seq,
                tally: Tally {
                    opening: levels.iter().fold(0, |sum, level| sum.saturating_add(level.on_hand)),
                    ..Tally::default()
                },
            },
            None => before?,
        };
        chain.head = link.hash;
        chain.length = chain.length.saturating_add(1);
        chain.tally.count(entry);
        Some(chain)
    }
}
