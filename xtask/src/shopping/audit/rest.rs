//! What lies behind the orders: the shelves and their proofs, the mails, the dead letters, the carts.

use std::collections::BTreeSet;

use super::*;

impl Auditor<'_> {
    /// The mails about each order.
    pub(super) fn mails(&self) -> Result<BTreeMap<String, Vec<Value>>> {
        let mut mails: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for mail in self.client.all("/v1/notifications", self.staff)? {
            let kept = only(&mail, &["id", "template", "status", "sent_at"]);
            mails.entry(text(&mail, "/order_id").to_owned()).or_default().push(kept);
        }
        Ok(mails)
    }

    pub(super) fn mail_lags(&self, told: &BTreeMap<String, Told>) -> Result<Vec<f64>> {
        let mails = self.mails()?;
        Ok(told.iter().filter_map(|(id, told)| told.mail_lag_s(mails.get(id)?)).collect())
    }

    /// What was there, less what was sold and is not back, is on the shelf; its proof holds, and the list says so.
    pub(super) fn audit_stock(&self, told: &BTreeMap<String, Told>) -> Result<Findings> {
        let mut findings = Findings::default();
        let list = self.client.all("/v1/inventory", self.staff)?;
        for Watch { sku, pieces, .. } in self.watches {
            let level = self.level(sku)?;
            let (on_hand, reserved) = (number(&level, "/on_hand"), number(&level, "/reserved"));
            let gone: i64 = told.iter().map(|(id, told)| told.gone(id, sku, self.notes)).sum();
            let is_right = on_hand == pieces - gone && reserved == 0;
            findings.unsettled_unless(is_right, || {
                format!("{sku}: of {pieces} {gone} are sold, on hand are {on_hand}, set aside {reserved}")
            });
            findings.wrong_unless(gone <= *pieces, || format!("{sku}: {gone} of {pieces} were sold"));
            let listed = list.iter().find(|row| text(row, "/sku") == sku);
            let listed = listed.map(|row| (number(row, "/on_hand"), number(row, "/reserved")));
            findings.missing_unless(listed == Some((on_hand, reserved)), || {
                format!(
                    "{sku}: the list says {listed:?}, on hand and set aside are {:?}",
                    (on_hand, reserved)
                )
            });
        }
        Ok(findings)
    }

    /// Each SKU's public proof holds, and says the same as the orders.
    pub(super) fn audit_proofs(&self, told: &BTreeMap<String, Told>) -> Result<Vec<String>> {
        let mut findings = Vec::new();
        for Watch { sku, pieces, .. } in self.watches {
            let gone: i64 = told.iter().map(|(id, told)| told.gone(id, sku, self.notes)).sum();
            let due = (*pieces, gone, pieces - gone, 0);
            match proof::verify(self.url, sku, &BTreeSet::new()) {
                Ok(report) => {
                    let kept = report.tally.sold - report.tally.returned;
                    let said = (report.tally.received, kept, report.on_hand, report.reserved);
                    if said != due {
                        findings.push(format!(
                            "{sku}: received, sold, on hand and set aside are {said:?} in the proof, and should be {due:?}"
                        ));
                    }
                }
                Err(why) => findings.push(format!("{why:#}")),
            }
        }
        Ok(findings)
    }

    /// Each dead letter is sent once more, as an operator would; then there are none.
    pub(super) fn audit_letters(&self, replayed: &mut BTreeSet<String>) -> Result<Findings> {
        let mut findings = Findings::default();
        for letter in self.client.all("/v1/dead-letters?status=new", self.admin)? {
            let id = text(&letter, "/id").to_owned();
            if replayed.insert(id.clone()) {
                let path = format!("/v1/dead-letters/{id}/replay");
                self.client.persist(&ask("POST", path).by(self.admin))?;
            }
            let (queue, kind) = (text(&letter, "/queue"), text(&letter, "/type"));
            findings.missing.push(format!("dead letter {id} of {queue} ({kind}) is there"));
        }
        Ok(findings)
    }

    /// Carts that cannot be changed, as an order still holds them.
    pub(super) fn held_carts(&self) -> Result<Vec<String>> {
        let Watch { sku, .. } = self.watches.last().cloned().unwrap_or_default();
        let carts: Vec<_> = self.notes.carts.iter().collect();
        let held = self.each(&carts, |(cart, proof)| {
            let line = ask("PUT", format!("/v1/carts/{cart}/lines/{sku}")).by(proof);
            let answer = self.client.persist(&line.json(serde_json::json!({ "quantity": 1 })))?;
            let held = || format!("cart {cart} cannot be changed: {} {}", answer.status, answer.code());
            Ok((answer.status != 200).then(held))
        })?;
        Ok(held.into_iter().flatten().collect())
    }
}
