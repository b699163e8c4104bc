//! The payment's rules as a table, and against an account that keeps its own books.

use proptest::prelude::*;

use super::*;
use crate::{
    Currency, Timestamp,
    id::{OrderId, RefundId, Seed},
};

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::Eur).unwrap()
}

fn payment() -> Payment {
    let seed = Seed { now: Timestamp::from_millis(1), random: [1; 10] };
    Payment::asked(
        PaymentId::new(seed),
        OrderId::new(seed),
        "test",
        eur(100),
        "pm_x".into(),
        "ada@example.com".into(),
    )
}

/// A short word for each outcome, so that the table below can be read.
fn outcome(word: &str) -> Outcome {
    let reference = "pi_1".to_owned();
    match word {
        "action" => Outcome::RequiresAction {
            reference,
            client_secret: "secret".into(),
            next_action: NextAction { kind: "confirm".into(), url: None },
        },
        "approved" => Outcome::Approved { reference },
        "declined" => Outcome::Declined { reference: Some(reference), code: "card_declined".into() },
        "refused" => Outcome::CaptureRefused { code: "expired".into() },
        "captured" => Outcome::Captured { reference, amount: eur(100) },
        "canceled" => Outcome::Canceled,
        "unknown" => Outcome::Unknown,
        other => panic!("{other}"),
    }
}

/// Where a payment ends that heard `story`, and what it then holds and has captured.
fn check(story: &str, status: PaymentStatus, held: i64, captured: i64) {
    let mut payment = payment();
    let mut ledger = Vec::new();
    for word in story.split_whitespace() {
        if let Some(event) = payment.learn(outcome(word)) {
            payment.apply(&event);
            ledger.push(event);
        }
    }
    assert_eq!(
        (payment.status, payment.held, payment.captured),
        (status, eur(held), eur(captured)),
        "{story}"
    );
    assert_eq!(payment.seq, ledger.len() as u64, "{story}");
}

#[test]
fn news_changes_a_payment_and_repeats_do_not() {
    use PaymentStatus::*;
    check("unknown", Processing, 0, 0);
    check("action", RequiresAction, 0, 0);
    check("action action approved approved", Authorized, 100, 0);
    check("action declined declined", Declined, 0, 0);
    check("approved captured captured", Captured, 0, 100);
    check("approved canceled", Voided, 0, 0);
    check("approved refused", Declined, 100, 0);
    check("approved refused canceled", Voided, 0, 0);
    check("refused", Processing, 0, 0);
}

#[test]
fn late_news_undoes_nothing() {
    use PaymentStatus::*;
    check("approved action", Authorized, 100, 0);
    check("approved declined", Authorized, 100, 0);
    check("captured approved action declined canceled", Captured, 0, 100);
    check("canceled approved declined action", Voided, 0, 0);
    check("approved refused approved", Declined, 100, 0);
    // The shopper tried another card with the same payment: the shop learns of the hold, and can let it go.
    check("declined approved", Authorized, 100, 0);
    // Money that was taken is booked, whatever we thought.
    check("canceled captured", Captured, 0, 100);
}

#[test]
fn an_answer_makes_the_address_be_forgotten_and_the_secret_be_kept_to_oneself() {
    let mut payment = payment();
    payment.apply(&payment.learn(outcome("action")).unwrap());
    assert_eq!(payment.snapshot().client_secret.as_deref(), Some("secret"));
    payment.apply(&payment.learn(outcome("approved")).unwrap());
    assert_eq!((payment.email.as_deref(), payment.snapshot().client_secret), (None, None));
}

#[test]
fn a_refund_may_fail_after_it_succeeded_and_then_counts_no_more() {
    let mut payment = payment();
    payment.apply(&payment.learn(outcome("captured")).unwrap());
    let mut refund = Refund {
        id: RefundId::derived(&["a"]),
        payment: payment.id,
        amount: eur(60),
        status: RefundStatus::Pending,
    };
    let failed = RefundOutcome::Failed { code: "expired_or_canceled_card".into() };
    assert_eq!(payment.refundable(std::slice::from_ref(&refund)), eur(40));
    for (outcome, status, refunded) in [
        (RefundOutcome::Unknown, RefundStatus::Pending, 0),
        (RefundOutcome::Pending, RefundStatus::Pending, 0),
        (RefundOutcome::Succeeded, RefundStatus::Succeeded, 60),
        (RefundOutcome::Succeeded, RefundStatus::Succeeded, 60),
        (failed, RefundStatus::Failed, 0),
        (RefundOutcome::Succeeded, RefundStatus::Failed, 0),
    ] {
        if let Some(event) = payment.learn_refund(&refund, outcome.clone()) {
            refund.status = refund.after(&event);
            payment.apply(&event);
        }
        assert_eq!((refund.status, payment.refunded), (status, eur(refunded)), "{outcome:?}");
    }
    assert_eq!(payment.refundable(&[refund]), eur(100));
}

/// The provider's side, which knows nothing of ours: what it did, and everything it will ever tell about it.
#[derive(Default)]
struct Account {
    state: Option<Outcome>,
    held: i64,
    captured: i64,
    refunds: Vec<(RefundId, i64, RefundOutcome)>,
    told: Vec<News>,
}

#[derive(Debug, Clone)]
enum News {
    Payment(Outcome),
    Refund(RefundId, RefundOutcome),
}

impl Account {
    fn becomes(&mut self, word: &str) -> Outcome {
        let state = outcome(word);
        (self.held, self.captured) = match word {
            "approved" => (100, 0),
            "captured" => (0, 100),
            _ => (0, 0),
        };
        self.state = Some(state.clone());
        self.told.push(News::Payment(state.clone()));
        state
    }

    /// The same key, so a repeat is answered with the first answer, however the payment stands by then.
    fn create(&mut self, word: &str) -> Outcome {
        let first = self.told.iter().find_map(|news| match news {
            News::Payment(outcome) => Some(outcome.clone()),
            News::Refund(..) => None,
        });
        first.unwrap_or_else(|| self.becomes(word))
    }

    fn confirm(&mut self, word: &str) -> Option<Outcome> {
        matches!(self.state, Some(Outcome::RequiresAction { .. })).then(|| self.becomes(word))
    }

    fn capture(&mut self, refuse: bool) -> Outcome {
        match &self.state {
            Some(Outcome::Approved { .. }) if refuse => outcome("refused"),
            Some(Outcome::Approved { .. }) => self.becomes("captured"),
            other => other.clone().unwrap_or(Outcome::Unknown),
        }
    }

    fn cancel(&mut self) -> Outcome {
        match &self.state {
            Some(Outcome::RequiresAction { .. } | Outcome::Approved { .. } | Outcome::Declined { .. }) => {
                self.becomes("canceled")
            }
            other => other.clone().unwrap_or(Outcome::Unknown),
        }
    }

    fn refund(&mut self, id: RefundId, amount: i64, ends: RefundOutcome) -> RefundOutcome {
        if let Some((_, _, first)) = self.refunds.iter().find(|(known, ..)| *known == id) {
            return first.clone();
        }
        self.refunds.push((id, amount, ends.clone()));
        self.told.push(News::Refund(id, ends.clone()));
        ends
    }

    /// What was pending succeeds; what had succeeded comes back.
    fn turn_refund(&mut self, at: usize) {
        let count = self.refunds.len().max(1);
        if let Some((id, _, state)) = self.refunds.get_mut(at % count) {
            *state = match state {
                RefundOutcome::Pending => RefundOutcome::Succeeded,
                _ => RefundOutcome::Failed { code: "lost".into() },
            };
            self.told.push(News::Refund(*id, state.clone()));
        }
    }

    fn refunded(&self) -> i64 {
        let gone = self.refunds.iter().filter(|(.., state)| *state == RefundOutcome::Succeeded);
        gone.map(|(_, amount, _)| amount).sum()
    }
}

/// Our side, as the Worker runs it: one payment and what it wrote down.
#[derive(Default)]
struct Shop {
    /// As it was before the first entry.
    born: Option<Payment>,
    payment: Option<Payment>,
    refunds: Vec<Refund>,
    ledger: Vec<PaymentEvent>,
}

impl Shop {
    /// The first to write a payment down decides how it begins.
    fn begin(&mut self, payment: Payment) {
        self.born.get_or_insert(payment.clone());
        self.payment.get_or_insert(payment);
    }

    fn hear(&mut self, news: News) {
        let Some(payment) = &mut self.payment else { return };
        let event = match news {
            News::Payment(outcome) => payment.learn(outcome),
            News::Refund(id, outcome) => {
                let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id) else { return };
                let event = payment.learn_refund(refund, outcome);
                if let Some(event) = &event {
                    refund.status = refund.after(event);
                }
                event
            }
        };
        if let Some(event) = event {
            payment.apply(&event);
            self.ledger.push(event);
        }
    }

    fn status(&self) -> Option<PaymentStatus> {
        self.payment.as_ref().map(|payment| payment.status)
    }
}

/// Where the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lost {
    Nothing,
    Request,
    Answer,
}

#[derive(Debug, Clone)]
enum Step {
    Authorise(&'static str, Lost),
    Confirm(&'static str, Lost),
    Capture(bool, Lost),
    Void(Lost),
    Refund(u8, i64, RefundOutcome, Lost),
    TurnRefund(usize),
    Webhook(prop::sample::Index),
}

fn lost() -> impl Strategy<Value = Lost> {
    prop_oneof![4 => Just(Lost::Nothing), 1 => Just(Lost::Request), 1 => Just(Lost::Answer)]
}

fn step() -> impl Strategy<Value = Step> {
    let created = prop::sample::select(vec!["approved", "approved", "action", "declined"]);
    let confirmed = prop::sample::select(vec!["approved", "declined"]);
    let refund = prop_oneof![
        3 => Just(RefundOutcome::Succeeded),
        1 => Just(RefundOutcome::Pending),
        1 => Just(RefundOutcome::Failed { code: "no".into() }),
    ];
    prop_oneof![
        4 => (created, lost()).prop_map(|(word, lost)| Step::Authorise(word, lost)),
        2 => (confirmed, lost()).prop_map(|(word, lost)| Step::Confirm(word, lost)),
        4 => (prop::bool::weighted(0.2), lost()).prop_map(|(refuse, lost)| Step::Capture(refuse, lost)),
        1 => lost().prop_map(Step::Void),
        5 => (0..4u8, 1..80i64, refund, lost()).prop_map(|(id, amount, ends, lost)| Step::Refund(id, amount, ends, lost)),
        1 => (0..4usize).prop_map(Step::TurnRefund),
        3 => any::<prop::sample::Index>().prop_map(Step::Webhook),
    ]
}

/// Asks the account, with the line as good as it is.
fn ask<T>(lost: Lost, unknown: T, call: impl FnOnce() -> T) -> T {
    match lost {
        Lost::Nothing => call(),
        Lost::Request => unknown,
        Lost::Answer => {
            call();
            unknown
        }
    }
}

fn take(shop: &mut Shop, account: &mut Account, step: Step) {
    match step {
        Step::Authorise(word, lost) => {
            shop.begin(payment());
            if shop.status() == Some(PaymentStatus::Processing) {
                let answer = ask(lost, Outcome::Unknown, || account.create(word));
                shop.hear(News::Payment(answer));
            }
        }
        Step::Confirm(word, lost) => {
            if let Some(answer) = ask(lost, None, || account.confirm(word)) {
                shop.hear(News::Payment(answer));
            }
        }
        Step::Capture(refuse, lost) => {
            if shop.status() == Some(PaymentStatus::Authorized) {
                let answer = ask(lost, Outcome::Unknown, || account.capture(refuse));
                shop.hear(News::Payment(answer));
            }
        }
        Step::Void(lost) => match shop.status() {
            None => {
                let asked = payment();
                shop.begin(Payment::tombstone(asked.id, asked.order, "test", asked.amount));
            }
            Some(PaymentStatus::Voided | PaymentStatus::Captured) => {}
            Some(_) => {
                // What was never answered is asked again first, with the same key.
                let answer = account.create("approved");
                shop.hear(News::Payment(answer));
                let answer = ask(lost, Outcome::Unknown, || account.cancel());
                shop.hear(News::Payment(answer));
            }
        },
        Step::Refund(id, amount, ends, lost) => {
            let Some(payment) = &shop.payment else { return };
            let id = RefundId::derived(&[&id.to_string()]);
            let known = shop.refunds.iter().find(|refund| refund.id == id).cloned();
            if known.is_none() && payment.refundable(&shop.refunds).amount() < amount {
                return;
            }
            let refund = known.unwrap_or_else(|| {
                let refund =
                    Refund { id, payment: payment.id, amount: eur(amount), status: RefundStatus::Pending };
                shop.refunds.push(refund.clone());
                refund
            });
            if refund.status == RefundStatus::Pending {
                let answer =
                    ask(lost, RefundOutcome::Unknown, || account.refund(id, refund.amount.amount(), ends));
                shop.hear(News::Refund(id, answer));
            }
        }
        Step::TurnRefund(at) => account.turn_refund(at),
        Step::Webhook(at) => {
            if !account.told.is_empty() {
                shop.hear(at.get(&account.told).clone());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is done, lost, repeated or told late: once all has been told, in any order, both sides' books agree.
    #[test]
    fn the_books_agree_with_the_providers(
        steps in prop::collection::vec(step(), 0..24), order in any::<u64>(), twice in any::<bool>(),
    ) {
        let (mut shop, mut account) = (Shop::default(), Account::default());
        for step in steps {
            take(&mut shop, &mut account, step);
            if let Some(payment) = &shop.payment {
                let pending: i64 = shop.refunds.iter().filter(|r| r.status == RefundStatus::Pending).map(|r| r.amount.amount()).sum();
                prop_assert!(payment.refunded.amount() + pending <= payment.captured.amount());
                prop_assert!(account.refunded() <= account.captured);
            }
        }

        let mut told = account.told.clone();
        if twice { told.extend(account.told.clone()); }
        let mut dice = order;
        for last in (1..told.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            told.swap(last, usize::try_from(dice >> 33).unwrap() % (last + 1));
        }
        told.into_iter().for_each(|news| shop.hear(news));

        if let Some(payment) = &shop.payment {
            prop_assert_eq!(payment.captured.amount(), account.captured);
            prop_assert_eq!(payment.refunded.amount(), account.refunded());
            prop_assert_eq!(payment.held.amount(), account.held);
        }
    }

    /// The same news in another order ends in the same place.
    #[test]
    fn the_order_of_the_news_does_not_matter(
        mut story in prop::collection::vec(prop::sample::select(vec!["action", "approved", "declined", "canceled", "captured"]), 0..8),
    ) {
        let end = |story: &[&str]| {
            let mut payment = payment();
            for word in story {
                if let Some(event) = payment.learn(outcome(word)) { payment.apply(&event); }
            }
            (payment.status, payment.held, payment.captured)
        };
        let heard = end(&story);
        story.sort_unstable();
        prop_assert_eq!(heard, end(&story));
    }

    /// A payment is what its ledger adds up to.
    #[test]
    fn the_ledger_replays_to_the_payment(steps in prop::collection::vec(step(), 0..24)) {
        let (mut shop, mut account) = (Shop::default(), Account::default());
        for step in steps {
            take(&mut shop, &mut account, step);
        }
        if let (Some(payment), Some(mut replayed)) = (shop.payment, shop.born) {
            shop.ledger.iter().for_each(|event| replayed.apply(event));
            prop_assert_eq!(replayed, payment);
        }
    }
}
