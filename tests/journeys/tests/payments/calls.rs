//! What the order object, staff and nobody else may ask.

use http::Request;
use serde_json::{Value, json};

use api::{
    headers,
    identity::{Caller, KeyRing, Role, sign},
    payment::{AskPayment, Authorise, Void},
};
use domain::{
    id::{PaymentId, Seed, UserId},
    payment::{PaymentStatus, RefundStatus},
};

use kit::run;

use crate::payments::till::*;

#[test]
fn a_payment_is_held_taken_and_given_back_within_its_budget() {
    run(async {
        let till = Till::new(1);
        till.0.calls.begin();
        let held = till.call(&authorise(1, "pm_card_visa")).await.unwrap();
        assert_eq!((held.status, held.amount, held.captured), (PaymentStatus::Authorized, eur(100), eur(0)));
        assert!(till.0.calls.end().len() <= 3);

        till.0.calls.begin();
        let taken = till.call(&capture(1)).await.unwrap();
        assert_eq!((taken.status, taken.captured), (PaymentStatus::Captured, eur(100)));
        assert!(till.0.calls.end().len() <= 3);

        let given = till.call(&refund(1, "a", 30)).await.unwrap();
        assert_eq!((given.status, given.snapshot.refunded), (RefundStatus::Succeeded, eur(30)));
        assert_eq!(till.call(&AskPayment { payment: payment(1) }).await.unwrap(), Some(given.snapshot));
        assert_eq!(till.call(&AskPayment { payment: payment(2) }).await.unwrap(), None);
        till.assert_books_agree();
        // Who asked has the answer: nobody else needs to be told.
        assert_eq!(till.announced().await, []);
        assert_eq!(till.rows(PAYMENTS, "select email from payments")[0]["email"], Value::Null);
    });
}

#[test]
fn staff_see_attempts_and_ledger_and_nobody_else_does() {
    run(async {
        let till = Till::new(1);
        till.call(&authorise(1, "pm_card_visa")).await.unwrap();
        till.call(&capture(1)).await.unwrap();
        till.call(&refund(1, "a", 30)).await.unwrap();
        let get = async |id: PaymentId, roles: Option<Vec<Role>>| {
            let mut request = Request::get(format!("/v1/payments/{id}"));
            if let Some(roles) = roles {
                let sub =
                    (!roles.is_empty()).then(|| UserId::new(Seed { now: till.0.now(), random: [3; 10] }));
                let caller = Caller { sub, roles, ..Caller::guest("req_1".to_owned(), till.0.now()) };
                let word = sign(&caller, &KeyRing::parse(CALLER_KEYS).unwrap()).unwrap();
                request = request.header(headers::CALLER, word);
            }
            till.send(request, "").await.unwrap()
        };
        assert_eq!(get(payment(1), None).await.0, 401);
        assert_eq!(get(payment(1), Some(vec![])).await.0, 401);
        assert_eq!(get(payment(1), Some(vec![Role::Customer])).await.0, 403);
        assert_eq!(get(payment(2), Some(vec![Role::Staff])).await.0, 404);
        let (status, seen) = get(payment(1), Some(vec![Role::Staff])).await;
        assert_eq!(
            (status, &seen["status"], &seen["refunded"]["amount"]),
            (200, &json!("captured"), &json!(30))
        );
        let kinds = |list: &str, name: &str| -> Vec<String> {
            seen[list].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(kinds("entries", "type"), ["authorized", "captured", "refunded"]);
        assert_eq!(kinds("attempts", "operation"), ["authorise", "capture", "refund"]);
        assert_eq!(seen["refunds"][0]["status"], "succeeded");
        assert!(!seen.to_string().contains("secret"));
    });
}

#[test]
fn a_bank_that_says_no_is_believed() {
    run(async {
        let till = Till::new(1);
        for (n, method, code) in [
            (1, "pm_card_chargeDeclined", "generic_decline"),
            (2, "pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            (3, "pm_card_chargeDeclinedExpiredCard", "expired_card"),
            (4, "pm_made_up", "invalid_payment_method"),
        ] {
            let told = till.call(&authorise(n, method)).await.unwrap();
            assert_eq!((told.status, told.decline_code.as_deref()), (PaymentStatus::Declined, Some(code)));
            assert_eq!(till.call(&capture(n)).await.unwrap().status, PaymentStatus::Declined);
            assert_eq!(till.call(&refund(n, "a", 1)).await.unwrap().status, RefundStatus::Failed);
            assert_eq!(till.call(&void(n)).await.unwrap().status, PaymentStatus::Declined);
        }
        till.assert_books_agree();
    });
}

#[test]
fn an_order_has_one_living_payment() {
    run(async {
        let till = Till::new(1);
        till.call(&authorise(1, "pm_card_visa")).await.unwrap();
        let second = Authorise { payment: payment(2), ..authorise(1, "pm_card_visa") };
        let told = till.call(&second).await.unwrap();
        assert_eq!(
            (told.status, told.decline_code.as_deref()),
            (PaymentStatus::Declined, Some("order_has_a_payment"))
        );
        till.call(&void(1)).await.unwrap();
        assert_eq!(
            till.call(&second).await.unwrap().status,
            PaymentStatus::Authorized,
            "the first is given up"
        );
    });
}

#[test]
fn an_undo_that_overtakes_its_do_wins() {
    run(async {
        let till = Till::new(1);
        assert_eq!(till.call(&void(1)).await.unwrap().status, PaymentStatus::Voided);
        assert_eq!(till.call(&authorise(1, "pm_card_visa")).await.unwrap().status, PaymentStatus::Voided);
        assert_eq!(till.call(&capture(1)).await.unwrap().status, PaymentStatus::Voided);
        assert_eq!(
            till.rows(PAYMENTS, "select id from test_intents").len(),
            0,
            "the provider never heard of it"
        );
    });
}

#[test]
fn a_void_ends_what_is_open_and_nothing_else() {
    run(async {
        let till = Till::new(1);
        till.call(&authorise(1, "pm_card_visa")).await.unwrap();
        let late = Void { keep_authorized: true, ..void(1) };
        assert_eq!(
            till.call(&late).await.unwrap().status,
            PaymentStatus::Authorized,
            "the shopper was in time"
        );
        assert_eq!(till.call(&void(1)).await.unwrap().status, PaymentStatus::Voided);
        assert_eq!(till.call(&capture(1)).await.unwrap().status, PaymentStatus::Voided);

        till.call(&authorise(2, "pm_card_visa")).await.unwrap();
        till.call(&capture(2)).await.unwrap();
        assert_eq!(till.call(&void(2)).await.unwrap().status, PaymentStatus::Captured, "too late: refund");

        let waiting = till.call(&authorise(3, "pm_card_authenticationRequired")).await.unwrap();
        let in_time = Void { keep_authorized: true, ..void(3) };
        assert_eq!(till.call(&in_time).await.unwrap().status, PaymentStatus::Voided);
        let body = json!({ "client_secret": waiting.client_secret, "outcome": "succeed" });
        let (status, problem) = till.post(&confirm_path(3), &body).await;
        assert_eq!((status, &problem["code"]), (409, &json!("payment_ended")));
        till.assert_books_agree();
    });
}
