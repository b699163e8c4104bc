//! The verifier of a stock proof, written from `docs/proof.md` alone: its own types, its own hashing, its own sums, nothing of the shop's.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// A page of `GET /v1/inventory/{sku}/proof`.
#[derive(Debug, Clone, Deserialize)]
pub struct Page {
    pub sku: String,
    pub claim: Option<Claim>,
    pub items: Vec<Entry>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Claim {
    seq: u64,
    on_hand: i64,
    reserved: i64,
    locations: Vec<Level>,
    chain: Option<Chain>,
    /// Pieces that have left this object and are in no other one yet.
    #[serde(default)]
    under_way: i64,
    /// The other objects of this SKU.
    #[serde(default)]
    branches: Vec<u32>,
}

/// As it is claimed, and as it is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Chain {
    pub head: String,
    pub length: u64,
    pub begins_at: u64,
    #[serde(flatten)]
    pub tally: Tally,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Tally {
    pub opening: i64,
    pub received: i64,
    pub sold: i64,
    pub returned: i64,
    pub corrected: i64,
    /// From other objects of the same SKU, less what went to them.
    #[serde(default)]
    pub moved: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    seq: u64,
    at: String,
    kind: String,
    location_id: String,
    delta: i64,
    reserved_delta: i64,
    on_hand: i64,
    reserved: i64,
    commitment: String,
    hash: Option<String>,
    opening: Option<Vec<Level>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Level {
    location_id: String,
    on_hand: i64,
    reserved: i64,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The entry at which it shows; `None` where it is about all of them.
    pub seq: Option<u64>,
    pub why: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seq {
            Some(seq) => write!(f, "entry {seq}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

fn flaw(why: impl Into<String>) -> Flaw {
    Flaw { seq: None, why: why.into() }
}

/// More than any honest number, and so little that no sum overflows, whoever sends it.
const NUMBER_MAX: i64 = 1 << 50;

/// What a good proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Over all entries, sealed or not.
    pub tally: Tally,
    pub on_hand: i64,
    pub reserved: i64,
    pub entries: u64,
    /// Entries that no hash seals.
    pub unsealed: u64,
    /// Where chains begin: the last one is the one that `chain` is.
    pub beginnings: Vec<u64>,
    pub chain: Chain,
    pub under_way: i64,
    pub branches: Vec<u32>,
    /// Of the other objects of the same SKU.
    pub heads: Vec<String>,
    /// Which of the heads that were asked for are in it.
    pub found: BTreeSet<String>,
}

impl Report {
    /// Adds what another object of the same SKU proves; the chain stays this one's.
    pub fn add(&mut self, other: &Report) {
        self.found.extend(other.found.iter().cloned());
        let Tally { opening: _, received, sold, returned, corrected, moved } = other.tally;
        self.tally.received += received;
        self.tally.sold += sold;
        self.tally.returned += returned;
        self.tally.corrected += corrected;
        self.tally.moved += moved;
        self.on_hand += other.on_hand;
        self.reserved += other.reserved;
        self.under_way += other.under_way;
        self.entries += other.entries;
        self.unsealed += other.unsealed;
    }

    /// Whether what left one object has come to another, or is said to be on its way there.
    pub fn adds_up(&self) -> bool {
        self.tally.moved.checked_add(self.under_way) == Some(0)
    }
}

/// Takes the pages of a proof one after the other, and stops at the first thing that is wrong.
pub struct Verifier {
    sku: String,
    /// Heads that may be found in what is read.
    heads: BTreeSet<String>,
    found: BTreeSet<String>,
    claim: Option<Claim>,
    shelves: BTreeMap<String, (i64, i64)>,
    last: u64,
    entries: u64,
    unsealed: u64,
    beginnings: Vec<u64>,
    chain: Option<Chain>,
    tally: Tally,
}

impl Verifier {
    pub fn new(sku: &str, heads: &BTreeSet<String>) -> Self {
        Self {
            sku: sku.to_owned(),
            heads: heads.clone(),
            found: BTreeSet::new(),
            claim: None,
            shelves: BTreeMap::new(),
            last: 0,
            entries: 0,
            unsealed: 0,
            beginnings: Vec::new(),
            chain: None,
            tally: Tally::default(),
        }
    }

    pub fn take(&mut self, page: Page) -> Result<(), Flaw> {
        if page.sku != self.sku {
            return Err(flaw(format!("it is the proof of {}", page.sku)));
        }
        match (&self.claim, page.claim) {
            (None, None) => return Err(flaw("it does not say what its entries lead to")),
            (Some(_), Some(_)) => return Err(flaw("it says twice what its entries lead to")),
            (None, claim) => self.claim = claim,
            (Some(_), None) => {}
        }
        page.items
            .iter()
            .try_for_each(|entry| self.take_entry(entry).map_err(|why| Flaw { seq: Some(entry.seq), why }))
    }

    /// Compares what was found with what was claimed.
    pub fn finish(self) -> Result<Report, Flaw> {
        let claim = self.claim.ok_or_else(|| flaw("there is no page"))?;
        let places: Vec<Level> = levels(&self.shelves);
        let mut claimed = claim.locations.clone();
        claimed.retain(|level| (level.on_hand, level.reserved) != (0, 0));
        claimed.sort_by(|a, b| a.location_id.cmp(&b.location_id));
        let on_hand = sum(places.iter().map(|level| level.on_hand))?;
        let reserved = sum(places.iter().map(|level| level.reserved))?;
        compare("on hand", claim.on_hand, on_hand)?;
        compare("reserved", claim.reserved, reserved)?;
        if claimed != places {
            return Err(flaw("what it claims of each location is not what the entries add up to"));
        }
        let (Some(claimed), Some(chain)) = (claim.chain, self.chain) else {
            let why = "its newest movement is not sealed, so nothing is proven. Either hashes were taken away, or an older version of \
                       the shop wrote last; then the next movement begins a chain";
            return Err(flaw(why));
        };
        compare("the head", &claimed.head, &chain.head)?;
        compare("the chain's length", claimed.length, chain.length)?;
        compare("where the chain begins", claimed.begins_at, chain.begins_at)?;
        for (what, claimed, found) in [
            ("on hand before the chain", claimed.tally.opening, chain.tally.opening),
            ("received", claimed.tally.received, chain.tally.received),
            ("sold", claimed.tally.sold, chain.tally.sold),
            ("returned", claimed.tally.returned, chain.tally.returned),
            ("corrected", claimed.tally.corrected, chain.tally.corrected),
            ("moved", claimed.tally.moved, chain.tally.moved),
            ("opening + received + returned + corrected + moved - sold", chain.tally.on_hand()?, on_hand),
        ] {
            compare(what, claimed, found)?;
        }
        if !(0..NUMBER_MAX).contains(&claim.under_way) {
            return Err(flaw(format!("{} pieces cannot be on their way", claim.under_way)));
        }
        Ok(Report {
            under_way: claim.under_way,
            branches: claim.branches,
            tally: self.tally,
            on_hand,
            reserved,
            entries: self.entries,
            unsealed: self.unsealed,
            beginnings: self.beginnings,
            chain,
            heads: Vec::new(),
            found: self.found,
        })
    }

    fn take_entry(&mut self, entry: &Entry) -> Result<(), String> {
        let until = self.claim.as_ref().map_or(0, |claim| claim.seq);
        if entry.seq <= self.last || entry.seq > until {
            return Err(format!("it stands behind entry {}, and the last one is {until}", self.last));
        }
        reads_in_one_way(entry)?;
        moves_like_its_kind(entry)?;
        let seals = self.check_hash(entry)?;
        let (on_hand, reserved) = self.shelves.get(&entry.location_id).copied().unwrap_or_default();
        let after = (add(on_hand, entry.delta)?, add(reserved, entry.reserved_delta)?);
        if after != (entry.on_hand, entry.reserved) {
            let (said, found) = ((entry.on_hand, entry.reserved), after);
            return Err(format!("it says {said:?} on hand and reserved, its changes make {found:?}"));
        }
        if entry.reserved < 0 || entry.reserved > entry.on_hand {
            return Err(format!("oversold: {} reserved of {} on hand", entry.reserved, entry.on_hand));
        }
        self.tally.count(entry)?;
        if let Some(chain) = seals {
            self.found.extend(self.heads.get(&chain.head).cloned());
            self.chain = Some(chain);
        } else {
            self.chain = None;
            self.unsealed += 1;
        }
        self.shelves.insert(entry.location_id.clone(), after);
        (self.last, self.entries) = (entry.seq, self.entries + 1);
        Ok(())
    }

    /// The chain with this entry; `None` where the entry is not sealed.
    fn check_hash(&mut self, entry: &Entry) -> Result<Option<Chain>, String> {
        let Some(hash) = &entry.hash else {
            return if entry.opening.is_none() {
                Ok(None)
            } else {
                Err("it begins a chain without a hash".into())
            };
        };
        let mut chain = match (&entry.opening, self.chain.take()) {
            (None, Some(chain)) => chain,
            (None, None) => return Err("it continues a chain that does not reach it".into()),
            (Some(opening), _) => {
                if *opening != levels(&self.shelves) {
                    return Err(
                        "its chain begins with something else than the entries before add up to".into()
                    );
                }
                self.beginnings.push(entry.seq);
                let lay = sum(opening.iter().map(|level| level.on_hand)).map_err(|flaw| flaw.why)?;
                let tally = Tally { opening: lay, ..Tally::default() };
                Chain { head: opening_hash(opening), length: 0, begins_at: entry.seq, tally }
            }
        };
        let found = entry_hash(&chain.head, entry);
        if found != *hash {
            return Err(format!("its hash is {hash}, what it says has {found}"));
        }
        chain.head = found;
        chain.length += 1;
        chain.tally.count(entry)?;
        Ok(Some(chain))
    }
}

impl Tally {
    fn count(&mut self, entry: &Entry) -> Result<(), String> {
        let total = match entry.kind.as_str() {
            "received" => &mut self.received,
            "returned" | "returned_from_order" | "restocked" => &mut self.returned,
            "moved_out" | "moved_in" => &mut self.moved,
            "counted" | "damaged" | "correction" => &mut self.corrected,
            "committed" => {
                self.sold = add(self.sold, -entry.delta)?;
                return Ok(());
            }
            _ => return Ok(()),
        };
        *total = add(*total, entry.delta)?;
        Ok(())
    }

    fn on_hand(&self) -> Result<i64, Flaw> {
        sum([self.opening, self.received, self.returned, self.corrected, self.moved, -self.sold].into_iter())
    }
}

/// What is hashed stands line by line: a text with a line feed in it could be read as others are, with the same hash.
fn reads_in_one_way(entry: &Entry) -> Result<(), String> {
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte))
    };
    let levels = entry.opening.iter().flatten().map(|level| level.location_id.as_str());
    let texts = [entry.at.as_str(), &entry.kind, &entry.location_id, &entry.commitment];
    match texts.into_iter().chain(entry.hash.as_deref()).chain(levels).find(|text| !is_word(text)) {
        None => Ok(()),
        Some(text) => Err(format!("{text:?} is no time, no id and no hash")),
    }
}

fn moves_like_its_kind(entry: &Entry) -> Result<(), String> {
    let is_small = |number: i64| (1 - NUMBER_MAX..NUMBER_MAX).contains(&number);
    if ![entry.delta, entry.reserved_delta, entry.on_hand, entry.reserved].into_iter().all(is_small) {
        return Err("its numbers are too large".into());
    }
    let (delta, reserved) = (entry.delta, entry.reserved_delta);
    let is_right = match entry.kind.as_str() {
        "reserved" => delta == 0 && reserved > 0,
        "committed" => delta == reserved && reserved < 0,
        "released" | "expired" => delta == 0 && reserved < 0,
        "returned_from_order" | "restocked" | "moved_in" => delta > 0 && reserved == 0,
        "moved_out" => delta < 0 && reserved == 0,
        "received" | "counted" | "damaged" | "returned" | "correction" => reserved == 0,
        other => return Err(format!("nobody knows what {other:?} is")),
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("no {} changes on hand by {delta} and reserved by {reserved}", entry.kind))
    }
}

/// What lies where, by the locations' ids; where nothing lies is left out.
fn levels(shelves: &BTreeMap<String, (i64, i64)>) -> Vec<Level> {
    let lying = shelves.iter().filter(|(_, level)| **level != (0, 0));
    lying
        .map(|(location_id, &(on_hand, reserved))| Level {
            location_id: location_id.clone(),
            on_hand,
            reserved,
        })
        .collect()
}

pub(super) fn entry_hash(before: &str, entry: &Entry) -> String {
    let lines = [
        "meridian-stock-entry-1".to_owned(),
        before.to_owned(),
        entry.seq.to_string(),
        entry.at.clone(),
        entry.kind.clone(),
        entry.location_id.clone(),
        entry.delta.to_string(),
        entry.reserved_delta.to_string(),
        entry.on_hand.to_string(),
        entry.reserved.to_string(),
        entry.commitment.clone(),
    ];
    sha256(&(lines.join("\n") + "\n"))
}

fn opening_hash(levels: &[Level]) -> String {
    let lines =
        levels.iter().map(|level| format!("{} {} {}\n", level.location_id, level.on_hand, level.reserved));
    sha256(&("meridian-stock-opening-1\n".to_owned() + &lines.collect::<String>()))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn add(a: i64, b: i64) -> Result<i64, String> {
    a.checked_add(b).ok_or_else(|| "it adds up to more than there can be".to_owned())
}

fn sum(numbers: impl Iterator<Item = i64>) -> Result<i64, Flaw> {
    let mut total = 0;
    for number in numbers {
        total = add(total, number).map_err(flaw)?;
    }
    Ok(total)
}

fn compare<T: PartialEq + fmt::Display>(what: &str, claimed: T, found: T) -> Result<(), Flaw> {
    if claimed == found {
        Ok(())
    } else {
        Err(flaw(format!("{what}: it claims {claimed}, the entries make {found}")))
    }
}
