//! Notifications by themselves: from the message on the queue to the mail that somebody reads.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use bytes::Bytes;
use futures::FutureExt;
use http::{Request, header};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

use api::{
    erasure::OrderErased,
    event::{Envelope, EventData, Queue},
    headers,
    identity::{Caller, KeyRing, Role, sign},
    notification::NotifyOrder,
};
use domain::{
    id::{EventId, OrderId, Seed, UserId},
    mail::{MAIL_TRIES_MAX, MailTemplate},
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use kit::{Chaos, Local, Outage, Plan, Wiring, Worker, World, run, wiring::Consume};
use platform::sql;

const SCRIPT: &str = "meridian-notifications";
const CALLER_KEYS: &str = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static ROUTES: LazyLock<web::Routes<Local>> = LazyLock::new(notifications::router::<Local>);

fn worker() -> Worker {
    Worker::read("notifications", "workers/notifications")
        .answer(|local, request| async move { web::serve(&local, &ROUTES, request).await }.boxed())
        .consume(Consume::Events(|batch| notifications::on_messages(batch).boxed()))
        .tick(|local| async move { notifications::on_schedule(&local).await }.boxed())
}

static LOCAL: LazyLock<Arc<Wiring>> = LazyLock::new(|| {
    Arc::new(Wiring::default().worker(worker()).var("ENVIRONMENT", "local").var("CALLER_KEYS", CALLER_KEYS))
});

struct Post(World);

fn order(n: u8) -> OrderId {
    OrderId::derived(&[&n.to_string()])
}

fn user(n: u8) -> UserId {
    UserId::derived(&[&n.to_string()])
}

fn event(n: u8) -> EventId {
    EventId::derived(&[&n.to_string()])
}

fn message(n: u8, template: MailTemplate) -> NotifyOrder {
    let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    serde_json::from_value(json!({
        "template": template, "order_id": order(n), "user_id": user(n),
        "order": {
            "number": format!("M-{n}"), "email": format!("ada{n}@example.com"),
            "lines": [{ "sku": "HT-300", "title": "Halden Tide <300>", "quantity": 1, "unit_price": eur(129_900), "total": eur(129_900) }],
            "prices_include_tax": true, "subtotal": eur(129_900), "discount_total": eur(0), "shipping_total": eur(0),
            "tax_total": eur(20_740), "total": eur(129_900),
            "shipping_address": { "name": "Ada Lovelace", "line1": "Am Markt 1", "city": "Weimar", "country": "DE" },
        },
    }))
    .unwrap()
}

impl Post {
    fn new(seed: u64) -> Self {
        Self(World::new(Arc::clone(&LOCAL), seed))
    }

    fn put(&self, id: EventId, message: &impl EventData) {
        let envelope = Envelope::new(id, message, self.0.now(), None);
        self.0.put_on_queue(Queue::NotificationEvents.name(), &serde_json::to_string(&envelope).unwrap());
    }

    async fn send(&self, request: http::request::Builder) -> (u16, String, String) {
        let response = self.0.request(SCRIPT, request.body(Bytes::new()).unwrap()).await.unwrap();
        let kind =
            response.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), kind.unwrap_or_default(), body)
    }

    fn by(&self, role: Role, request: http::request::Builder) -> http::request::Builder {
        let sub = Some(UserId::new(Seed { now: self.0.now(), random: [3; 10] }));
        let caller = Caller { sub, roles: vec![role], ..Caller::guest("req_1".to_owned(), self.0.now()) };
        request.header(headers::CALLER, sign(&caller, &KeyRing::parse(CALLER_KEYS).unwrap()).unwrap())
    }

    async fn staff(&self, request: http::request::Builder) -> (u16, Value) {
        let (status, _, body) = self.send(self.by(Role::Staff, request)).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        let (status, body) = self.staff(Request::get(format!("/v1/notifications{query}"))).await;
        assert_eq!(status, 200, "{body}");
        body["items"].as_array().unwrap().clone()
    }

    async fn mailbox(&self) -> Vec<Value> {
        let (status, _, body) = self.send(Request::get("/dev/mailbox?limit=100")).await;
        assert_eq!(status, 200);
        serde_json::from_str::<Value>(&body).unwrap()["items"].as_array().unwrap().clone()
    }

    /// Lets the schedule run every minute.
    async fn minutes(&self, count: u64) {
        for _ in 0..count {
            self.0.advance(MINUTE_MS).await;
            self.0.tick().await;
            self.0.settle().await;
        }
    }
}

/// medusa#16555: the mail itself is looked at, not the call that should have sent it.
#[test]
fn a_message_becomes_a_mail_that_can_be_read() {
    run(async {
        let post = Post::new(1);
        post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
        post.0.settle().await;
        let mails = post.mailbox().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(
            (&mails[0]["to"], &mails[0]["subject"]),
            (&json!("ada1@example.com"), &json!("Your order M-1"))
        );

        let path = format!("/dev/mailbox/{}", mails[0]["id"].as_str().unwrap());
        let (status, kind, body) = post.send(Request::get(&path)).await;
        let mail: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, kind.as_str()), (200, "application/json"));
        assert!(mail["text"].as_str().unwrap().contains("Halden Tide <300>"));
        assert!(mail["html"].as_str().unwrap().contains("1,299.00 EUR"));
        assert!(!mail["html"].as_str().unwrap().contains("<300>"));

        for page in ["/dev/mailbox", path.as_str()] {
            let (status, kind, body) = post
                .send(Request::get(page).header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8"))
                .await;
            assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
            assert!(body.contains("Your order M-1") && !body.contains("<300>"), "{body}");
        }
        let unknown = format!("/dev/mailbox/ntf_{}", order(9).as_uuid());
        assert_eq!(post.send(Request::get(unknown)).await.0, 404);
        assert_eq!(post.send(Request::get("/dev/mailbox/rubbish")).await.0, 404);
    });
}

#[test]
fn one_event_and_template_make_one_mail_however_often_they_come() {
    run(async {
        let post = Post::new(2);
        post.0.unleash(Chaos::ROUGH);
        for template in MailTemplate::OF_ORDERS {
            for _ in 0..3 {
                post.put(event(1), &message(1, template));
            }
        }
        post.put(event(2), &message(1, MailTemplate::RefundIssued));
        post.0.settle().await;
        post.minutes(5).await;
        assert_eq!(post.mailbox().await.len(), 6, "five templates of one event, one of another");
        assert!(post.list("?status=queued").await.is_empty());
        assert_eq!(post.0.errors(), [""; 0]);
    });
}

#[test]
fn a_mail_reaches_its_reader_whatever_call_is_lost() {
    run(async {
        let post = Post::new(3);
        post.0.calls.begin();
        post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
        post.0.settle().await;
        let count = post.0.calls.end().len();
        for (serial, outage) in (0..count).flat_map(|serial| Outage::ALL.map(|outage| (serial, outage))) {
            let post = Post::new(3);
            post.0.calls.begin();
            post.0.calls.plan(Plan::At { serial, outage });
            post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
            post.0.settle().await;
            post.minutes(10).await;
            assert!(post.0.calls.has_struck());
            post.0.calls.end();
            assert_eq!(post.mailbox().await.len(), 1, "call {serial} {outage:?}");
            let rows = post.list("").await;
            assert_eq!((rows.len(), &rows[0]["status"]), (1, &json!("sent")), "call {serial} {outage:?}");
        }
    });
}

#[test]
fn staff_find_what_was_sent_and_may_send_it_again() {
    run(async {
        let post = Post::new(4);
        for n in 1..=5 {
            post.put(event(n), &message(n % 2, MailTemplate::OrderConfirmed));
            post.0.settle().await;
        }
        assert_eq!(post.list("").await.len(), 5);
        assert_eq!(post.list(&format!("?order_id={}", order(1))).await.len(), 3);
        assert_eq!(post.list(&format!("?user_id={}&status=sent", user(0))).await.len(), 2);
        assert!(post.list("?status=failed").await.is_empty());

        let mut seen = Vec::new();
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let (_, page) = post.staff(Request::get(format!("/v1/notifications?limit=2{cursor}"))).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["created_at"].to_string()));
            next = page["next_cursor"].as_str().map(|cursor| format!("&cursor={cursor}"));
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a >= b), "newest first: {seen:?}");

        let id = post.list("").await[0]["id"].as_str().unwrap().to_owned();
        let (status, sent) = post.staff(Request::post(format!("/v1/notifications/{id}/resend"))).await;
        assert_eq!((status, &sent["status"], &sent["tries"]), (200, &json!("sent"), &json!(1)));
        assert_eq!(post.mailbox().await.len(), 6, "a copy of its own");
        let unknown = format!("/v1/notifications/ntf_{}/resend", order(9).as_uuid());
        assert_eq!(post.staff(Request::post(unknown)).await.0, 404);
    });
}

#[test]
fn only_staff_may_look_and_only_at_what_makes_sense() {
    run(async {
        let post = Post::new(5);
        assert_eq!(post.send(Request::get("/v1/notifications")).await.0, 401);
        assert_eq!(post.send(post.by(Role::Customer, Request::get("/v1/notifications"))).await.0, 403);
        for (query, pointer) in [
            ("?status=lost", "?status"),
            ("?order_id=1", "?order_id"),
            ("?limit=0", "?limit"),
            ("?limit=101", "?limit"),
            ("?cursor=rubbish", "?cursor"),
            ("?colour=red", "?colour"),
        ] {
            let (status, problem) = post.staff(Request::get(format!("/v1/notifications{query}"))).await;
            assert_eq!(
                (status, &problem["errors"][0]["pointer"]),
                (422, &json!(pointer)),
                "{query}: {problem}"
            );
        }
    });
}

/// A transport that cannot be reached: the mail is tried again, ever more rarely, and given up at last; then staff take over.
#[test]
fn a_mail_that_cannot_be_sent_is_tried_again_and_given_up_in_the_end() {
    run(async {
        let post = Post::new(6);
        // The mailbox is the transport: without its table it takes nothing.
        let database = post.0.database(SCRIPT);
        database.transact(&[sql("alter table mailbox rename to closed")]).unwrap();
        post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
        post.0.settle().await;
        let first = post.list("?status=queued").await.remove(0);
        assert_eq!((&first["tries"], &first["last_error"]), (&json!(1), &json!("no answer")));
        post.minutes(2 * HOUR_MS / MINUTE_MS + 30).await;
        let given_up = post.list("?status=failed").await.remove(0);
        assert_eq!((&given_up["tries"], &given_up["next_try_at"]), (&json!(MAIL_TRIES_MAX), &Value::Null));

        database.transact(&[sql("alter table closed rename to mailbox")]).unwrap();
        post.0.advance(DAY_MS).await;
        post.minutes(3).await;
        assert!(post.mailbox().await.is_empty(), "given up is given up");
        let path = format!("/v1/notifications/{}/resend", given_up["id"].as_str().unwrap());
        assert_eq!(post.staff(Request::post(path)).await.1["status"], "sent");
        assert_eq!(post.mailbox().await.len(), 1);
    });
}

/// saleor/apps#725: one that fails must not hold up or repeat the others.
#[test]
fn a_message_that_cannot_be_read_harms_no_other() {
    run(async {
        let post = Post::new(7);
        let broken = json!({ "id": event(1), "type": "order_notification", "version": 1, "occurred_at": "2026-11-23T09:00:00.000Z",
                             "traceparent": null, "data": { "template": "order_confirmed" } });
        let future = json!({ "id": event(2), "type": "of_the_future", "version": 1, "occurred_at": "2026-11-23T09:00:00.000Z",
                             "traceparent": null, "data": {} });
        let queue = Queue::NotificationEvents.name();
        post.0.put_on_queue(queue, &broken.to_string());
        post.put(event(3), &message(3, MailTemplate::OrderConfirmed));
        post.0.put_on_queue(queue, &future.to_string());
        // The dead-letter queue has no consumer here: the broken one lies there in the end.
        post.0.advance(HOUR_MS).await;
        assert_eq!(post.mailbox().await.len(), 1);
    });
}

#[test]
fn outside_local_development_there_is_no_mailbox() {
    run(async {
        let wiring = Wiring::default()
            .worker(worker())
            .var("ENVIRONMENT", "production")
            .var("CALLER_KEYS", CALLER_KEYS);
        let post = Post(World::new(Arc::new(wiring), 1));
        let id = format!("/dev/mailbox/ntf_{}", order(1).as_uuid());
        for path in ["/dev/mailbox", id.as_str()] {
            assert_eq!(post.send(Request::get(path)).await.0, 404);
        }
    });
}

impl Post {
    async fn forget(&self, user: UserId) {
        let body = Bytes::from(json!({ "user": user }).to_string());
        let ask =
            Request::post("/internal/notifications/erase").header(header::CONTENT_TYPE, "application/json");
        assert_eq!(self.0.request(SCRIPT, ask.body(body).unwrap()).await.unwrap().status(), 200);
    }
}

#[test]
fn a_try_that_was_under_way_leaves_nothing_of_whom_is_forgotten() {
    run(async {
        let post = Post::new(8);
        post.0.calls.begin();
        // The second call of its first try is what hands it over.
        post.0.calls.plan(Plan::At { serial: 1, outage: Outage::Late });
        post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
        post.put(event(2), &message(2, MailTemplate::OrderConfirmed));
        post.0.advance(5_000).await;
        post.forget(user(1)).await;
        post.minutes(3).await;
        assert!(post.0.calls.has_struck());
        let mails: Vec<_> = post.mailbox().await.iter().map(|mail| mail["to"].clone()).collect();
        assert_eq!(mails, ["ada2@example.com"]);
    });
}

/// What orders put on the queue before they called: it may lie among the dead letters for months.
#[test]
fn an_order_may_still_say_by_a_message_that_it_has_forgotten() {
    run(async {
        let post = Post::new(10);
        post.put(event(1), &message(1, MailTemplate::OrderConfirmed));
        post.0.settle().await;
        post.put(event(2), &OrderErased { order_id: order(1) });
        post.0.settle().await;
        post.put(event(3), &message(1, MailTemplate::OrderShipped));
        post.0.settle().await;
        let mails = post.list("").await;
        assert_eq!((mails.len(), &mails[0]["recipient"]), (1, &json!("")));
        assert!(post.mailbox().await.is_empty());
    });
}

#[test]
fn forgetting_somebody_costs_the_same_after_hundreds_of_others() {
    run(async {
        let post = Post::new(9);
        let mut costs = Vec::new();
        for n in 1..=250 {
            post.put(event(n), &message(n, MailTemplate::OrderConfirmed));
            post.0.settle().await;
            let before = post.0.sql_steps();
            post.forget(user(n)).await;
            costs.push(post.0.sql_steps() - before);
        }
        let (first, last) = (costs[1], costs[249]);
        assert!(last * 10 < first * 13, "{first} steps of SQL, then {last}");
    });
}
