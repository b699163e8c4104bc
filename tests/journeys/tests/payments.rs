//! Payments by themselves: the Worker and its embedded provider, whose books are held against ours after everything that can go wrong.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use bytes::Bytes;
use futures::{FutureExt, future::join_all};
use http::{Request, Response, header};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

use api::{
    call::InternalCall,
    event::Envelope,
    headers,
    identity::{Caller, KeyRing, Role, sign},
    payment::{AskPayment, Authorise, Capture, PaymentChanged, RefundPayment, Void},
};
use domain::{
    Currency, Money, Timestamp,
    id::{OrderId, PaymentId, RefundId, Seed, UserId},
    payment::{PaymentSnapshot, PaymentStatus, RefundStatus},
    time::{DAY_MS, MINUTE_MS, SECOND_MS},
};
use kit::{
    Chaos, Local, Outage, Plan, Sqlite, Wiring, Worker, World,
    config::{Consumer, Queues, Wrangler},
    run,
    wiring::Consume,
};
use platform::{Database, Platform, sql};

const PAYMENTS: &str = "meridian-payments";
const ORDERS: &str = "meridian-orders";
const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef";
const CALLER_KEYS: &str = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static ROUTES: LazyLock<axum::Router> = LazyLock::new(payments::router::<Local>);

/// Payments, and in the place of orders somebody who writes down what is announced.
static WIRING: LazyLock<Arc<Wiring>> = LazyLock::new(|| {
    let payments = Worker::read("payments", "workers/payments")
        .answer(|local, request| async move { web::serve(&local, &ROUTES, request).await }.boxed())
        .tick(|local| async move { payments::on_schedule(&local).await }.boxed());
    let consumer = Consumer {
        queue: "payment-events".to_owned(),
        max_batch_size: 10,
        max_batch_timeout: 1,
        max_retries: 3,
        retry_delay: 1,
        max_concurrency: 1,
        dead_letter_queue: None,
    };
    let queues = Queues { consumers: vec![consumer], ..Queues::default() };
    let mut orders =
        Worker::new("orders", Wrangler { name: ORDERS.to_owned(), queues, ..Wrangler::default() })
            .consume(Consume::Each(|local, event| write_down(local, event).boxed()));
    let heard = Sqlite::empty();
    heard.transact(&[sql("create table heard (id text primary key, data text not null) strict")]).unwrap();
    orders.database = Some(heard.image());
    let wiring = Wiring::default()
        .worker(payments)
        .worker(orders)
        .var("ENVIRONMENT", "local")
        .var("TEST_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .var("CALLER_KEYS", CALLER_KEYS);
    Arc::new(wiring)
});

async fn write_down(local: Local, event: Envelope) -> Result<(), platform::Fault> {
    let insert = sql("insert into heard (id, data) values (?1, ?2) on conflict (id) do nothing");
    local.db()?.run(insert.bind_text(event.id).bind_json(&event.data)).await?;
    Ok(())
}

struct Till(World);

impl Till {
    fn new(seed: u64) -> Self {
        Self(World::new(Arc::clone(&WIRING), seed))
    }

    async fn send(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Option<(u16, Value)> {
        let request = request.body(body.into()).unwrap();
        let response: Response<Bytes> = self.0.request(PAYMENTS, request).await.ok()?;
        Some((response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default()))
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await.unwrap()
    }

    /// `None`: no answer, or one that says to come again.
    async fn call<C: InternalCall>(&self, call: &C) -> Option<C::Reply> {
        let request = Request::post(C::PATH).header(header::CONTENT_TYPE, "application/json");
        let (status, body) = self.send(request, serde_json::to_vec(call).unwrap()).await?;
        (status == 200).then(|| serde_json::from_value(body).unwrap())
    }

    /// As the order object does: again, with the same ids, until there is an answer.
    async fn insist<C: InternalCall>(&self, call: &C) -> C::Reply {
        for _ in 0..20 {
            if let Some(reply) = self.call(call).await {
                return reply;
            }
            self.0.advance(SECOND_MS).await;
        }
        panic!("no answer from {}: {:#?}", C::PATH, self.0.errors());
    }

    async fn webhook(&self, body: &Value, secret: &str, at: Timestamp) -> u16 {
        let body = body.to_string();
        let signature = payments::sign(body.as_bytes(), secret, at);
        let request =
            Request::post("/v1/payments/webhooks/test").header(payments::SIGNATURE_HEADER, signature);
        self.send(request, body).await.unwrap().0
    }

    async fn told(&self, body: &Value) -> u16 {
        self.webhook(body, WEBHOOK_SECRET, self.0.now()).await
    }

    fn rows(&self, script: &str, text: &str) -> Vec<Value> {
        let results = self.0.database(script).transact(&[sql(text.to_owned())]).unwrap();
        results[0].rows().unwrap()
    }

    /// What the orders Worker has heard.
    async fn announced(&self) -> Vec<PaymentChanged> {
        self.0.settle().await;
        let heard = self.rows(ORDERS, "select data from heard order by rowid");
        heard.iter().map(|row| serde_json::from_str(row["data"].as_str().unwrap()).unwrap()).collect()
    }

    /// Our rows and the provider's say the same, and the ledger adds up to the rows.
    fn assert_books_agree(&self) {
        let ours = self.rows(
            PAYMENTS,
            "select id, held, captured, refunded, \
             (select coalesce(sum(amount), 0) from refunds where payment_id = p.id and status = 'succeeded') as refunds_succeeded, \
             (select coalesce(sum(case type when 'captured' then amount end), 0) from entries where payment_id = p.id) as captured_entries, \
             (select coalesce(sum(case type when 'refunded' then amount when 'refund_failed' then -amount end), 0) \
                from entries where payment_id = p.id) as refunded_entries, \
             (select count(*) from entries where payment_id = p.id) = seq as is_complete \
             from payments p order by id",
        );
        for row in &ours {
            assert_eq!(row["captured"], row["captured_entries"], "{row}");
            assert_eq!(
                (&row["refunded"], &row["refunded"]),
                (&row["refunded_entries"], &row["refunds_succeeded"]),
                "{row}"
            );
            assert_eq!(row["is_complete"], 1, "{row}");
        }
        let short = |rows: &[Value]| -> Vec<Value> {
            let something = rows
                .iter()
                .filter(|row| [&row["held"], &row["captured"]].into_iter().any(|amount| *amount != 0));
            something.map(|row| json!([row["id"], row["held"], row["captured"], row["refunded"]])).collect()
        };
        let theirs = self.rows(
            PAYMENTS,
            "select payment_id as id, case status when 'requires_capture' then amount else 0 end as held, captured, \
             (select coalesce(sum(amount), 0) from test_refunds where intent_id = i.id and status = 'succeeded') as refunded \
             from test_intents i order by payment_id",
        );
        assert_eq!(short(&ours), short(&theirs));
    }
}

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::Eur).unwrap()
}

fn order(n: u8) -> OrderId {
    OrderId::derived(&[&n.to_string()])
}

fn payment(n: u8) -> PaymentId {
    PaymentId::derived(&[&order(n).to_string()])
}

fn authorise(n: u8, method: &str) -> Authorise {
    let email = "ada@example.com".to_owned();
    Authorise {
        payment: payment(n),
        order: order(n),
        amount: eur(100),
        payment_method: method.to_owned(),
        email,
    }
}

fn capture(n: u8) -> Capture {
    Capture { payment: payment(n), amount: eur(100) }
}

fn void(n: u8) -> Void {
    Void { payment: payment(n), order: order(n), amount: eur(100), keep_authorized: false }
}

fn refund(n: u8, key: &str, amount: i64) -> RefundPayment {
    RefundPayment {
        payment: payment(n),
        refund: RefundId::derived(&[&n.to_string(), key]),
        amount: eur(amount),
    }
}

fn confirm_path(n: u8) -> String {
    format!("/v1/payments/{}/confirm", payment(n))
}

fn intent(n: u8, status: &str, id: &str) -> Value {
    let error = (status == "requires_payment_method").then(|| json!({ "decline_code": "generic_decline" }));
    json!({ "id": "evt_1", "type": "payment_intent.updated", "data": { "object": {
        "object": "payment_intent", "id": id, "status": status, "amount": 100, "amount_received": 100, "currency": "eur",
        "last_payment_error": error, "metadata": { "payment_id": payment(n) },
    } } })
}

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
            till.assert_books_agree();
        }
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
        assert_eq!(till.told(&intent(1, "requires_capture", &id)).await, 200);
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
            assert_eq!(till.post(&confirm_path(1), &body).await.0, 200);
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
            till.0.unleash(Chaos { jitter: true, duplicates: true, disorder: true });
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
            let taking = async { till.call(&capture(1)).await };
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
