//! Somebody who wants to buy: fills a cart, tries to pay, confirms or does not, and may want something of the order afterwards.

use futures::future::join_all;
use kit::{Answer, Basket, Placed, Shop, Who, World, mounts::Inside, seed::FIELD, token::user};
use serde_json::json;
use std::sync::Arc;

use crate::{
    day::{Shopper, Try, Wish},
    diary::{Diary, Promise, brief},
};

pub async fn shop(world: &Arc<World>, diary: &Diary, who: usize, shopper: &Shopper) {
    let visit = Visit { world, diary, who, shopper, client: world.client() };
    visit.go().await;
}

struct Visit<'a> {
    world: &'a Arc<World>,
    diary: &'a Diary,
    who: usize,
    shopper: &'a Shopper,
    client: Shop<Inside>,
}

impl Visit<'_> {
    async fn go(&self) -> Option<()> {
        let mut basket = self.fill().await?;
        let mut order = None;
        for (number, attempt) in self.shopper.tries.iter().enumerate() {
            if let Some(placed) = self.attempt(&basket, number, attempt).await {
                order = Some(placed);
                break;
            }
            // Once more with the cart as it is now.
            basket = self.look(&basket).await?;
        }
        let order = order?;
        for wish in &self.shopper.afterwards {
            match wish {
                Wish::Wait(ms) => self.world.advance(*ms).await,
                Wish::Look => drop(self.ask("read order", || self.client.read_order(&order)).await),
                Wish::Cancel => {
                    let cancelled = self.ask("cancel", || self.client.cancel(&order, "cancel")).await?;
                    if cancelled.status == 200 {
                        self.diary.promise(Promise::Cancelled { order: order.id.clone(), by_staff: false });
                    }
                    if cancelled.status == 200 && cancelled.text("/status") != "cancelled" {
                        self.diary
                            .complain(format!("an order is cancelled, and is told as {}", brief(&cancelled)));
                    }
                }
            }
        }
        Some(())
    }

    async fn ask(&self, did: &str, ask: impl Fn() -> kit::client::Ask<Inside>) -> Option<Answer> {
        self.diary.ask(self.world, self.who, did, ask).await
    }

    /// Every third shopper is signed in.
    async fn fill(&self) -> Option<Basket> {
        let client = &self.client;
        let Shopper { currency, country, wants, .. } = self.shopper;
        let mut basket = if self.who.is_multiple_of(3) && currency == "EUR" {
            let me = Who::Customer(user(&format!("shopper {}", self.who)));
            Basket::of(&self.ask("my cart", || client.get("/v1/carts/me").by(me)).await?, me)
        } else {
            let body = json!({ "currency": currency, "country": country });
            Basket::of(&self.ask("new cart", || client.post("/v1/carts").json(&body)).await?, Who::Guest)
        };
        for (sku, pieces) in wants {
            self.ask(&format!("put {pieces} {sku}"), || client.set_line(&basket, sku, *pieces)).await?;
        }
        let (region, postal_code) = match country.as_str() {
            "US" => (Some("CA"), "94105"),
            "GB" => (None, "SW1A 1AA"),
            "JP" => (Some("Tokyo"), "100-0001"),
            _ => (None, "10115"),
        };
        let to = json!({ "country": country, "region": region, "postal_code": postal_code });
        self.ask("ship to", || client.change_cart(&basket, &to)).await?;
        basket = self.look(&basket).await?;
        Some(basket)
    }

    async fn look(&self, basket: &Basket) -> Option<Basket> {
        let answer = self.ask("look at cart", || self.client.read_cart(basket)).await?;
        let is_filled = answer.body["lines"].as_array().is_some_and(|lines| !lines.is_empty());
        (answer.status == 200 && is_filled).then(|| Basket {
            version: answer.number("/version"),
            total: answer.body["total"].clone(),
            country: answer.text("/country").to_owned(),
            ..basket.clone()
        })
    }

    /// One attempt to buy; `None` when nothing was bought.
    async fn attempt(&self, basket: &Basket, number: usize, attempt: &Try) -> Option<Placed> {
        let key = |tap: u32| {
            if attempt.in_tabs { format!("{number}-{tap}") } else { number.to_string() }
        };
        let taps = (0..attempt.taps).map(|tap| async move {
            let key = key(tap);
            let did = format!("order {key} with {}", attempt.method);
            self.ask(&did, || self.client.place(basket, &key, &attempt.method)).await
        });
        let second_thought = async {
            if attempt.second_thought {
                let one = || self.client.set_line(basket, FIELD.sku, 1);
                self.ask("put one more at the last moment", one).await;
            }
        };
        let (answers, ()) = futures::join!(join_all(taps), second_thought);
        let answers: Vec<Answer> = answers.into_iter().flatten().collect();
        self.compare(attempt, &answers);
        // Who taps twice asks once: one key, one checkout.
        let asked = if attempt.in_tabs { answers.len() } else { answers.len().min(1) };
        for answer in &answers[..asked] {
            self.write_down(basket, answer);
        }
        for answer in answers.iter().filter(|answer| answer.status == 201) {
            let (order, status) = (answer.text("/id").to_owned(), answer.text("/status").to_owned());
            self.diary.promise(Promise::Told { order, status });
        }
        let taken = answers.iter().find(|answer| answer.status == 201)?;
        let order = basket.order(taken);
        self.diary.remember_order(self.who, order.clone());
        if taken.text("/status") == "awaiting_payment" {
            self.confirm(attempt, taken).await;
            // Whoever waits for an order looks at it now and then.
            let seen = self.ask("read order", || self.client.read_order(&order)).await?;
            return (seen.text("/status") != "failed").then_some(order);
        }
        Some(order)
    }

    async fn confirm(&self, attempt: &Try, taken: &Answer) {
        let Some((after_ms, outcome)) = &attempt.confirms else { return };
        let (payment, secret) = (taken.text("/payment/id"), taken.text("/payment/client_secret"));
        self.world.advance(*after_ms).await;
        let did = format!("confirm: {outcome}");
        self.ask(&did, || self.client.confirm(payment, secret, outcome)).await;
    }

    /// One key, one answer; one cart, one order.
    fn compare(&self, attempt: &Try, answers: &[Answer]) {
        let who = self.who;
        if !attempt.in_tabs && answers.iter().any(|answer| answer.text("/id") != answers[0].text("/id")) {
            self.diary.complain(format!("two orders for one key of person {who}: {:?}", brief_all(answers)));
        }
        if !attempt.in_tabs && answers.iter().any(|answer| answer.status != answers[0].status) {
            self.diary.complain(format!("two answers for one key of person {who}: {:?}", brief_all(answers)));
        }
        let is_same =
            |answer: &Answer| ["lines", "total"].iter().all(|it| answer.body[it] == answers[0].body[it]);
        if !attempt.in_tabs && !answers.iter().all(is_same) {
            self.diary
                .complain(format!("one key of person {who} is told of two orders: {:?}", brief_all(answers)));
        }
        let orders = answers.iter().filter(|answer| answer.status == 201).map(|answer| answer.text("/id"));
        let mut orders: Vec<_> = orders.collect();
        orders.dedup();
        if orders.len() > 1 && answers.iter().all(|answer| answer.text("/status") == "placed") {
            self.diary.complain(format!("two orders for one cart of person {who}: {orders:?}"));
        }
        const REFUSALS: [&str; 6] = [
            "out_of_stock",
            "payment_declined",
            "cart_changed",
            "already_ordered",
            "checkout_in_progress",
            "order_already_failed",
        ];
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            if !REFUSALS.contains(&answer.code()) {
                self.diary
                    .complain(format!("a strange answer to an order of person {who}: {}", brief(answer)));
            }
        }
    }

    fn write_down(&self, basket: &Basket, answer: &Answer) {
        let (cart, cart_version) = (basket.id.clone(), basket.version);
        if answer.status != 201 {
            let code = answer.code().to_owned();
            self.diary.promise(Promise::Refused { cart, cart_version, code });
            return;
        }
        let lines = answer.body["lines"].as_array().cloned().unwrap_or_default();
        let wants = lines
            .iter()
            .map(|line| {
                let pieces = line["quantity"].as_i64().unwrap_or_default();
                (line["sku"].as_str().unwrap_or_default().to_owned(), pieces)
            })
            .collect();
        self.diary.promise(Promise::Order {
            id: answer.text("/id").to_owned(),
            cart,
            cart_version,
            wants,
            amount: answer.number("/total/amount"),
            currency: answer.text("/total/currency").to_owned(),
        });
        if answer.body["total"] != basket.total {
            let who = self.who;
            self.diary.complain(format!(
                "person {who} agreed to {} and is charged {}",
                basket.total, answer.body["total"]
            ));
        }
    }
}

fn brief_all(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(brief).collect()
}
