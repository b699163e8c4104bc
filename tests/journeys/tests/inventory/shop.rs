//! Inventory, telemetry and the stock objects in one world, with the catalogue's place taken by a listener.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::{Value, json};
use std::{cell::RefCell, sync::Arc};

use api::{
    event::EventData,
    headers,
    identity::{Caller, KeyRing, Role, sign},
    inventory::StockHintChanged,
};
use domain::{
    Quantity,
    id::{OrderId, ReservationId, UserId},
    stock::StockCommand,
    time::{MINUTE_MS, SECOND_MS},
};
use kit::{Class, Local, Wiring, Worker, World, config::Wrangler, wiring::Consume};

const CALLER_KEYS: &str = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

thread_local! {
    /// What the catalogue heard in this test; a world lives in one thread.
    pub static HINTS: RefCell<Vec<StockHintChanged>> = const { RefCell::new(Vec::new()) };
}

fn wiring() -> Arc<Wiring> {
    let inventory = Worker::read("inventory", "workers/inventory")
        .answer(|p, request| {
            Box::pin(async move { web::serve(&p, &inventory::router::<Local>(), request).await })
        })
        .consume(Consume::Events(|batch| Box::pin(inventory::on_messages(batch))))
        .tick(|p| Box::pin(async move { inventory::on_schedule(&p).await }));
    let telemetry = Worker::read("telemetry", "workers/telemetry")
        .answer(|p, request| {
            Box::pin(async move { web::serve(&p, &telemetry::router::<Local>(), request).await })
        })
        .consume(Consume::Batch(|p, batch| {
            Box::pin(async move {
                let Some(queue) = batch.first().map(|delivery| delivery.queue.clone()) else { return Ok(()) };
                telemetry::on_dead_letters(
                    &p,
                    &queue,
                    batch.into_iter().map(|delivery| delivery.body).collect(),
                )
                .await
            })
        }))
        .tick(|p| Box::pin(async move { telemetry::on_schedule(&p).await }));
    let catalog =
        Worker::new("catalog", Wrangler::read("workers/catalog")).consume(Consume::Events(|batch| {
            Box::pin(batch.each(StockHintChanged::TYPE, |_, hint| async {
                HINTS.with_borrow_mut(|hints| hints.push(hint));
                Ok(())
            }))
        }));
    let stock = Class::of::<stock_object::StockActor>("stock", Wrangler::read("durable-objects/stock"));
    let wiring = Wiring::default().worker(inventory).worker(telemetry).worker(catalog);
    Arc::new(wiring.class("StockObject", stock).var("CALLER_KEYS", CALLER_KEYS))
}

/// The last hint that the catalogue heard, as it counts them: by `seq`.
pub fn hint() -> Option<u32> {
    HINTS.with_borrow(|hints| hints.iter().max_by_key(|hint| hint.seq).map(|hint| hint.available))
}

pub struct Shop(pub World);

/// An answer as a client sees it.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn is_replayed(&self) -> bool {
        self.headers.get(headers::IDEMPOTENCY_REPLAYED).is_some_and(|value| value == "true")
    }

    pub fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no list: {self:?}"))
    }
}

impl Shop {
    pub fn new() -> Self {
        Self(World::new(wiring(), 7))
    }

    /// `None`: the answer was lost.
    pub async fn call(
        &self,
        roles: &[Role],
        key: Option<&str>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let sub = (!roles.is_empty()).then(|| UserId::derived(&["somebody"]));
        let caller = Caller { sub, roles: roles.to_vec(), ..Caller::guest("req_1".into(), self.0.now()) };
        let keys = KeyRing::parse(CALLER_KEYS).unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://meridian{path}"))
            .header("content-type", "application/json")
            .header(headers::CALLER, sign(&caller, &keys).unwrap());
        if let Some(key) = key {
            request = request.header(headers::IDEMPOTENCY_KEY, key);
        }
        let script =
            if path.starts_with("/v1/dead-letters") { "meridian-telemetry" } else { "meridian-inventory" };
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let response = self.0.request(script, request.body(body).unwrap()).await.ok()?;
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        Some(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    pub async fn staff(&self, method: Method, path: &str, body: Value) -> Answer {
        let body = (!body.is_null()).then_some(&body);
        self.call(&[Role::Staff], None, method, path, body).await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.staff(Method::GET, path, Value::Null).await
    }

    /// Makes a location and answers its id.
    pub async fn location(&self, name: &str, priority: u32) -> String {
        let body = json!({"name": name, "country": "DE", "priority": priority});
        let made = self.staff(Method::POST, "/v1/locations", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_str().unwrap().to_owned()
    }

    pub async fn adjust(&self, sku: &str, location: &str, delta: i64) -> Answer {
        let body = json!({"location_id": location, "delta": delta, "reason": "correction"});
        self.staff(Method::POST, &format!("/v1/inventory/{sku}/adjustments"), body).await
    }

    /// Asks a stock object as the order object does.
    pub async fn command(&self, sku: &str, command: StockCommand) -> Value {
        let ask = json!({"command": {"command": command}});
        let told = self.0.ask_object("StockObject", sku, Bytes::from(ask.to_string())).await.unwrap();
        serde_json::from_slice(told.body()).unwrap()
    }

    pub async fn reserve(&self, sku: &str, buyer: &str, pieces: u32) -> Value {
        let id = ReservationId::derived(&[buyer, sku]);
        let until = self.0.now().plus(30 * MINUTE_MS);
        let quantity = Quantity::new(pieces).unwrap();
        self.command(sku, StockCommand::Reserve { id, order: OrderId::derived(&[buyer]), quantity, until })
            .await
    }

    pub async fn settle(&self) {
        // Longer than changes are collected before they are published, and than a queue waits for more of them.
        self.0.advance(5 * SECOND_MS).await;
        self.0.settle().await;
    }

    /// Every page of a list, joined.
    pub async fn all(&self, path: &str, roles: &[Role]) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let here =
                cursor.as_str().map_or(path.to_owned(), |cursor| format!("{path}{joint}cursor={cursor}"));
            let page = self.call(roles, None, Method::GET, &here, None).await.expect("an answer");
            assert_eq!(page.status, 200, "{page:?}");
            items.extend(page.items().clone());
            cursor = page.body["next_cursor"].clone();
            if cursor.is_null() {
                return items;
            }
        }
    }
}
