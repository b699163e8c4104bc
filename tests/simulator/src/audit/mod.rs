//! The auditor. It shares nothing with the shop but the shop's public answers and its raw rows, which it reads as JSON: its own sums, its own idea
//! of what an order is. It holds the shop to what it promised to shoppers and staff, to the last piece and the last cent.

mod mails;
mod money;
mod orders;
mod proof;
mod rest;
mod staff;
mod stock;

use kit::{Sqlite, World};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

use platform::sql;

use crate::diary::{Diary, Promise};

/// What was on the shelves when the day began.
pub struct Opening {
    on_hand: BTreeMap<String, i64>,
}

impl Opening {
    pub fn read(world: &World) -> Self {
        let mut on_hand = BTreeMap::new();
        for sku in world.names_of("StockObject") {
            let pieces = stock::movements(world, &sku).iter().map(|movement| movement.on_hand).sum();
            on_hand.insert(sku, pieces);
        }
        Self { on_hand }
    }
}

/// Everything that the auditor looked at.
struct Books<'a> {
    world: &'a Arc<World>,
    before: &'a Opening,
    /// By id: the order as staff are shown it.
    orders: BTreeMap<String, Value>,
    promises: Vec<Promise>,
    findings: Vec<String>,
}

impl Books<'_> {
    fn check(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        if !is_right {
            self.findings.push(what());
        }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: T, expected: T) {
        self.check(found == expected, || format!("{what}: found {found:?}, expected {expected:?}"));
    }
}

/// What is wrong. The world must be at rest.
pub async fn audit(world: &Arc<World>, diary: &Diary, before: &Opening) -> Vec<String> {
    let mut findings = Vec::new();
    let mut orders = BTreeMap::new();
    for id in world.names_of("OrderObject") {
        let answer = world.client().get(format!("/v1/orders/{id}")).as_staff().send().await;
        match answer.status {
            200 => drop(orders.insert(id, answer.body)),
            status => findings.push(format!("order {id} cannot be read: {status} {}", answer.code())),
        }
    }
    let mut books = Books { world, before, orders, promises: diary.promises(), findings };
    books.audit_orders();
    books.audit_stock();
    books.audit_proofs().await;
    books.audit_money();
    books.audit_mails();
    books.audit_staff();
    books.audit_rest();
    books.findings
}

/// Rows of a database, as they lie there.
fn rows(database: &Sqlite, text: &'static str) -> Vec<Value> {
    database.transact(&[sql(text)]).and_then(|results| results[0].rows()).expect("the auditor can read")
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

fn number(row: &Value, field: &str) -> i64 {
    row[field].as_i64().unwrap_or_default()
}

fn items<'a>(row: &'a Value, field: &str) -> &'a [Value] {
    row[field].as_array().map_or(&[], Vec::as_slice)
}
