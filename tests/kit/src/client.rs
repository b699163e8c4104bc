//! A shopper's and a clerk's view of the shop: the public contract and nothing else, over whatever carries it.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use serde_json::{Value, json};
use std::{fmt, future::Future};

use domain::id::UserId;

/// What carries a request to the shop: a call inside this process, or HTTP.
pub trait Transport: Clone {
    /// The answer; an error when none came.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, String>>;

    /// An access token for `user` in `role`.
    fn token(&self, user: UserId, role: &str) -> String;
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Guest,
    Customer(UserId),
    Staff,
    Admin,
}

/// One answer, read.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The code of a problem; empty for an answer that is none.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        self
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn number(&self, pointer: &str) -> i64 {
        self.body.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:#}", self.status, self.body)
    }
}

/// One call that is being put together.
pub struct Ask<T> {
    transport: T,
    method: Method,
    path: String,
    who: Who,
    headers: Vec<(&'static str, String)>,
    body: Option<Bytes>,
}

impl<T: Transport> Ask<T> {
    pub fn as_staff(self) -> Self {
        Self { who: Who::Staff, ..self }
    }

    pub fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn json(self, body: &Value) -> Self {
        Self { body: Some(body.to_string().into()), ..self }.header("content-type", "application/json")
    }

    pub fn raw(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { body: Some(body.into()), ..self }.header("content-type", content_type)
    }

    /// Sends it: the answer, which must be one that the OpenAPI document has, or why there was none.
    pub async fn attempt(self) -> Result<Answer, String> {
        let mut request = Request::builder().method(self.method).uri(self.path);
        let role = match self.who {
            Who::Guest => None,
            Who::Customer(user) => Some((user, "customer")),
            Who::Staff => Some((crate::token::user("staff"), "staff")),
            Who::Admin => Some((crate::token::user("admin"), "admin")),
        };
        if let Some((user, role)) = role {
            let token = self.transport.token(user, role);
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body.unwrap_or_default()).map_err(|error| error.to_string())?;
        #[cfg(feature = "contract")]
        let sent = crate::contract::Sent::of(&request);
        let (parts, body) = self.transport.send(request).await?.into_parts();
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
        #[cfg(feature = "contract")]
        crate::contract::check(&sent, &answer);
        Ok(answer)
    }

    /// Sends it where an answer must come.
    pub async fn send(self) -> Answer {
        match self.attempt().await {
            Ok(answer) => answer,
            Err(why) => panic!("no answer: {why}"),
        }
    }
}

/// A shopper's cart, and what proves that it is theirs.
#[derive(Debug, Clone)]
pub struct Basket {
    pub id: String,
    pub token: String,
    pub who: Who,
    pub version: i64,
    pub total: Value,
    pub currency: String,
    pub country: String,
}

impl Basket {
    /// The cart that an answer shows.
    pub fn of(answer: &Answer, who: Who) -> Self {
        Self {
            id: answer.text("/id").to_owned(),
            token: answer.text("/token").to_owned(),
            who,
            version: answer.number("/version"),
            total: answer.body["total"].clone(),
            currency: answer.text("/currency").to_owned(),
            country: answer.text("/country").to_owned(),
        }
    }

    /// The order that an answer to [`Shop::place`] tells of.
    pub fn order(&self, answer: &Answer) -> Placed {
        Placed { id: answer.text("/id").to_owned(), token: answer.text("/token").to_owned(), who: self.who }
    }

    fn seen(&mut self, answer: &Answer) {
        self.version = answer.number("/version");
        self.total = answer.body["total"].clone();
        self.country = answer.text("/country").to_owned();
    }
}

/// An order as its shopper holds it.
#[derive(Debug, Clone)]
pub struct Placed {
    pub id: String,
    pub token: String,
    pub who: Who,
}

/// The shop as its callers see it.
#[derive(Clone)]
pub struct Shop<T> {
    pub transport: T,
}

impl<T: Transport> Shop<T> {
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    pub fn ask(&self, method: Method, path: impl Into<String>) -> Ask<T> {
        Ask {
            transport: self.transport.clone(),
            method,
            path: path.into(),
            who: Who::Guest,
            headers: Vec::new(),
            body: None,
        }
    }

    pub fn get(&self, path: impl Into<String>) -> Ask<T> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Ask<T> {
        self.ask(Method::POST, path)
    }

    /// A guest's new cart.
    pub async fn new_cart(&self, currency: &str, country: &str) -> Basket {
        let body = json!({ "currency": currency, "country": country });
        Basket::of(&self.post("/v1/carts").json(&body).send().await.expect(201), Who::Guest)
    }

    /// A signed-in shopper's cart, in the shop's own currency.
    pub async fn my_cart(&self, user: UserId) -> Basket {
        let who = Who::Customer(user);
        Basket::of(&self.get("/v1/carts/me").by(who).send().await.expect(200), who)
    }

    fn in_cart(&self, basket: &Basket, method: Method, rest: &str) -> Ask<T> {
        let ask = self.ask(method, format!("/v1/carts/{}{rest}", basket.id)).by(basket.who);
        if basket.token.is_empty() { ask } else { ask.header("x-cart-token", basket.token.clone()) }
    }

    pub fn read_cart(&self, basket: &Basket) -> Ask<T> {
        self.in_cart(basket, Method::GET, "")
    }

    pub fn set_line(&self, basket: &Basket, sku: &str, quantity: u32) -> Ask<T> {
        self.in_cart(basket, Method::PUT, &format!("/lines/{sku}")).json(&json!({ "quantity": quantity }))
    }

    pub fn change_cart(&self, basket: &Basket, body: &Value) -> Ask<T> {
        self.in_cart(basket, Method::PATCH, "").json(body)
    }

    /// Puts a line into the cart and looks at the new total.
    pub async fn put(&self, basket: &mut Basket, sku: &str, quantity: u32) -> Answer {
        let answer = self.set_line(basket, sku, quantity).send().await.expect(200);
        basket.seen(&answer);
        answer
    }

    /// Looks at the cart again.
    pub async fn look(&self, basket: &mut Basket) -> Answer {
        let answer = self.read_cart(basket).send().await.expect(200);
        basket.seen(&answer);
        answer
    }

    /// A guest's cart with these lines, ready to order.
    pub async fn filled_cart(&self, currency: &str, country: &str, lines: &[(&str, u32)]) -> Basket {
        let mut basket = self.new_cart(currency, country).await;
        for (sku, quantity) in lines {
            self.put(&mut basket, sku, *quantity).await;
        }
        let (region, postal_code) = region_of(country);
        let to = json!({ "region": region, "postal_code": postal_code });
        let answer = self.change_cart(&basket, &to).send().await.expect(200);
        basket.seen(&answer);
        basket
    }

    pub fn place(&self, basket: &Basket, key: &str, payment_method: &str) -> Ask<T> {
        let ask = self.post("/v1/orders").by(basket.who).key(key).json(&order_body(basket, payment_method));
        if basket.token.is_empty() { ask } else { ask.header("x-cart-token", basket.token.clone()) }
    }

    /// The order in an answer to [`Shop::place`].
    pub fn placed(basket: &Basket, answer: &Answer) -> Placed {
        Placed { id: answer.text("/id").to_owned(), token: answer.text("/token").to_owned(), who: basket.who }
    }

    fn of_order(&self, order: &Placed, method: Method, rest: &str) -> Ask<T> {
        let ask = self.ask(method, format!("/v1/orders/{}{rest}", order.id)).by(order.who);
        if order.token.is_empty() { ask } else { ask.header("x-order-token", order.token.clone()) }
    }

    pub fn read_order(&self, order: &Placed) -> Ask<T> {
        self.of_order(order, Method::GET, "")
    }

    pub fn timeline(&self, order: &Placed, query: &str) -> Ask<T> {
        self.of_order(order, Method::GET, &format!("/events{query}"))
    }

    pub fn cancel(&self, order: &Placed, key: &str) -> Ask<T> {
        self.of_order(order, Method::POST, "/cancel").key(key).json(&json!({ "reason": "changed my mind" }))
    }

    pub fn fulfil(&self, order: &Placed, key: &str, lines: &[(&str, u32)]) -> Ask<T> {
        let body =
            json!({ "lines": pieces(lines), "carrier": "DHL", "tracking_number": "00340434161094042557" });
        self.post(format!("/v1/orders/{}/fulfillments", order.id)).as_staff().key(key).json(&body)
    }

    pub fn refund(&self, order: &Placed, key: &str, body: &Value) -> Ask<T> {
        self.post(format!("/v1/orders/{}/refunds", order.id)).as_staff().key(key).json(body)
    }

    /// The shopper's part of an authentication: `succeed` or `fail`.
    pub fn confirm(&self, payment: &str, client_secret: &str, outcome: &str) -> Ask<T> {
        let body = json!({ "client_secret": client_secret, "outcome": outcome });
        self.post(format!("/v1/payments/{payment}/confirm")).json(&body)
    }
}

/// The bodies of a fulfilment's or a refund's lines.
pub fn pieces(lines: &[(&str, u32)]) -> Value {
    lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect()
}

fn region_of(country: &str) -> (Option<&'static str>, &'static str) {
    match country {
        "US" => (Some("CA"), "94105"),
        "GB" => (None, "SW1A 1AA"),
        "JP" => (Some("Tokyo"), "100-0001"),
        _ => (None, "10115"),
    }
}

/// What a shopper sends to buy the cart as they see it.
pub fn order_body(basket: &Basket, payment_method: &str) -> Value {
    let (region, postal_code) = region_of(&basket.country);
    let mut address = json!({
        "name": "Ada Lovelace",
        "line1": "12 Analytical Row",
        "city": "Somewhere",
        "postal_code": postal_code,
        "country": basket.country,
    });
    if let Some(region) = region {
        address["region"] = region.into();
    }
    json!({
        "cart_id": basket.id,
        "cart_version": basket.version,
        "expected_total": basket.total,
        "email": "ada@example.com",
        "shipping_address": address,
        "payment_method": payment_method,
    })
}
