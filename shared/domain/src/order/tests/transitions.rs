//! Every transition there is: a walk from an unused id through every command in every state, compared with a table.
//!
//! One line of two pieces is enough to see every kind of state. What is not in the table changes nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::*;
use crate::{
    cart::CartRefusal,
    id::{FulfillmentId, RefundId},
    payment::RefundStatus,
};

const TABLE: &str = include_str!("transitions.txt");

pub fn effect_name(effect: &OrderEffect) -> String {
    match effect {
        OrderEffect::ClaimAndQuote { .. } => "claim_and_quote".into(),
        OrderEffect::Reserve { .. } => "reserve".into(),
        OrderEffect::Authorise { .. } => "authorise".into(),
        OrderEffect::Commit { .. } => "commit".into(),
        OrderEffect::Capture { .. } => "capture".into(),
        OrderEffect::SettleCart { .. } => "settle_cart".into(),
        OrderEffect::Release { .. } => "release".into(),
        OrderEffect::Return { .. } => "return".into(),
        OrderEffect::Void => "void".into(),
        OrderEffect::Unclaim { .. } => "unclaim".into(),
        OrderEffect::AskPayment => "ask_payment".into(),
        OrderEffect::CancelPayment => "cancel_payment".into(),
        OrderEffect::RefundPayment { .. } => "refund_payment".into(),
        OrderEffect::Restock { .. } => "restock".into(),
        OrderEffect::Publish { mail: None } => "publish".into(),
        OrderEffect::Publish { mail: Some(mail) } => {
            let mail = match mail {
                OrderMail::Confirmed => "confirmed",
                OrderMail::Cancelled => "cancelled",
                OrderMail::PaymentFailed => "payment_failed",
                OrderMail::Shipped(_) => "shipped",
                OrderMail::RefundIssued(_) => "refund_issued",
            };
            format!("publish {mail}")
        }
    }
}

fn stop_name(stop: Option<&Stop>) -> &'static str {
    match stop {
        None => "",
        Some(Stop::Cancelled { .. }) => " to_cancel",
        Some(Stop::DeadlinePassed) => " to_expire",
    }
}

fn ending_name(ending: &Ending) -> &'static str {
    match ending {
        Ending::Refused(_) => "refused",
        Ending::Stopped(Stop::Cancelled { .. }) => "cancelled",
        Ending::Stopped(Stop::DeadlinePassed) => "expired",
    }
}

fn flag(is_set: bool, name: &str) -> String {
    if is_set { format!(" {name}") } else { String::new() }
}

fn stock_name(goods: Option<&Goods>) -> String {
    goods.map_or(String::new(), |goods| {
        let stock = match goods.lines[0].stock {
            LineStock::Asked => "asked",
            LineStock::Refused { .. } => "short",
            LineStock::Reserved => "reserved",
            LineStock::Committed => "committed",
            LineStock::Returning => "returning",
            LineStock::Freed => "freed",
        };
        format!(" {stock}")
    })
}

/// Two orders of one name behave alike.
fn state_name(order: &Order) -> String {
    let Some(record) = order.record() else { return "unused".to_owned() };
    match &record.stage {
        Stage::Pricing { stop, .. } => format!("pricing{}", stop_name(stop.as_ref())),
        Stage::Reserving { stop, .. } => format!("reserving{}", stop_name(stop.as_ref())),
        Stage::Authorising { stop, .. } => format!("authorising{}", stop_name(stop.as_ref())),
        Stage::AwaitingPayment { is_asking, is_cancelling, .. } => {
            format!("awaiting_payment{}{}", flag(*is_asking, "asking"), flag(*is_cancelling, "cancelling"))
        }
        Stage::Committing { stop, was_awaited, .. } => {
            format!("committing{}{}", stop_name(stop.as_ref()), flag(*was_awaited, "awaited"))
        }
        Stage::Capturing { stop, was_awaited, .. } => {
            format!("capturing{}{}", stop_name(stop.as_ref()), flag(*was_awaited, "awaited"))
        }
        Stage::Undoing(undoing) => format!(
            "undoing {}{}{}{}{}{}",
            ending_name(&undoing.ending),
            flag(undoing.payment.is_some(), "paid"),
            flag(undoing.was_awaited, "awaited"),
            flag(undoing.is_unclaiming, "claimed"),
            flag(undoing.is_voiding, "voiding"),
            stock_name(undoing.goods.as_ref()),
        ),
        Stage::Ended(ended) => {
            let state = record.payment_state().as_str();
            format!("ended {} {state}{}", ending_name(&ended.ending), stock_name(ended.goods.as_ref()))
        }
        Stage::Sold(sale) => {
            let refunds: Vec<_> = sale
                .refunds
                .iter()
                .map(|refund| match (refund.status, refund.is_asking) {
                    (RefundStatus::Pending, true) => "asked",
                    (RefundStatus::Pending, false) => "pending",
                    (RefundStatus::Succeeded, _) => "paid_back",
                    (RefundStatus::Failed, _) => "failed",
                })
                .collect();
            format!(
                "sold {}{}{} sent={} delivered={} refunds={}",
                record.status().as_str(),
                flag(sale.is_settled, "settled"),
                stock_name(Some(&sale.goods)),
                sale.fulfillments.len(),
                sale.fulfillments.iter().filter(|sent| sent.delivered_at.is_some()).count(),
                if refunds.is_empty() { "none".to_owned() } else { refunds.join(",") },
            )
        }
    }
}

fn the_refund() -> RefundId {
    RefundId::derived(&["refund"])
}

/// Every command, and each answer that an effect can give.
fn commands() -> Vec<(&'static str, OrderCommand)> {
    use OrderCommand as C;
    use PaymentStatus::{Authorized, Captured, Declined, Processing, RequiresAction, Voided};
    let paid = |status| snapshot(status, 40_000);
    let lines = || vec![Pieces { sku: sku("A"), quantity: Quantity::new(2).unwrap() }];
    let cancellation = cancellation_refund_id(&order_id());
    let fulfillment = FulfillmentId::derived(&["parcel"]);
    vec![
        ("place", place(40_000)),
        ("cancel", C::Cancel { by: Party::Shopper, reason: None }),
        ("refresh", C::Refresh),
        ("deadline", C::Deadline),
        ("changed authorized", C::PaymentChanged { payment: paid(Authorized) }),
        ("changed declined", C::PaymentChanged { payment: paid(Declined) }),
        ("changed voided", C::PaymentChanged { payment: paid(Voided) }),
        ("changed captured", C::PaymentChanged { payment: paid(Captured) }),
        (
            "fulfil",
            C::Fulfil {
                id: fulfillment,
                lines: lines(),
                carrier: "DHL".parse().unwrap(),
                tracking_number: "JD01".parse().unwrap(),
            },
        ),
        ("mark_delivered", C::MarkDelivered { fulfillment }),
        (
            "refund",
            C::Refund { id: the_refund(), what: RefundWhat::Lines(lines()), reason: None, restock: true },
        ),
        ("cart_claimed", claimed(&[("A", 2)])),
        ("cart_moved", C::CartMoved { shown: Box::new(ShownCart { cart: cart(&[]), quotes: vec![] }) }),
        ("cart_refused", C::CartRefused { refusal: CartRefusal::NotFound }),
        ("cart_settled", C::CartSettled),
        ("cart_unclaimed", C::CartUnclaimed),
        ("stock_reserved", C::StockReserved { sku: sku("A") }),
        ("stock_refused", C::StockRefused { sku: sku("A"), available: 1 }),
        ("stock_committed", C::StockCommitted { sku: sku("A") }),
        ("stock_lost", C::StockLost { sku: sku("A") }),
        ("stock_freed", C::StockFreed { sku: sku("A") }),
        ("restocked", C::Restocked { refund: the_refund(), sku: sku("A") }),
        ("authorise processing", C::AuthoriseAnswered { payment: paid(Processing) }),
        ("authorise requires_action", C::AuthoriseAnswered { payment: paid(RequiresAction) }),
        ("authorise authorized", C::AuthoriseAnswered { payment: paid(Authorized) }),
        ("authorise declined", C::AuthoriseAnswered { payment: paid(Declined) }),
        ("authorise voided", C::AuthoriseAnswered { payment: paid(Voided) }),
        ("ask unknown", C::AskAnswered { payment: None }),
        ("ask requires_action", C::AskAnswered { payment: Some(paid(RequiresAction)) }),
        ("ask authorized", C::AskAnswered { payment: Some(paid(Authorized)) }),
        ("ask declined", C::AskAnswered { payment: Some(paid(Declined)) }),
        ("give_up authorized", C::CancelAnswered { payment: paid(Authorized) }),
        ("give_up declined", C::CancelAnswered { payment: paid(Declined) }),
        ("give_up voided", C::CancelAnswered { payment: paid(Voided) }),
        ("capture processing", C::CaptureAnswered { payment: paid(Processing) }),
        ("capture captured", C::CaptureAnswered { payment: paid(Captured) }),
        ("capture declined", C::CaptureAnswered { payment: paid(Declined) }),
        ("capture voided", C::CaptureAnswered { payment: paid(Voided) }),
        ("void voided", C::VoidAnswered { payment: paid(Voided) }),
        ("void declined", C::VoidAnswered { payment: paid(Declined) }),
        ("refund pending", C::RefundAnswered { refund: the_refund(), status: RefundStatus::Pending }),
        ("refund succeeded", C::RefundAnswered { refund: the_refund(), status: RefundStatus::Succeeded }),
        ("refund failed", C::RefundAnswered { refund: the_refund(), status: RefundStatus::Failed }),
        (
            "cancellation_refund succeeded",
            C::RefundAnswered { refund: cancellation, status: RefundStatus::Succeeded },
        ),
        (
            "cancellation_refund failed",
            C::RefundAnswered { refund: cancellation, status: RefundStatus::Failed },
        ),
    ]
}

/// Whether nobody has to send this command: an effect's answer, or the shell's own alarm.
fn comes_by_itself(command: &str) -> bool {
    let asked_for = ["place", "cancel", "refresh", "fulfil", "mark_delivered", "refund"];
    !asked_for.contains(&command) && !command.starts_with("changed")
}

struct Walk {
    lines: Vec<String>,
    /// Where each state leads without anybody's doing.
    by_itself: BTreeMap<String, BTreeSet<String>>,
    orders: BTreeMap<String, Order>,
}

/// Deadlines have passed and payments may be asked again, so that every command that can do something does it.
fn walk() -> Walk {
    let now = START.plus(PAYMENT_DEADLINE_MS);
    let mut walk = Walk { lines: Vec::new(), by_itself: BTreeMap::new(), orders: BTreeMap::new() };
    let mut waiting = VecDeque::from([Order::default()]);
    while let Some(order) = waiting.pop_front() {
        let name = state_name(&order);
        if walk.orders.contains_key(&name) {
            continue;
        }
        walk.orders.insert(name.clone(), order.clone());
        walk.by_itself.entry(name.clone()).or_default();
        for (command_name, command) in commands() {
            let mut next = order.clone();
            match step(&mut next, command, now) {
                Ok(step) if step.events.is_empty() && step.effects.is_empty() => {}
                Ok(step) => {
                    let effects: Vec<_> = step.effects.iter().map(effect_name).collect();
                    let line =
                        format!("{name} | {command_name} | {} | {}", state_name(&next), effects.join(", "));
                    walk.lines.push(line.trim_end().to_owned());
                    if comes_by_itself(command_name) {
                        walk.by_itself.entry(name.clone()).or_default().insert(state_name(&next));
                    }
                    waiting.push_back(next);
                }
                Err(refusal) => {
                    let refusal = format!("{refusal:?}");
                    let refusal = refusal.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                    // An id that nobody has used refuses everything alike.
                    if name != "unused" {
                        walk.lines.push(format!("{name} | {command_name} | refused {refusal} |"));
                    }
                }
            }
        }
    }
    walk
}

#[test]
fn every_transition_is_in_the_table() {
    let is_listed = |line: &String| {
        let is_sold = line.starts_with("sold");
        // Before the sale there is nothing to send or to pay back: one rule, one test of its own.
        let is_of_a_sale = is_sold || !line.ends_with("| refused NotASale |");
        // What becomes of a sale does not depend on whether its cart has let go of it yet.
        let is_settled =
            line.split(" | ").next().unwrap().contains(" settled") || line.contains("| cart_settled |");
        is_of_a_sale && (!is_sold || is_settled)
    };
    let found: Vec<_> = walk().lines.into_iter().filter(is_listed).collect();
    let listed: Vec<&str> = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let missing: Vec<_> = found.iter().filter(|line| !listed.contains(&line.as_str())).collect();
    let gone: Vec<_> = listed.iter().filter(|line| !found.iter().any(|known| known == *line)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not listed:\n{}\nlisted but not there:\n{}",
        missing.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n"),
        gone.iter().map(|line| **line).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn every_kind_of_state_is_reached() {
    let walk = walk();
    for stage in [
        "unused",
        "pricing",
        "reserving",
        "authorising",
        "awaiting_payment",
        "committing",
        "capturing",
        "undoing",
        "ended",
        "sold",
    ] {
        assert!(walk.orders.keys().any(|name| name.split(' ').next() == Some(stage)), "{stage}");
    }
    let words = |word: fn(&Record) -> &'static str| -> BTreeSet<_> {
        walk.orders.values().filter_map(Order::record).map(word).collect()
    };
    let statuses = words(|record| record.status().as_str());
    assert_eq!(statuses, OrderStatus::ALL.iter().map(|status| status.as_str()).collect());
    let fulfillment = words(|record| record.fulfillment_state().as_str());
    // One line of one parcel is never sent in part.
    assert_eq!(fulfillment, BTreeSet::from(["unfulfilled", "fulfilled", "delivered", "returned"]));
}

/// Answers and alarms alone bring every order to rest: no state waits for somebody for ever.
#[test]
fn every_order_comes_to_rest_by_itself() {
    let walk = walk();
    let is_at_rest = |name: &str| {
        let order = &walk.orders[name];
        order.settled().is_some() && status(order) != "awaiting_payment"
    };
    for start in walk.orders.keys().filter(|name| *name != "unused") {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![start.clone()]);
        let mut rests = false;
        while let Some(name) = waiting.pop() {
            rests |= is_at_rest(&name);
            if seen.insert(name.clone()) {
                waiting.extend(walk.by_itself[&name].iter().cloned());
            }
        }
        assert!(rests, "{start}");
    }
}

#[test]
fn before_the_sale_there_is_nothing_to_send_or_to_pay_back() {
    for (name, order) in walk().orders {
        if !name.starts_with("sold") && name != "unused" {
            for (_, command) in commands()
                .into_iter()
                .filter(|(name, _)| ["fulfil", "mark_delivered", "refund"].contains(name))
            {
                assert_eq!(
                    step(&mut order.clone(), command, START).err(),
                    Some(OrderRefusal::NotASale),
                    "{name}"
                );
            }
        }
    }
}

/// An order that is over stays what it is, whatever still arrives.
#[test]
fn what_ended_never_changes() {
    for (name, order) in walk().orders {
        if name.starts_with("ended") {
            for (command_name, command) in commands() {
                let mut next = order.clone();
                let _ = step(&mut next, command, START.plus(PAYMENT_DEADLINE_MS));
                assert_eq!(next, order, "{name} + {command_name}");
            }
        }
    }
}
