//! A catalogue on its own, spoken to over HTTP as the router would.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

use api::{
    headers,
    identity::{CALLER_TTL_MS, Caller, KeyRing, Role, sign},
};
use domain::id::UserId;
use kit::{Local, Wiring, Worker, World, wiring::Consume};

const SCRIPT: &str = "meridian-catalog";

static KEYS: LazyLock<String> = LazyLock::new(|| format!("test:{}", URL_SAFE_NO_PAD.encode([7; 32])));
static ROUTES: LazyLock<web::Routes<Local>> = LazyLock::new(catalog::router::<Local>);
static WIRING: LazyLock<Arc<Wiring>> = LazyLock::new(|| {
    let worker = Worker::read("catalog", "workers/catalog")
        .answer(|p, request| Box::pin(async move { web::serve(&p, &ROUTES, request).await }))
        .consume(Consume::Events(|batch| Box::pin(catalog::on_messages(batch))))
        .tick(|p| Box::pin(async move { catalog::on_schedule(&p).await }));
    Arc::new(Wiring::default().worker(worker).var("CALLER_KEYS", KEYS.as_str()).var("ENVIRONMENT", "local"))
});

/// An answer, read.
pub struct Told {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem, and the pointers of what is wrong.
    pub fn refusal(&self) -> String {
        let pointers = self.body["errors"].as_array().into_iter().flatten();
        let pointers: Vec<&str> = pointers.filter_map(|error| error["pointer"].as_str()).collect();
        format!("{} {} {}", self.status, self.body["code"].as_str().unwrap_or_default(), pointers.join(" "))
            .trim()
            .to_owned()
    }

    /// The slugs of a list.
    pub fn slugs(&self) -> Vec<&str> {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body["items"].as_array().into_iter().flatten().filter_map(|item| item["slug"].as_str()).collect()
    }

    /// `value:count` of a facet.
    pub fn facet(&self, name: &str) -> Vec<String> {
        let facets = self.body["facets"].as_array().into_iter().flatten();
        let values =
            facets.filter(|facet| facet["name"] == name).flat_map(|facet| facet["values"].as_array());
        values
            .flatten()
            .map(|value| format!("{}:{}", value["value"].as_str().unwrap_or(""), value["count"]))
            .collect()
    }
}

#[derive(Clone, Copy)]
pub enum Who {
    Guest,
    Staff,
}

pub struct Shop {
    pub world: World,
}

impl Shop {
    pub fn new() -> Self {
        Self::with_seed(7)
    }

    /// Other ids and, where calls take their time, another order of events.
    pub fn with_seed(seed: u64) -> Self {
        Self { world: World::new(Arc::clone(&WIRING), seed) }
    }

    fn caller(&self, who: Who) -> String {
        let now = self.world.now();
        let guest = Caller::guest("req_test".into(), now);
        let caller = match who {
            Who::Guest => guest,
            Who::Staff => Caller {
                sub: Some(UserId::derived(&["staff"])),
                roles: vec![Role::Staff],
                exp: now.plus(CALLER_TTL_MS),
                ..guest
            },
        };
        sign(&caller, &KeyRing::parse(&KEYS).unwrap()).unwrap()
    }

    pub async fn send(
        &self,
        who: Who,
        method: &str,
        path: &str,
        extra: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Told {
        self.try_send(who, method, path, extra, body).await.unwrap()
    }

    /// Nothing, when no answer came: the Worker died on it.
    pub async fn try_send(
        &self,
        who: Who,
        method: &str,
        path: &str,
        extra: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<Told> {
        let mut request =
            Request::builder().method(method).uri(path).header(headers::CALLER, self.caller(who));
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body)).unwrap();
        let (parts, body) = self.world.request(SCRIPT, request).await.ok()?.into_parts();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Some(Told { status: parts.status.as_u16(), headers: parts.headers, body, text })
    }

    pub async fn get(&self, path: &str) -> Told {
        self.send(Who::Guest, "GET", path, &[], Vec::new()).await
    }

    pub async fn staff(&self, method: &str, path: &str, body: Value) -> Told {
        self.staff_with(method, path, &[], body).await
    }

    pub async fn staff_with(&self, method: &str, path: &str, extra: &[(&str, &str)], body: Value) -> Told {
        let mut all = vec![("content-type", "application/json")];
        all.extend(extra);
        self.send(Who::Staff, method, path, &all, body.to_string().into_bytes()).await
    }

    pub async fn import(&self, lines: &[Value]) -> Told {
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        self.import_text(&text.join("\n")).await
    }

    pub async fn import_text(&self, text: &str) -> Told {
        let kind = [("content-type", "application/x-ndjson")];
        self.send(Who::Staff, "POST", "/v1/products/import", &kind, text.as_bytes().to_vec()).await
    }

    /// Brands `halden` and `orrery`; categories watches > divers > deep, and straps.
    pub async fn with_taxonomy(self) -> Self {
        for (slug, name) in [("halden", "Halden"), ("orrery", "Orrery & Sons")] {
            let made = self.staff("POST", "/v1/brands", json!({"slug": slug, "name": name})).await;
            assert_eq!(made.status, 201, "{}", made.text);
        }
        for (slug, parent) in
            [("watches", None), ("divers", Some("watches")), ("deep", Some("divers")), ("straps", None)]
        {
            let body = json!({"slug": slug, "name": slug.to_uppercase(), "parent_id": parent});
            let made = self.staff("POST", "/v1/categories", body).await;
            assert_eq!(made.status, 201, "{}", made.text);
        }
        self
    }

    /// Tells of stock as the queue would.
    pub async fn stock(&self, sku: &str, available: u32, seq: u64) {
        let data = json!({"sku": sku, "available": available, "seq": seq});
        let event = json!({
            "id": domain::id::EventId::derived(&[sku, &seq.to_string(), &available.to_string()]),
            "type": "stock_hint_changed", "version": 1, "occurred_at": "2026-11-23T09:00:00.000Z",
            "traceparent": null, "data": data,
        });
        self.world.put_on_queue("catalog-events", &event.to_string());
        self.world.settle().await;
    }
}

/// A watch with two straps; the second costs 40 more.
pub fn watch(slug: &str, name: &str, brand: &str, category: &str, amount: i64) -> Value {
    let price = |amount: i64| json!([{"amount": amount, "currency": "EUR"}, {"amount": amount * 160, "currency": "JPY"}]);
    json!({
        "slug": slug, "name": name, "description": format!("The {name}, built for long days."),
        "brand": brand, "categories": [category], "status": "active",
        "options": [{"name": "Strap", "values": ["Leather", "Steel"]}],
        "attributes": {"Movement": if amount > 1_000 { "Automatic" } else { "Quartz" }, "Jewels": 24, "Limited": false},
        "images": [{"url": format!("/images/{slug}.svg"), "alt": name, "width": 800, "height": 800}],
        "variants": [
            {"sku": format!("{slug}-L"), "title": "Leather", "options": {"Strap": "Leather"}, "prices": price(amount), "weight_grams": 90},
            {"sku": format!("{slug}-S"), "title": "Steel", "options": {"Strap": "Steel"}, "prices": price(amount + 40),
             "compare_at_prices": [{"amount": amount + 90, "currency": "EUR"}], "weight_grams": 150},
        ],
    })
}
