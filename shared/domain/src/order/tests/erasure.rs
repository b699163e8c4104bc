//! When an order forgets its shopper, and what it goes on knowing.

use super::*;
use crate::{
    DurationMs,
    cart::CartRefusal,
    id::{FulfillmentId, RefundId},
    payment::RefundStatus,
    time::{DAY_MS, HOUR_MS},
};

fn erase(order: &mut Order, after_ms: DurationMs) -> (Erasure, Vec<OrderEffect>) {
    let step = step(order, OrderCommand::Erase, START.plus(after_ms)).unwrap();
    (order.record().unwrap().erasure, step.effects)
}

fn parcel() -> FulfillmentId {
    FulfillmentId::derived(&["parcel"])
}

fn sent() -> Order {
    let mut order = sold(&[("A", 1)]);
    let fulfil = OrderCommand::Fulfil {
        id: parcel(),
        lines: vec![Pieces { sku: sku("A"), quantity: Quantity::ONE }],
        carrier: "DHL".parse().unwrap(),
        tracking_number: "JD01".parse().unwrap(),
    };
    step(&mut order, fulfil, START).unwrap();
    order
}

/// An hour after the last thing that happened: its mail still goes out.
#[test]
fn an_order_forgets_when_nothing_is_left_to_be_done() {
    let cancelled = {
        let mut order = sold(&[("A", 1)]);
        let refund = cancellation_refund_id(&order_id());
        for command in [
            OrderCommand::Cancel { by: Party::Shopper, reason: None },
            OrderCommand::StockFreed { sku: sku("A") },
            OrderCommand::RefundAnswered { refund, status: RefundStatus::Succeeded },
        ] {
            step(&mut order, command, START).unwrap();
        }
        order
    };
    let delivered = {
        let mut order = sent();
        let deliver = OrderCommand::MarkDelivered { fulfillment: parcel() };
        step(&mut order, deliver, START.plus(2 * DAY_MS)).unwrap();
        order
    };
    let failed = after([place(20_000), OrderCommand::CartRefused { refusal: CartRefusal::NotFound }]);
    for (name, order, over_at) in [
        ("failed", failed, Some(0)),
        ("cancelled", cancelled, Some(0)),
        ("delivered", delivered, Some(2 * DAY_MS)),
        ("sent, and nobody says that it arrived", sent(), Some(30 * DAY_MS)),
        ("still to be sent", sold(&[("A", 1)]), None),
        ("on its way", after([place(20_000), claimed(&[("A", 1)])]), None),
    ] {
        let mut asked = order.clone();
        assert_eq!(erase(&mut asked, 0).0, Erasure::Asked, "{name}");
        let due = asked.wake().filter(|(_, command)| *command == OrderCommand::Erase);
        let over_at = over_at.map(|over_ms| START.plus(over_ms).plus(HOUR_MS));
        assert_eq!(due.map(|(at, _)| at), over_at, "{name}");
        let Some(at) = over_at else { continue };
        assert_eq!(erase(&mut asked, at.since(START) - 1).0, Erasure::Asked, "{name}");
        assert_eq!(erase(&mut asked, at.since(START)).0, Erasure::Done, "{name}");
        assert_eq!((asked.wake(), erase(&mut asked, at.since(START)).1), (None, vec![]), "{name}");
        // Asked for later, it is done at once.
        let mut late = order;
        assert_eq!(erase(&mut late, at.since(START)).0, Erasure::Done, "{name}");
    }
}

#[test]
fn whose_it_was_goes_at_once_and_where_it_goes_stays() {
    let mut order = sold(&[("A", 1)]);
    let (erasure, effects) = erase(&mut order, 0);
    assert_eq!((erasure, effects), (Erasure::Asked, vec![OrderEffect::Publish { mail: None }]));
    let placement = &order.record().unwrap().placement;
    assert_eq!((&placement.owner, &placement.shipping_address), (&Owner::Nobody, &address()));
    assert!(!Holder { user: Some(user()), token: None }.holds(&placement.owner));
    // Nor can the one who placed it have it shown by placing it again.
    assert_eq!(step(&mut order, place(20_000), START).err(), Some(OrderRefusal::NotFound));
    assert!(!Order::is_kept(&OrderRefusal::NotFound), "their key would name them");
}

#[test]
fn the_books_stay() {
    let mut order = sent();
    let refund = RefundId::derived(&["refund"]);
    let reason = Some("Ada Lovelace did not like it".parse().unwrap());
    let what = RefundWhat::Amount(eur(700));
    for command in [
        OrderCommand::Refund { id: refund, what, reason, restock: false },
        OrderCommand::RefundAnswered { refund, status: RefundStatus::Succeeded },
        OrderCommand::MarkDelivered { fulfillment: parcel() },
    ] {
        step(&mut order, command, START).unwrap();
    }
    let before = order.clone();
    assert_eq!(erase(&mut order, HOUR_MS).0, Erasure::Done);
    let (record, known) = (order.record().unwrap(), before.record().unwrap());
    let (sale, was) = (record.sale().unwrap(), known.sale().unwrap());
    assert_eq!(
        (&sale.goods, &sale.payment, &sale.fulfillments),
        (&was.goods, &was.payment, &was.fulfillments)
    );
    assert_eq!((sale.refunded(), sale.refundable()), (was.refunded(), was.refundable()));
    assert_eq!((&sale.refunds[0].reason, sale.refunds[0].amount), (&None, eur(700)));
    assert_eq!(
        (record.placement.id, record.placement.placed_at),
        (known.placement.id, known.placement.placed_at)
    );
    assert_eq!(record.seq, known.seq + 2, "copies of it have to follow");
    let to = &record.placement.shipping_address;
    assert_eq!((to.country, &to.postal_code, to.city.as_str()), (address().country, &None, "erased"));
    // Money can still go back; nobody is written to.
    let more = OrderCommand::Refund {
        id: RefundId::derived(&["more"]),
        what: RefundWhat::Amount(eur(100)),
        reason: None,
        restock: false,
    };
    assert!(step(&mut order, more, START.plus(DAY_MS)).is_ok());
}

/// Nobody could find it to have it forget.
#[test]
fn what_stands_in_no_list_forgets_by_itself_and_tells_nobody() {
    let refused = after([place(20_000), OrderCommand::CartRefused { refusal: CartRefusal::NotFound }]);
    assert_eq!(refused.wake(), Some((START.plus(DAY_MS), OrderCommand::Erase)));
    let mut order = refused;
    assert_eq!(erase(&mut order, DAY_MS), (Erasure::Done, vec![]));
    let declined = snapshot(PaymentStatus::Declined, 20_000);
    let declined = after([
        place(20_000),
        claimed(&[("A", 1)]),
        OrderCommand::StockReserved { sku: sku("A") },
        OrderCommand::AuthoriseAnswered { payment: declined },
        OrderCommand::StockFreed { sku: sku("A") },
        OrderCommand::CartUnclaimed,
    ]);
    assert_eq!(
        (status(&declined), declined.wake()),
        ("failed", None),
        "it is in the list, so it can be found"
    );
}
