//! Orders: each came to an end, each is what was promised, and no cart bought twice.

use std::collections::{BTreeMap, BTreeSet};

use super::{Books, items, number, rows, text};
use crate::diary::Promise;

const ENDS: [&str; 4] = ["placed", "completed", "cancelled", "failed"];

impl Books<'_> {
    pub(super) fn audit_orders(&mut self) {
        let orders = self.orders.clone();
        for (id, order) in &orders {
            let status = text(order, "status");
            self.check(ENDS.contains(&status), || format!("order {id} is still {status}"));
            for line in items(order, "lines") {
                let (sold, gone) = (number(line, "quantity"), number(line, "refunded_quantity"));
                let sent = number(line, "fulfilled_quantity");
                self.check(gone <= sold && sent <= sold, || {
                    format!(
                        "order {id}: of {sold} {} {gone} are paid back and {sent} sent",
                        text(line, "sku")
                    )
                });
            }
        }
        self.audit_promised_orders();
        self.audit_carts();
        self.audit_list();
    }

    fn audit_promised_orders(&mut self) {
        let mut first: BTreeMap<String, Promise> = BTreeMap::new();
        for promise in self.promises.clone() {
            let Promise::Order { id, wants, amount, currency, .. } = &promise else { continue };
            let Some(order) = self.orders.get(id).cloned() else {
                self.findings.push(format!("order {id} was promised and does not exist"));
                continue;
            };
            let lines = items(&order, "lines").iter();
            let lines: Vec<_> =
                lines.map(|line| (text(line, "sku").to_owned(), number(line, "quantity"))).collect();
            self.equal(&format!("order {id}: its lines"), &lines, wants);
            // It was taken only once everything was set aside, for as long as the shopper has to pay.
            let code = text(&order, "failure_code");
            self.check(code != "out_of_stock", || format!("order {id} was taken, and then failed as {code}"));
            let total = (number(&order["total"], "amount"), text(&order["total"], "currency"));
            self.equal(&format!("order {id}: its total"), total, (*amount, currency.as_str()));
            let known = first.entry(id.clone()).or_insert_with(|| promise.clone()).clone();
            self.check(known == promise, || {
                format!("order {id} was promised as {known:?} and as {promise:?}")
            });
        }
    }

    /// A cart as it was at one moment is bought once at most.
    fn audit_carts(&mut self) {
        let mut bought: BTreeMap<(String, i64), BTreeSet<String>> = BTreeMap::new();
        for promise in &self.promises {
            if let Promise::Order { id, cart, cart_version, .. } = promise
                && self.orders.get(id).is_some_and(is_sold)
            {
                bought.entry((cart.clone(), *cart_version)).or_default().insert(id.clone());
            }
        }
        for ((cart, version), orders) in bought {
            self.check(orders.len() == 1, || {
                format!("cart {cart} at version {version} was bought by {orders:?}")
            });
        }
        for cart in self.world.names_of("CartObject") {
            let Some(row) = self.world.rows_of("CartObject", &cart) else { continue };
            for state in rows(&row, "select data from state") {
                let state: serde_json::Value = serde_json::from_str(text(&state, "data")).unwrap_or_default();
                let holder = &state["open"]["claimed_by"];
                self.check(holder.is_null(), || format!("cart {cart} is still held by {holder}"));
            }
        }
    }

    /// What lists show is what is true.
    fn audit_list(&mut self) {
        let listed = rows(&self.world.database("meridian-orders"), "select id, status from orders");
        for row in &listed {
            let (id, status) = (text(row, "id"), text(row, "status"));
            let truth = self.orders.get(id).map(|order| text(order, "status").to_owned());
            self.equal(&format!("order {id} in the list"), Some(status), truth.as_deref());
        }
        let promised: BTreeSet<String> = self.promises.iter().filter_map(ordered).collect();
        for id in promised {
            let is_listed = listed.iter().any(|row| text(row, "id") == id);
            self.check(is_listed, || format!("order {id} was promised and is in no list"));
        }
    }
}

fn ordered(promise: &Promise) -> Option<String> {
    match promise {
        Promise::Order { id, .. } => Some(id.clone()),
        _ => None,
    }
}

/// Whether money was taken for it, whatever became of it later.
pub(super) fn is_sold(order: &serde_json::Value) -> bool {
    matches!(text(order, "status"), "placed" | "completed")
        || (text(order, "status") == "cancelled" && number(&order["refunded_total"], "amount") > 0)
}
