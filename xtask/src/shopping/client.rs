//! How everybody here asks the shop: again after a pause, with the same key, until there is an answer that is one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use serde_json::Value;
use ureq::http::Request;

use crate::process;

/// No answer of the shop takes longer: an order is told of after 20 s at the latest.
const ANSWER_MAX: Duration = Duration::from_secs(40);
/// A shop that is killed every few seconds still answers everybody within this.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two tries, at first and at most.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_millis(1600);

/// Enough that nobody who has a connection gives it up.
const CONNECTIONS_KEPT: usize = 32;

const CART_TOKEN: &str = "x-cart-token";

/// Who is asking, by the header that proves it.
#[derive(Debug, Clone, Default)]
pub struct Proof(Option<(&'static str, String)>);

impl Proof {
    pub fn bearer(token: &str) -> Self {
        Self(Some(("authorization", format!("Bearer {token}"))))
    }

    pub fn cart(token: &str) -> Self {
        Self(Some((CART_TOKEN, token.to_owned())))
    }

    /// What opens a guest's cart, where it is that.
    pub fn cart_token(&self) -> Option<&str> {
        self.0.as_ref().filter(|(header, _)| *header == CART_TOKEN).map(|(_, token)| token.as_str())
    }

    pub fn order(token: &str) -> Self {
        Self(Some(("x-order-token", token.to_owned())))
    }
}

/// One call that is being put together.
#[derive(Debug, Clone)]
pub struct Ask {
    method: &'static str,
    path: String,
    proof: Proof,
    key: Option<String>,
    body: Option<Value>,
}

pub fn get(path: impl Into<String>) -> Ask {
    ask("GET", path)
}

pub fn post(path: impl Into<String>) -> Ask {
    ask("POST", path)
}

pub fn ask(method: &'static str, path: impl Into<String>) -> Ask {
    Ask { method, path: path.into(), proof: Proof::default(), key: None, body: None }
}

impl Ask {
    pub fn by(self, proof: &Proof) -> Self {
        Self { proof: proof.clone(), ..self }
    }

    pub fn key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    pub fn json(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn text(&self, pointer: &str) -> &str {
        text(&self.body, pointer)
    }

    pub fn number(&self, pointer: &str) -> i64 {
        number(&self.body, pointer)
    }

    pub fn items(&self) -> &[Value] {
        items(&self.body, "/items")
    }

    pub fn code(&self) -> &str {
        self.text("/code")
    }

    /// Whether asking again would say nothing else.
    fn is_definite(&self) -> bool {
        self.status < 500 && self.status != 202 && self.code() != "request_in_progress"
    }
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub fn number(value: &Value, pointer: &str) -> i64 {
    value.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

pub fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Somebody who is told of every call as it ends.
pub trait Watcher: Send + Sync {
    /// `status` is `None` where there was no answer.
    fn ended(&self, method: &str, path: &str, status: Option<u16>, took: Duration);
}

/// These fields alone of an object.
pub fn only(value: &Value, fields: &[&str]) -> Value {
    let Value::Object(all) = value else { return value.clone() };
    let kept = all.iter().filter(|(name, _)| fields.contains(&name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    url: String,
    watcher: Option<Arc<dyn Watcher>>,
    /// Nobody starts the shop any more, so nobody waits for it.
    pub is_over: Arc<AtomicBool>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_MAX))
            .max_idle_connections(CONNECTIONS_KEPT)
            .max_idle_connections_per_host(CONNECTIONS_KEPT)
            .build()
            .into();
        Self { agent, url: url.to_owned(), watcher: None, is_over: Arc::default() }
    }

    pub fn watched(self, watcher: Arc<dyn Watcher>) -> Self {
        Self { watcher: Some(watcher), ..self }
    }

    /// Sends it once.
    pub fn attempt(&self, ask: &Ask) -> Result<Answer> {
        let began = Instant::now();
        let outcome = self.send(ask);
        if let Some(watcher) = &self.watcher {
            let status = outcome.as_ref().ok().map(|answer| answer.status);
            watcher.ended(ask.method, &ask.path, status, began.elapsed());
        }
        outcome
    }

    fn send(&self, ask: &Ask) -> Result<Answer> {
        let mut request = Request::builder().method(ask.method).uri(format!("{}{}", self.url, ask.path));
        if let Some((name, value)) = &ask.proof.0 {
            request = request.header(*name, value);
        }
        if let Some(key) = &ask.key {
            request = request.header("idempotency-key", key);
        }
        let (parts, mut body) = match &ask.body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_string())?)?
            }
            None => self.agent.run(request.body(())?)?,
        }
        .into_parts();
        let text = body.read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status: parts.status.as_u16(), body })
    }

    /// Sends it until there is a definite answer, as a good client does.
    pub fn persist(&self, ask: &Ask) -> Result<Answer> {
        let began = Instant::now();
        let mut pause = PAUSE;
        loop {
            let outcome = self.attempt(ask);
            if let Ok(answer) = &outcome
                && answer.is_definite()
            {
                return outcome;
            }
            if self.is_over.load(Ordering::Relaxed) || process::interrupted() {
                bail!("there is no shop any more");
            }
            if began.elapsed() > PATIENCE {
                let last = match outcome {
                    Ok(answer) => format!("{}: {}", answer.status, answer.body),
                    Err(error) => error.to_string(),
                };
                bail!("{} {} has no answer after {PATIENCE:?}; the last was {last}", ask.method, ask.path);
            }
            thread::sleep(pause);
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }

    /// The answer, where it has this status.
    pub fn expect(&self, ask: &Ask, status: u16) -> Result<Answer> {
        let answer = self.persist(ask)?;
        if answer.status != status {
            bail!("{} {} was answered {}: {}", ask.method, ask.path, answer.status, answer.body);
        }
        Ok(answer)
    }

    /// Every page of a list.
    pub fn all(&self, path: &str, proof: &Proof) -> Result<Vec<Value>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.expect(&get(format!("{path}{joint}limit=100{cursor}")).by(proof), 200)?;
            found.extend_from_slice(page.items());
            match page.text("/next_cursor") {
                "" => return Ok(found),
                next => cursor = format!("&cursor={next}"),
            }
        }
    }
}
