//! What the Workers say while they work: which messages their consumers handled, and when an object last did something by itself.
//!
//! A consumer writes one line for each message of each delivery: the event's kind as route, the event's id, an error if it is to be delivered
//! again. It has neither method nor status, which every request has.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

/// Messages as their consumers told of them.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Messages {
    /// Different events that were handled.
    pub handled: u64,
    /// Those of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// Deliveries of each kind's events that had been handled before.
    pub repeats: BTreeMap<String, u64>,
    /// Those that came so much later that they were published again: nobody had confirmed them.
    pub unconfirmed: u64,
    /// Deliveries that ended with an error, to come again.
    pub failed: u64,
}

#[derive(Default)]
pub struct Heard {
    pub messages: Messages,
    /// When each event was handled first.
    events: HashMap<String, Instant>,
    /// Lines that tell of an error.
    pub errors: u64,
    /// When a message was handled the last time, and when an object's alarm went off.
    pub last_message: Option<Instant>,
    pub last_alarm: Option<Instant>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    level: &'a str,
    route: &'a str,
    method: Option<&'a str>,
    status: Option<u16>,
    ms: Option<u64>,
    request_id: &'a str,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

impl Line<'_> {
    fn is_message(&self) -> bool {
        let is_bare = self.method.is_none() && self.status.is_none() && self.ms.is_some();
        is_bare && self.request_id.starts_with("evt_")
    }

    fn is_alarm(&self) -> bool {
        self.route == "alarm"
    }
}

/// What was published and not confirmed is published again after two minutes. A queue delivers within seconds.
const PUBLISHED_AGAIN: Duration = Duration::from_secs(100);

/// What stands in a line that tells of a message, an alarm or an error.
const TELLING: [&str; 4] = ["\"evt_", "\"alarm\"", "\"level\":\"error\"", "\"error\":"];

impl Heard {
    /// Whether the line is worth to be kept.
    fn hear(&mut self, text: &str) -> bool {
        // Most lines are requests that went well. To read them all would cost the shop a part of its cores.
        if text.starts_with('{') && !TELLING.iter().any(|word| text.contains(word)) {
            return false;
        }
        let Ok(line) = serde_json::from_str::<Line<'_>>(text) else { return true };
        if line.is_message() {
            if line.error.is_some() {
                self.messages.failed += 1;
            } else if let Some(first) = self.events.get(line.request_id) {
                *self.messages.repeats.entry(line.route.to_owned()).or_default() += 1;
                self.messages.unconfirmed += u64::from(first.elapsed() > PUBLISHED_AGAIN);
            } else {
                self.events.insert(line.request_id.to_owned(), Instant::now());
                self.messages.handled += 1;
                *self.messages.kinds.entry(line.route.to_owned()).or_default() += 1;
            }
        }
        if line.is_message() {
            self.last_message = Some(Instant::now());
        } else if line.is_alarm() {
            self.last_alarm = Some(Instant::now());
        }
        let is_error = line.level == "error";
        self.errors += u64::from(is_error);
        is_error || line.error.is_some()
    }
}

/// Somebody who listens on a thread of their own. What is routine is counted and forgotten: a file of all of it would be larger than the shop.
#[derive(Clone, Default)]
pub struct Ear(Arc<Mutex<Heard>>);

impl Ear {
    pub fn open(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn listen(&self, output: impl Read + Send + 'static, mut log: File) -> JoinHandle<()> {
        let ear = self.clone();
        thread::spawn(move || {
            // Whoever speaks waits until it is taken, so a file that cannot be written must not end this.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if ear.open().hear(&line) {
                    let _unwritten = writeln!(log, "{line}");
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(route: &str, id: &str, more: &str) -> String {
        format!(
            r#"{{"at":"2026-11-23T12:00:00Z","level":"info","service":"orders","route":"{route}",{more}"trace_id":"a","span_id":"b","request_id":"{id}"}}"#
        )
    }

    #[test]
    fn messages_are_counted_once() {
        let mut heard = Heard::default();
        let message = line("order_changed", "evt_1", r#""ms":3,"#);
        assert!(!heard.hear(&message));
        assert!(!heard.hear(&message));
        heard.hear(&line("stock_changed", "evt_2", r#""ms":3,"#));
        assert!(heard.hear(&line("stock_changed", "evt_3", r#""ms":3,"error":"a \"fault\"","#)));
        assert_eq!((heard.messages.handled, heard.messages.failed), (2, 1));
        assert_eq!(heard.messages.kinds["order_changed"], 1);
        assert_eq!(heard.messages.repeats["order_changed"], 1);
        assert!(heard.last_message.is_some());
    }

    #[test]
    fn what_is_no_message_is_not_counted() {
        let mut heard = Heard::default();
        // A request that a consumer makes goes by the event's id, too.
        heard.hear(&line("/v1/orders", "evt_1", r#""method":"POST","status":200,"ms":3,"#));
        heard.hear(&line("command", "evt_1", r#""status":200,"ms":3,"#));
        heard.hear(&line("schedule", "req_1", r#""ms":3,"#));
        assert!(heard.last_alarm.is_none());
        heard.hear(&line("alarm", "alarm", ""));
        assert!(heard.last_message.is_none() && heard.last_alarm.is_some());
        assert!(heard.hear("a line of the runtime"));
        assert_eq!((heard.messages.handled, heard.errors), (0, 0));
    }
}
