//! Mails: one for each thing that deserves one, and each went out once.

use std::collections::BTreeMap;

use super::{Books, items, number, rows, text};
use crate::diary::Promise;

impl Books<'_> {
    pub(super) fn audit_mails(&mut self) {
        let post = self.world.database("meridian-notifications");
        let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in rows(&post, "select order_id, template from notifications where order_id is not null") {
            let what = (text(&row, "order_id").to_owned(), text(&row, "template").to_owned());
            *counts.entry(what).or_default() += 1;
        }
        let orders = self.orders.clone();
        for (id, order) in &orders {
            let mut count =
                |template: &str| counts.remove(&(id.clone(), template.to_owned())).unwrap_or_default();
            let confirmed = count("order_confirmed");
            let cancelled = count("order_cancelled");
            let shipped = count("order_shipped");
            let (failed, refunded) = (count("payment_failed"), count("refund_issued"));
            let status = text(order, "status");
            let sent = items(order, "fulfillments").len() as i64;
            match status {
                "placed" | "completed" => {
                    self.equal(&format!("order {id}: mails that confirm it"), confirmed, 1);
                    self.equal(
                        &format!("order {id}: mails that it failed or was cancelled"),
                        failed + cancelled,
                        0,
                    );
                    let refunds = items(order, "refunds").iter();
                    let paid = refunds.filter(|refund| text(refund, "status") == "succeeded").count() as i64;
                    self.equal(&format!("order {id}: mails about refunds"), refunded, paid);
                }
                "cancelled" => {
                    self.check(confirmed <= 1, || format!("order {id}: {confirmed} mails confirm it"));
                    self.equal(&format!("order {id}: mails that cancel it"), cancelled, 1);
                    self.equal(&format!("order {id}: mails that its payment failed"), failed, 0);
                }
                _ => {
                    self.equal(
                        &format!("order {id}: mails that confirm or cancel it"),
                        confirmed + cancelled,
                        0,
                    );
                    // Who heard of it by the answer to their own call needs no mail.
                    let was_told =
                        |promise: &Promise| matches!(promise, Promise::Order { id: told, .. } if told == id);
                    let deserved = i64::from(self.promises.iter().any(was_told));
                    self.equal(&format!("order {id}: mails that its payment failed"), failed, deserved);
                }
            }
            self.equal(&format!("order {id}: mails about parcels"), shipped, sent);
        }
        for ((id, template), count) in counts {
            let is_known = self.orders.contains_key(&id);
            self.findings.push(format!("order {id} (known: {is_known}) has {count} mails {template}"));
        }
        let strange = rows(
            &post,
            "select n.id, n.status, (select count(*) from mailbox m where m.notification_id = n.id) as copies \
             from notifications n where n.status <> 'sent' or copies <> 1",
        );
        for row in &strange {
            let (id, status, copies) = (text(row, "id"), text(row, "status"), number(row, "copies"));
            self.findings.push(format!("mail {id} is {status} and went out {copies} times"));
        }
    }
}
