//! Whether the audit would notice: an order that is right, and the same with one thing wrong.

use serde_json::json;

use super::{order::Copies, *};
use crate::shopping::diary::{Ordered, Parcel, Refund, Seen};

const ID: &str = "ord_1";

struct Books {
    told: Told,
    notes: Notes,
    copies: Copies,
}

fn eur(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

/// Three pieces were sold for 30, one of them was sent, and one came back.
fn books() -> Books {
    let lines = json!([{ "sku": "A", "quantity": 3 }]);
    let piece = json!([{ "sku": "A", "quantity": 1 }]);
    let order = json!({
        "id": ID, "status": "placed", "payment_status": "partially_refunded", "fulfillment_status": "partially_fulfilled",
        "lines": lines, "total": eur(30), "refunded_total": eur(10), "payment": { "id": "pay_1" },
        "refunds": [{ "id": "ref_1", "status": "succeeded", "amount": eur(10), "lines": piece, "restock": true }],
        "fulfillments": [{ "id": "ful_1", "lines": piece }],
    });
    let payment = json!({
        "status": "captured", "captured": eur(30), "refunded": eur(10),
        "entries": [{ "type": "authorized" }, { "type": "captured" }, { "type": "refunded" }],
        "refunds": [{ "id": "ref_1", "status": "succeeded" }],
    });
    let timeline = ["order_received", "payment_captured", "order_placed"];
    let timeline = (1..).zip(timeline).map(|(seq, kind)| json!({ "seq": seq, "type": kind })).collect();
    let pieces: BTreeMap<String, i64> = [("A".to_owned(), 1)].into();
    let seen = Seen {
        cart: "crt_1".to_owned(),
        version: 2,
        proof: Proof::default(),
        wants: [("A".to_owned(), 3)].into(),
        total: eur(30),
        email: "ada@example.com".to_owned(),
    };
    let of = ID.to_owned();
    let ordered = Ordered {
        id: of.clone(),
        seen,
        proof: Proof::default(),
        is_placed: true,
        is_cancelled: false,
        refunds: vec![Refund { id: "ref_1".to_owned(), pieces: pieces.clone(), restock: true }],
        parcels: vec![Parcel { id: "ful_1".to_owned(), pieces }],
    };
    let notes = Notes { orders: [(of.clone(), ordered)].into(), ..Notes::default() };
    let mails = ["order_confirmed", "order_shipped", "refund_issued"];
    let mails = mails.map(|template| json!({ "template": template, "status": "sent" })).to_vec();
    let copies = Copies { list: [(of.clone(), order.clone())].into(), mails: [(of, mails)].into() };
    Books { told: Told { order, payment, timeline }, notes, copies }
}

fn set(value: &mut Value, pointer: &str, to: Value) {
    *value.pointer_mut(pointer).unwrap() = to;
}

/// How many things are wrong, unsettled and missing once this has been changed.
fn found(change: impl FnOnce(&mut Books)) -> [usize; 3] {
    let mut books = books();
    change(&mut books);
    let Findings { wrong, unsettled, missing } = books.told.check(ID, &books.notes, &books.copies);
    [wrong.len(), unsettled.len(), missing.len()]
}

#[test]
fn what_is_right_is_not_complained_of() {
    assert_eq!(found(|_| ()), [0, 0, 0]);
    let mut books = books();
    assert!(books.told.is_final() && books.told.is_charged());
    let mut gone = |status: &str, refund: &str| {
        set(&mut books.told.order, "/status", json!(status));
        set(&mut books.told.order, "/refunds/0/status", json!(refund));
        books.told.gone(ID, "A", &books.notes)
    };
    assert_eq!(["succeeded", "pending", "failed"].map(|refund| gone("placed", refund)), [2, 3, 3]);
    assert_eq!(["succeeded", "pending", "failed"].map(|refund| gone("cancelled", refund)), [0, 1, 0]);
    assert_eq!(gone("failed", "succeeded"), 0);
}

#[test]
fn money_that_does_not_add_up_is_found() {
    for (pointer, value) in [
        ("/captured", eur(29)),
        ("/captured", eur(60)),
        ("/refunded", eur(20)),
        ("/refunded", eur(0)),
        ("/entries/2/type", json!("captured")),
    ] {
        assert!(
            found(|books| set(&mut books.told.payment, pointer, value.clone()))[0] > 0,
            "{pointer} {value}"
        );
    }
    for status in ["cancelled", "failed"] {
        assert!(
            found(|books| set(&mut books.told.order, "/status", json!(status)))[0] > 0,
            "kept for {status}"
        );
    }
    assert!(found(|books| books.notes.orders.clear())[0] > 0, "charged, and nobody was told");
}

#[test]
fn broken_promises_are_found() {
    for (pointer, value) in [
        ("/lines/0/quantity", json!(2)),
        ("/lines/0/sku", json!("B")),
        ("/total", eur(31)),
        ("/refunds", json!([])),
        ("/refunds/0/lines/0/quantity", json!(2)),
        ("/refunds/0/restock", json!(false)),
        ("/fulfillments", json!([])),
        ("/status", json!("failed")),
    ] {
        assert!(
            found(|books| set(&mut books.told.order, pointer, value.clone()))[0] > 0,
            "{pointer} {value}"
        );
    }
    let cancel =
        |books: &mut Books| books.notes.orders.values_mut().for_each(|order| order.is_cancelled = true);
    assert!(found(cancel)[0] > 0);
    assert!(
        found(|books| books.notes.orders.values_mut().for_each(|order| order.refunds.clear()))[0] > 0,
        "a refund that nobody made"
    );
}

#[test]
fn what_is_still_under_way_is_found() {
    assert!(found(|books| set(&mut books.told.order, "/status", json!("pending")))[1] > 0);
    assert!(found(|books| set(&mut books.told.payment, "/status", json!("authorized")))[1] > 0);
    assert!(found(|books| drop(books.told.timeline.pop()))[1] > 0, "the cart is not settled");
    assert!(found(|books| set(&mut books.told.payment, "/refunds/0/status", json!("pending")))[2] > 0);
}

#[test]
fn a_timeline_that_tells_another_story_is_found() {
    assert!(found(|books| drop(books.told.timeline.remove(1)))[0] > 0, "no capture");
    assert!(found(|books| books.told.timeline.push(json!({ "seq": 4, "type": "order_placed" })))[0] > 0);
    assert!(found(|books| set(&mut books.told.timeline[2], "/seq", json!(2)))[0] > 0);
}

#[test]
fn copies_that_are_behind_are_found() {
    assert!(found(|books| books.copies.list.clear())[2] > 0);
    for (pointer, value) in [("/status", json!("pending")), ("/refunded_total", eur(0))] {
        let change = |books: &mut Books| {
            books.copies.list.values_mut().for_each(|row| set(row, pointer, value.clone()));
        };
        assert!(found(change)[2] > 0, "{pointer}");
    }
    let mails = |change: fn(&mut Vec<Value>)| found(|books| books.copies.mails.values_mut().for_each(change));
    assert_eq!(mails(|mails| mails.extend_from_within(..1)), [1, 0, 0], "confirmed twice");
    assert_eq!(mails(|mails| drop(mails.pop())), [0, 0, 1], "no mail about the refund");
    assert_eq!(mails(|mails| set(&mut mails[0], "/status", json!("pending"))), [0, 0, 1], "not sent");
    assert_eq!(mails(|mails| set(&mut mails[1], "/template", json!("payment_failed"))), [1, 0, 1]);
}
