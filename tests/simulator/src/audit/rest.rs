//! Nothing is left lying about: no effect, no outbox, no dead letter, no reservation.

use super::{Books, number, rows, text};

impl Books<'_> {
    pub(super) fn audit_rest(&mut self) {
        for class in ["CartObject", "OrderObject", "StockObject"] {
            for name in self.world.names_of(class) {
                let Some(object) = self.world.rows_of(class, &name) else { continue };
                let tables = rows(&object, "select name from sqlite_master where type = 'table'");
                let has = |table: &str| tables.iter().any(|row| text(row, "name") == table);
                if has("effects") {
                    for row in rows(&object, "select tries, parked, data from effects") {
                        let (tries, data) = (number(&row, "tries"), text(&row, "data").to_owned());
                        self.findings
                            .push(format!("{class} {name} still has to do, after {tries} tries: {data}"));
                    }
                }
                if has("events") {
                    let seqs =
                        rows(&object, "select count(*) as events, coalesce(max(seq), 0) as last from events");
                    for row in &seqs {
                        let what = format!("{class} {name}: events, and the last one's number");
                        self.equal(&what, number(row, "events"), number(row, "last"));
                    }
                }
            }
        }
        for script in ["meridian-payments", "meridian-auth"] {
            let unsent = rows(&self.world.database(script), "select id from outbox").len();
            self.equal(&format!("{script}: messages never sent"), unsent, 0);
        }
        let letters = rows(
            &self.world.database("meridian-telemetry"),
            "select queue, body from dead_letters where status = 'new'",
        );
        for letter in &letters {
            self.findings.push(format!(
                "a dead letter of {}: {}",
                text(letter, "queue"),
                text(letter, "body")
            ));
        }
    }
}
