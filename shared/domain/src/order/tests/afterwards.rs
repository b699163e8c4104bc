//! After the sale: parcels, refunds and cancellations keep to what was ordered and paid.

use proptest::prelude::*;

use super::*;
use crate::{
    id::{FulfillmentId, RefundId},
    payment::RefundStatus,
};

fn pieces(name: &str, quantity: u32) -> Pieces {
    Pieces { sku: sku(name), quantity: Quantity::new(quantity).unwrap() }
}

fn send(key: &str, lines: Vec<Pieces>) -> OrderCommand {
    OrderCommand::Fulfil {
        id: FulfillmentId::derived(&[key]),
        lines,
        carrier: "DHL".parse().unwrap(),
        tracking_number: "JD01".parse().unwrap(),
    }
}

fn refund_id(key: &str) -> RefundId {
    RefundId::derived(&[key])
}

fn refund(key: &str, what: RefundWhat) -> OrderCommand {
    OrderCommand::Refund { id: refund_id(key), what, reason: None, restock: false }
}

fn answered(key: &str, status: RefundStatus) -> OrderCommand {
    OrderCommand::RefundAnswered { refund: refund_id(key), status }
}

fn sale(order: &Order) -> &Sale {
    order.record().and_then(Record::sale).unwrap()
}

fn words(order: &Order) -> [&'static str; 3] {
    let record = order.record().unwrap();
    [record.status().as_str(), record.payment_state().as_str(), record.fulfillment_state().as_str()]
}

#[test]
fn parcels_add_up_to_the_order_and_never_beyond() {
    let mut order = sold(&[("A", 2), ("B", 1)]);
    let mut run = |command| step(&mut order, command, START).map(|step| step.effects.len());
    let too_many = |name, left| Err(OrderRefusal::TooManyPieces { sku: sku(name), left });

    assert_eq!(run(send("1", vec![pieces("A", 3)])), too_many("A", 2));
    assert_eq!(run(send("1", vec![pieces("A", 1), pieces("A", 2)])), too_many("A", 2), "one SKU named twice");
    assert_eq!(run(send("1", vec![pieces("C", 1)])), Err(OrderRefusal::UnknownLine { sku: sku("C") }));
    assert_eq!(run(send("1", vec![pieces("A", 1)])), Ok(1));
    assert_eq!(run(send("1", vec![pieces("A", 1)])), Ok(0), "a repeat is the same parcel");
    assert_eq!(words(&order), ["placed", "captured", "partially_fulfilled"]);

    let mut run = |command| step(&mut order, command, START).map(|step| step.effects.len());
    assert_eq!(
        run(OrderCommand::Cancel { by: Party::Shopper, reason: None }),
        Err(OrderRefusal::AlreadyFulfilled)
    );
    assert_eq!(run(send("2", vec![pieces("A", 2)])), too_many("A", 1));
    assert_eq!(run(send("2", vec![pieces("A", 1), pieces("B", 1)])), Ok(1));
    assert_eq!(words(&order), ["placed", "captured", "fulfilled"]);

    for (key, expected) in [("1", "placed"), ("2", "completed")] {
        let delivered = OrderCommand::MarkDelivered { fulfillment: FulfillmentId::derived(&[key]) };
        step(&mut order, delivered, START).unwrap();
        assert_eq!(status(&order), expected);
    }
    assert_eq!(words(&order), ["completed", "captured", "delivered"]);
    let unknown = OrderCommand::MarkDelivered { fulfillment: FulfillmentId::derived(&["3"]) };
    assert_eq!(step(&mut order, unknown, START).err(), Some(OrderRefusal::UnknownFulfillment));
}

#[test]
fn two_refunds_at_once_cannot_pass_what_was_captured() {
    // juspay/hyperswitch#13182: two refunds of 60 on a payment of 100 both went through.
    let mut order = sold(&[("A", 5)]);
    step(&mut order, refund("1", RefundWhat::Amount(eur(60_000))), START).unwrap();
    let second = step(&mut order, refund("2", RefundWhat::Amount(eur(60_000))), START).err();
    assert_eq!(second, Some(OrderRefusal::ExceedsRefundable { refundable: eur(40_000) }));

    step(&mut order, answered("1", RefundStatus::Pending), START).unwrap();
    assert_eq!(sale(&order).refundable(), eur(40_000), "an unknown result keeps it");
    step(&mut order, answered("1", RefundStatus::Failed), START).unwrap();
    assert_eq!(sale(&order).refundable(), eur(100_000), "a definite failure frees it");
    step(&mut order, answered("1", RefundStatus::Succeeded), START).unwrap();
    assert_eq!(sale(&order).refunded(), eur(0), "what is known for good stays known");
}

#[test]
fn a_refund_is_asked_for_once_and_told_once() {
    let mut order = sold(&[("A", 1)]);
    let ask = || refund("1", RefundWhat::Amount(eur(5_000)));
    assert_eq!(
        step(&mut order, ask(), START).unwrap().effects,
        [OrderEffect::RefundPayment { refund: refund_id("1"), amount: eur(5_000) }]
    );
    assert!(order.settled().is_none());
    assert_eq!(step(&mut order, ask(), START).unwrap().effects, []);
    let mail = Some(OrderMail::RefundIssued(refund_id("1")));
    let effects = step(&mut order, answered("1", RefundStatus::Succeeded), START).unwrap().effects;
    assert_eq!(effects, [OrderEffect::Publish { mail }]);
    assert_eq!(step(&mut order, answered("1", RefundStatus::Succeeded), START).unwrap().effects, []);
    assert!(order.settled().is_some());
    assert_eq!(words(&order), ["placed", "partially_refunded", "unfulfilled"]);
}

#[test]
fn a_refund_the_provider_takes_its_time_for_is_an_answer() {
    let mut order = sold(&[("A", 1)]);
    step(&mut order, refund("1", RefundWhat::Rest), START).unwrap();
    step(&mut order, answered("1", RefundStatus::Pending), START).unwrap();
    assert!(order.settled().is_some());
    assert_eq!(words(&order)[1], "captured");
    step(&mut order, answered("1", RefundStatus::Succeeded), START).unwrap();
    assert_eq!(words(&order)[1], "refunded");
}

#[test]
fn what_makes_no_sense_is_refused_without_a_trace() {
    let mut order = sold(&[("A", 2)]);
    let before = order.clone();
    let dollars = RefundWhat::Amount(Money::new(100, Currency::Usd).unwrap());
    let exceeds = || OrderRefusal::ExceedsRefundable { refundable: eur(40_000) };
    for (what, refusal) in [
        (dollars, exceeds()),
        (RefundWhat::Amount(eur(40_001)), exceeds()),
        (RefundWhat::Amount(eur(0)), OrderRefusal::NothingToRefund),
        (RefundWhat::Amount(eur(-5)), OrderRefusal::NothingToRefund),
        (RefundWhat::Lines(vec![]), OrderRefusal::NothingToRefund),
        (RefundWhat::Lines(vec![pieces("C", 1)]), OrderRefusal::UnknownLine { sku: sku("C") }),
        (
            RefundWhat::Lines(vec![pieces("A", 2), pieces("A", 1)]),
            OrderRefusal::TooManyPieces { sku: sku("A"), left: 2 },
        ),
    ] {
        assert_eq!(step(&mut order, refund("1", what.clone()), START).err(), Some(refusal), "{what:?}");
    }
    assert_eq!(order, before);
}

#[test]
fn returned_pieces_come_from_the_sent_ones_and_dropped_ones_are_not_sent() {
    let mut order = sold(&[("A", 3)]);
    step(&mut order, send("1", vec![pieces("A", 1)]), START).unwrap();
    let back = OrderCommand::Refund {
        id: refund_id("1"),
        what: RefundWhat::Lines(vec![pieces("A", 2)]),
        reason: None,
        restock: true,
    };
    step(&mut order, back, START).unwrap();
    assert_eq!((sale(&order).unsent(&sku("A")), sale(&order).returned(&sku("A"))), (1, 1));
    let effects = step(&mut order, answered("1", RefundStatus::Succeeded), START).unwrap().effects;
    let quantity = Quantity::new(2).unwrap();
    assert_eq!(effects[0], OrderEffect::Restock { refund: refund_id("1"), sku: sku("A"), quantity });
    let too_many = send("2", vec![pieces("A", 2)]);
    assert!(step(&mut order, too_many, START).is_err());
    step(&mut order, send("2", vec![pieces("A", 1)]), START).unwrap();
    step(&mut order, refund("2", RefundWhat::Rest), START).unwrap();
    step(&mut order, answered("2", RefundStatus::Succeeded), START).unwrap();
    assert_eq!(words(&order), ["placed", "refunded", "returned"]);
}

#[test]
fn a_cancelled_sale_gives_back_the_rest_of_everything() {
    let mut order = sold(&[("A", 3), ("B", 1)]);
    let part = OrderCommand::Refund {
        id: refund_id("1"),
        what: RefundWhat::Lines(vec![pieces("A", 1)]),
        reason: None,
        restock: true,
    };
    step(&mut order, part, START).unwrap();
    let cancel = OrderCommand::Cancel { by: Party::Staff, reason: Some("damaged".parse().unwrap()) };
    let cancellation = cancellation_refund_id(&order_id());
    assert_eq!(
        step(&mut order, cancel.clone(), START).unwrap().effects,
        [
            OrderEffect::Restock { refund: cancellation, sku: sku("A"), quantity: Quantity::new(2).unwrap() },
            OrderEffect::Return { sku: sku("B") },
            OrderEffect::RefundPayment { refund: cancellation, amount: eur(60_000) },
            OrderEffect::Publish { mail: Some(OrderMail::Cancelled) },
        ]
    );
    assert_eq!(step(&mut order, cancel, START).unwrap().effects, [], "a repeat cancels nothing twice");
    assert_eq!(step(&mut order, send("1", vec![pieces("A", 1)]), START).err(), Some(OrderRefusal::NotASale));
    // The first refund fails for good: its money is free again, its goods still come back.
    let effects = step(&mut order, answered("1", RefundStatus::Failed), START).unwrap().effects;
    assert!(matches!(effects[0], OrderEffect::Restock { .. }), "{effects:?}");
    for command in [
        OrderCommand::Restocked { refund: cancellation, sku: sku("A") },
        OrderCommand::StockFreed { sku: sku("B") },
        OrderCommand::RefundAnswered { refund: cancellation, status: RefundStatus::Succeeded },
    ] {
        assert!(order.settled().is_none());
        step(&mut order, command, START).unwrap();
    }
    assert!(order.settled().is_some());
    assert_eq!(words(&order), ["cancelled", "partially_refunded", "unfulfilled"]);
    step(&mut order, refund("2", RefundWhat::Rest), START).unwrap();
    step(&mut order, answered("2", RefundStatus::Succeeded), START).unwrap();
    assert_eq!(words(&order), ["cancelled", "refunded", "unfulfilled"]);
}

#[test]
fn lists_of_parcels_and_refunds_are_bounded() {
    let mut order = sold(&[("A", 99), ("B", 99)]);
    for n in 0..REFUNDS_MAX {
        step(&mut order, refund(&n.to_string(), RefundWhat::Amount(eur(1))), START).unwrap();
    }
    let one_more = refund("more", RefundWhat::Amount(eur(1)));
    assert_eq!(step(&mut order, one_more, START).err(), Some(OrderRefusal::TooManyRefunds));
    for n in 0..FULFILLMENTS_MAX {
        let name = if n < 99 { "A" } else { "B" };
        step(&mut order, send(&n.to_string(), vec![pieces(name, 1)]), START).unwrap();
    }
    let one_more = send("more", vec![pieces("B", 1)]);
    assert_eq!(step(&mut order, one_more, START).err(), Some(OrderRefusal::TooManyFulfillments));
}

proptest! {
    /// Whatever staff do, in any order: never more sent than ordered, never more paid back than captured, and by lines exactly all.
    #[test]
    fn books_hold_in_any_order_of_work(steps in prop::collection::vec((0u8..6, 0u8..8, 1u32..4), 1..60)) {
        let mut order = sold(&[("A", 3), ("B", 2)]);
        for (n, (kind, pick, quantity)) in steps.into_iter().enumerate() {
            let key = n.to_string();
            let name = if pick % 2 == 0 { "A" } else { "B" };
            let known = |order: &Order| {
                let refunds = &sale(order).refunds;
                refunds.get(usize::from(pick) % refunds.len().max(1)).map(|refund| refund.id)
            };
            let command = match kind {
                0 => send(&key, vec![pieces(name, quantity)]),
                1 => refund(&key, RefundWhat::Lines(vec![pieces(name, quantity)])),
                2 => refund(&key, RefundWhat::Amount(eur(i64::from(quantity) * 7_777))),
                3 => refund(&key, RefundWhat::Rest),
                _ => {
                    let status = if kind == 4 { RefundStatus::Succeeded } else { RefundStatus::Failed };
                    let Some(refund) = known(&order) else { continue };
                    OrderCommand::RefundAnswered { refund, status }
                }
            };
            let _ = step(&mut order, command, START);
            let sale = sale(&order);
            prop_assert!(sale.refundable().amount() >= 0);
            prop_assert!(sale.refunded().amount() <= sale.payment.captured.amount());
            for line in &sale.goods.lines {
                let (sku, ordered) = (&line.totals.sku, line.totals.quantity.get());
                prop_assert!(sale.sent(sku) <= ordered);
                prop_assert!(sale.refunded_pieces(sku) <= ordered);
            }
        }
    }
}
