//! The harness's second door (`harness.mjs`): what no caller of the shop can do.

use serde_json::{Value, json};

use crate::{Answer, Ask, told};

fn control(action: &str, body: &Value) -> Result<Answer, String> {
    let ask = Ask {
        method: "POST".to_owned(),
        url: format!("{}{action}", told("MERIDIAN_CONTROL_URL")),
        path: action.to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let answer = ask.json(body).attempt()?;
    if answer.status == 200 { Ok(answer) } else { Err(format!("{answer:?}")) }
}

/// An object to forget the memory of.
#[derive(Debug, Clone, Copy)]
pub enum Kept<'a> {
    Cart(&'a str),
    Order(&'a str),
    Stock(&'a str),
}

/// Ends an object's instance: its memory is gone, its storage stays. An error where there is no instance to end.
pub fn try_evict(object: Kept<'_>) -> Result<(), String> {
    let (worker, class, name) = match object {
        Kept::Cart(id) => ("cart-object", "CartObject", id),
        Kept::Order(id) => ("order-object", "OrderObject", id),
        Kept::Stock(sku) => ("stock-object", "StockObject", sku),
    };
    control("/evict", &json!({ "worker": worker, "class": class, "name": name })).map(drop)
}

#[track_caller]
pub fn evict(object: Kept<'_>) {
    try_evict(object).unwrap_or_else(|why| panic!("{object:?}: {why}"));
}

/// Puts texts on a queue by a Worker's binding.
#[track_caller]
pub fn enqueue(worker: &str, binding: &str, messages: &[String]) {
    let body = json!({ "worker": worker, "binding": binding, "messages": messages });
    control("/queue", &body).unwrap_or_else(|why| panic!("{binding}: {why}"));
}

/// The rows that a Worker's own database answers.
#[track_caller]
pub fn rows(worker: &str, sql: &str, params: &[&str]) -> Vec<Value> {
    let answer = control("/d1", &json!({ "worker": worker, "sql": sql, "params": params }));
    let answer = answer.unwrap_or_else(|why| panic!("{sql}: {why}"));
    answer.body["results"].as_array().cloned().unwrap_or_default()
}

/// Lets a Worker's schedule fire now.
#[track_caller]
pub fn tick(worker: &str, cron: &str) {
    control("/scheduled", &json!({ "worker": worker, "cron": cron })).unwrap_or_else(|why| panic!("{why}"));
}

/// A Worker's setting, secrets too.
#[track_caller]
pub fn setting(worker: &str, name: &str) -> String {
    let answer = control("/setting", &json!({ "worker": worker, "setting": name }));
    answer.unwrap_or_else(|why| panic!("{name}: {why}")).text("/value").to_owned()
}

/// A call that has not passed the router: its status.
#[track_caller]
pub fn behind_the_router(worker: &str, path: &str, headers: &Value) -> u16 {
    asked_directly(worker, "GET", path, headers).status
}

/// A call to any Worker, past whatever stands before it.
#[track_caller]
pub fn asked_directly(worker: &str, method: &str, path: &str, headers: &Value) -> Answer {
    let wanted = json!({ "worker": worker, "method": method, "path": path, "headers": headers });
    let told = control("/fetch", &wanted).unwrap_or_else(|why| panic!("{worker}{path}: {why}"));
    let of_answer = told.body["headers"].as_object().into_iter().flatten();
    let headers =
        of_answer.filter_map(|(name, value)| Some((name.parse().ok()?, value.as_str()?.parse().ok()?)));
    let text = told.text("/body");
    Answer {
        status: u16::try_from(told.number("/status")).unwrap_or_default(),
        headers: headers.collect(),
        body: serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        asked: format!("{method} {path} of {worker}"),
    }
}

/// What every Worker has written to its log since the shop was started.
#[track_caller]
pub fn log_lines() -> Vec<String> {
    let answer = control("/logs", &json!({})).unwrap_or_else(|why| panic!("{why}"));
    let lines = answer.body["logs"].as_array().cloned().unwrap_or_default();
    lines.iter().filter_map(|line| line["message"].as_str().map(str::to_owned)).collect()
}
