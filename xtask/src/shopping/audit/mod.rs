//! The audit: holds what the shop says of itself, when it is at rest, against what everybody was told. It knows nothing but the HTTP API.

mod order;
mod rest;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use serde_json::Value;

use super::{
    client::{Client, Proof, ask, get, number, only, text},
    diary::Notes,
    goods::Watch,
};
use crate::{process, proof};
use order::{Copies, Told};

const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long it may take.
pub struct Patience {
    /// Until every order is settled.
    pub settled: Duration,
    /// Until everything else is right, too.
    pub rested: Duration,
    /// How many read at once.
    pub readers: usize,
}

pub struct Auditor<'a> {
    pub client: &'a Client,
    pub url: &'a str,
    pub notes: &'a Notes,
    pub watches: &'a [Watch],
    pub staff: &'a Proof,
    pub admin: &'a Proof,
    /// From when on nothing new was begun, and nothing went wrong.
    pub since: Instant,
    pub patience: &'a Patience,
}

/// What was found, by when it has to be right.
#[derive(Debug, Default)]
pub struct Findings {
    /// It can never come right.
    pub wrong: Vec<String>,
    /// It has to be right soon: orders, what was charged for them, what lies on the shelves.
    pub unsettled: Vec<String>,
    /// It has to be right at rest: what others show of it, and what takes its time.
    pub missing: Vec<String>,
}

impl Findings {
    fn wrong_unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    fn unsettled_unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.unsettled.push(what());
        }
    }

    fn missing_unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.missing.push(what());
        }
    }

    fn add(&mut self, other: Self) {
        self.wrong.extend(other.wrong);
        self.unsettled.extend(other.unsettled);
        self.missing.extend(other.missing);
    }
}

/// What came of it all.
pub struct Verdict {
    pub findings: Vec<String>,
    pub settled_after: Option<Duration>,
    pub rested_after: Option<Duration>,
    /// What was settled last.
    pub last_open: Option<String>,
    pub orders: BTreeMap<String, usize>,
    pub letters: usize,
    pub captured: i64,
    pub refunded: i64,
    /// From each order's placement to its mail, in seconds.
    pub mail_lags_s: Vec<f64>,
}

impl Auditor<'_> {
    /// `waits` for the lists and the mails as well, which may take minutes.
    pub fn audit(&self, waits: bool) -> Result<Verdict> {
        let mut findings: Vec<String> = self.notes.complaints.iter().cloned().collect();
        let (mut told, mut letters) = (BTreeMap::new(), BTreeSet::new());
        let (mut settled_after, mut last_open) = (None, None);
        let (found, after) = loop {
            let found = self.look(&mut told, &mut letters)?;
            let after = self.since.elapsed();
            let is_settled = found.unsettled.is_empty();
            if is_settled && settled_after.is_none() {
                settled_after = Some(after);
            }
            let Patience { settled, rested, .. } = *self.patience;
            let is_late = (!is_settled && after > settled) || after > rested;
            let is_done = is_settled && (found.missing.is_empty() || !waits);
            if is_done || is_late || !found.wrong.is_empty() {
                break (found, after);
            }
            last_open = found.unsettled.first().cloned().or(last_open);
            process::pause(LOOK_AGAIN)?;
        };
        let rested_after = (waits && found.missing.is_empty() && found.unsettled.is_empty()).then_some(after);
        findings.extend(found.wrong);
        let late = found.unsettled.into_iter().chain(found.missing.into_iter().filter(|_| waits));
        findings.extend(late.map(|what| format!("{what}, still after {} s", after.as_secs())));
        if settled_after.is_some() {
            findings.extend(self.held_carts()?);
            findings.extend(self.audit_proofs(&told)?);
        }
        let mut counts = BTreeMap::new();
        for told in told.values() {
            *counts.entry(text(&told.order, "/status").to_owned()).or_default() += 1;
        }
        let sum = |pointer| told.values().map(|told: &Told| number(&told.payment, pointer)).sum();
        Ok(Verdict {
            findings,
            settled_after: settled_after.filter(|after| *after <= self.patience.settled),
            rested_after,
            last_open,
            orders: counts,
            letters: letters.len(),
            captured: sum("/captured/amount"),
            refunded: sum("/refunded/amount"),
            mail_lags_s: self.mail_lags(&told)?,
        })
    }

    fn level(&self, sku: &str) -> Result<Value> {
        Ok(self.client.expect(&get(format!("/v1/inventory/{sku}")).by(self.staff), 200)?.body)
    }

    /// Does the same with each, several at once; what came of it in their order.
    fn each<T: Sync, R: Send>(&self, all: &[T], work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
        let share = all.len().div_ceil(self.patience.readers.max(1)).max(1);
        thread::scope(|scope| {
            let work = &work;
            let threads: Vec<_> = all
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(work).collect::<Result<Vec<_>>>()))
                .collect();
            let mut done = Vec::with_capacity(all.len());
            for thread in threads {
                done.extend(thread.join().map_err(|_| anyhow!("a reader's thread ended badly"))??);
            }
            Ok(done)
        })
    }

    /// The staff's list of orders.
    fn list(&self) -> Result<BTreeMap<String, Value>> {
        let rows = self.client.all("/v1/orders", self.staff)?;
        Ok(rows.iter().map(|row| (text(row, "/id").to_owned(), only(row, &order::ORDER))).collect())
    }

    /// Looks at everything; once more at every order that was not at rest.
    fn look(&self, told: &mut BTreeMap<String, Told>, letters: &mut BTreeSet<String>) -> Result<Findings> {
        let mut findings = Findings::default();
        let copies = Copies { list: self.list()?, mails: self.mails()? };
        // Those that were promised, and those that nobody was told of.
        let ids: BTreeSet<&String> = self.notes.orders.keys().chain(copies.list.keys()).collect();
        let open: Vec<&String> =
            ids.iter().copied().filter(|id| !told.get(*id).is_some_and(Told::is_final)).collect();
        for (id, read) in open.iter().zip(self.each(&open, |id| Told::read(self, id))?) {
            told.insert((*id).clone(), read);
        }
        for id in ids {
            if let Some(known) = told.get(id) {
                findings.add(known.check(id, self.notes, &copies));
            }
        }
        findings.add(self.audit_carts(told));
        findings.add(self.audit_stock(told)?);
        findings.add(self.audit_letters(letters)?);
        Ok(findings)
    }

    /// A cart as it was at one moment is bought once at most.
    fn audit_carts(&self, told: &BTreeMap<String, Told>) -> Findings {
        let mut findings = Findings::default();
        let mut bought: BTreeMap<(&str, i64), Vec<&str>> = BTreeMap::new();
        for (id, ordered) in &self.notes.orders {
            if told.get(id).is_some_and(Told::is_charged) {
                bought.entry((&ordered.seen.cart, ordered.seen.version)).or_default().push(id);
            }
        }
        for ((cart, version), orders) in bought {
            findings.wrong_unless(orders.len() == 1, || {
                format!("cart {cart} at version {version} was charged for {orders:?}")
            });
        }
        findings
    }
}
