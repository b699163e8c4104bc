//! The object shell, written once for carts, stock and orders.
//!
//! One turn: load → decide → commit events, reply and effects in one write, with no await between → perform the effects → feed their
//! results back as commands. Effects are rows until they are done; the alarm, set in the same write as the first of them, performs
//! what a crash left behind, with backoff and a limit, and then parks it. That one mechanism is the outbox, the saga and the retry.
//!
//! An effect that published is done when whoever consumes its events has confirmed them: a queue may lose what it took. Until then its row
//! stays, and the alarm performs it again, minutes later. What is published anew says how things stand by then, so a row holds nothing
//! that would have to be forgotten.
//!
//! Memory is only a cache: it can vanish at any await, and the rows tell everything.

mod effects;
mod journal;
mod publisher;
mod pump;
mod tables;

pub use effects::{EFFECT_TRIES_MAX, PUBLISHED_MAX};
pub use publisher::Publisher;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use std::{
    future::{Future, ready},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use api::{
    event::Queue,
    object::{Ask, EventsQuery, Idempotency, Object, ToldOf},
};
use domain::{Aggregate, Answer, Bug, DurationMs, Schedule, Timestamp, id::EventId};

use crate::{Fault, Platform, storage::ObjectStorage};
use effects::EffectRow;
use journal::{Journal, Kept, Turn};

/// How long a request waits for an answer that comes when settled; after that it is told "pending".
pub const SETTLE_WAIT_MAX_MS: DurationMs = 20_000;
/// How long after its commit the alarm takes an effect up that nobody has finished: longer than any of them should take.
const EFFECT_RESCUE_MS: DurationMs = 30_000;
/// Parts handled by one alarm; the rest re-arms it at once.
const PARTS_PER_ALARM: u32 = 50;
/// An alarm that finds the effects being performed comes back this much later.
const ALARM_BUSY_MS: DurationMs = 5_000;

type CommandOf<T, P> = <AggregateOf<T, P> as Aggregate>::Command;
type EffectOf<T, P> = <AggregateOf<T, P> as Aggregate>::Effect;
/// The aggregate that lives in an actor's object.
pub type AggregateOf<T, P> = <<T as Actor<P>>::Object as Object>::Aggregate;

/// What one kind of object adds to the shell: how its effects are performed.
pub trait Actor<P: Platform>: Send + Sync + 'static {
    type Object: Object;

    /// Whose dead-letter queue is told of an effect that is given up; `None` for an object without effects.
    const PARKED_TO: Option<Queue>;

    /// Performs one effect, maybe not for the first time, and says what came of it as a command to feed back. A fault means that
    /// the outcome is unknown: it is asked for again later. What is published goes through `publisher`.
    fn perform(
        platform: &P,
        publisher: &Publisher<'_, P>,
        name: &str,
        state: &AggregateOf<Self, P>,
        effect: EffectOf<Self, P>,
    ) -> impl Future<Output = Result<Option<CommandOf<Self, P>>, Fault>> + Send
    where
        Self: Sized;

    /// Which of these events were handled, of those that their consumer does not confirm (`EventData::IS_CONFIRMED`). Asked before they
    /// are published again.
    fn handled(
        _platform: &P,
        _events: Vec<EventId>,
    ) -> impl Future<Output = Result<Vec<EventId>, Fault>> + Send {
        ready(Ok(Vec::new()))
    }
}

/// One object's instance.
pub struct Shell<P: Platform, T: Actor<P>, S: ObjectStorage> {
    /// Not always known to an alarm: then the rows tell.
    name: Option<String>,
    storage: S,
    inner: Mutex<Inner<AggregateOf<T, P>>>,
}

struct Inner<A: Aggregate> {
    journal: Option<Journal<A>>,
    /// Whether somebody performs the effects right now. Dies with the isolate, as they do.
    is_pumping: bool,
    /// What was confirmed meanwhile: a consumer may be quicker than the effect that published is done.
    confirmed: Vec<EventId>,
    /// Requests that wait for the next commit.
    waiters: Vec<oneshot::Sender<()>>,
}

impl<A: Aggregate> Inner<A> {
    /// Adds a request to those that the next commit wakes, and lets go of those that gave up.
    fn await_commit(&mut self, waiter: oneshot::Sender<()>) {
        self.waiters.retain(|waiter| !waiter.is_canceled());
        self.waiters.push(waiter);
    }

    fn load<S: ObjectStorage>(&mut self, storage: &S, name: Option<&str>) -> Result<&mut Journal<A>, Fault> {
        match &mut self.journal {
            Some(journal) => Ok(journal),
            empty => Ok(empty.insert(Journal::load(storage, name)?)),
        }
    }
}

impl<P: Platform, T: Actor<P>, S: ObjectStorage> Shell<P, T, S> {
    /// `name` is what the object was called by, where the runtime knows it.
    pub fn new(name: Option<String>, storage: S) -> Self {
        Self {
            name,
            storage,
            inner: Mutex::new(Inner {
                journal: None,
                is_pumping: false,
                confirmed: Vec::new(),
                waiters: Vec::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<AggregateOf<T, P>>> {
        // Nothing panics while it is held; were it so, the rows are the truth and the memory is read again.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one synchronous turn on the loaded journal. When the write fails, memory is dropped: the rows know better.
    fn turn<R>(
        &self,
        act: impl FnOnce(&mut Journal<AggregateOf<T, P>>, &S) -> Result<R, Fault>,
    ) -> Result<R, Fault> {
        let mut inner = self.lock();
        let result =
            inner.load(&self.storage, self.name.as_deref()).and_then(|journal| act(journal, &self.storage));
        if result.is_err() {
            inner.journal = None;
        }
        result
    }

    /// Answers one request.
    pub async fn handle(
        self: &Arc<Self>,
        platform: &P,
        ask: Ask<CommandOf<T, P>>,
    ) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        match ask {
            Ask::Read => self.turn(|journal, _| {
                Ok(if journal.exists() {
                    ToldOf::<AggregateOf<T, P>>::State {
                        state: journal.state.clone(),
                        version: journal.version,
                    }
                } else {
                    ToldOf::<AggregateOf<T, P>>::NotFound
                })
            }),
            Ask::Events(query) => self.events(platform, query).await,
            Ask::Command { command, idempotency } => self.command(platform, command, idempotency).await,
            Ask::Resume => self.resume(platform),
            Ask::Confirm { events } => self.confirm(platform, events),
        }
    }

    async fn command(
        self: &Arc<Self>,
        platform: &P,
        command: CommandOf<T, P>,
        idempotency: Option<Idempotency>,
    ) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        let now = platform.now();
        let begun = self
            .turn(|journal, storage| begin::<T, P, S>(journal, storage, command, idempotency.clone(), now))?;
        match begun {
            Begun::Answered { told, has_effects, is_gone } => {
                if is_gone {
                    self.forget()?;
                } else if has_effects {
                    self.pump_in_background(platform);
                }
                self.wake_waiters();
                Ok(told)
            }
            Begun::Waits { is_first } => {
                self.pump_in_background(platform);
                self.wait_until_settled(platform, idempotency.as_ref(), is_first).await
            }
        }
    }

    /// Waits for the state to settle, or for the longest time that a caller waits.
    async fn wait_until_settled(
        self: &Arc<Self>,
        platform: &P,
        idempotency: Option<&Idempotency>,
        is_first: bool,
    ) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        let mut time_is_up = pin!(platform.sleep(SETTLE_WAIT_MAX_MS));
        loop {
            let (told, signal) = self.settled_or_signal(idempotency, is_first)?;
            let Some(signal) = signal else { return Ok(told) };
            if let Either::Left(_) = select(time_is_up.as_mut(), signal).await {
                return Ok(told);
            }
        }
    }

    /// The answer if there is one; otherwise "pending" and a signal that fires at the next commit.
    #[allow(clippy::type_complexity)]
    fn settled_or_signal(
        &self,
        idempotency: Option<&Idempotency>,
        is_first: bool,
    ) -> Result<(ToldOf<AggregateOf<T, P>>, Option<oneshot::Receiver<()>>), Fault> {
        let mut inner = self.lock();
        let journal = inner.load(&self.storage, self.name.as_deref())?;
        let settled = match idempotency {
            // What was answered first is in the rows; the state may have moved on since.
            Some(key) => match journal.kept(&self.storage, key)? {
                Kept::Reply(answer) => Some(answer),
                _ => None,
            },
            None => journal.state.settled(),
        };
        Ok(match settled {
            Some(answer) => (told::<AggregateOf<T, P>>(answer, !is_first), None),
            None => {
                let told = ToldOf::<AggregateOf<T, P>>::Pending { state: journal.state.clone() };
                let (sender, receiver) = oneshot::channel();
                inner.await_commit(sender);
                (told, Some(receiver))
            }
        })
    }

    async fn events(
        self: &Arc<Self>,
        platform: &P,
        query: EventsQuery,
    ) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        let wait_ms = if query.newest_first { 0 } else { query.wait_ms.min(SETTLE_WAIT_MAX_MS) };
        let mut time_is_up = pin!(platform.sleep(wait_ms));
        loop {
            let signal = {
                let mut inner = self.lock();
                let journal = inner.load(&self.storage, self.name.as_deref())?;
                if !journal.exists() {
                    return Ok(ToldOf::<AggregateOf<T, P>>::NotFound);
                }
                let events = journal.events(&self.storage, query.from, query.newest_first, query.limit)?;
                if !events.is_empty() || wait_ms == 0 {
                    return Ok(ToldOf::<AggregateOf<T, P>>::Events(events));
                }
                let (sender, receiver) = oneshot::channel();
                inner.await_commit(sender);
                receiver
            };
            if let Either::Left(_) = select(time_is_up.as_mut(), signal).await {
                return Ok(ToldOf::<AggregateOf<T, P>>::Events(Vec::new()));
            }
        }
    }

    /// Makes parked effects due again, on an operator's word.
    fn resume(self: &Arc<Self>, platform: &P) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        let now = platform.now();
        let exists = self.turn(|journal, storage| {
            let effects = journal.unparked(now);
            if !effects.is_empty() {
                let turn = Turn { effects, ..Turn::new(journal.state.clone()) };
                journal.commit(storage, turn, now)?;
            }
            Ok(journal.exists())
        })?;
        self.pump_in_background(platform);
        Ok(if exists { ToldOf::<AggregateOf<T, P>>::Resumed } else { ToldOf::<AggregateOf<T, P>>::NotFound })
    }

    /// Takes note that events were handled.
    fn confirm(&self, platform: &P, events: Vec<EventId>) -> Result<ToldOf<AggregateOf<T, P>>, Fault> {
        self.turn(|journal, storage| journal.confirm(storage, &events, platform.now()))?;
        let mut inner = self.lock();
        if inner.is_pumping {
            inner.confirmed.extend(events);
        }
        Ok(ToldOf::<AggregateOf<T, P>>::Confirmed)
    }

    /// Erases an aggregate that is gone.
    fn forget(&self) -> Result<(), Fault> {
        let mut inner = self.lock();
        inner.journal = None;
        self.storage.erase()
    }

    fn wake_waiters(&self) {
        for waiter in std::mem::take(&mut self.lock().waiters) {
            // Whoever gave up waiting has dropped the other end.
            let _ = waiter.send(());
        }
    }
}

enum Begun<Told> {
    Answered { told: Told, has_effects: bool, is_gone: bool },
    Waits { is_first: bool },
}

/// Decides on a new command and commits what it decides.
fn begin<T: Actor<P>, P: Platform, S: ObjectStorage>(
    journal: &mut Journal<AggregateOf<T, P>>,
    storage: &S,
    command: CommandOf<T, P>,
    idempotency: Option<Idempotency>,
    now: Timestamp,
) -> Result<Begun<ToldOf<AggregateOf<T, P>>>, Fault> {
    let answered = |told| Ok(Begun::Answered { told, has_effects: false, is_gone: false });
    if let Some(key) = &idempotency {
        match journal.kept(storage, key)? {
            Kept::Nothing => {}
            Kept::Mismatch => return answered(ToldOf::<AggregateOf<T, P>>::KeyReused),
            Kept::Open => return Ok(Begun::Waits { is_first: false }),
            Kept::Reply(answer) => return answered(told::<AggregateOf<T, P>>(answer, true)),
        }
    }
    let mut turn = Turn::new(journal.state.clone());
    let key = AggregateOf::<T, P>::part_key(&command);
    let part = key.as_ref().map(|key| journal.part(storage, key)).transpose()?.flatten();
    let decision = match turn.state.decide(part.as_ref(), command, now) {
        Ok(decision) => decision,
        Err(refusal) => {
            // A refusal is kept for its key, but an id that nobody has used mostly stays unused.
            let may_begin = journal.exists() || AggregateOf::<T, P>::KEEPS_REFUSALS_UNUSED;
            let is_kept = may_begin && AggregateOf::<T, P>::is_kept(&refusal);
            if let Some(idempotency) = idempotency.filter(|_| is_kept) {
                turn.reply = Some((idempotency, Some(Err(refusal.clone()))));
                journal.commit(storage, turn, now)?;
            }
            return answered(ToldOf::<AggregateOf<T, P>>::Refused { refusal, replayed: false });
        }
    };
    let answer = decision.answer.clone();
    absorb(journal, &mut turn, decision, key, now);
    turn.reply = idempotency.filter(|_| !Bug::ShellForgetsReplies.is_planted()).map(|idempotency| {
        let reply = match &answer {
            Answer::Now(reply) => Some(Ok(reply.clone())),
            Answer::WhenSettled => None,
        };
        (idempotency, reply)
    });
    let changes =
        !turn.events.is_empty() || !turn.parts.is_empty() || !turn.effects.is_empty() || turn.reply.is_some();
    if changes {
        journal.commit(storage, turn, now)?;
    }
    Ok(match answer {
        Answer::Now(reply) => Begun::Answered {
            told: ToldOf::<AggregateOf<T, P>>::Replied { reply, replayed: false },
            has_effects: journal.effects.iter().any(|row| !row.is_parked && !row.is_published()),
            is_gone: journal.state.is_gone(),
        },
        Answer::WhenSettled => Begun::Waits { is_first: true },
    })
}

/// Adds a decision to a turn that has not been written yet.
fn absorb<A: Aggregate>(
    journal: &Journal<A>,
    turn: &mut Turn<A>,
    decision: domain::Decision<A>,
    part_key: Option<String>,
    now: Timestamp,
) {
    for event in decision.events {
        turn.state.apply(&event);
        turn.events.push(event);
    }
    if let (Some(key), change) = (part_key, decision.part)
        && !matches!(change, domain::PartChange::Keep)
    {
        turn.parts.push((key, change));
    }
    for effect in decision.effects {
        let (id, due_at) = match A::schedule(&effect) {
            Schedule::Coalesced { id, delay_ms } => {
                let waits = |rows: &[EffectRow<A::Effect>]| {
                    rows.iter().any(|row| row.id == id && !row.is_published() && !row.is_parked)
                };
                // One that is already waiting will see this change too; one that is being performed, or was, or waits for an operator, will not.
                if waits(&turn.effects)
                    || (waits(&journal.effects) && !turn.done.iter().any(|done| done == id))
                {
                    continue;
                }
                (id.to_owned(), now.plus(delay_ms))
            }
            Schedule::Now | Schedule::Behind => {
                // Unique for the object's life: versions only grow.
                let id = format!("{:012}-{:03}", journal.version.saturating_add(1), turn.effects.len());
                (id, now.plus(EFFECT_RESCUE_MS))
            }
        };
        turn.effects.push(EffectRow::new(id, due_at, effect));
    }
}

fn told<A: Aggregate>(answer: Result<A::Reply, A::Refusal>, replayed: bool) -> ToldOf<A> {
    match answer {
        Ok(reply) => ToldOf::<A>::Replied { reply, replayed },
        Err(refusal) => ToldOf::<A>::Refused { refusal, replayed },
    }
}
