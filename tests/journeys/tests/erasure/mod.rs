//! Forgetting somebody: everywhere, through every outage, and without losing a cent from the books.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod everywhere;
mod lost;
mod outages;
mod tokens;
mod under_way;

use domain::{
    id::{CartId, UserId},
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use http::Method;
use kit::{
    Answer, Shop, Who, World,
    client::{Ask, Basket, Placed},
    mounts::Inside,
};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

const PASSWORD: &str = "mein Fahrrad ist blau";

/// All by which somebody would be known.
#[derive(Debug, Clone, Copy)]
struct Identity {
    first: &'static str,
    last: &'static str,
    street: &'static str,
    phone: &'static str,
}

const ADA: Identity =
    Identity { first: "Ada", last: "Lovelace", street: "12 Analytical Row", phone: "+44 20 7946 0101" };
const EVE: Identity =
    Identity { first: "Eve", last: "Onlooker", street: "7 Hedge Lane", phone: "+44 20 7946 0999" };

impl Identity {
    fn email(&self) -> String {
        format!("{}.{}@Example.com", self.first, self.last)
    }

    async fn register(self, shop: &Shop<Inside>) -> Person {
        let name = format!("{} {}", self.first, self.last);
        let body = json!({ "email": self.email(), "password": PASSWORD, "name": name });
        let made = shop.post("/v1/users").json(&body).send().await.expect(201);
        Person { id: made.text("/id").parse().unwrap(), identity: self }
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, Copy)]
struct Person {
    id: UserId,
    identity: Identity,
}

impl std::ops::Deref for Person {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl Person {
    fn who(&self) -> Who {
        Who::Customer(self.id)
    }

    /// Whatever of them must not be found, in lower case.
    fn traces(&self) -> Vec<String> {
        let cart = CartId::of_user(&self.id).to_string();
        let known = [self.last, self.street, self.phone].map(str::to_owned);
        known
            .into_iter()
            .chain([self.email(), self.id.to_string(), cart])
            .map(|text| text.to_lowercase())
            .collect()
    }

    fn address(&self) -> Value {
        json!({ "name": format!("{} {}", self.first, self.last), "line1": self.street, "line2": "c/o Mrs. Babbage",
                "city": "London", "postal_code": "10115", "country": "DE", "phone": self.phone })
    }

    fn login(&self, shop: &Shop<Inside>, password: &str) -> Ask<Inside> {
        let body = json!({ "email": self.email(), "password": password });
        shop.post("/v1/auth/login").header("user-agent", format!("{}Browser/1.0", self.last)).json(&body)
    }

    /// Proves their address by the mail that they got when they registered.
    async fn verify_address(&self, world: &World, shop: &Shop<Inside>) {
        world.settle().await;
        let mails = format!("/dev/mailbox?to={}&limit=100", self.email().replace('@', "%40"));
        let mails = shop.get(mails).send().await.expect(200);
        let is_wanted = |mail: &&Value| mail["subject"].as_str().unwrap().starts_with("Is this your address");
        let id = &mails.body["items"].as_array().unwrap().iter().find(is_wanted).unwrap()["id"];
        let mail = shop.get(format!("/dev/mailbox/{}", id.as_str().unwrap())).send().await.expect(200);
        let token = mail.text("/text").split_once('#').unwrap().1.split_whitespace().next().unwrap();
        let verify = shop.post("/v1/auth/verify-email").json(&json!({ "token": token }));
        verify.send().await.expect(204);
    }

    /// Has sign-ins ask for a code. Answers the app and the recovery codes.
    async fn enrol(&self, world: &World, shop: &Shop<Inside>, password: &str) -> (Totp, Vec<String>) {
        let ask = |path: &str, body: Value| {
            shop.post(format!("/v1/auth/totp{path}")).by(self.who()).json(&body).send()
        };
        let enrolment = ask("", json!({ "current_password": password })).await.expect(200);
        let secret = Secret::try_from_base32(enrolment.text("/secret")).unwrap();
        let app = Builder::new().with_secret(secret).build().unwrap();
        let confirmed = ask("/confirm", json!({ "code": shown(&app, world) })).await.expect(200);
        (app, serde_json::from_value(confirmed.body["recovery_codes"].clone()).unwrap())
    }

    fn login_with(&self, shop: &Shop<Inside>, password: &str, code: &str) -> Ask<Inside> {
        shop.post("/v1/auth/login")
            .json(&json!({ "email": self.email(), "password": password, "code": code }))
    }

    fn add_address(&self, shop: &Shop<Inside>, key: &str) -> Ask<Inside> {
        shop.post("/v1/users/me/addresses").by(self.who()).key(key).json(&self.address())
    }

    /// Their cart with these lines, and with all that one may write into it.
    async fn cart(&self, shop: &Shop<Inside>, lines: &[(&str, u32)]) -> Basket {
        let mut mine = shop.my_cart(self.id).await;
        for (sku, quantity) in lines {
            shop.put(&mut mine, sku, *quantity).await;
        }
        let to = json!({ "email": self.email(), "postal_code": "10115" });
        shop.change_cart(&mine, &to).send().await.expect(200);
        shop.look(&mut mine).await;
        mine
    }

    fn place(&self, shop: &Shop<Inside>, basket: &Basket, key: &str, payment_method: &str) -> Ask<Inside> {
        let body = json!({
            "cart_id": basket.id, "cart_version": basket.version, "expected_total": basket.total,
            "email": self.email(), "payment_method": payment_method,
            "shipping_address": self.address(), "billing_address": self.address(),
        });
        shop.post("/v1/orders").by(self.who()).key(key).json(&body)
    }

    async fn buy(&self, shop: &Shop<Inside>, key: &str, lines: &[(&str, u32)]) -> Placed {
        let cart = self.cart(shop, lines).await;
        cart.order(&self.place(shop, &cart, key, "pm_card_visa").send().await.expect(201))
    }

    fn delete_me(&self, shop: &Shop<Inside>) -> Ask<Inside> {
        shop.ask(Method::DELETE, "/v1/users/me").by(self.who())
    }

    /// Where anything of them is kept.
    fn found(&self, world: &World) -> Vec<String> {
        let traces = self.traces();
        let kept = world.everything().into_iter().filter_map(|kept| {
            let (place, row) = (kept.place.to_lowercase(), kept.row.to_lowercase());
            let trace = traces.iter().find(|trace| row.contains(*trace))?;
            Some(format!("{place}: {trace} in {}", kept.row))
        });
        kept.collect()
    }

    fn is_found_in(&self, world: &World, place: &str) -> bool {
        self.found(world).iter().any(|found| found.starts_with(&place.to_lowercase()))
    }
}

/// What an app shows now.
fn shown(app: &Totp, world: &World) -> String {
    app.generate(u64::try_from(world.now().millis()).unwrap() / 1_000).to_string()
}

/// An order as its books have it: without whom it is for.
async fn books(shop: &Shop<Inside>, order: &Placed) -> Value {
    let mut seen = shop.get(format!("/v1/orders/{}", order.id)).as_staff().send().await.expect(200).body;
    let person = ["email", "shipping_address", "billing_address", "cancel_reason"];
    for field in person {
        seen.as_object_mut().unwrap().remove(field);
    }
    for refund in seen["refunds"].as_array_mut().unwrap() {
        refund.as_object_mut().unwrap().remove("reason");
    }
    seen
}

async fn deliver(shop: &Shop<Inside>, order: &Placed, lines: &[(&str, u32)]) {
    let sent = shop.fulfil(order, "parcel", lines).send().await.expect(201);
    let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, sent.text("/id"));
    shop.post(path).as_staff().send().await.expect(201);
}

/// Schedules run for so long, as often as they are set to.
async fn pass(world: &World, span_ms: u64) {
    for _ in 0..span_ms.div_ceil(5 * MINUTE_MS) {
        world.advance(5 * MINUTE_MS).await;
        world.tick().await;
        world.settle().await;
    }
}

/// Days in which nobody does anything, and then all that is due.
async fn days(world: &World, days: u64) {
    world.advance(days * DAY_MS).await;
    world.settle().await;
    pass(world, HOUR_MS).await;
}

fn by_email(shop: &Shop<Inside>, person: &Person) -> Ask<Inside> {
    let email = person.email().replace('@', "%40");
    shop.get(format!("/v1/orders?email={email}")).as_staff()
}

fn count(page: &Answer) -> usize {
    page.body["items"].as_array().unwrap().len()
}
