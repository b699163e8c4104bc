//! Stock: every piece is accounted for, and at no moment were there fewer than none.

use kit::World;
use serde_json::Value;
use std::collections::BTreeMap;

use super::{Books, items, number, rows, text};
use crate::diary::Promise;

/// One movement of the ledger, as it lies there.
pub(super) struct Movement {
    pub kind: String,
    pub place: String,
    pub on_hand: i64,
    pub reserved: i64,
    /// At this place afterwards, as the ledger says.
    pub on_hand_after: i64,
    pub reserved_after: i64,
}

/// The objects of a SKU: its home, and its branches behind a tilde.
fn objects(world: &World, sku: &str) -> Vec<String> {
    let is_of = |name: &String| name.split('~').next() == Some(sku);
    world.names_of("StockObject").into_iter().filter(is_of).collect()
}

pub(super) fn movements(world: &World, sku: &str) -> Vec<Movement> {
    let Some(object) = world.rows_of("StockObject", sku) else { return Vec::new() };
    let tables = rows(&object, "select name from sqlite_master where name = 'events'");
    if tables.is_empty() {
        return Vec::new();
    }
    let events = rows(&object, "select data from events order by seq");
    let entries = events.iter().filter_map(|event| {
        let event: Value = serde_json::from_str(text(event, "data")).ok()?;
        let entry = event["moved"]["entry"].clone();
        entry.is_object().then_some(entry)
    });
    entries
        .map(|entry| Movement {
            kind: text(&entry, "kind").to_owned(),
            place: text(&entry, "location").to_owned(),
            on_hand: number(&entry, "on_hand_delta"),
            reserved: number(&entry, "reserved_delta"),
            on_hand_after: number(&entry, "on_hand"),
            reserved_after: number(&entry, "reserved"),
        })
        .collect()
}

impl Books<'_> {
    pub(super) fn audit_stock(&mut self) {
        let mut expected = self.before.on_hand.clone();
        for promise in &self.promises {
            if let Promise::Adjusted { sku, delta } = promise {
                *expected.entry(sku.clone()).or_default() += delta;
            }
        }
        for (id, order) in &self.orders {
            for line in items(order, "lines") {
                let sku = text(line, "sku");
                let kept = match text(order, "status") {
                    "placed" | "completed" | "cancelled" => {
                        number(line, "quantity") - self.pieces_back(id, order, line)
                    }
                    _ => 0,
                };
                *expected.entry(sku.to_owned()).or_default() -= kept;
            }
        }
        for (sku, expected) in expected {
            let objects = objects(self.world, &sku);
            let (mut on_hand, mut reserved, mut is_moved) = (0, 0, false);
            for name in &objects {
                let movements = movements(self.world, name);
                self.audit_ledger(name, &movements);
                on_hand += movements.iter().map(|movement| movement.on_hand).sum::<i64>();
                reserved += movements.iter().map(|movement| movement.reserved).sum::<i64>();
                is_moved |= !movements.is_empty();
            }
            self.equal(&format!("{sku}: pieces on the shelf"), on_hand, expected);
            self.equal(&format!("{sku}: pieces set aside"), reserved, 0);
            if is_moved {
                self.audit_copies(&sku, on_hand, objects.len() > 1);
            }
        }
    }

    /// At no moment and no place fewer than none, nor more set aside than there are.
    fn audit_ledger(&mut self, sku: &str, movements: &[Movement]) {
        let mut places: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for (number, movement) in movements.iter().enumerate() {
            let place = places.entry(&movement.place).or_default();
            *place = (place.0 + movement.on_hand, place.1 + movement.reserved);
            let (on_hand, reserved) = *place;
            let said = (movement.on_hand_after, movement.reserved_after);
            if said != (on_hand, reserved) || reserved < 0 || on_hand < reserved {
                self.findings.push(format!(
                    "{sku}: entry {number} ({}) leaves {on_hand} with {reserved} set aside, and says {said:?}",
                    movement.kind
                ));
                return;
            }
        }
    }

    /// Pieces of a line that were sold and are on the shelf again.
    fn pieces_back(&self, id: &str, order: &Value, line: &Value) -> i64 {
        let sku = text(line, "sku");
        let refunds = items(order, "refunds");
        let status_of = |refund: &str| {
            refunds.iter().find(|known| text(known, "id") == refund).map_or("", |known| text(known, "status"))
        };
        let mut seen: Vec<&str> = Vec::new();
        let (mut restocked, mut gone) = (0, 0);
        for promise in &self.promises {
            let Promise::Refund { id: refund, order: of, pieces, restock, .. } = promise else { continue };
            if of != id || seen.contains(&refund.as_str()) {
                continue;
            }
            seen.push(refund);
            let pieces: i64 = pieces.iter().filter(|(name, _)| name == sku).map(|(_, pieces)| pieces).sum();
            match (status_of(refund), restock) {
                ("failed", _) => {}
                (_, true) => restocked += pieces,
                (_, false) => gone += pieces,
            }
        }
        if text(order, "status") == "cancelled" { number(line, "quantity") - gone } else { restocked }
    }

    /// The list for staff and the hint in the catalogue say the same.
    fn audit_copies(&mut self, sku: &str, on_hand: i64, is_spread: bool) {
        let of = |row: &&Value| text(row, "sku") == sku;
        let list =
            rows(&self.world.database("meridian-inventory"), "select sku, on_hand, reserved from stock");
        let found = list.iter().find(of).map(|row| (number(row, "on_hand"), number(row, "reserved")));
        self.equal(&format!("{sku} in the list of stock"), found, Some((on_hand, 0)));
        /// More than that no line of an order may have.
        const SHOWN_MAX: i64 = 99;
        let hints = rows(&self.world.database("meridian-catalog"), "select sku, available from stock_hints");
        let shown = hints.iter().find(of).map(|row| number(row, "available"));
        let there = on_hand.min(SHOWN_MAX);
        // Of a SKU in several objects the catalogue may believe that there is more.
        if !is_spread || shown < Some(there) {
            self.equal(&format!("{sku} in the catalogue"), shown, Some(there));
        }
    }
}
