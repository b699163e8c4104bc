//! A shopper's way through the shop.

use serde_json::{Value, json};

use crate::{Answer, Ask, Who, ask, get, goods::Goods, post, unique};

/// A cart, and what proves that it is the shopper's.
#[derive(Debug, Clone)]
pub struct Basket {
    pub id: String,
    pub token: String,
    pub version: i64,
    pub total: Value,
    pub country: String,
    pub email: String,
}

/// An order as its shopper holds it.
#[derive(Debug, Clone)]
pub struct Placed {
    pub id: String,
    pub token: String,
}

impl Basket {
    /// A guest's new cart.
    pub fn new(currency: &str, country: &str) -> Self {
        let body = json!({ "currency": currency, "country": country });
        Self::of(&post("/v1/carts").json(&body).send().expect(201))
    }

    pub fn of(answer: &Answer) -> Self {
        Self {
            id: answer.text("/id").to_owned(),
            token: answer.text("/token").to_owned(),
            version: answer.number("/version"),
            total: answer.body["total"].clone(),
            country: answer.text("/country").to_owned(),
            email: format!("{}@example.com", unique("ada")),
        }
    }

    /// A guest's cart with these lines, ready to order.
    pub fn filled(currency: &str, country: &str, lines: &[(&Goods, u32)]) -> Self {
        let mut basket = Self::new(currency, country);
        for (goods, quantity) in lines {
            basket.put(&goods.sku, *quantity);
        }
        let (region, postal_code) = region_of(country);
        let to = json!({ "region": region, "postal_code": postal_code });
        basket.seen(&basket.change(&to).send().expect(200));
        basket
    }

    fn at(&self, method: &str, rest: &str) -> Ask {
        let ask = ask(method, &format!("/v1/carts/{}{rest}", self.id));
        if self.token.is_empty() { ask.by(Who::Customer) } else { ask.header("x-cart-token", &self.token) }
    }

    pub fn read(&self) -> Ask {
        self.at("GET", "")
    }

    pub fn change(&self, body: &Value) -> Ask {
        self.at("PATCH", "").json(body)
    }

    pub fn set_line(&self, sku: &str, quantity: u32) -> Ask {
        self.at("PUT", &format!("/lines/{sku}")).json(&json!({ "quantity": quantity }))
    }

    pub fn remove_line(&self, sku: &str) -> Ask {
        self.at("DELETE", &format!("/lines/{sku}"))
    }

    /// Puts a line into the cart and looks at the new total.
    #[track_caller]
    pub fn put(&mut self, sku: &str, quantity: u32) -> Answer {
        let answer = self.set_line(sku, quantity).send().expect(200);
        self.seen(&answer);
        answer
    }

    /// Looks at the cart again.
    #[track_caller]
    pub fn look(&mut self) -> Answer {
        let answer = self.read().send().expect(200);
        self.seen(&answer);
        answer
    }

    fn seen(&mut self, answer: &Answer) {
        self.version = answer.number("/version");
        self.total = answer.body["total"].clone();
        self.country = answer.text("/country").to_owned();
    }

    /// What the shopper sends to buy the cart as they see it.
    pub fn order_body(&self, payment_method: &str) -> Value {
        let (region, postal_code) = region_of(&self.country);
        let mut address = json!({
            "name": "Ada Lovelace",
            "line1": "12 Analytical Row",
            "city": "Somewhere",
            "postal_code": postal_code,
            "country": self.country,
        });
        if let Some(region) = region {
            address["region"] = region.into();
        }
        json!({
            "cart_id": self.id,
            "cart_version": self.version,
            "expected_total": self.total,
            "email": self.email,
            "shipping_address": address,
            "payment_method": payment_method,
        })
    }

    /// The call that orders, but for its key and its body.
    pub fn checkout(&self) -> Ask {
        let ask = post("/v1/orders");
        if self.token.is_empty() { ask.by(Who::Customer) } else { ask.header("x-cart-token", &self.token) }
    }

    pub fn place(&self, key: &str, payment_method: &str) -> Ask {
        self.checkout().key(key).json(&self.order_body(payment_method))
    }
}

impl Placed {
    pub fn of(answer: &Answer) -> Self {
        Self { id: answer.text("/id").to_owned(), token: answer.text("/token").to_owned() }
    }

    fn at(&self, method: &str, rest: &str) -> Ask {
        let ask = ask(method, &format!("/v1/orders/{}{rest}", self.id));
        if self.token.is_empty() { ask.by(Who::Customer) } else { ask.header("x-order-token", &self.token) }
    }

    pub fn read(&self) -> Ask {
        self.at("GET", "")
    }

    pub fn timeline(&self, query: &str) -> Ask {
        self.at("GET", &format!("/events{query}"))
    }

    pub fn cancel(&self, key: &str) -> Ask {
        self.at("POST", "/cancel").key(key).json(&json!({ "reason": "changed my mind" }))
    }

    pub fn fulfil(&self, key: &str, lines: &[(&Goods, u32)]) -> Ask {
        let body =
            json!({ "lines": pieces(lines), "carrier": "DHL", "tracking_number": "00340434161094042557" });
        post(&format!("/v1/orders/{}/fulfillments", self.id)).as_staff().key(key).json(&body)
    }

    pub fn refund(&self, key: &str, body: &Value) -> Ask {
        post(&format!("/v1/orders/{}/refunds", self.id)).as_staff().key(key).json(body)
    }

    /// The payment as staff see it, with its books.
    pub fn payment(&self) -> Answer {
        let order = get(&format!("/v1/orders/{}", self.id)).as_staff().send().expect(200);
        get(&format!("/v1/payments/{}", order.text("/payment/id"))).as_staff().send().expect(200)
    }

    pub fn event_types(&self) -> Vec<String> {
        let told = self.timeline("").send().expect(200);
        told.items().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }
}

/// A guest in Germany buys this.
pub fn bought(lines: &[(&Goods, u32)]) -> (Basket, Placed, Answer) {
    let basket = Basket::filled("EUR", "DE", lines);
    let answer = basket.place(&unique("order"), "pm_card_visa").send().expect(201);
    (basket, Placed::of(&answer), answer)
}

/// The same with a card that asks the shopper to authenticate: the order waits for them.
pub fn awaiting(lines: &[(&Goods, u32)]) -> (Basket, Placed, Answer) {
    let basket = Basket::filled("EUR", "DE", lines);
    let answer = basket.place(&unique("order"), "pm_card_authenticationRequired").send().expect(201);
    assert_eq!(
        (answer.text("/status"), answer.text("/payment_status")),
        ("awaiting_payment", "requires_action")
    );
    (basket, Placed::of(&answer), answer)
}

/// The shopper's part of an authentication, `succeed` or `fail`, for the payment that an order shows.
pub fn confirm(order: &Answer, outcome: &str) -> Ask {
    let body = json!({ "client_secret": order.text("/payment/client_secret"), "outcome": outcome });
    post(&format!("/v1/payments/{}/confirm", order.text("/payment/id"))).json(&body)
}

/// The bodies of a fulfilment's or a refund's lines.
pub fn pieces(lines: &[(&Goods, u32)]) -> Value {
    lines.iter().map(|(goods, quantity)| json!({ "sku": goods.sku, "quantity": quantity })).collect()
}

fn region_of(country: &str) -> (Option<&'static str>, &'static str) {
    match country {
        "US" => (Some("NY"), "10001"),
        "GB" => (None, "SW1A 1AA"),
        "JP" => (Some("Tokyo"), "100-0001"),
        _ => (None, "10115"),
    }
}
