//! The shape of everything that has one writer: a cart, a SKU's stock, an order.
//!
//! `decide` says what a command would do and `apply` makes it so; neither waits, so nothing can come between them. What has to happen
//! outside (a call to another service, a message) is an *effect*: data, stored with the state in one write and performed afterwards,
//! again and again until its result comes back as a command.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

use crate::{DurationMs, Timestamp};

/// State that only ever changes by its own events.
///
/// `Default` is the state of an id that nobody has used yet.
pub trait Aggregate: Debug + Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    type Command: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    type Event: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    type Effect: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    type Reply: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    type Refusal: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// One row of what would grow without bound inside the state (a SKU's reservations): loaded by key, only for the command that
    /// needs it. `()` where there is none.
    type Part: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Whether events are kept for ever (a ledger, a timeline) or forgotten once applied.
    const KEEPS_EVENTS: bool;

    /// The part that `command` is about.
    fn part_key(_command: &Self::Command) -> Option<String> {
        None
    }

    /// What `command` does now. A repeat of a command that was already carried out answers as the first did, with no events.
    fn decide(
        &self,
        part: Option<&Self::Part>,
        command: Self::Command,
        now: Timestamp,
    ) -> Result<Decision<Self>, Self::Refusal>;

    /// Cannot fail: it already happened.
    fn apply(&mut self, event: &Self::Event);

    /// Whether a refusal stands for its idempotency key for good. One for what was wrong with the request itself does not: the same key may
    /// come again with a better one.
    fn is_kept(_refusal: &Self::Refusal) -> bool {
        true
    }

    /// Whether a refusal stands for its key even where nobody has used the id yet. Only where nobody but staff has a key: a shopper must not
    /// be able to make objects by asking for what is not there.
    const KEEPS_REFUSALS_UNUSED: bool = false;

    /// The answer to a command that [`Answer::WhenSettled`], once there is one.
    fn settled(&self) -> Option<Result<Self::Reply, Self::Refusal>> {
        None
    }

    /// How the events that are kept change once this one has happened: for what must be forgotten, in the past too. The answers that were
    /// kept for their keys are forgotten with it.
    fn forgets(_event: &Self::Event) -> Option<fn(&mut Self::Event)> {
        None
    }

    /// When to wake the aggregate (a deadline, an expiry), and the command that then is due.
    fn wake(&self) -> Option<(Timestamp, Self::Command)> {
        None
    }

    /// When a part is due, and the command that then is due for it.
    fn part_wake(_key: &str, _part: &Self::Part) -> Option<(Timestamp, Self::Command)> {
        None
    }

    /// When an effect is performed.
    fn schedule(_effect: &Self::Effect) -> Schedule {
        Schedule::Now
    }

    /// Whether everything about this id may be forgotten (a cart that nobody used for 30 days).
    fn is_gone(&self) -> bool {
        false
    }
}

/// What a command does: all of it is committed in one write, or none.
#[derive(Debug, Clone)]
pub struct Decision<A: Aggregate> {
    pub events: Vec<A::Event>,
    pub effects: Vec<A::Effect>,
    pub part: PartChange<A::Part>,
    pub answer: Answer<A::Reply>,
}

impl<A: Aggregate> Decision<A> {
    pub fn reply(reply: A::Reply) -> Self {
        Self { events: Vec::new(), effects: Vec::new(), part: PartChange::Keep, answer: Answer::Now(reply) }
    }

    pub fn when_settled() -> Self {
        Self { events: Vec::new(), effects: Vec::new(), part: PartChange::Keep, answer: Answer::WhenSettled }
    }

    pub fn event(mut self, event: A::Event) -> Self {
        self.events.push(event);
        self
    }

    pub fn effect(mut self, effect: A::Effect) -> Self {
        self.effects.push(effect);
        self
    }

    pub fn effects(mut self, effects: impl IntoIterator<Item = A::Effect>) -> Self {
        self.effects.extend(effects);
        self
    }

    pub fn part(mut self, part: PartChange<A::Part>) -> Self {
        self.part = part;
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartChange<P> {
    Keep,
    Put(P),
    Remove,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<R> {
    Now(R),
    /// The command's effects come first; then [`Aggregate::settled`] has the answer.
    WhenSettled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    Now,
    /// Once nothing is left to do now: whoever waits for an answer has it by then.
    Behind,
    /// `delay_ms` after the first of several with the same `id`; the others join it. It sees the state as it is then.
    Coalesced {
        id: &'static str,
        delay_ms: DurationMs,
    },
}
