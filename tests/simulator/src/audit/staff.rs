//! What staff did is written down: whoever was told that it is done finds a line about it.

use super::{Books, rows, text};
use crate::diary::Promise;

impl Books<'_> {
    pub(super) fn audit_staff(&mut self) {
        let lines =
            rows(&self.world.database("meridian-telemetry"), "select action, subject from audit_lines");
        for promise in self.promises.clone() {
            let Some((action, subject)) = line_of(&promise) else { continue };
            let times =
                self.promises.iter().filter(|other| line_of(other) == Some((action, subject))).count();
            let is_it = |line: &&serde_json::Value| {
                text(line, "action") == action && text(line, "subject") == subject
            };
            let written = lines.iter().filter(is_it).count();
            self.check(written >= times, || {
                format!("{action} {subject} was done {times} times, and {written} lines tell of it")
            });
        }
    }
}

/// What the line about it has to say; `None` where no staff did it.
fn line_of(promise: &Promise) -> Option<(&'static str, &str)> {
    match promise {
        Promise::Adjusted { sku, .. } => Some(("POST /v1/inventory/{sku}/adjustments", sku)),
        Promise::Refund { order, .. } => Some(("POST /v1/orders/{order}/refunds", order)),
        Promise::Sent { order } => Some(("POST /v1/orders/{order}/fulfillments", order)),
        Promise::Cancelled { order, by_staff: true } => Some(("POST /v1/orders/{order}/cancel", order)),
        Promise::Cancelled { .. }
        | Promise::Order { .. }
        | Promise::Refused { .. }
        | Promise::Told { .. } => None,
    }
}
