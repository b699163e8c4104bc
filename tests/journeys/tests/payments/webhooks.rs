//! What comes without being asked for: the shopper, the provider, the schedule.

use futures::future::join_all;
use http::{Request, header};
use serde_json::json;

use domain::{
    Timestamp,
    payment::{PaymentStatus, RefundStatus},
    time::MINUTE_MS,
};
use kit::{Chaos, Outage, Plan, run};

use crate::payments::till::*;

#[test]
fn the_shopper_confirms_with_the_secret_and_the_order_hears_of_it() {
    run(async {
        let till = Till::new(1);
        for (n, outcome, status) in
            [(1, "succeed", PaymentStatus::Authorized), (2, "fail", PaymentStatus::Declined)]
        {
            let waiting = till.call(&authorise(n, "pm_card_authenticationRequired")).await.unwrap();
            assert_eq!(waiting.status, PaymentStatus::RequiresAction);
            assert_eq!(waiting.next_action.unwrap().kind, "confirm");
            let secret = waiting.client_secret.unwrap();
            let wrong = json!({ "client_secret": "pi_guess_secret", "outcome": outcome });
            assert_eq!(till.post(&confirm_path(n), &wrong).await.0, 404);
            assert_eq!(
                till.post(&confirm_path(9), &json!({ "client_secret": secret, "outcome": outcome })).await.0,
                404
            );
            assert_eq!(
                till.post(&confirm_path(n), &json!({ "client_secret": secret, "outcome": "maybe" })).await.0,
                422
            );
            for _ in 0..2 {
                let (code, body) = till
                    .post(&confirm_path(n), &json!({ "client_secret": secret, "outcome": outcome }))
                    .await;
                assert_eq!((code, serde_json::from_value(body["status"].clone()).unwrap()), (200, status));
            }
        }
        let announced = till.announced().await;
        let heard: Vec<_> = announced.iter().map(|news| (news.order, news.payment.status)).collect();
        assert_eq!(heard, [(order(1), PaymentStatus::Authorized), (order(2), PaymentStatus::Declined)]);
        assert!(announced.iter().all(|news| news.payment.client_secret.is_none()));
        till.assert_books_agree();
    });
}

#[test]
fn a_refund_that_takes_a_while_is_followed_up() {
    run(async {
        let till = Till::new(1);
        till.call(&authorise(1, "pm_card_pendingRefund")).await.unwrap();
        till.call(&capture(1)).await.unwrap();
        assert_eq!(till.call(&refund(1, "a", 70)).await.unwrap().status, RefundStatus::Pending);
        assert_eq!(
            till.call(&refund(1, "b", 40)).await.unwrap().status,
            RefundStatus::Failed,
            "70 are on their way"
        );
        till.0.advance(2 * MINUTE_MS).await;
        till.0.tick().await;
        let announced = till.announced().await;
        assert_eq!(announced.len(), 1);
        assert_eq!(announced[0].refund.as_ref().unwrap().id, refund(1, "a", 70).refund);
        assert_eq!(
            (announced[0].refund.as_ref().unwrap().status, announced[0].payment.refunded),
            (RefundStatus::Succeeded, eur(70))
        );
        till.assert_books_agree();
    });
}

#[test]
fn only_a_fresh_signature_of_the_provider_is_believed() {
    run(async {
        let till = Till::new(1);
        till.call(&authorise(1, "pm_card_authenticationRequired")).await.unwrap();
        let id = till.rows(PAYMENTS, "select id from test_intents")[0]["id"].as_str().unwrap().to_owned();
        let news = intent(1, "requires_capture", &id);
        let now = till.0.now();
        assert_eq!(till.webhook(&news, "another secret of the right length", now).await, 400);
        assert_eq!(
            till.webhook(&news, WEBHOOK_SECRET, Timestamp::from_millis(now.millis() - 6 * 60_000)).await,
            400
        );
        let unsigned = Request::post("/v1/payments/webhooks/test");
        assert_eq!(
            till.send(unsigned, news.to_string()).await.unwrap().1["code"],
            "webhook_signature_invalid"
        );
        assert_eq!(till.send(Request::post("/v1/payments/webhooks/other"), "{}").await.unwrap().0, 404);
        assert_eq!(till.announced().await, []);

        assert_eq!(till.told(&news).await, 200);
        assert_eq!(till.announced().await.len(), 1);
    });
}

/// medusa#4798, Pinelab#620, ShopifySharp#919: the same webhook several times at the same instant, and none of them fails.
#[test]
fn webhooks_may_come_in_any_order_and_any_number() {
    run(async {
        let till = Till::new(3);
        till.call(&authorise(1, "pm_card_visa")).await.unwrap();
        till.call(&capture(1)).await.unwrap();
        let id = till.rows(PAYMENTS, "select id from test_intents")[0]["id"].as_str().unwrap().to_owned();
        till.0.unleash(Chaos { jitter: true, ..Chaos::default() });
        for status in ["requires_capture", "requires_payment_method", "canceled", "succeeded", "processing"] {
            let news = intent(1, status, &id);
            assert_eq!(join_all((0..3).map(|_| till.told(&news))).await, [200; 3], "{status}");
        }
        for stranger in [
            intent(2, "succeeded", "pi_of_nobody"),
            intent(1, "canceled", "pi_another"),
            json!({ "type": "customer.created", "data": { "object": { "object": "customer" } } }),
            json!("rubbish"),
        ] {
            assert_eq!(till.told(&stranger).await, 200, "{stranger}");
        }
        assert_eq!(till.announced().await, [], "none of it was news");
        till.assert_books_agree();
        assert_eq!(till.0.errors(), [""; 0]);
    });
}

/// saleor#12652: the webhook comes before the answer that it is about.
#[test]
fn a_webhook_may_overtake_the_answer() {
    run(async {
        let till = Till::new(1);
        till.0.calls.begin();
        // The attempt is on record, the provider has it, and its answer is lost.
        till.0.calls.plan(Plan::At { serial: 1, outage: Outage::After });
        assert_eq!(till.call(&authorise(1, "pm_card_visa")).await, None);
        till.0.calls.end();
        let id = till.rows(PAYMENTS, "select id from test_intents")[0]["id"].as_str().unwrap().to_owned();
        till.0.unleash(Chaos { jitter: true, ..Chaos::default() });
        let news = intent(1, "requires_capture", &id);
        let first = till.told(&news);
        assert_eq!(join_all([first, till.told(&news), till.told(&news)]).await, [200; 3]);
        assert_eq!(till.announced().await.len(), 1);
        assert_eq!(till.call(&authorise(1, "pm_card_visa")).await.unwrap().status, PaymentStatus::Authorized);
        till.assert_books_agree();
    });
}

#[test]
fn news_that_could_not_be_sent_is_sent_by_the_schedule() {
    run(async {
        for outage in Outage::ALL {
            let till = Till::new(1);
            let waiting = till.call(&authorise(1, "pm_card_authenticationRequired")).await.unwrap();
            till.0.calls.begin();
            // Look, confirm, record, send: the fourth call is the queue's.
            till.0.calls.plan(Plan::At { serial: 3, outage });
            let body = json!({ "client_secret": waiting.client_secret, "outcome": "succeed" });
            // Whoever dies over the sending may leave the shopper without an answer.
            let request = Request::post(confirm_path(1)).header(header::CONTENT_TYPE, "application/json");
            assert!(till.send(request, body.to_string()).await.is_none_or(|(status, _)| status == 200));
            till.0.settle().await;
            assert!(till.0.calls.has_struck());
            till.0.calls.end();
            till.0.advance(MINUTE_MS).await;
            till.0.tick().await;
            assert_eq!(till.announced().await.len(), 1, "{outage:?}");
            assert_eq!(till.rows(PAYMENTS, "select id from outbox").len(), 0, "{outage:?}");
        }
    });
}
