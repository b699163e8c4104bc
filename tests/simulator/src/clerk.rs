//! Whoever works in the shop: books goods, changes prices, sends, pays back, cancels.

use http::Method;
use kit::{Answer, Placed, Shop, World, client::Ask, mounts::Inside, seed};
use serde_json::{Value, json};
use std::sync::Arc;

use crate::{
    day::Task,
    diary::{Diary, NIGHT_SHIFT, Promise, brief},
};

/// The places' ids, in the order of sourcing.
pub type Places = [String];

pub async fn work(world: &Arc<World>, diary: &Diary, who: usize, tasks: &[Task], places: &Places) {
    let clerk = Clerk { world, diary, who, client: world.client() };
    for (number, task) in tasks.iter().enumerate() {
        clerk.perform(&format!("clerk {who} task {number}"), task, places).await;
    }
}

/// Books one piece of everything, when the day is over.
pub async fn count_once_more(world: &Arc<World>, diary: &Diary, places: &Places) {
    let clerk = Clerk { world, diary, who: NIGHT_SHIFT, client: world.client() };
    for goods in &seed::ALL {
        clerk.adjust(&format!("night {}", goods.sku), goods.sku, &places[0], 1).await;
    }
}

struct Clerk<'a> {
    world: &'a Arc<World>,
    diary: &'a Diary,
    who: usize,
    client: Shop<Inside>,
}

impl Clerk<'_> {
    async fn ask(&self, did: &str, ask: impl Fn() -> Ask<Inside>) -> Option<Answer> {
        self.diary.ask(self.world, self.who, did, ask).await
    }

    async fn perform(&self, key: &str, task: &Task, places: &Places) -> Option<()> {
        match task {
            Task::Wait(ms) => self.world.advance(*ms).await,
            Task::Adjust { sku, place, delta } => self.adjust(key, sku, &places[*place], *delta).await?,
            Task::Spread { sku, shards } => self.spread(sku, *shards).await?,
            Task::Reprice { sku, permyriad } => self.reprice(sku, *permyriad).await?,
            Task::Send { of, pieces, delivered } => self.send(key, *of, *pieces, *delivered).await?,
            Task::RefundAmount { of, amount } => {
                let order = self.diary.order_of(*of)?;
                let seen = self.read(&order).await?;
                let body = json!({ "amount": { "amount": amount, "currency": seen.text("/currency") } });
                self.refund(key, &order, &[], false, &body).await?;
            }
            Task::RefundPieces { of, pieces, restock } => {
                let order = self.diary.order_of(*of)?;
                let seen = self.read(&order).await?;
                let lines = lines_of(&seen, *pieces, |line| {
                    number(line, "quantity") - number(line, "refunded_quantity")
                });
                let body = json!({ "lines": to_json(&lines), "restock": restock });
                self.refund(key, &order, &lines, *restock, &body).await?;
            }
            Task::RefundRest { of } => {
                let order = self.diary.order_of(*of)?;
                self.refund(key, &order, &[], false, &json!({})).await?;
            }
            Task::Cancel { of } => {
                let order = self.diary.order_of(*of)?;
                let path = format!("/v1/orders/{}/cancel", order.id);
                let body = json!({ "reason": "the shop cannot send it" });
                let cancelled = self
                    .ask(&format!("cancel the order of {of}"), || {
                        self.client.post(path.as_str()).as_staff().key(key).json(&body)
                    })
                    .await?;
                if cancelled.status == 200 {
                    self.diary.promise(Promise::Cancelled { order: order.id.clone(), by_staff: true });
                }
                if cancelled.status == 200 && cancelled.text("/status") != "cancelled" {
                    self.diary
                        .complain(format!("an order is cancelled, and is told as {}", brief(&cancelled)));
                }
            }
        }
        Some(())
    }

    async fn read(&self, order: &Placed) -> Option<Answer> {
        let path = format!("/v1/orders/{}", order.id);
        self.ask("read order", || self.client.get(path.as_str()).as_staff()).await
    }

    async fn adjust(&self, key: &str, sku: &str, place: &str, delta: i64) -> Option<()> {
        let reason = if delta > 0 { "received" } else { "damaged" };
        let body = json!({ "location_id": place, "delta": delta, "reason": reason });
        let path = format!("/v1/inventory/{sku}/adjustments");
        let did = format!("book {delta} {sku}");
        let answer =
            self.ask(&did, || self.client.post(path.as_str()).as_staff().key(key).json(&body)).await?;
        if answer.status == 201 {
            self.diary.promise(Promise::Adjusted { sku: sku.to_owned(), delta });
        }
        Some(())
    }

    async fn reprice(&self, sku: &str, permyriad: i64) -> Option<()> {
        let goods = seed::ALL.iter().find(|goods| goods.sku == sku)?;
        let prices = goods.prices.map(|price| price * permyriad / 10_000);
        let body = seed::product_body(&seed::Goods { prices, ..*goods });
        let change = json!({ "variants": body["variants"] });
        let path = format!("/v1/products/{}", goods.slug);
        self.ask(&format!("reprice {sku}"), || {
            self.client.ask(Method::PATCH, path.as_str()).as_staff().json(&change)
        })
        .await?;
        Some(())
    }

    async fn spread(&self, sku: &str, shards: u32) -> Option<()> {
        let path = format!("/v1/inventory/{sku}/shards");
        self.ask(&format!("spread {sku} over {shards}"), || {
            self.client.ask(Method::PUT, path.as_str()).as_staff().json(&json!({ "shards": shards }))
        })
        .await?;
        Some(())
    }

    async fn send(&self, key: &str, of: usize, pieces: u32, delivered: bool) -> Option<()> {
        let order = self.diary.order_of(of)?;
        let seen = self.read(&order).await?;
        let lines = lines_of(&seen, pieces, |line| number(line, "unsent_quantity"));
        if lines.is_empty() {
            return None;
        }
        let goods: Vec<(&str, u32)> =
            lines.iter().map(|(sku, pieces)| (sku.as_str(), u32::try_from(*pieces).unwrap_or(1))).collect();
        let sent = self.ask(&format!("send to {of}"), || self.client.fulfil(&order, key, &goods)).await?;
        if sent.status != 201 {
            return None;
        }
        self.diary.promise(Promise::Sent { order: order.id.clone() });
        if delivered {
            let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, sent.text("/id"));
            self.ask(&format!("delivered to {of}"), || self.client.post(path.as_str()).as_staff()).await?;
        }
        Some(())
    }

    async fn refund(
        &self,
        key: &str,
        order: &Placed,
        pieces: &[(String, i64)],
        restock: bool,
        body: &Value,
    ) -> Option<()> {
        let answer = self.ask("refund", || self.client.refund(order, key, body)).await?;
        if answer.status == 201 {
            let told = answer.body["lines"].as_array().cloned().unwrap_or_default();
            let told: Vec<_> = told
                .iter()
                .map(|line| (line["sku"].as_str().unwrap_or_default().to_owned(), number(line, "quantity")))
                .collect();
            if !pieces.is_empty() && told != pieces {
                self.diary.complain(format!("asked to pay back {pieces:?}, and did {told:?}"));
            }
            let (id, order) = (answer.text("/id").to_owned(), order.id.clone());
            let amount = answer.number("/amount/amount");
            if let Some(asked) = body["amount"]["amount"].as_i64()
                && asked != amount
            {
                self.diary.complain(format!("asked to pay back {asked}, and did {amount}"));
            }
            self.diary.promise(Promise::Refund { id, order, pieces: told, amount, restock });
        }
        Some(())
    }
}

fn number(line: &Value, field: &str) -> i64 {
    line[field].as_i64().unwrap_or_default()
}

/// So many pieces of each line that still has some, by `left`: at most as many, but for a clerk who cannot count.
fn lines_of(order: &Answer, pieces: u32, left: impl Fn(&Value) -> i64) -> Vec<(String, i64)> {
    const TOO_MANY: u32 = 3;
    let wanted = |left: i64| match pieces {
        TOO_MANY if left > 0 => i64::from(pieces),
        _ => left.min(i64::from(pieces)),
    };
    let lines = order.body["lines"].as_array().cloned().unwrap_or_default();
    lines
        .iter()
        .map(|line| (line["sku"].as_str().unwrap_or_default().to_owned(), wanted(left(line))))
        .filter(|(_, pieces)| *pieces > 0)
        .collect()
}

fn to_json(lines: &[(String, i64)]) -> Value {
    lines.iter().map(|(sku, pieces)| json!({ "sku": sku, "quantity": pieces })).collect()
}
