//! The Worker by itself, a provider that keeps its own books, and whoever asks or listens.

use bytes::Bytes;
use futures::FutureExt;
use http::{Request, Response, header};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

use api::{
    call::InternalCall,
    event::EventData,
    payment::{Authorise, Capture, PaymentChanged, RefundPayment, Void},
};
use domain::{
    Currency, Money, Timestamp,
    id::{EventId, OrderId, PaymentId, RefundId},
    time::SECOND_MS,
};
use kit::{
    Local, Sqlite, Wiring, Worker, World,
    config::{Consumer, Queues, ServiceBinding, Wrangler},
    wiring::Consume,
};
use platform::{Outcome, Platform, consume::write_all, sql};

pub const PAYMENTS: &str = "meridian-payments";
pub const ORDERS: &str = "meridian-orders";
pub const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const CALLER_KEYS: &str = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static ROUTES: LazyLock<web::Routes<Local>> = LazyLock::new(payments::router::<Local>);

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
    let services = vec![ServiceBinding { binding: "PAYMENTS".to_owned(), service: PAYMENTS.to_owned() }];
    let config = Wrangler { name: ORDERS.to_owned(), queues, services, ..Wrangler::default() };
    let mut orders = Worker::new("orders", config)
        .consume(Consume::Events(|batch| batch.together(PaymentChanged::TYPE, write_down).boxed()));
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

async fn write_down(local: Local, events: Vec<(EventId, Value)>) -> Vec<Outcome> {
    let insert = || sql("insert into heard (id, data) values (?1, ?2) on conflict (id) do nothing");
    let written = events.iter().map(|(id, data)| Ok(vec![insert().bind_text(id).bind_json(data)])).collect();
    write_all(&local.db().unwrap(), written).await
}

pub struct Till(pub World);

impl Till {
    pub fn new(seed: u64) -> Self {
        Self(World::new(Arc::clone(&WIRING), seed))
    }

    pub async fn send(
        &self,
        request: http::request::Builder,
        body: impl Into<Bytes>,
    ) -> Option<(u16, Value)> {
        let request = request.body(body.into()).unwrap();
        let response: Response<Bytes> = self.0.request(PAYMENTS, request).await.ok()?;
        Some((response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default()))
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await.unwrap()
    }

    /// `None`: no answer, or one that says to come again.
    pub async fn call<C: InternalCall>(&self, call: &C) -> Option<C::Reply> {
        let request = Request::post(C::PATH).header(header::CONTENT_TYPE, "application/json");
        let (status, body) = self.send(request, serde_json::to_vec(call).unwrap()).await?;
        (status == 200).then(|| serde_json::from_value(body).unwrap())
    }

    /// As the order object does: again, with the same ids, until there is an answer.
    pub async fn insist<C: InternalCall>(&self, call: &C) -> C::Reply {
        for _ in 0..20 {
            if let Some(reply) = self.call(call).await {
                return reply;
            }
            self.0.advance(SECOND_MS).await;
        }
        panic!("no answer from {}: {:#?}", C::PATH, self.0.errors());
    }

    pub async fn webhook(&self, body: &Value, secret: &str, at: Timestamp) -> u16 {
        let body = body.to_string();
        let signature = payments::sign(body.as_bytes(), secret, at);
        let request =
            Request::post("/v1/payments/webhooks/test").header(payments::SIGNATURE_HEADER, signature);
        self.send(request, body).await.unwrap().0
    }

    pub async fn told(&self, body: &Value) -> u16 {
        self.webhook(body, WEBHOOK_SECRET, self.0.now()).await
    }

    pub fn rows(&self, script: &str, text: &str) -> Vec<Value> {
        let results = self.0.database(script).transact(&[sql(text.to_owned())]).unwrap();
        results[0].rows().unwrap()
    }

    /// What the orders Worker has heard.
    pub async fn announced(&self) -> Vec<PaymentChanged> {
        self.0.settle().await;
        let heard = self.rows(ORDERS, "select data from heard order by rowid");
        heard.iter().map(|row| serde_json::from_str(row["data"].as_str().unwrap()).unwrap()).collect()
    }

    /// Our rows and the provider's say the same, and the ledger adds up to the rows.
    pub fn assert_books_agree(&self) {
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

pub fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::Eur).unwrap()
}

pub fn order(n: u8) -> OrderId {
    OrderId::derived(&[&n.to_string()])
}

pub fn payment(n: u8) -> PaymentId {
    PaymentId::derived(&[&order(n).to_string()])
}

pub fn authorise(n: u8, method: &str) -> Authorise {
    let email = "ada@example.com".to_owned();
    Authorise {
        payment: payment(n),
        order: order(n),
        amount: eur(100),
        payment_method: method.to_owned(),
        email,
    }
}

pub fn capture(n: u8) -> Capture {
    Capture { payment: payment(n), amount: eur(100) }
}

pub fn void(n: u8) -> Void {
    Void { payment: payment(n), order: order(n), amount: eur(100), keep_authorized: false }
}

pub fn refund(n: u8, key: &str, amount: i64) -> RefundPayment {
    RefundPayment {
        payment: payment(n),
        refund: RefundId::derived(&[&n.to_string(), key]),
        amount: eur(amount),
    }
}

pub fn confirm_path(n: u8) -> String {
    format!("/v1/payments/{}/confirm", payment(n))
}

pub fn intent(n: u8, status: &str, id: &str) -> Value {
    let error = (status == "requires_payment_method").then(|| json!({ "decline_code": "generic_decline" }));
    json!({ "id": "evt_1", "type": "payment_intent.updated", "data": { "object": {
        "object": "payment_intent", "id": id, "status": status, "amount": 100, "amount_received": 100, "currency": "eur",
        "last_payment_error": error, "metadata": { "payment_id": payment(n) },
    } } })
}
