//! Everybody at once, and every call lost.

use futures::future::join_all;

use domain::{
    payment::{PaymentSnapshot, PaymentStatus, RefundStatus},
    time::DAY_MS,
};
use kit::{Chaos, Outage, Plan, run};

use crate::payments::till::*;

#[test]
fn the_same_request_again_even_at_once_makes_one_payment() {
    run(async {
        let till = Till::new(7);
        till.0.unleash(Chaos { jitter: true, ..Chaos::default() });
        let ask = authorise(1, "pm_card_visa");
        let all = join_all((0..8).map(|_| till.insist(&ask))).await;
        assert!(all.iter().all(|told| *told == all[0] && told.status == PaymentStatus::Authorized));
        let captures = join_all((0..8).map(|_| async { till.insist(&capture(1)).await })).await;
        assert!(captures.iter().all(|told| told.status == PaymentStatus::Captured));
        assert_eq!(till.rows(PAYMENTS, "select id from test_intents").len(), 1);
        till.assert_books_agree();
    });
}

#[test]
fn refunds_that_race_never_pass_what_was_captured() {
    run(async {
        for seed in 0..20 {
            let till = Till::new(seed);
            till.call(&authorise(1, "pm_card_visa")).await.unwrap();
            till.call(&capture(1)).await.unwrap();
            till.0.unleash(Chaos { jitter: true, ..Chaos::default() });
            let asks: Vec<_> = (0..10).map(|n| refund(1, &n.to_string(), 30)).collect();
            // Each twice at once: a repeat counts once.
            let all = join_all(asks.iter().chain(&asks).map(|ask| till.insist(ask))).await;
            let (first, repeat) = all.split_at(10);
            let statuses = |told: &[api::payment::RefundReply]| {
                told.iter().map(|reply| reply.status).collect::<Vec<_>>()
            };
            assert_eq!(statuses(first), statuses(repeat));
            let paid = first.iter().filter(|reply| reply.status == RefundStatus::Succeeded).count();
            assert_eq!(paid, 3, "seed {seed}");
            // It was our own guard: the provider was asked for nothing that it had to refuse.
            let refused = till.rows(PAYMENTS, "select failure_code from refunds where status = 'failed'");
            assert!(refused.iter().all(|row| row["failure_code"] == "exceeds_captured"), "{refused:?}");
            till.assert_books_agree();
        }
    });
}

/// Everything the order object may ask in the life of a payment, with one call lost somewhere: what it answers and where it ends.
async fn life(till: &Till, method: &str) -> Vec<PaymentSnapshot> {
    let held = till.insist(&authorise(1, method)).await;
    let taken = till.insist(&capture(1)).await;
    let first = till.insist(&refund(1, "a", 60)).await;
    let second = till.insist(&refund(1, "b", 60)).await;
    assert_eq!((first.status, second.status), (RefundStatus::Succeeded, RefundStatus::Failed));
    let given_up = till.insist(&void(2)).await;
    till.insist(&authorise(3, method)).await;
    let let_go = till.insist(&void(3)).await;
    vec![held, taken, first.snapshot, second.snapshot, given_up, let_go]
}

#[test]
fn any_call_may_be_lost_before_or_after_it_took_effect() {
    run(async {
        let till = Till::new(5);
        till.0.calls.begin();
        let expected = life(&till, "pm_card_visa").await;
        let count = till.0.calls.end().len();
        till.assert_books_agree();
        assert!(count > 10, "{count}");
        for (serial, outage) in (0..count).flat_map(|serial| Outage::ALL.map(|outage| (serial, outage))) {
            let till = Till::new(5);
            till.0.calls.begin();
            till.0.calls.plan(Plan::At { serial, outage });
            let told = life(&till, "pm_card_visa").await;
            assert!(till.0.calls.has_struck(), "{serial}");
            till.0.calls.end();
            assert_eq!(told, expected, "call {serial} {outage:?}");
            till.assert_books_agree();
            assert_eq!(
                till.rows(PAYMENTS, "select id from test_intents").len(),
                2,
                "call {serial} {outage:?}"
            );
        }
    });
}

/// Everybody at once, in any order, for as long as it takes: afterwards the books agree.
#[test]
fn a_storm_leaves_the_books_in_order() {
    run(async {
        for seed in 0..60 {
            let till = Till::new(seed);
            till.0.unleash(Chaos::ROUGH);
            till.0.calls.begin();
            for serial in [3, 7, 11, 17, 23] {
                let outage = Outage::ALL[(seed as usize + serial) % 4];
                till.0.calls.plan(Plan::At { serial: serial + seed as usize % 5, outage });
            }
            let asks = async {
                till.insist(&authorise(1, "pm_card_visa")).await;
                if seed % 3 == 0 {
                    let voided = till.insist(&void(1)).await;
                    assert_ne!(voided.status, PaymentStatus::Authorized);
                }
            };
            let taking = async { till.insist(&capture(1)).await };
            let again = async { till.insist(&authorise(1, "pm_card_visa")).await };
            futures::join!(asks, taking, again);
            let refunds: Vec<_> = (0..4).map(|n| refund(1, &n.to_string(), 40)).collect();
            join_all(refunds.iter().map(|ask| till.insist(ask))).await;
            till.0.calls.end();
            till.0.advance(DAY_MS).await;
            till.0.tick().await;
            till.0.settle().await;
            till.assert_books_agree();
        }
    });
}

/// What `cargo xtask chaos` sets: a provider that often is not there, or whose answers get lost, charges nobody twice.
#[test]
fn a_provider_that_cannot_be_relied_on_is_asked_again_and_takes_the_money_once() {
    run(async {
        let mut upset = 0;
        for seed in 0..20 {
            let till = Till::new(seed);
            till.0.set_var("TEST_PROVIDER_UPSETS", "unreached=250 lost=250 slow=250");
            let held = till.insist(&authorise(1, "pm_card_visa")).await;
            assert_eq!(held.status, PaymentStatus::Authorized, "seed {seed}");
            assert_eq!(till.insist(&capture(1)).await.status, PaymentStatus::Captured, "seed {seed}");
            assert_eq!(till.insist(&refund(1, "a", 30)).await.status, RefundStatus::Succeeded);
            assert_eq!(
                till.insist(&authorise(2, "pm_card_chargeDeclined")).await.status,
                PaymentStatus::Declined
            );
            assert_eq!(till.insist(&void(3)).await.status, PaymentStatus::Voided);
            assert_eq!(till.rows(PAYMENTS, "select id from test_intents").len(), 2);
            till.assert_books_agree();
            upset += till.0.errors().len();
        }
        assert!(upset > 20, "it could be relied on");
    });
}
