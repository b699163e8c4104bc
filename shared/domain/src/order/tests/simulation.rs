//! Random walks of one order against a small model of the rest of the shop: effects in any order, answers lost, people and webhooks in
//! between, time passing. At rest the books must balance and nothing may be left anywhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{
    cart::CartRefusal,
    id::{RefundId, ReservationId},
    payment::RefundStatus,
    time::{MINUTE_MS, SECOND_MS},
};

const LINES: &[(&str, u32)] = &[("A", 1), ("B", 2)];
const TOTAL: i64 = 60_000;
const RECEIVED: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Reserved {
        until: Timestamp,
    },
    Committed,
    /// Released, returned, expired, or never there: a later reserve finds it ended.
    Ended,
}

#[derive(Debug, Clone, Copy)]
struct Reservation {
    quantity: u32,
    restocked: u32,
    held: Held,
}

/// How the provider takes this shopper's money.
#[derive(Debug, Clone, Copy)]
struct Provider {
    authorise: PaymentStatus,
    capture: PaymentStatus,
    refund: RefundStatus,
    /// What it says of the refunds that it took its time for, one after the other.
    late_refunds: [RefundStatus; 3],
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Performed,
    AnswerLost,
    Cancelled,
    Confirmed,
    Webhook,
    SecondsPassed,
    MinutesPassed,
    SoldElsewhere,
    LookedAt,
    Refunded,
    Forgotten,
}

struct World {
    order: Order,
    /// Everything that happened to it, as it is kept.
    events: Vec<OrderEvent>,
    /// Effects whose result has not been fed back.
    rows: Vec<OrderEffect>,
    now: Timestamp,
    is_cart_claimed: bool,
    is_cart_settled: bool,
    has_given_up: bool,
    reservations: BTreeMap<ReservationId, (&'static str, Reservation)>,
    /// Pieces that somebody else bought.
    others: BTreeMap<&'static str, u32>,
    provider: Provider,
    payment: Option<PaymentSnapshot>,
    refunds: BTreeMap<RefundId, (i64, RefundStatus)>,
    /// Which refund brought which goods back.
    restocks: BTreeSet<(RefundId, Sku)>,
    /// What webhooks may still bring, in any order.
    said: Vec<PaymentSnapshot>,
}

impl World {
    fn new(provider: Provider) -> Self {
        let mut world = Self {
            order: Order::default(),
            events: Vec::new(),
            rows: Vec::new(),
            now: START,
            is_cart_claimed: false,
            is_cart_settled: false,
            has_given_up: false,
            reservations: BTreeMap::new(),
            others: BTreeMap::new(),
            provider,
            payment: None,
            refunds: BTreeMap::new(),
            restocks: BTreeSet::new(),
            said: Vec::new(),
        };
        world.tell(place(TOTAL));
        world
    }

    fn tell(&mut self, command: OrderCommand) {
        if let Ok(step) = step(&mut self.order, command, self.now) {
            self.rows.extend(step.effects);
            keep(&mut self.events, step.events);
        }
    }

    /// Performs one pending effect; its answer may get lost on the way, and then it stays pending.
    fn perform(&mut self, pick: usize, is_lost: bool) {
        if self.rows.is_empty() {
            return;
        }
        let index = pick % self.rows.len();
        let answer = self.outside(&self.rows[index].clone());
        if !is_lost {
            self.rows.remove(index);
            if let Some(command) = answer {
                self.tell(command);
            }
        }
    }

    fn pass_time(&mut self, span: u64) {
        self.now = self.now.plus(span);
        for (_, reservation) in self.reservations.values_mut() {
            if matches!(reservation.held, Held::Reserved { until } if until <= self.now) {
                reservation.held = Held::Ended;
            }
        }
        if let Some((at, command)) = self.order.wake()
            && at <= self.now
        {
            self.tell(command);
        }
    }

    fn in_stock(&self, name: &str) -> u32 {
        let taken = |reservation: &Reservation| match reservation.held {
            Held::Reserved { .. } => reservation.quantity,
            Held::Committed => reservation.quantity - reservation.restocked,
            Held::Ended => 0,
        };
        let ours: u32 =
            self.reservations.values().filter(|(of, _)| *of == name).map(|(_, it)| taken(it)).sum();
        RECEIVED - ours - self.others.get(name).copied().unwrap_or(0)
    }

    fn say(&mut self) -> Box<PaymentSnapshot> {
        let payment = self.payment.clone().unwrap();
        self.said.push(payment.clone());
        Box::new(payment)
    }

    fn set_payment(&mut self, status: PaymentStatus) {
        let refunded = self.payment.as_ref().map_or(eur(0), |payment| payment.refunded);
        self.payment = Some(PaymentSnapshot { refunded, ..*snapshot(status, TOTAL) });
    }

    fn payment_status(&self) -> Option<PaymentStatus> {
        self.payment.as_ref().map(|payment| payment.status)
    }

    /// Gives the payment up, which leaves a tombstone where there was none.
    fn void(&mut self, keep_authorized: bool) -> Box<PaymentSnapshot> {
        match self.payment_status() {
            Some(PaymentStatus::Declined | PaymentStatus::Captured | PaymentStatus::Voided) => {}
            Some(PaymentStatus::Authorized) if keep_authorized => {}
            _ => self.set_payment(PaymentStatus::Voided),
        }
        self.say()
    }

    /// What the rest of the shop does and answers; the same again for a repeat.
    fn outside(&mut self, effect: &OrderEffect) -> Option<OrderCommand> {
        use OrderCommand as C;
        let id = |sku: &Sku| reservation_id(&order_id(), sku);
        let name = |sku: &Sku| LINES.iter().find(|(name, _)| *name == sku.as_str()).unwrap().0;
        Some(match effect {
            OrderEffect::ClaimAndQuote { .. } if self.has_given_up => {
                C::CartRefused { refusal: CartRefusal::OrderGaveUp }
            }
            OrderEffect::ClaimAndQuote { .. } => {
                self.is_cart_claimed = true;
                claimed(LINES)
            }
            OrderEffect::Unclaim { .. } => {
                (self.is_cart_claimed, self.has_given_up) = (false, true);
                C::CartUnclaimed
            }
            OrderEffect::SettleCart { .. } => {
                assert!(self.is_cart_claimed, "a sale settles the cart that it holds");
                self.is_cart_settled = true;
                C::CartSettled
            }
            OrderEffect::Reserve { sku, quantity, until } => {
                let (sku, quantity) = (sku.clone(), quantity.get());
                match self.reservations.get(&id(&sku)) {
                    Some((_, Reservation { held: Held::Ended, .. })) => C::StockRefused { sku, available: 0 },
                    Some(_) => C::StockReserved { sku },
                    None if self.in_stock(sku.as_str()) < quantity => {
                        C::StockRefused { available: self.in_stock(sku.as_str()), sku }
                    }
                    None => {
                        let held = Held::Reserved { until: *until };
                        let reservation = Reservation { quantity, restocked: 0, held };
                        self.reservations.insert(id(&sku), (name(&sku), reservation));
                        C::StockReserved { sku }
                    }
                }
            }
            OrderEffect::Commit { sku } => {
                let (_, reservation) = self.reservations.get_mut(&id(sku)).unwrap();
                let sku = sku.clone();
                if reservation.held == Held::Ended {
                    C::StockLost { sku }
                } else {
                    reservation.held = Held::Committed;
                    C::StockCommitted { sku }
                }
            }
            OrderEffect::Release { sku } | OrderEffect::Return { sku } => {
                self.reservations.get_mut(&id(sku)).unwrap().1.held = Held::Ended;
                C::StockFreed { sku: sku.clone() }
            }
            OrderEffect::Restock { refund, sku, quantity } => {
                if self.restocks.insert((*refund, sku.clone())) {
                    let (_, reservation) = self.reservations.get_mut(&id(sku)).unwrap();
                    reservation.restocked += quantity.get();
                    assert!(reservation.restocked <= reservation.quantity, "more came back than was sold");
                }
                C::Restocked { refund: *refund, sku: sku.clone() }
            }
            OrderEffect::Authorise { amount, .. } => {
                assert_eq!(*amount, eur(TOTAL));
                if self.payment.is_none() {
                    self.set_payment(self.provider.authorise);
                }
                C::AuthoriseAnswered { payment: self.say() }
            }
            OrderEffect::Capture { .. } => {
                if self.payment_status() == Some(PaymentStatus::Authorized) {
                    self.set_payment(self.provider.capture);
                }
                C::CaptureAnswered { payment: self.say() }
            }
            OrderEffect::Void => C::VoidAnswered { payment: self.void(false) },
            OrderEffect::CancelPayment => C::CancelAnswered { payment: self.void(true) },
            OrderEffect::AskPayment => C::AskAnswered { payment: Some(self.say()) },
            OrderEffect::RefundPayment { refund, amount } => {
                let status = self.refunds.get(refund).map_or(self.provider.refund, |(_, status)| *status);
                self.refunds.insert(*refund, (amount.amount(), status));
                C::RefundAnswered { refund: *refund, status }
            }
            OrderEffect::Publish { .. } => return None,
        })
    }

    fn refunded(&self) -> i64 {
        let succeeded = self.refunds.values().filter(|(_, status)| *status == RefundStatus::Succeeded);
        succeeded.map(|(amount, _)| amount).sum()
    }

    /// The provider makes up its mind about refunds that it took its time for.
    fn resolve_refunds(&mut self) {
        let is_open = |(_, status): &(i64, RefundStatus)| *status == RefundStatus::Pending;
        let open: Vec<_> = self.refunds.iter().filter(|(_, it)| is_open(it)).map(|(id, _)| *id).collect();
        for (refund, status) in open.into_iter().zip(self.provider.late_refunds.into_iter().cycle()) {
            self.refunds.get_mut(&refund).unwrap().1 = status;
            self.tell(OrderCommand::RefundAnswered { refund, status });
        }
    }

    /// One thing happens; `pick` says which of several.
    fn happen(&mut self, what: Happening, pick: u8) {
        let index = usize::from(pick);
        match what {
            Happening::Performed => self.perform(index, false),
            Happening::AnswerLost => self.perform(index, true),
            Happening::Cancelled => self.tell(OrderCommand::Cancel { by: Party::Shopper, reason: None }),
            Happening::Confirmed => {
                if self.payment_status() == Some(PaymentStatus::RequiresAction) {
                    let is_failed = pick.is_multiple_of(4);
                    self.set_payment(if is_failed {
                        PaymentStatus::Declined
                    } else {
                        PaymentStatus::Authorized
                    });
                    self.say();
                }
            }
            Happening::Webhook => {
                if !self.said.is_empty() {
                    let payment = Box::new(self.said[index % self.said.len()].clone());
                    self.tell(OrderCommand::PaymentChanged { payment });
                }
            }
            Happening::SecondsPassed => self.pass_time(u64::from(pick) * SECOND_MS),
            Happening::MinutesPassed => self.pass_time(u64::from(pick % 40) * MINUTE_MS),
            Happening::SoldElsewhere => {
                let (name, _) = LINES[index % LINES.len()];
                if self.in_stock(name) > 0 {
                    *self.others.entry(name).or_default() += 1;
                }
            }
            Happening::LookedAt => self.tell(OrderCommand::Refresh),
            Happening::Forgotten => self.tell(OrderCommand::Erase),
            Happening::Refunded => {
                let sku = sku(LINES[index % LINES.len()].0);
                self.tell(OrderCommand::Refund {
                    id: RefundId::derived(&[&pick.to_string()]),
                    what: RefundWhat::Lines(vec![Pieces { sku, quantity: Quantity::ONE }]),
                    reason: Some("Ada Lovelace rang".parse().unwrap()),
                    restock: !pick.is_multiple_of(3),
                });
            }
        }
    }

    /// Nobody does anything any more: effects are performed and alarms ring until nothing is left to do.
    fn come_to_rest(&mut self) {
        self.run_out();
        // What the provider says at last may set an order going again: one that waited for it before it forgets.
        self.resolve_refunds();
        self.run_out();
    }

    fn run_out(&mut self) {
        for round in 0.. {
            assert!(round < 1_000, "it never comes to rest: {:?}", self.order);
            if !self.rows.is_empty() {
                self.perform(round, false);
            } else if let Some((at, _)) = self.order.wake() {
                self.pass_time(at.since(self.now));
            } else {
                break;
            }
        }
    }

    fn check(&self) {
        let record = self.order.record().unwrap();
        let held = |name: &str| {
            let of = |(sku, _): &(&'static str, Reservation)| *sku == name;
            self.reservations.values().find(|it| of(it)).map(|(_, reservation)| *reservation)
        };
        match &record.stage {
            Stage::Ended(ended) => {
                assert!(!self.is_cart_claimed && !self.is_cart_settled, "the cart is the shopper's again");
                assert!(
                    self.reservations.values().all(|(_, it)| it.held == Held::Ended),
                    "nothing stays reserved"
                );
                assert!(
                    matches!(
                        self.payment_status(),
                        None | Some(PaymentStatus::Voided | PaymentStatus::Declined)
                    ),
                    "no money is held: {:?}",
                    self.payment
                );
                assert_eq!(ended.payment.is_some(), self.payment.is_some());
            }
            Stage::Sold(sale) => {
                assert!(self.is_cart_claimed && self.is_cart_settled);
                assert_eq!(self.payment_status(), Some(PaymentStatus::Captured));
                assert_eq!(sale.payment.captured, eur(TOTAL));
                assert_eq!(sale.refunded().amount(), self.refunded(), "the books agree");
                assert!(self.refunded() <= TOTAL);
                for line in &sale.goods.lines {
                    let (name, ordered) = (line.totals.sku.as_str(), line.totals.quantity.get());
                    let reservation = held(name).unwrap();
                    if sale.cancellation.is_some() {
                        let kept: u32 = if reservation.held == Held::Ended {
                            0
                        } else {
                            reservation.quantity - reservation.restocked
                        };
                        // Pieces that were paid back without coming back stay with whoever has them.
                        let lost: u32 = sale
                            .refunds
                            .iter()
                            .filter(|refund| {
                                !refund.restock && refund.id != cancellation_refund_id(&order_id())
                            })
                            .flat_map(|refund| &refund.lines)
                            .filter(|pieces| pieces.sku == line.totals.sku)
                            .map(|pieces| pieces.quantity.get())
                            .sum();
                        assert!(kept <= lost, "{name}: {kept} pieces did not come back");
                    } else {
                        assert_eq!(reservation.held, Held::Committed);
                        assert_eq!(reservation.quantity, ordered);
                    }
                }
            }
            stage => panic!("not at rest: {stage:?}"),
        }
        assert!(self.order.settled().is_some());
        self.check_memory(record);
    }
}

impl World {
    /// What is kept of the past leads to the present, and neither says what was to be forgotten.
    fn check_memory(&self, record: &Record) {
        let mut replayed = Order::default();
        self.events.iter().for_each(|event| replayed.apply(event));
        assert_eq!(replayed, self.order);
        let memory = serde_json::to_string(&(&self.order, &self.events)).unwrap();
        let person = ["Ada Lovelace", "Unter den Linden", "ada@example.com"];
        let needs_address =
            record.sale().is_some_and(|sale| sale.cancellation.is_none() && !sale.is_everything_sent());
        match record.erasure {
            Erasure::None => assert!(person.iter().all(|text| memory.contains(text))),
            Erasure::Asked => assert!(needs_address, "it forgets no sooner than it can: {record:?}"),
            Erasure::Done => {
                assert!(!needs_address && !person.iter().any(|text| memory.contains(text)), "{memory}");
            }
        }
        assert_eq!(memory.contains(&user().to_string()), record.erasure.is_none());
    }
}

fn any_provider() -> impl Strategy<Value = Provider> {
    use PaymentStatus::{Authorized, Captured, Declined, RequiresAction};
    (
        prop::sample::select(vec![Authorized, Authorized, RequiresAction, RequiresAction, Declined]),
        prop::sample::select(vec![Captured, Captured, Captured, Declined]),
        prop::sample::select(vec![RefundStatus::Succeeded, RefundStatus::Pending, RefundStatus::Failed]),
        prop::array::uniform3(prop::sample::select(vec![RefundStatus::Succeeded, RefundStatus::Failed])),
    )
        .prop_map(|(authorise, capture, refund, late_refunds)| Provider {
            authorise,
            capture,
            refund,
            late_refunds,
        })
}

fn any_happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        40 => Just(Happening::Performed),
        10 => Just(Happening::AnswerLost),
        1 => Just(Happening::Cancelled),
        5 => Just(Happening::Confirmed),
        5 => Just(Happening::Webhook),
        4 => Just(Happening::SecondsPassed),
        1 => Just(Happening::MinutesPassed),
        2 => Just(Happening::SoldElsewhere),
        4 => Just(Happening::LookedAt),
        6 => Just(Happening::Refunded),
        1 => Just(Happening::Forgotten),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_in_between_it_comes_to_rest_with_its_books_in_order(
        provider in any_provider(),
        happenings in prop::collection::vec((any_happening(), any::<u8>()), 0..80),
    ) {
        let mut world = World::new(provider);
        for (what, pick) in happenings {
            world.happen(what, pick);
        }
        world.come_to_rest();
        world.check();
    }
}
