//! One order: what it says, what its payment, its timeline, the list and the mails say, and what was promised.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::DateTime;
use serde_json::Value;

use super::{Auditor, Findings};
use crate::shopping::{
    client::{get, items, number, only, text},
    diary::{Notes, Pieces, Refund},
    shoppers::pieces,
};

/// What others show of all orders.
pub struct Copies {
    pub list: BTreeMap<String, Value>,
    /// Those of each order.
    pub mails: BTreeMap<String, Vec<Value>>,
}

/// An order, its payment and its timeline, as staff see them.
pub struct Told {
    pub order: Value,
    /// Null where it never came to one.
    pub payment: Value,
    pub timeline: Vec<Value>,
}

/// What is read of an order and of its payment: there may be tens of thousands.
pub const ORDER: [&str; 8] = [
    "status",
    "payment_status",
    "fulfillment_status",
    "total",
    "refunded_total",
    "lines",
    "refunds",
    "fulfillments",
];
const PAYMENT: [&str; 5] = ["status", "captured", "refunded", "entries", "refunds"];
/// Orders that came to an end.
const ENDS: [&str; 4] = ["placed", "completed", "cancelled", "failed"];
/// What the list says of an order as well.
const LISTED: [&str; 5] = ["/status", "/payment_status", "/fulfillment_status", "/total", "/refunded_total"];

impl Told {
    /// As whoever it was promised to sees it; its payment, and an order that nobody was promised, as staff do.
    pub fn read(auditor: &Auditor<'_>, id: &str) -> Result<Self> {
        let proof = auditor.notes.orders.get(id).map_or(auditor.staff, |order| &order.proof);
        let ask = |path: String, proof| auditor.client.persist(&get(path).by(proof));
        let order = ask(format!("/v1/orders/{id}"), proof)?;
        let timeline = ask(format!("/v1/orders/{id}/events"), proof)?;
        let timeline = timeline.items().iter().map(|event| only(event, &["seq", "at", "type"])).collect();
        let payment = match order.text("/payment/id") {
            "" => Value::Null,
            payment => only(&ask(format!("/v1/payments/{payment}"), auditor.staff)?.body, &PAYMENT),
        };
        let mut order = only(&order.body, &ORDER);
        if let Some(Value::Array(lines)) = order.get_mut("lines") {
            lines.iter_mut().for_each(|line| *line = only(line, &["sku", "quantity"]));
        }
        Ok(Self { order, payment, timeline })
    }

    fn status(&self) -> &str {
        text(&self.order, "/status")
    }

    pub fn is_charged(&self) -> bool {
        number(&self.payment, "/captured/amount") > 0
    }

    fn refunds(&self) -> &[Value] {
        items(&self.order, "/refunds")
    }

    fn succeeded(&self) -> impl Iterator<Item = &Value> {
        self.refunds().iter().filter(|refund| text(refund, "/status") == "succeeded")
    }

    /// It came to its end, and nothing is held of anybody's money.
    fn is_settled(&self) -> bool {
        let is_held =
            matches!(text(&self.payment, "/status"), "processing" | "requires_action" | "authorized");
        let is_placed = matches!(self.status(), "placed" | "completed");
        ENDS.contains(&self.status()) && !is_held && (!is_placed || self.happened("order_placed") > 0)
    }

    /// Nothing is under way any more, not even a refund.
    pub fn is_final(&self) -> bool {
        let is_open = |refund: &Value| text(refund, "/status") == "pending";
        let at_provider = items(&self.payment, "/refunds");
        self.is_settled() && !self.refunds().iter().chain(at_provider).any(is_open)
    }

    /// Pieces of a SKU that left the shelf for it and are not back. They come back when their refund has succeeded, which the provider may
    /// take minutes for.
    pub fn gone(&self, id: &str, sku: &str, notes: &Notes) -> i64 {
        let of = |pieces: &Pieces| pieces.get(sku).copied().unwrap_or_default();
        let status = |wanted: &Refund| {
            let known = self.refunds().iter().find(|refund| text(refund, "/id") == wanted.id);
            known.map_or("", |refund| text(refund, "/status"))
        };
        let sum = |counts: &dyn Fn(&Refund) -> bool| {
            let refunds = notes.orders.get(id).map_or(&[][..], |order| &order.refunds).iter();
            refunds.filter(|refund| counts(refund)).map(|refund| of(&refund.pieces)).sum::<i64>()
        };
        match self.status() {
            "placed" | "completed" => {
                of(&pieces(&self.order)) - sum(&|refund| refund.restock && status(refund) == "succeeded")
            }
            // All comes back but for what was paid back before, and stayed where it was or is still to come.
            "cancelled" => sum(&|refund| match status(refund) {
                "succeeded" => !refund.restock,
                "pending" => true,
                _ => false,
            }),
            _ => 0,
        }
    }

    pub fn check(&self, id: &str, notes: &Notes, copies: &Copies) -> Findings {
        let mut findings = Findings::default();
        self.check_promises(id, notes, &mut findings);
        self.check_money(id, &mut findings);
        self.check_timeline(id, &mut findings);
        self.check_list(id, copies, &mut findings);
        self.check_mails(id, copies, &mut findings);
        findings
    }

    fn check_promises(&self, id: &str, notes: &Notes, findings: &mut Findings) {
        let Some(ordered) = notes.orders.get(id) else {
            findings.wrong_unless(!self.is_charged(), || {
                format!("order {id} is charged, and nobody was told of it")
            });
            return;
        };
        let status = self.status();
        findings.wrong_unless(pieces(&self.order) == ordered.seen.wants, || {
            format!("order {id}: {:?} was promised, it says {:?}", ordered.seen.wants, pieces(&self.order))
        });
        findings.wrong_unless(self.order.get("total") == Some(&ordered.seen.total), || {
            format!("order {id}: {} was agreed, it says {:?}", ordered.seen.total, self.order.get("total"))
        });
        findings.wrong_unless(!ordered.is_placed || status != "failed", || {
            format!("order {id} was placed, and then {status}")
        });
        findings.wrong_unless(!ordered.is_cancelled || status == "cancelled", || {
            format!("order {id} was cancelled, and is {status}")
        });
        for refund in &ordered.refunds {
            let known = self.refunds().iter().find(|known| text(known, "/id") == refund.id);
            let is_right = known.is_some_and(|known| {
                pieces(known) == refund.pieces && known.get("restock") == Some(&refund.restock.into())
            });
            findings.wrong_unless(is_right, || format!("order {id}: promised {refund:?}, it says {known:?}"));
        }
        for parcel in &ordered.parcels {
            let known =
                items(&self.order, "/fulfillments").iter().find(|known| text(known, "/id") == parcel.id);
            let is_right = known.is_some_and(|known| pieces(known) == parcel.pieces);
            findings.wrong_unless(is_right, || format!("order {id}: promised {parcel:?}, it says {known:?}"));
        }
        let promised = ordered.refunds.len();
        findings.wrong_unless(status == "cancelled" || self.refunds().len() == promised, || {
            format!("order {id}: {promised} refunds were promised, it has {}", self.refunds().len())
        });
    }

    /// What was taken less what was given back is what the order says; taken once.
    fn check_money(&self, id: &str, findings: &mut Findings) {
        if !self.is_settled() {
            let (status, payment) = (self.status(), text(&self.payment, "/status"));
            findings.unsettled.push(format!("order {id} is {status}, its payment {payment}"));
            return;
        }
        if !self.is_final() {
            findings.missing.push(format!("order {id} has a refund under way"));
            return;
        }
        let entries = items(&self.payment, "/entries").iter();
        let takes = entries.filter(|entry| text(entry, "/type") == "captured").count();
        findings.wrong_unless(takes <= 1, || format!("order {id} was charged {takes} times"));
        let (taken, back) =
            (number(&self.payment, "/captured/amount"), number(&self.payment, "/refunded/amount"));
        let (total, said) =
            (number(&self.order, "/total/amount"), number(&self.order, "/refunded_total/amount"));
        let refunds: i64 = self.succeeded().map(|refund| number(refund, "/amount/amount")).sum();
        match self.status() {
            "placed" | "completed" => {
                findings.wrong_unless(taken == total, || format!("order {id}: {taken} of {total} was taken"));
                findings.wrong_unless(back == refunds && said == refunds, || {
                    format!("order {id}: refunds of {refunds} succeeded, the order says {said}, the payment {back}")
                });
            }
            status => findings.wrong_unless(taken == back, || {
                format!("order {id} is {status}: {taken} was taken and {back} given back")
            }),
        }
    }

    fn happened(&self, kind: &str) -> usize {
        self.timeline.iter().filter(|event| text(event, "/type") == kind).count()
    }

    fn check_timeline(&self, id: &str, findings: &mut Findings) {
        let seqs: Vec<i64> = self.timeline.iter().map(|event| number(event, "/seq")).collect();
        findings.wrong_unless(seqs.is_sorted_by(|one, next| one < next), || {
            format!("order {id}: its timeline is not in order: {seqs:?}")
        });
        let taken = usize::from(self.is_charged());
        for (kind, times) in [("order_received", 1), ("payment_captured", taken)] {
            let told = self.happened(kind);
            findings.wrong_unless(told == times, || {
                format!("order {id}: its timeline tells {told} times of {kind}, not {times} times")
            });
        }
        let told = self.happened("order_placed");
        findings.wrong_unless(told <= 1, || format!("order {id} was placed {told} times"));
    }

    /// From its placement until it was confirmed by mail, where it was.
    pub fn mail_lag_s(&self, mails: &[Value]) -> Option<f64> {
        let moment = |value: &Value, pointer| DateTime::parse_from_rfc3339(text(value, pointer)).ok();
        let placed = self.timeline.iter().find(|event| text(event, "/type") == "order_placed")?;
        let mail = mails.iter().find(|mail| text(mail, "/template") == "order_confirmed")?;
        let lag = moment(mail, "/sent_at")?.signed_duration_since(moment(placed, "/at")?);
        Some(lag.as_seconds_f64())
    }

    fn check_list(&self, id: &str, copies: &Copies, findings: &mut Findings) {
        let Some(row) = copies.list.get(id) else {
            // One that never got as far as a price stands in no list.
            findings.missing_unless(self.order.get("total").is_none_or(Value::is_null), || {
                format!("order {id} is in no list")
            });
            return;
        };
        for pointer in LISTED {
            let (listed, truth) = (row.pointer(pointer), self.order.pointer(pointer));
            let is_same = listed == truth
                || (truth.is_none_or(Value::is_null) && number(row, "/refunded_total/amount") == 0);
            findings.missing_unless(is_same, || {
                format!("order {id}: the list says {listed:?} of {pointer}, not {truth:?}")
            });
        }
    }

    fn check_mails(&self, id: &str, copies: &Copies, findings: &mut Findings) {
        let mails = copies.mails.get(id).map_or(&[][..], Vec::as_slice);
        let (placed, cancelled, failed) = match self.status() {
            "placed" | "completed" => (1..=1, 0, 0..=0),
            "cancelled" => (0..=1, 1, 0..=0),
            _ => (0..=0, 0, 0..=1),
        };
        let refunds = self.succeeded().count();
        let refunds = if self.status() == "cancelled" { 0..=refunds } else { refunds..=refunds };
        let parcels = items(&self.order, "/fulfillments").len();
        for (template, due) in [
            ("order_confirmed", placed),
            ("order_cancelled", cancelled..=cancelled),
            ("payment_failed", failed),
            ("refund_issued", refunds),
            ("order_shipped", parcels..=parcels),
        ] {
            let of = mails.iter().filter(|mail| text(mail, "/template") == template).count();
            findings.wrong_unless(of <= *due.end(), || {
                format!("order {id}: {of} mails {template}, due were {due:?}")
            });
            findings.missing_unless(of >= *due.start(), || {
                format!("order {id}: {of} mails {template}, due are {due:?}")
            });
        }
        for mail in mails.iter().filter(|mail| text(mail, "/status") != "sent") {
            findings.missing.push(format!(
                "order {id}: mail {} is {}",
                text(mail, "/id"),
                text(mail, "/status")
            ));
        }
    }
}
