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
        self.audit_unpromised();
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

    /// Nothing happened that nobody was told of: whoever asks gets an answer in the end, and it is the truth.
    fn audit_unpromised(&mut self) {
        let orders = self.orders.clone();
        let promises = self.promises.clone();
        let is_promised = |is_it: &dyn Fn(&Promise) -> bool| promises.iter().any(is_it);
        for (id, order) in &orders {
            let status = text(order, "status");
            let was_taken =
                is_promised(&|promise| matches!(promise, Promise::Order { id: known, .. } if known == id));
            self.check(was_taken || !is_sold(order), || {
                format!("order {id} is {status}, and nobody was told so")
            });
            let was_placed = is_promised(
                &|promise| matches!(promise, Promise::Told { order, status } if order == id && status == "placed"),
            );
            self.check(!was_placed || status != "failed", || {
                format!("order {id} was placed, and is {status}")
            });
            let was_cancelled =
                is_promised(&|promise| matches!(promise, Promise::Cancelled { order, .. } if order == id));
            self.equal(&format!("order {id}: whether it is cancelled"), status == "cancelled", was_cancelled);
            let sent = promises
                .iter()
                .filter(|promise| matches!(promise, Promise::Sent { order } if order == id))
                .count();
            self.equal(&format!("order {id}: parcels"), items(order, "fulfillments").len(), sent);
            let strange = items(order, "refunds").iter().filter(|refund| {
                let known = text(refund, "id");
                let is_asked_for =
                    is_promised(&|promise| matches!(promise, Promise::Refund { id, .. } if id == known));
                !is_asked_for && text(refund, "status") != "failed"
            });
            // A cancellation pays back what is left.
            let expected = usize::from(status == "cancelled");
            let strange = strange.count();
            self.check(strange <= expected, || {
                format!("order {id}: {strange} refunds that nobody asked for")
            });
        }
    }

    /// A cart as it was at one moment is bought once at most, whoever was told what.
    fn audit_carts(&mut self) {
        let mut bought: BTreeMap<(String, i64), BTreeSet<String>> = BTreeMap::new();
        for (id, _) in self.orders.iter().filter(|(_, order)| is_sold(order)) {
            let Some(object) = self.world.rows_of("OrderObject", id) else { continue };
            for event in rows(&object, "select data from events order by seq limit 1") {
                let event: serde_json::Value = serde_json::from_str(text(&event, "data")).unwrap_or_default();
                let received = &event["received"];
                let cart = text(&received["placement"], "cart").to_owned();
                self.findings.extend(cart.is_empty().then(|| format!("order {id} is of no cart")));
                let version = number(&received["asked"], "cart_version");
                bought.entry((cart, version)).or_default().insert(id.clone());
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
        const SHOWN: [&str; 5] =
            ["status", "payment_status", "fulfillment_status", "total", "refunded_total"];
        let listed = rows(&self.world.database("meridian-orders"), "select id, status, summary from orders");
        for row in &listed {
            let (id, status) = (text(row, "id"), text(row, "status"));
            let truth = self.orders.get(id).cloned().unwrap_or_default();
            self.equal(&format!("order {id} in the list"), status, text(&truth, "status"));
            let summary: serde_json::Value = serde_json::from_str(text(row, "summary")).unwrap_or_default();
            // What never was a sale has no sums to compare.
            for field in SHOWN.iter().filter(|field| !truth[**field].is_null()) {
                self.equal(&format!("order {id} in the list: {field}"), &summary[field], &truth[field]);
            }
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
