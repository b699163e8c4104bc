//! Shoppers, each on a thread: they fill a cart, buy it, and are patient with a shop that fails them.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use domain::{holder::TokenHash, id::OrderId};
use serde_json::{Value, json};

use super::{
    client::{Answer, Ask, Client, Proof, ask, get, items, number, post, text},
    diary::{Diary, Ordered, Pieces, Seen},
    goods::Watch,
    habits::Habits,
};
use crate::seed::rng::Rng;

/// What everybody in the shop knows.
pub struct Shop<'a> {
    pub client: &'a Client,
    pub diary: &'a Diary,
    pub watches: &'a [Watch],
    pub staff: &'a Proof,
    /// Nobody begins anything new.
    pub is_closing: &'a AtomicBool,
}

/// What a checkout may be told besides that it was taken.
const REFUSALS: [&str; 6] = [
    "payment_declined",
    "out_of_stock",
    "cart_changed",
    "already_ordered",
    "checkout_in_progress",
    "order_failed",
];
/// How long somebody looks at an order that they have just confirmed. What becomes of it later is the audit's business.
const LOOKS: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

pub struct Shopper {
    number: usize,
    /// Who is signed in keeps one cart; a guest takes a new one each time.
    token: Option<Proof>,
    rng: Rng,
    habits: &'static Habits,
}

impl Shopper {
    pub fn new(seed: usize, number: usize, token: Option<Proof>, habits: &'static Habits) -> Self {
        Self { number, token, rng: Rng::new(&format!("shopper {number}"), seed), habits }
    }

    /// Buys again and again.
    pub fn shop(mut self, shop: &Shop<'_>) -> Result<()> {
        for turn in 0.. {
            if shop.is_closing.load(Ordering::Relaxed) {
                break;
            }
            self.visit(shop, turn)?;
        }
        Ok(())
    }

    /// Fills a cart, orders it and follows the order.
    pub fn visit(&mut self, shop: &Shop<'_>, turn: usize) -> Result<()> {
        let Some(seen) = self.fill(shop, turn)? else { return Ok(()) };
        let method = self.habits.method(&mut self.rng);
        let key = format!("{}-{turn}", self.number);
        let mut notes = shop.diary.open();
        notes.carts.insert(seen.cart.clone(), seen.proof.clone());
        if let Some(order) = order_of(&seen, &key) {
            notes.begin(order);
        }
        drop(notes);
        let (taps, tabs) = (self.rng.chance(self.habits.taps), self.rng.chance(self.habits.tabs));
        let place = |key: &str| checkout(&seen, key, method);
        let answers = match (taps, tabs) {
            (true, _) => at_once(shop.client, &place(&key), &place(&key))?,
            (_, true) => at_once(shop.client, &place(&key), &place(&format!("{key}-tab")))?,
            _ => vec![shop.client.persist(&place(&key))?],
        };
        if taps {
            compare(shop.diary, &key, &answers);
        }
        for answer in &answers {
            write_down(shop.diary, &seen, method, answer);
        }
        for answer in answers.iter().filter(|answer| answer.code() == "out_of_stock") {
            self.put_back(shop, &seen, answer)?;
        }
        match answers.iter().find(|answer| answer.status == 201) {
            Some(taken) => self.follow(shop, &seen, taken, &key),
            None => Ok(()),
        }
    }

    /// A cart with something in it, as its owner sees it. `None`: an order still holds it.
    fn fill(&mut self, shop: &Shop<'_>, turn: usize) -> Result<Option<Seen>> {
        let client = shop.client;
        let cart = match &self.token {
            Some(token) => client.expect(&get("/v1/carts/me").by(token), 200)?,
            None => {
                let body = json!({ "currency": "EUR", "country": "DE" });
                client.expect(&post("/v1/carts").json(body), 201)?
            }
        };
        let proof = self.token.clone().unwrap_or_else(|| Proof::cart(cart.text("/token")));
        let path = format!("/v1/carts/{}", cart.text("/id"));
        let wanted = 1 + usize::from(self.rng.chance(40));
        let skus: Vec<&str> = shop.watches.iter().map(|watch| watch.sku.as_str()).collect();
        for sku in self.rng.sample(&skus, wanted) {
            let body = json!({ "quantity": self.rng.between(1, 3) });
            let answer = client.persist(&ask("PUT", format!("{path}/lines/{sku}")).by(&proof).json(body))?;
            match (answer.status, answer.code()) {
                (200, _) => {}
                (409, "checkout_in_progress") => {
                    thread::sleep(LOOK_AGAIN);
                    return Ok(None);
                }
                _ => return Err(anyhow!("{sku} cannot be put into a cart: {answer:?}")),
            }
        }
        let to = json!({ "country": "DE", "postal_code": "10115" });
        let changed = client.persist(&ask("PATCH", path.clone()).by(&proof).json(to))?;
        let cart = client.expect(&get(path).by(&proof), 200)?;
        let wants = pieces(&cart.body);
        // An order of the last visit may still come to its end, and take the cart with it.
        if changed.status != 200 || wants.is_empty() {
            return Ok(None);
        }
        Ok(Some(Seen {
            cart: cart.text("/id").to_owned(),
            version: cart.number("/version"),
            proof,
            wants,
            total: cart.body.get("total").cloned().unwrap_or_default(),
            email: format!("shopper-{}-{turn}@example.com", self.number),
        }))
    }

    /// What there is not enough of does not stay in a cart that is used again.
    fn put_back(&self, shop: &Shop<'_>, seen: &Seen, refused: &Answer) -> Result<()> {
        if self.token.is_some() {
            for short in items(&refused.body, "/items") {
                let path = format!("/v1/carts/{}/lines/{}", seen.cart, text(short, "/sku"));
                shop.client.persist(&ask("DELETE", path).by(&seen.proof))?;
            }
        }
        Ok(())
    }

    /// What they do with an order that they have: authenticate, change their mind, look.
    fn follow(&mut self, shop: &Shop<'_>, seen: &Seen, taken: &Answer, key: &str) -> Result<()> {
        let (id, proof) = (taken.text("/id"), opener(seen, taken));
        let cancels = self.rng.chance(self.habits.cancels);
        if taken.text("/status") == "awaiting_payment" && !cancels {
            let outcome = if self.rng.chance(80) { "succeed" } else { "fail" };
            let body = json!({ "client_secret": taken.text("/payment/client_secret"), "outcome": outcome });
            let path = format!("/v1/payments/{}/confirm", taken.text("/payment/id"));
            let answer = shop.client.persist(&post(path).json(body))?;
            if answer.status != 200 {
                shop.diary.complain(format!("order {id} cannot be confirmed: {answer:?}"));
            }
            let until = Instant::now() + LOOKS;
            while Instant::now() < until && !shop.is_closing.load(Ordering::Relaxed) {
                let order = shop.client.expect(&get(format!("/v1/orders/{id}")).by(&proof), 200)?;
                if order.text("/status") == "placed" {
                    mark(shop.diary, id, |order| order.is_placed = true);
                }
                if !matches!(order.text("/status"), "awaiting_payment" | "pending") {
                    break;
                }
                thread::sleep(LOOK_AGAIN);
            }
        }
        if cancels {
            let body = json!({ "reason": "changed my mind" });
            let cancel = post(format!("/v1/orders/{id}/cancel")).by(&proof).key(&format!("{key}-cancel"));
            let answer = shop.client.persist(&cancel.json(body))?;
            if answer.status == 200 {
                mark(shop.diary, id, |order| order.is_cancelled = true);
            } else if answer.status != 409 {
                shop.diary.complain(format!("order {id} cannot be cancelled: {answer:?}"));
            }
        }
        Ok(())
    }
}

fn mark(diary: &Diary, id: &str, change: impl FnOnce(&mut Ordered)) {
    if let Some(order) = diary.open().orders.get_mut(id) {
        change(order);
    }
}

/// The pieces of a cart's, an order's or a parcel's lines.
pub fn pieces(body: &Value) -> Pieces {
    let lines = items(body, "/lines").iter();
    lines.map(|line| (text(line, "/sku").to_owned(), number(line, "/quantity"))).collect()
}

/// A guest's order before anybody has answered, as orders derives it: so that it can be evicted on its way.
fn order_of(seen: &Seen, key: &str) -> Option<String> {
    let token = seen.proof.cart_token()?;
    let holder = format!("{} {}", seen.cart, TokenHash::of(token).as_str());
    Some(OrderId::derived(&[&holder, key]).to_string())
}

fn checkout(seen: &Seen, key: &str, method: &str) -> Ask {
    let address = json!({
        "name": "Ada Lovelace", "line1": "12 Analytical Row", "city": "Berlin", "postal_code": "10115", "country": "DE",
    });
    let body = json!({
        "cart_id": seen.cart,
        "cart_version": seen.version,
        "expected_total": seen.total,
        "email": seen.email,
        "shipping_address": address,
        "payment_method": method,
    });
    post("/v1/orders").by(&seen.proof).key(key).json(body)
}

/// Two taps, or two tabs.
fn at_once(client: &Client, one: &Ask, other: &Ask) -> Result<Vec<Answer>> {
    thread::scope(|scope| {
        let one = scope.spawn(|| client.persist(one));
        let other = client.persist(other)?;
        Ok(vec![one.join().map_err(|_| anyhow!("a tap's thread ended badly"))??, other])
    })
}

/// One key, one answer.
fn compare(diary: &Diary, key: &str, answers: &[Answer]) {
    if let [one, other] = answers
        && (one.status, one.text("/id")) != (other.status, other.text("/id"))
    {
        diary.complain(format!("two answers for one key ({key}): {one:?} and {other:?}"));
    }
}

fn opener(seen: &Seen, taken: &Answer) -> Proof {
    match taken.text("/token") {
        "" => seen.proof.clone(),
        token => Proof::order(token),
    }
}

fn write_down(diary: &Diary, seen: &Seen, method: &str, answer: &Answer) {
    let mut notes = diary.open();
    let what = if answer.status == 201 { answer.text("/status") } else { answer.code() };
    *notes.answers.entry(what.to_owned()).or_default() += 1;
    if answer.status != 201 {
        if !REFUSALS.contains(&what) {
            notes.complaints.insert(format!("a strange answer to a checkout: {answer:?}"));
        }
        return;
    }
    let id = answer.text("/id").to_owned();
    if method == "pm_card_chargeDeclined" {
        notes.complaints.insert(format!("order {id} was taken with a card that is always declined"));
    }
    if pieces(&answer.body) != seen.wants || answer.body.get("total") != Some(&seen.total) {
        let Seen { wants, total, .. } = seen;
        notes
            .complaints
            .insert(format!("order {id}: {wants:?} for {total} was wanted, and taken {answer:?}"));
    }
    notes.promise(Ordered {
        id,
        seen: seen.clone(),
        proof: opener(seen, answer),
        is_placed: answer.text("/status") == "placed",
        is_cancelled: false,
        refunds: Vec::new(),
        parcels: Vec::new(),
    });
}
