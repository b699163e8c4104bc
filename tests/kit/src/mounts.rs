//! The real shop: every Worker and object class, each under its own `wrangler.toml`, with local secrets.

use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{Method, Request, Response, StatusCode, header};
use std::sync::{Arc, LazyLock};

use domain::id::UserId;

use crate::{
    client::{Shop, Transport},
    config::Wrangler,
    local::Local,
    token,
    wiring::{Answer, Class, Consume, Tick, Wiring, Worker},
    world::World,
};

/// Long enough, and nobody's.
pub const JWT_KEYS: &str = "test-1:bWVyaWRpYW4gdGVzdCBrZXkgZm9yIGFjY2VzcyB0b2tlbnM";
pub const CALLER_KEYS: &str = "test-1:bWVyaWRpYW4gdGVzdCBrZXkgZm9yIHRoZSBjYWxsZXIgaGVhZA";
const ORDER_TOKEN_KEY: &str = "bWVyaWRpYW4gdGVzdCBrZXkgZm9yIG9yZGVyIHRva2Vucy4uLg";
const LINK_TOKEN_KEY: &str = "bWVyaWRpYW4gdGVzdCBrZXkgZm9yIG1haWxlZCBsaW5rcy4uLg";
#[cfg(feature = "pages")]
const FORM_KEY: &str = "bWVyaWRpYW4gdGVzdCBrZXkgZm9yIHRoZSBmb3JtcyBvZiBwYWdlcw";
const TOTP_KEYS: &str = "test-1:bWVyaWRpYW4gdGVzdCBrZXkgZm9yIHNlY29uZCBmYWN0b3Jz";
pub const TEST_WEBHOOK_SECRET: &str = "meridian test secret of the webhook endpoint";

/// A Worker's routes as it serves them on Cloudflare.
macro_rules! routes {
    ($worker:ident) => {{
        static ROUTES: LazyLock<web::Routes<Local>> = LazyLock::new(::$worker::router::<Local>);
        fn answer(local: Local, request: Request<Bytes>) -> BoxFuture<'static, Response<Bytes>> {
            async move { web::serve(&local, &ROUTES, request).await }.boxed()
        }
        answer as Answer
    }};
}

/// A Worker's pages as it serves them on Cloudflare.
#[cfg(feature = "pages")]
macro_rules! pages {
    ($worker:ident) => {{
        static ROUTES: LazyLock<web::Routes<Local>> = LazyLock::new(::$worker::router::<Local>);
        fn answer(local: Local, request: Request<Bytes>) -> BoxFuture<'static, Response<Bytes>> {
            async move { web::serve_pages(&local, &ROUTES, html::answer::problem, request).await }.boxed()
        }
        answer as Answer
    }};
}

macro_rules! events {
    ($worker:ident) => {
        Consume::Events(|batch| ::$worker::on_messages(batch).boxed())
    };
}

macro_rules! schedule {
    ($worker:ident) => {{
        let tick: Tick = |local| async move { ::$worker::on_schedule(&local).await }.boxed();
        tick
    }};
}

fn worker(name: &'static str) -> Worker {
    Worker::read(name, &format!("workers/{name}")).var("ENVIRONMENT", "local").var("CALLER_KEYS", CALLER_KEYS)
}

fn object(folder: &str) -> Wrangler {
    let mut config = Wrangler::read(&format!("durable-objects/{folder}"));
    config.vars.insert("ENVIRONMENT".to_owned(), "local".into());
    config
}

fn order_object() -> Wrangler {
    let mut config = object("order");
    config.vars.insert("ORDER_TOKEN_KEY".to_owned(), ORDER_TOKEN_KEY.into());
    config
}

/// The whole shop, read and migrated once.
pub fn shop() -> Arc<Wiring> {
    static SHOP: LazyLock<Arc<Wiring>> = LazyLock::new(|| Arc::new(wire()));
    Arc::clone(&SHOP)
}

fn wire() -> Wiring {
    with_pages(Wiring::default())
        .worker(
            Worker::new("router", Wrangler::read("."))
                .var("ENVIRONMENT", "local")
                .var("RATE_LIMITS", "off")
                .var("CALLER_KEYS", CALLER_KEYS)
                .var("JWT_KEYS", JWT_KEYS)
                .public()
                .answer(|local, request| async move { router::handle(&local, request).await }.boxed()),
        )
        .worker(
            Worker::new("assets", Wrangler { name: "meridian-assets".to_owned(), ..Wrangler::default() })
                .answer(|_, request| std::future::ready(asset(&request)).boxed()),
        )
        .worker(
            worker("auth")
                .var("JWT_KEYS", JWT_KEYS)
                .var("LINK_TOKEN_KEY", LINK_TOKEN_KEY)
                .var("TOTP_KEYS", TOTP_KEYS)
                .answer(routes!(auth))
                .tick(schedule!(auth)),
        )
        .worker(worker("catalog").answer(routes!(catalog)).consume(events!(catalog)).tick(schedule!(catalog)))
        .worker(
            worker("inventory")
                .answer(routes!(inventory))
                .consume(events!(inventory))
                .tick(schedule!(inventory)),
        )
        .worker(worker("carts").answer(routes!(carts)))
        .worker(
            worker("orders")
                .var("ORDER_TOKEN_KEY", ORDER_TOKEN_KEY)
                .answer(routes!(orders))
                .consume(events!(orders)),
        )
        .worker(
            worker("payments")
                .var("TEST_WEBHOOK_SECRET", TEST_WEBHOOK_SECRET)
                .answer(routes!(payments))
                .tick(schedule!(payments)),
        )
        .worker(
            worker("notifications")
                .answer(routes!(notifications))
                .consume(events!(notifications))
                .tick(schedule!(notifications)),
        )
        .worker(worker("users").answer(routes!(users)).tick(schedule!(users)))
        .worker(
            worker("telemetry")
                .answer(routes!(telemetry))
                .consume(Consume::Batch(|local, batch| {
                    async move {
                        let queue = batch.first().map(|first| first.queue.clone()).unwrap_or_default();
                        let bodies = batch.into_iter().map(|delivery| delivery.body).collect();
                        telemetry::on_dead_letters(&local, &queue, bodies).await
                    }
                    .boxed()
                }))
                .tick(schedule!(telemetry)),
        )
        .class("CartObject", Class::of::<cart_object::CartActor>("cart", object("cart")))
        .class("OrderObject", Class::of::<order_object::OrderActor>("order", order_object()))
        .class("StockObject", Class::of::<stock_object::StockActor>("stock", object("stock")))
}

#[cfg(feature = "pages")]
fn with_pages(wiring: Wiring) -> Wiring {
    wiring
        .worker(worker("storefront").var("FORM_KEY", FORM_KEY).answer(pages!(storefront)))
        .worker(worker("console").var("FORM_KEY", FORM_KEY).answer(pages!(console)))
        .worker(worker("account").var("FORM_KEY", FORM_KEY).answer(pages!(account)))
}

#[cfg(not(feature = "pages"))]
fn with_pages(wiring: Wiring) -> Wiring {
    wiring
}

/// The files that are in the repository; of the pictures there are none here.
fn asset(request: &Request<Bytes>) -> Response<Bytes> {
    let kind = match request.uri().path() {
        "/openapi.json" => "application/json",
        "/docs.html" => "text/html; charset=utf-8",
        _ => "",
    };
    let mut answer = Response::new(Bytes::new());
    if kind.is_empty() {
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    }
    let path = format!("assets/public{}", request.uri().path());
    let body = std::fs::read_to_string(crate::config::root().join(path)).unwrap();
    let tag = format!("\"{}\"", web::digest(&body));
    let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag);
    answer.headers_mut().insert(header::ETAG, tag.parse().unwrap());
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    answer.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
    if request.method() != Method::HEAD {
        *answer.body_mut() = body.into();
    }
    answer
}

/// The way to the shop inside this process.
#[derive(Clone)]
pub struct Inside(pub Arc<World>);

impl Transport for Inside {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        self.0.request("meridian-router", request).await.map_err(|fault| fault.to_string())
    }

    fn token(&self, user: UserId, role: &str) -> String {
        token::mint(JWT_KEYS, user, role, self.0.now())
    }
}

impl World {
    /// A new, empty shop.
    pub fn shop(seed: u64) -> Arc<World> {
        Arc::new(World::new(shop(), seed))
    }

    pub fn client(self: &Arc<Self>) -> Shop<Inside> {
        Shop::new(Inside(Arc::clone(self)))
    }
}
