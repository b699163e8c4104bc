//! Money: what the provider took less what it gave back is what was agreed, for every order, to the last cent.

use std::collections::BTreeMap;

use super::{Books, items, number, rows, text};
use crate::diary::Promise;

impl Books<'_> {
    pub(super) fn audit_money(&mut self) {
        let payments = self.world.database("meridian-payments");
        let orders_of: BTreeMap<String, String> = rows(&payments, "select id, order_id from payments")
            .iter()
            .map(|row| (text(row, "id").to_owned(), text(row, "order_id").to_owned()))
            .collect();
        let intents = rows(
            &payments,
            "select payment_id, status, currency, captured, (select coalesce(sum(amount), 0) from test_refunds r \
             where r.intent_id = i.id and r.status = 'succeeded') as refunded, (select count(*) from test_refunds r \
             where r.intent_id = i.id and r.status = 'pending') as under_way from test_intents i",
        );
        // By order, in minor units: taken, given back, and how often something was taken.
        let mut moved: BTreeMap<String, (i64, i64, u32)> = BTreeMap::new();
        for intent in &intents {
            let payment = text(intent, "payment_id");
            let Some(order) = orders_of.get(payment) else {
                self.findings.push(format!("the provider has {payment}, which nobody knows here"));
                continue;
            };
            let status = text(intent, "status");
            self.check(!matches!(status, "requires_capture" | "requires_action"), || {
                format!("order {order}: the provider still has its payment as {status}")
            });
            self.equal(
                &format!("order {order}: refunds under way at the provider"),
                number(intent, "under_way"),
                0,
            );
            let sums = moved.entry(order.clone()).or_default();
            sums.0 += number(intent, "captured");
            sums.1 += number(intent, "refunded");
            sums.2 += u32::from(number(intent, "captured") > 0);
        }
        let orders = self.orders.clone();
        for (id, order) in &orders {
            let (taken, given_back, times) = moved.remove(id).unwrap_or_default();
            self.check(times <= 1, || format!("order {id} was charged {times} times"));
            let total = number(&order["total"], "amount");
            let refunds = items(order, "refunds").iter();
            let refunded: i64 = refunds
                .filter(|refund| text(refund, "status") == "succeeded")
                .map(|refund| number(&refund["amount"], "amount"))
                .sum();
            match text(order, "status") {
                "placed" | "completed" => {
                    self.equal(&format!("order {id}: taken"), taken, total);
                    self.equal(&format!("order {id}: given back"), given_back, refunded);
                    self.equal(
                        &format!("order {id}: the sum of its refunds"),
                        number(&order["refunded_total"], "amount"),
                        refunded,
                    );
                }
                _ => self.equal(&format!("order {id}: money kept for nothing"), taken - given_back, 0),
            }
            for refund in items(order, "refunds") {
                let status = text(refund, "status");
                self.check(status != "pending", || format!("order {id}: a refund is still {status}"));
            }
        }
        for (order, (taken, given_back, _)) in moved {
            self.equal(&format!("order {order}, which nobody knows: money kept"), taken - given_back, 0);
        }
        self.audit_own_books();
        self.audit_promised_refunds();
    }

    /// The shop's own books of its payments say what the provider's say.
    fn audit_own_books(&mut self) {
        let payments = rows(
            &self.world.database("meridian-payments"),
            "select p.id, p.status, p.held, p.captured, p.refunded, coalesce(i.captured, 0) as taken, \
             (select coalesce(sum(r.amount), 0) from test_refunds r where r.intent_id = i.id and r.status = 'succeeded') as given_back \
             from payments p left join test_intents i on i.payment_id = p.id",
        );
        for row in &payments {
            let (id, status) = (text(row, "id"), text(row, "status"));
            let is_over = matches!(status, "captured" | "declined" | "voided");
            self.check(is_over && number(row, "held") == 0, || {
                format!("payment {id} is {status}, with money held")
            });
            let (ours, theirs) = (
                (number(row, "captured"), number(row, "refunded")),
                (number(row, "taken"), number(row, "given_back")),
            );
            self.equal(
                &format!("payment {id}: taken and given back, by our books and the provider's"),
                ours,
                theirs,
            );
        }
    }

    fn audit_promised_refunds(&mut self) {
        for promise in self.promises.clone() {
            let Promise::Refund { id, order, pieces, amount, .. } = &promise else { continue };
            let known = self.orders.get(order).and_then(|order| {
                items(order, "refunds").iter().find(|refund| text(refund, "id") == id).cloned()
            });
            let Some(refund) = known else {
                self.findings.push(format!("refund {id} of order {order} was promised and is not there"));
                continue;
            };
            let lines = items(&refund, "lines").iter();
            let lines: Vec<_> =
                lines.map(|line| (text(line, "sku").to_owned(), number(line, "quantity"))).collect();
            self.equal(&format!("refund {id}: its pieces"), &lines, pieces);
            self.equal(&format!("refund {id}: its amount"), number(&refund["amount"], "amount"), *amount);
        }
    }
}
