//! The checkout's own rules: what it asks for at each step, what each refusal undoes, and what the shopper is told.

use super::*;
use crate::{pricing::PricingRefusal, stock::RESERVATION_TTL_MS};

fn authorise(status: PaymentStatus) -> OrderCommand {
    OrderCommand::AuthoriseAnswered { payment: snapshot(status, 60_000) }
}

const LINES: &[(&str, u32)] = &[("A", 1), ("B", 2)];

/// Two lines, reserved.
fn reserved() -> Order {
    after([
        place(60_000),
        claimed(LINES),
        OrderCommand::StockReserved { sku: sku("A") },
        OrderCommand::StockReserved { sku: sku("B") },
    ])
}

#[test]
fn a_purchase_asks_for_each_step_when_the_one_before_has_answered() {
    let mut order = Order::default();
    let mut run = |command| step(&mut order, command, START).unwrap().effects;

    let cart = CartId::derived(&["cart"]);
    let by = Holder { user: Some(user()), token: None };
    assert_eq!(run(place(60_000)), [OrderEffect::ClaimAndQuote { cart, by, version: 3 }]);
    assert_eq!(run(place(60_000)), [], "a repeat starts nothing");
    let until = START.plus(RESERVATION_TTL_MS);
    assert_eq!(
        run(claimed(LINES)),
        [
            OrderEffect::Reserve { sku: sku("A"), quantity: Quantity::ONE, until },
            OrderEffect::Reserve { sku: sku("B"), quantity: Quantity::new(2).unwrap(), until },
        ]
    );
    assert_eq!(run(OrderCommand::StockReserved { sku: sku("B") }), []);
    assert_eq!(
        run(OrderCommand::StockReserved { sku: sku("A") }),
        [OrderEffect::Authorise {
            amount: eur(60_000),
            payment_method: "pm_card_visa".into(),
            email: "ada@example.com".parse().unwrap(),
        }]
    );
    assert_eq!(
        run(authorise(PaymentStatus::Authorized)),
        [OrderEffect::Commit { sku: sku("A") }, OrderEffect::Commit { sku: sku("B") }]
    );
    assert_eq!(run(OrderCommand::StockCommitted { sku: sku("A") }), []);
    assert_eq!(
        run(OrderCommand::StockCommitted { sku: sku("B") }),
        [OrderEffect::Capture { amount: eur(60_000) }]
    );
    assert_eq!(
        run(OrderCommand::CaptureAnswered { payment: snapshot(PaymentStatus::Captured, 60_000) }),
        [OrderEffect::SettleCart { cart }, OrderEffect::Publish { mail: Some(OrderMail::Confirmed) }]
    );
    assert_eq!(run(OrderCommand::CartSettled), []);
    assert!(matches!(order.settled(), Some(Ok(OrderReply::Order(_)))));
    assert_eq!(status(&order), "placed");
}

#[test]
fn a_sale_is_answered_only_when_its_cart_has_let_go() {
    let mut order = reserved();
    for command in [
        authorise(PaymentStatus::Authorized),
        OrderCommand::StockCommitted { sku: sku("A") },
        OrderCommand::StockCommitted { sku: sku("B") },
        OrderCommand::CaptureAnswered { payment: snapshot(PaymentStatus::Captured, 60_000) },
    ] {
        step(&mut order, command, START).unwrap();
        assert!(order.settled().is_none());
    }
    step(&mut order, OrderCommand::CartSettled, START).unwrap();
    assert!(order.settled().is_some());
}

/// Brings everything back that an undoing order asks for, and says what that was.
fn undone(order: &mut Order, effects: Vec<OrderEffect>) -> Vec<String> {
    let mut names = Vec::new();
    for effect in effects {
        names.push(transitions::effect_name(&effect));
        let command = match effect {
            OrderEffect::Release { sku } | OrderEffect::Return { sku } => OrderCommand::StockFreed { sku },
            OrderEffect::Unclaim { .. } => OrderCommand::CartUnclaimed,
            OrderEffect::Void => {
                OrderCommand::VoidAnswered { payment: snapshot(PaymentStatus::Voided, 60_000) }
            }
            other => panic!("{other:?} undoes nothing"),
        };
        assert!(order.settled().is_none(), "nobody is told before everything is back");
        step(order, command, START).unwrap();
    }
    names
}

#[test]
fn what_is_out_of_stock_is_named_and_the_rest_released() {
    let mut order = after([place(60_000), claimed(LINES)]);
    let refused = OrderCommand::StockRefused { sku: sku("B"), available: 1 };
    assert!(step(&mut order, refused, START).unwrap().effects.is_empty(), "A has not answered yet");
    let effects = step(&mut order, OrderCommand::StockReserved { sku: sku("A") }, START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim", "release"]);
    let items = vec![Shortage { sku: sku("B"), available: 1 }];
    assert_eq!(order.settled().unwrap().unwrap_err(), OrderRefusal::OutOfStock { items });
    assert_eq!((status(&order), order.record().unwrap().payment_state().as_str()), ("failed", "none"));
}

#[test]
fn a_declined_payment_releases_and_says_why() {
    let mut order = reserved();
    let effects = step(&mut order, authorise(PaymentStatus::Declined), START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim", "release", "release"]);
    let decline_code = Some("insufficient_funds".to_owned());
    assert_eq!(order.settled().unwrap().unwrap_err(), OrderRefusal::PaymentDeclined { decline_code });
    assert_eq!((status(&order), order.record().unwrap().payment_state().as_str()), ("failed", "failed"));
}

#[test]
fn a_reservation_that_expired_undoes_the_committed_ones_and_the_payment() {
    let mut order = reserved();
    step(&mut order, authorise(PaymentStatus::Authorized), START).unwrap();
    step(&mut order, OrderCommand::StockCommitted { sku: sku("A") }, START).unwrap();
    let effects = step(&mut order, OrderCommand::StockLost { sku: sku("B") }, START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim", "void", "return"]);
    let items = vec![Shortage { sku: sku("B"), available: 0 }];
    assert_eq!(order.settled().unwrap().unwrap_err(), OrderRefusal::OutOfStock { items });
    assert_eq!(order.record().unwrap().payment_state().as_str(), "voided");
}

#[test]
fn a_refused_capture_takes_everything_back_and_an_unknown_one_nothing() {
    let mut order = reserved();
    for command in [
        authorise(PaymentStatus::Authorized),
        OrderCommand::StockCommitted { sku: sku("A") },
        OrderCommand::StockCommitted { sku: sku("B") },
    ] {
        step(&mut order, command, START).unwrap();
    }
    for unknown in [PaymentStatus::Processing, PaymentStatus::Authorized, PaymentStatus::RequiresAction] {
        let command = OrderCommand::CaptureAnswered { payment: snapshot(unknown, 60_000) };
        let step = step(&mut order, command, START).unwrap();
        assert!(step.events.is_empty() && step.effects.is_empty(), "{unknown:?}");
    }
    let refused = OrderCommand::CaptureAnswered { payment: snapshot(PaymentStatus::Declined, 60_000) };
    let effects = step(&mut order, refused, START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim", "void", "return", "return"]);
    assert!(matches!(order.settled(), Some(Err(OrderRefusal::PaymentDeclined { .. }))));
}

#[test]
fn only_what_the_shopper_saw_is_charged() {
    let dearer = |quotes: &mut Vec<Quote>| quotes[0].unit_price = eur(20_001);
    let withdrawn = |quotes: &mut Vec<Quote>| quotes[1].is_sellable = false;
    let unknown = |quotes: &mut Vec<Quote>| drop(quotes.pop());
    for change in [&dearer as &dyn Fn(&mut Vec<Quote>), &withdrawn, &unknown] {
        let mut quotes: Vec<_> = LINES.iter().map(|(name, _)| quote(name)).collect();
        change(&mut quotes);
        let mut order = after([place(60_000)]);
        let command = OrderCommand::CartClaimed { cart: Box::new(cart(LINES)), quotes: quotes.clone() };
        let effects = step(&mut order, command, START).unwrap().effects;
        assert_eq!(undone(&mut order, effects), ["unclaim"]);
        let there = CartView { postal_code: address().postal_code, ..cart(LINES) };
        let shown = Box::new(ShownCart { cart: there, quotes });
        assert_eq!(order.settled().unwrap().unwrap_err(), OrderRefusal::CartChanged { shown });
    }
    // The same amount in another currency is another total.
    let OrderCommand::Place { placement, mut asked } = place(60_000) else { panic!() };
    asked.expected_total = Money::new(60_000, Currency::Usd).unwrap();
    let order = after([OrderCommand::Place { placement, asked }, claimed(LINES)]);
    assert!(matches!(order.record().unwrap().stage, Stage::Undoing(_)));
}

#[test]
fn an_address_the_shop_cannot_serve_is_refused() {
    let OrderCommand::Place { mut placement, asked } = place(60_000) else { panic!() };
    placement.shipping_address.country = "AQ".parse().unwrap();
    let mut order = after([OrderCommand::Place { placement, asked }]);
    let effects = step(&mut order, claimed(LINES), START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim"]);
    let refusal = PricingRefusal::DestinationNotServed { country: "AQ".parse().unwrap() };
    assert_eq!(order.settled().unwrap().unwrap_err(), OrderRefusal::NotPriceable { refusal });
}

#[test]
fn a_cart_that_is_not_ours_ends_the_order_at_once() {
    use crate::cart::CartRefusal;
    let other = OrderId::derived(&["other"]);
    let cases = [
        (CartRefusal::NotFound, OrderRefusal::NotFound),
        (CartRefusal::CartEmpty, OrderRefusal::CartEmpty),
        (CartRefusal::AlreadyOrdered { order: other }, OrderRefusal::AlreadyOrdered { order: other }),
        (CartRefusal::CheckoutInProgress { order: other }, OrderRefusal::AlreadyOrdered { order: other }),
    ];
    for (refusal, told) in cases {
        let mut order = after([place(60_000)]);
        // A cart that is the shopper's has to know that this order gave up: another claim of it may still be on its way.
        let knows_us = refusal != CartRefusal::NotFound;
        let effects = step(&mut order, OrderCommand::CartRefused { refusal }, START).unwrap().effects;
        assert_eq!(undone(&mut order, effects), if knows_us { vec!["unclaim"] } else { vec![] });
        assert_eq!(order.settled().unwrap().unwrap_err(), told);
        assert_eq!(status(&order), "failed");
    }
}

#[test]
fn a_shopper_in_time_is_served_and_a_late_one_is_not() {
    let waiting = || {
        let mut order = reserved();
        let effects = step(&mut order, authorise(PaymentStatus::RequiresAction), START).unwrap().effects;
        assert_eq!(effects, [OrderEffect::Publish { mail: None }]);
        assert!(matches!(order.settled(), Some(Ok(_))), "waiting is an answer");
        order
    };
    let deadline = START.plus(PAYMENT_DEADLINE_MS);
    assert_eq!(waiting().wake(), Some((deadline, OrderCommand::Deadline)));

    let mut early = waiting();
    assert!(step(&mut early, OrderCommand::Deadline, START).unwrap().events.is_empty(), "it is not time yet");

    for (told, expected) in [
        (PaymentStatus::Authorized, vec!["commit", "commit"]),
        (PaymentStatus::Voided, vec!["unclaim", "release", "release"]),
    ] {
        let mut order = waiting();
        let effects = step(&mut order, OrderCommand::Deadline, deadline).unwrap().effects;
        assert_eq!(effects, [OrderEffect::CancelPayment]);
        assert_eq!(order.wake(), None);
        // While it is being given up, a webhook decides nothing.
        let webhook = OrderCommand::PaymentChanged { payment: snapshot(PaymentStatus::Authorized, 60_000) };
        assert!(step(&mut order, webhook, deadline).unwrap().events.is_empty());
        let command = OrderCommand::CancelAnswered { payment: snapshot(told, 60_000) };
        let effects = step(&mut order, command, deadline).unwrap().effects;
        assert_eq!(effects.iter().map(transitions::effect_name).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn looking_at_a_waiting_order_asks_payments_at_most_once_a_second() {
    let mut order = reserved();
    step(&mut order, authorise(PaymentStatus::RequiresAction), START).unwrap();
    let mut look = |at: u64| {
        let asked = step(&mut order, OrderCommand::Refresh, START.plus(at)).unwrap().effects;
        let is_asked = asked == [OrderEffect::AskPayment];
        if is_asked {
            assert!(order.settled().is_none(), "the answer waits for payments");
            step(&mut order, OrderCommand::AskAnswered { payment: None }, START.plus(at)).unwrap();
            assert!(order.settled().is_some());
        }
        is_asked
    };
    let looks = [(999, false), (1_000, true), (1_001, false), (1_999, false), (2_000, true)];
    for (at, expected) in looks {
        assert_eq!(look(at), expected, "at {at}");
    }
    let payment = Some(snapshot(PaymentStatus::Authorized, 60_000));
    step(&mut order, OrderCommand::Refresh, START.plus(5_000)).unwrap();
    let effects = step(&mut order, OrderCommand::AskAnswered { payment }, START.plus(5_000)).unwrap().effects;
    assert_eq!(effects.len(), 2, "it goes on to commit both lines: {effects:?}");
}

#[test]
fn a_webhook_that_finds_the_order_ended_voids() {
    let mut order = reserved();
    let effects = step(&mut order, authorise(PaymentStatus::Declined), START).unwrap().effects;
    undone(&mut order, effects);
    let webhook = |status| OrderCommand::PaymentChanged { payment: snapshot(status, 60_000) };
    let before = order.clone();
    assert_eq!(
        step(&mut order, webhook(PaymentStatus::Authorized), START).unwrap().effects,
        [OrderEffect::Void]
    );
    assert_eq!(step(&mut order, webhook(PaymentStatus::Voided), START).unwrap().effects, []);
    assert_eq!(order, before);
}

#[test]
fn a_cancel_in_flight_waits_then_voids_or_pays_back() {
    let cancel = || OrderCommand::Cancel { by: Party::Shopper, reason: None };
    // During the authorisation.
    let mut order = reserved();
    assert!(step(&mut order, cancel(), START).unwrap().effects.is_empty());
    let effects = step(&mut order, authorise(PaymentStatus::Authorized), START).unwrap().effects;
    assert_eq!(undone(&mut order, effects), ["unclaim", "void", "release", "release"]);
    assert!(matches!(order.settled(), Some(Ok(_))));
    assert_eq!(status(&order), "cancelled");

    // During the capture.
    let mut order = reserved();
    for command in [
        authorise(PaymentStatus::Authorized),
        OrderCommand::StockCommitted { sku: sku("A") },
        OrderCommand::StockCommitted { sku: sku("B") },
        cancel(),
    ] {
        step(&mut order, command, START).unwrap();
    }
    let captured = OrderCommand::CaptureAnswered { payment: snapshot(PaymentStatus::Captured, 60_000) };
    let effects = step(&mut order, captured, START).unwrap().effects;
    assert_eq!(
        effects.iter().map(transitions::effect_name).collect::<Vec<_>>(),
        ["settle_cart", "return", "return", "refund_payment", "publish cancelled"]
    );
    assert_eq!(status(&order), "cancelled");
}

#[test]
fn money_taken_from_an_order_on_its_way_back_is_paid_back_before_it_ends() {
    let mut order = reserved();
    step(&mut order, authorise(PaymentStatus::RequiresAction), START).unwrap();
    step(&mut order, OrderCommand::Cancel { by: Party::Staff, reason: None }, START).unwrap();
    let refund = cancellation_refund_id(&order_id());
    let taken = OrderCommand::VoidAnswered { payment: snapshot(PaymentStatus::Captured, 60_000) };
    assert_eq!(
        step(&mut order, taken, START).unwrap().effects,
        [OrderEffect::RefundPayment { refund, amount: eur(60_000) }]
    );
    for command in [
        OrderCommand::CartUnclaimed,
        OrderCommand::StockFreed { sku: sku("A") },
        OrderCommand::StockFreed { sku: sku("B") },
    ] {
        step(&mut order, command, START).unwrap();
    }
    assert_eq!(status(&order), "pending");
    let paid = OrderCommand::RefundAnswered { refund, status: crate::payment::RefundStatus::Succeeded };
    step(&mut order, paid, START).unwrap();
    assert_eq!((status(&order), order.record().unwrap().payment_state().as_str()), ("cancelled", "refunded"));
}
