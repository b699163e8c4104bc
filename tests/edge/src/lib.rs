//! The shop on workerd as its callers see it: plain HTTP, and the harness's second door for what no caller can do.
//!
//! `cargo xtask test` starts the shop and says in the environment where it is; without that every test here fails.
// A test's tool: what should not happen may panic, and says what it was. Its deadlines are the real clock's.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod goods;
pub mod harness;
pub mod purchase;

use serde_json::Value;
use std::{
    env, fmt, process,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use ureq::http::{HeaderMap, Request};

/// No answer of the shop takes longer: an order is told of after 20 s at the latest.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// How long anything that comes by itself may take: a message that is tried five times, with pauses, takes half a minute.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What `cargo xtask test` says of the shop that it started.
#[track_caller]
pub fn told(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: these tests need a running shop, so start them by `cargo xtask test`")
    })
}

fn agent() -> &'static ureq::Agent {
    static AGENT: LazyLock<ureq::Agent> = LazyLock::new(|| {
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(ANSWER_MAX))
            .build()
            .into()
    });
    &AGENT
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Guest,
    Customer,
    Staff,
    Admin,
}

impl Who {
    fn token(self) -> Option<String> {
        match self {
            Who::Guest => None,
            Who::Customer => Some(told("MERIDIAN_CUSTOMER_TOKEN")),
            Who::Staff => Some(told("MERIDIAN_STAFF_TOKEN")),
            Who::Admin => Some(told("MERIDIAN_ADMIN_TOKEN")),
        }
    }
}

/// One call that is being put together.
#[derive(Debug, Clone)]
pub struct Ask {
    method: String,
    url: String,
    /// The URL without where the shop is and without the query.
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

pub fn ask(method: &str, path: &str) -> Ask {
    Ask {
        method: method.to_owned(),
        url: format!("{}{path}", told("MERIDIAN_URL")),
        path: path.split('?').next().unwrap_or_default().to_owned(),
        headers: Vec::new(),
        body: None,
    }
}

pub fn get(path: &str) -> Ask {
    ask("GET", path)
}

pub fn post(path: &str) -> Ask {
    ask("POST", path)
}

impl Ask {
    pub fn method(&self) -> &str {
        &self.method
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn by(self, who: Who) -> Self {
        match who.token() {
            Some(token) => self.header("authorization", &format!("Bearer {token}")),
            None => self,
        }
    }

    pub fn as_staff(self) -> Self {
        self.by(Who::Staff)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }

    /// The same call with another body to come.
    pub fn without_body(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "content-type");
        self.body = None;
        self
    }

    /// Sends it: the answer, or why there was none.
    pub fn attempt(&self) -> Result<Answer, String> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = match &self.body {
            Some(body) => agent().run(request.body(body).map_err(|error| error.to_string())?),
            None => agent().run(request.body(()).map_err(|error| error.to_string())?),
        };
        let (parts, mut body) = answer.map_err(|error| error.to_string())?.into_parts();
        let text = body.read_to_string().map_err(|error| error.to_string())?;
        let status = parts.status.as_u16();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, headers: parts.headers, body, asked: format!("{} {}", self.method, self.url) })
    }

    /// Sends it where an answer must come, and one that is not our own fault.
    #[track_caller]
    pub fn send(self) -> Answer {
        match self.attempt() {
            Ok(answer) if answer.status < 500 => answer,
            Ok(answer) => panic!("{answer:?}"),
            Err(why) => panic!("{} {}: no answer: {why}", self.method, self.url),
        }
    }

    /// As a good client does: again after a pause, with the same key, until there is an answer that is one.
    #[track_caller]
    pub fn persist(self) -> Answer {
        until(&self.url, || {
            let answer = self.attempt().ok()?;
            let is_final = answer.status < 500 && answer.status != 202;
            (is_final && answer.code() != "request_in_progress").then_some(answer)
        })
    }
}

/// One answer, read.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    asked: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem; empty for an answer that is none.
    pub fn code(&self) -> &str {
        self.text("/code")
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == "true"
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// The answer, if it is this problem, told as RFC 9457 has it.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.number("/status"), i64::from(status), "{self:?}");
        assert_eq!(self.text("/request_id"), self.header("x-request-id"), "{self:?}");
        assert!(!self.text("/type").is_empty() && !self.text("/title").is_empty(), "{self:?}");
        self
    }

    /// A 422 that names the field.
    #[track_caller]
    pub fn invalid(self, pointer: &str) -> Self {
        let refused = self.refused(422, "validation_failed");
        assert_eq!(refused.text("/errors/0/pointer"), pointer, "{refused:?}");
        refused
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        let number = self.body.pointer(pointer).and_then(Value::as_i64);
        number.unwrap_or_else(|| panic!("no number at {pointer}: {self:?}"))
    }

    #[track_caller]
    pub fn items(&self) -> &[Value] {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no list: {self:?}"))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {:#}", self.asked, self.status, self.body)
    }
}

/// Looks until there is something to see, and gives up after a while.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        thread::sleep(LOOK_AGAIN);
    }
}

/// A word that nobody has used before: the shop outlives a test, and other tests run beside it.
pub fn unique(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    // Groups of digits with dashes between them are a card number once in a while, which the shop refuses.
    format!("{prefix}-{now:x}x{:x}x{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
