//! What a queue delivered, and what becomes of each message.
//!
//! A delivery brings many events; what costs by the call, such as a database, is asked once for all of them. Each event is acknowledged or
//! tried again by itself all the same. What was handled is confirmed to whoever published it.

use serde::de::DeserializeOwned;
use std::future::Future;

use api::{
    event::{Envelope, Queue},
    json,
};
use domain::{Bug, Timestamp, id::EventId};

use crate::{
    Database, Fault, FaultKind, Platform, Statement,
    confirm::{Handled, confirm},
    log::{self, Hop},
};

/// Whether a message is done, or why it is tried again.
pub type Outcome = Result<(), Fault>;

/// A message as a consumer gets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Event(Envelope),
    /// Could not be parsed: to be kept and acknowledged, never retried.
    Poison(String),
}

impl Message {
    pub fn parse(text: &str) -> Self {
        json::read(text.as_bytes()).map_or_else(|_| Message::Poison(text.to_owned()), Message::Event)
    }
}

/// The producer binding of a queue's dead-letter queue.
pub fn dead_letter_binding(queue: Queue) -> String {
    format!("{}_DLQ", queue.binding())
}

/// Hands the events among `bodies` to `handle`, each in the trace that `world` gives it, and what cannot be parsed to the queue's dead
/// letters: that is kept as it is and never tried again. Answers what became of each, in their order.
pub async fn consume<P: Platform, F>(
    queue: Option<Queue>,
    bodies: Vec<String>,
    world: impl Fn(Option<&Envelope>) -> P,
    handle: impl FnOnce(Batch<P>) -> F,
) -> Vec<Outcome>
where
    F: Future<Output = Batch<P>>,
{
    let mut outcomes = vec![Ok(()); bodies.len()];
    let mut end = |place: usize, outcome| {
        if let Some(known) = outcomes.get_mut(place) {
            *known = outcome;
        }
    };
    let mut poison = Vec::new();
    let mut messages = Vec::new();
    for (place, body) in bodies.into_iter().enumerate() {
        match Message::parse(&body) {
            Message::Event(event) => {
                let platform = world(Some(&event));
                let started = platform.now();
                messages.push(Delivered { place, platform, event, started, outcome: None });
            }
            Message::Poison(body) => poison.push((place, body)),
        }
    }
    for (place, body) in poison {
        let platform = world(None);
        log::fault(&platform, "poison", "a message that cannot be parsed");
        let binding = queue.map(dead_letter_binding).unwrap_or_default();
        end(place, platform.enqueue(&binding, vec![body]).await);
    }
    if !messages.is_empty() {
        let messages = handle(Batch { messages }).await.messages;
        confirm(messages.iter().filter_map(Delivered::handled).collect()).await;
        for message in messages {
            end(message.place, message.end());
        }
    }
    outcomes
}

struct Delivered<P> {
    /// Where in the delivery it stood.
    place: usize,
    platform: P,
    event: Envelope,
    started: Timestamp,
    /// `None` until somebody has handled it.
    outcome: Option<Outcome>,
}

impl<P: Platform> Delivered<P> {
    /// Who is to hear that it was handled. A kind that nobody took was not: its sender publishes it again, until the consumer is as new.
    fn handled(&self) -> Option<Handled<P>> {
        let is_handled = self.outcome == Some(Ok(())) || Bug::ConsumerSwallowsFaults.is_planted();
        let whom = self.event.tell.clone().filter(|_| is_handled)?;
        Some(Handled { platform: self.platform.clone(), whom, event: self.event.id })
    }

    /// A kind that nobody took is from a newer sender, and is let be.
    fn end(self) -> Outcome {
        let outcome = self.outcome.filter(|_| !Bug::ConsumerSwallowsFaults.is_planted()).unwrap_or(Ok(()));
        let error = outcome.as_ref().err().map(ToString::to_string);
        let ms = Some(self.platform.now().since(self.started));
        let hop = Hop { route: &self.event.kind, method: None, status: None, ms, error: error.as_deref() };
        log::hop(&self.platform, hop);
        outcome
    }

    /// The event's data; one that does not fit its type is a fault of its own.
    fn read<E: DeserializeOwned>(&mut self) -> Option<E> {
        match json::read_value(&self.event.data) {
            Ok(data) => Some(data),
            Err(error) => {
                let Envelope { kind, id, .. } = &self.event;
                self.outcome = Some(Err(Fault::defect(format!("{kind} {id} cannot be read: {error}"))));
                None
            }
        }
    }
}

/// The events of one delivery: in any order, and maybe not for the first time.
pub struct Batch<P> {
    messages: Vec<Delivered<P>>,
}

impl<P: Platform> Batch<P> {
    /// Handles each event of a kind by itself.
    pub async fn each<E, F>(mut self, kind: &str, handle: impl Fn(P, E) -> F) -> Self
    where
        E: DeserializeOwned,
        F: Future<Output = Outcome>,
    {
        for message in self.messages.iter_mut().filter(|message| message.event.kind == kind) {
            if let Some(data) = message.read() {
                message.outcome = Some(handle(message.platform.clone(), data).await);
            }
        }
        self
    }

    /// Handles all events of a kind together, in the trace of the first; `handle` answers in their order.
    pub async fn together<E, F>(mut self, kind: &str, handle: impl FnOnce(P, Vec<(EventId, E)>) -> F) -> Self
    where
        E: DeserializeOwned,
        F: Future<Output = Vec<Outcome>>,
    {
        let mut taken = Vec::new();
        let mut events = Vec::new();
        for message in self.messages.iter_mut().filter(|message| message.event.kind == kind) {
            if let Some(data) = message.read() {
                events.push((message.event.id, data));
                taken.push(message);
            }
        }
        let Some(platform) = taken.first().map(|message| message.platform.clone()) else { return self };
        let mut outcomes = handle(platform, events).await.into_iter();
        for message in taken {
            let forgotten = || Err(Fault::defect("a consumer forgot a message"));
            message.outcome = Some(outcomes.next().unwrap_or_else(forgotten));
        }
        self
    }

    /// Writes down what the events of a kind say, all in one call.
    pub async fn write<E>(self, kind: &str, statements: impl Fn(&E) -> Result<Vec<Statement>, Fault>) -> Self
    where
        E: DeserializeOwned,
    {
        let write = |platform: P, events: Vec<(EventId, E)>| {
            let written = events.iter().map(|(_, event)| statements(event)).collect();
            async move {
                match platform.db() {
                    Ok(db) => write_all(&db, written).await,
                    Err(fault) => events.iter().map(|_| Err(fault.clone())).collect(),
                }
            }
        };
        self.together(kind, write).await
    }
}

/// Runs everybody's statements in one batch. Where that fails for another reason than that the database is away, each runs by itself, so
/// that one that can never be written does not hold up the others.
pub async fn write_all<D: Database>(db: &D, all: Vec<Result<Vec<Statement>, Fault>>) -> Vec<Outcome> {
    let together: Vec<Statement> = all.iter().flatten().flatten().cloned().collect();
    let written = if together.is_empty() { Ok(()) } else { db.batch(together).await.map(drop) };
    let mut outcomes = Vec::with_capacity(all.len());
    for statements in all {
        outcomes.push(match (&written, statements) {
            (_, Err(fault)) => Err(fault),
            (Ok(()), Ok(_)) => Ok(()),
            (Err(fault), Ok(_)) if fault.kind == FaultKind::Unavailable => Err(fault.clone()),
            (Err(_), Ok(statements)) => db.batch(statements).await.map(drop),
        });
    }
    outcomes
}
