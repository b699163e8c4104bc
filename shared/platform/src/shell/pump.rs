//! Performing effects, feeding their results back, and the alarm that finishes what a crash left behind.

use futures::future::join_all;
use std::sync::Arc;

use api::{
    event::{EffectParked, Envelope},
    object::Object,
};
use domain::{Aggregate, Bug, DurationMs, Schedule, Timestamp, id::EventId};

use super::{
    ALARM_BUSY_MS, Actor, AggregateOf, CommandOf, EffectOf, PARTS_PER_ALARM, Publisher, Shell, absorb,
    effects::{Awaited, EffectRow},
    journal::{Journal, Turn},
};
use crate::{Fault, Platform, dead_letter_binding, log, storage::ObjectStorage, wire::text};

/// A due command that leaves its own deadline where it is would wake us for ever; then at least not at once.
const ALARM_PAUSE_MS: DurationMs = 1_000;

/// What to perform next, and the state that it sees.
struct Step<T: Actor<P>, P: Platform> {
    rows: Vec<EffectRow<EffectOf<T, P>>>,
    name: String,
    state: AggregateOf<T, P>,
    version: u64,
}

impl<T: Actor<P>, P: Platform> Step<T, P> {
    fn of(journal: &Journal<AggregateOf<T, P>>, rows: Vec<EffectRow<EffectOf<T, P>>>) -> Self {
        let (name, state) = (journal.name.clone(), journal.state.clone());
        Self { rows, name, state, version: journal.version }
    }
}

/// What came of one effect.
struct Performed<T: Actor<P>, P: Platform> {
    row: EffectRow<EffectOf<T, P>>,
    /// The version of the state that it saw.
    version: u64,
    result: Result<Option<CommandOf<T, P>>, Fault>,
    /// What it published.
    awaited: Vec<Awaited>,
}

/// Frees the pump however it ends, also when its request is cancelled in the middle.
struct Pumping<'a, P: Platform, T: Actor<P>, S: ObjectStorage>(&'a Shell<P, T, S>);

impl<P: Platform, T: Actor<P>, S: ObjectStorage> Drop for Pumping<'_, P, T, S> {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        inner.is_pumping = false;
        inner.confirmed.clear();
    }
}

impl<P: Platform, T: Actor<P>, S: ObjectStorage> Shell<P, T, S> {
    pub(super) fn pump_in_background(self: &Arc<Self>, platform: &P) {
        let (shell, world) = (Arc::clone(self), platform.clone());
        platform.background(async move { shell.pump(&world).await });
    }

    /// Performs effects until none is due. Only one pump runs at a time; a second one leaves at once.
    async fn pump(&self, platform: &P) {
        {
            let mut inner = self.lock();
            if inner.is_pumping {
                return;
            }
            inner.is_pumping = true;
        }
        let _pumping = Pumping(self);
        loop {
            let outcome = match self.runnable(platform.now()) {
                Ok(step) if step.rows.is_empty() => return,
                Ok(step) => self.unhandled(platform, step).await,
                Err(fault) => Err(fault),
            };
            let Step { rows, name, state, version } = match outcome {
                Ok(step) if step.rows.is_empty() => continue,
                Ok(step) => step,
                Err(fault) => return log::fault(platform, "effects", &fault.to_string()),
            };
            let version = if Bug::ShellForgetsEffects.is_planted() {
                self.strike_off(&rows, platform.now()).unwrap_or(version)
            } else {
                version
            };
            let performed = join_all(rows.into_iter().map(|row| {
                let (state, name) = (&state, name.as_str());
                let publisher = Publisher::new(platform, <T::Object as Object>::BINDING, name);
                async move {
                    let result = T::perform(platform, &publisher, name, state, row.effect.clone()).await;
                    Performed::<T, P> { row, version, result, awaited: publisher.awaited() }
                }
            }))
            .await;
            match self.feed_back(platform, performed) {
                Ok(exhausted) if exhausted.is_empty() => {}
                Ok(exhausted) => self.park(platform, &name, exhausted).await,
                Err(fault) => return log::fault(platform, "effects", &fault.to_string()),
            }
            self.wake_waiters();
        }
    }

    /// A bug: what a crash interrupts now is lost.
    fn strike_off(&self, rows: &[EffectRow<EffectOf<T, P>>], now: Timestamp) -> Result<u64, Fault> {
        self.turn(|journal, storage| {
            let done = rows.iter().map(|row| row.id.clone()).collect();
            journal.commit(storage, Turn { done, ..Turn::new(journal.state.clone()) }, now)?;
            Ok(journal.version)
        })
    }

    /// The effects to perform next, and the state they see: those that callers wait for before those that nobody waits for.
    fn runnable(&self, now: Timestamp) -> Result<Step<T, P>, Fault> {
        self.turn(|journal, _| {
            let of = |wanted: Schedule| {
                let rows = journal.effects.iter().filter(move |row| {
                    row.is_open(now) && AggregateOf::<T, P>::schedule(&row.effect) == wanted
                });
                rows.cloned().collect::<Vec<_>>()
            };
            let mut rows = of(Schedule::Now);
            if rows.is_empty() {
                rows = of(Schedule::Behind);
            }
            if rows.is_empty() {
                let due = journal.effects.iter().filter(|row| {
                    let is_coalesced =
                        matches!(AggregateOf::<T, P>::schedule(&row.effect), Schedule::Coalesced { .. });
                    is_coalesced && !row.is_parked && row.due_at <= now
                });
                rows = due.cloned().collect();
            }
            Ok(Step::of(journal, rows))
        })
    }

    /// Asks after what was published and nobody tells of; what was handled need not be published again.
    async fn unhandled(&self, platform: &P, step: Step<T, P>) -> Result<Step<T, P>, Fault> {
        let asked = step.rows.iter().flat_map(|row| &row.awaited).filter(|awaited| awaited.is_asked);
        let asked: Vec<EventId> = asked.map(|awaited| awaited.event).collect();
        if asked.is_empty() {
            return Ok(step);
        }
        let handled = T::handled(platform, asked).await.unwrap_or_else(|fault| {
            // Published once more: whoever handled it bears a repeat.
            log::fault(platform, "handled", &fault.to_string());
            Vec::new()
        });
        self.turn(|journal, storage| {
            journal.confirm(storage, &handled, platform.now())?;
            // While we asked, others may have been confirmed, and the state may have changed.
            let is_left = |row: &EffectRow<_>| journal.effects.iter().any(|known| known.id == row.id);
            Ok(Step::of(journal, step.rows.into_iter().filter(is_left).collect()))
        })
    }

    /// Commits all results of a step in one turn; answers the effects that have been tried often enough.
    fn feed_back(&self, platform: &P, performed: Vec<Performed<T, P>>) -> Result<Vec<String>, Fault> {
        let now = platform.now();
        let confirmed = std::mem::take(&mut self.lock().confirmed);
        self.turn(|journal, storage| {
            let mut turn = Turn::new(journal.state.clone());
            let mut exhausted = Vec::new();
            for Performed { row, version, result, mut awaited } in performed {
                awaited.retain(|awaited| {
                    !confirmed.contains(&awaited.event) && !Bug::ShellTrustsTheQueue.is_planted()
                });
                let outrun_ms = match AggregateOf::<T, P>::schedule(&row.effect) {
                    Schedule::Coalesced { delay_ms, .. } if journal.version != version => Some(delay_ms),
                    _ => None,
                };
                match result {
                    Ok(command) => {
                        let id = row.id.clone();
                        let left = match outrun_ms {
                            // It did not see what was committed meanwhile, and that change joined this row, or took its place.
                            Some(delay_ms) => Some(row.anew(now.plus(delay_ms))),
                            None => row.performed(awaited, now),
                        };
                        match left {
                            Some(row) => {
                                exhausted.extend(row.is_exhausted().then(|| row.id.clone()));
                                turn.effects.push(row);
                            }
                            None => turn.done.push(id),
                        }
                        let is_dropped = journal.version != version && Bug::ShellDropsResults.is_planted();
                        if let Some(command) = command.filter(|_| !is_dropped) {
                            feed::<T, P, S>(platform, journal, storage, &mut turn, command, now)?;
                        }
                    }
                    Err(fault) => {
                        log::fault(platform, "effect", &fault.to_string());
                        let row = match outrun_ms {
                            Some(delay_ms) if row.is_published() => row.anew(now.plus(delay_ms)),
                            _ => row.failed(now),
                        };
                        exhausted.extend(row.is_exhausted().then(|| row.id.clone()));
                        turn.effects.push(row);
                    }
                }
            }
            journal.commit(storage, turn, now)?;
            Ok(exhausted)
        })
    }

    /// Tells the operators, each by a dead letter whose replay makes this object try again, and parks what they were told of. What they could
    /// not be told of is tried once more when it is due, and then they are told again.
    async fn park(&self, platform: &P, name: &str, effects: Vec<String>) {
        let Some(queue) = T::PARKED_TO else { return };
        let mut told = Vec::new();
        for effect in effects {
            let sent = match letter(platform, <T::Object as Object>::BINDING, name, &effect) {
                Ok(letter) => platform.enqueue(&dead_letter_binding(queue), vec![letter]).await,
                Err(fault) => Err(fault),
            };
            match sent {
                Ok(()) => told.push(effect),
                Err(fault) => log::fault(platform, "parked effect", &fault.to_string()),
            }
        }
        if told.is_empty() {
            return;
        }
        let parked = self.turn(|journal, storage| {
            let is_told = |row: &&EffectRow<_>| told.contains(&row.id) && row.is_exhausted();
            let effects = journal.effects.iter().filter(is_told).map(EffectRow::parked).collect();
            journal.commit(storage, Turn { effects, ..Turn::new(journal.state.clone()) }, platform.now())
        });
        if let Err(fault) = parked {
            log::fault(platform, "parked effect", &fault.to_string());
        }
    }

    /// The alarm: timers first, then the effects that are due.
    pub async fn alarm(self: &Arc<Self>, platform: &P) -> Result<(), Fault> {
        let now = platform.now();
        {
            let mut inner = self.lock();
            let is_pumping = inner.is_pumping;
            let journal = inner.load(&self.storage, self.name.as_deref())?;
            journal.alarm_fired();
            if is_pumping {
                return journal.rearm(&self.storage, now.plus(ALARM_BUSY_MS));
            }
        }
        let is_gone = self.turn(|journal, storage| {
            let mut turn = Turn::new(journal.state.clone());
            for (key, part) in journal.due_parts(storage, now, PARTS_PER_ALARM)? {
                if let Some((_, command)) = AggregateOf::<T, P>::part_wake(&key, &part) {
                    match turn.state.decide(Some(&part), command, now) {
                        Ok(decision) => absorb(journal, &mut turn, decision, Some(key), now),
                        Err(refusal) => log::fault(platform, "timer", &format!("refused: {refusal:?}")),
                    }
                }
            }
            if let Some((at, command)) = turn.state.wake()
                && at <= now
            {
                feed::<T, P, S>(platform, journal, storage, &mut turn, command, now)?;
            }
            if !turn.events.is_empty() || !turn.parts.is_empty() || !turn.effects.is_empty() {
                journal.commit(storage, turn, now)?;
            }
            // A part that was due earlier may have ended since: what memory knows is only the earliest that ever was.
            journal.refresh_parts_due(storage)?;
            Ok(journal.state.is_gone())
        })?;
        if is_gone {
            return self.forget();
        }
        self.wake_waiters();
        self.pump(platform).await;
        let not_before = platform.now().plus(ALARM_PAUSE_MS);
        self.turn(
            |journal, storage| {
                if journal.exists() { journal.rearm(storage, not_before) } else { Ok(()) }
            },
        )
    }
}

/// Decides on a command that comes from inside. A refusal is no answer to anybody: it is logged, and what it was about is done.
fn feed<T: Actor<P>, P: Platform, S: ObjectStorage>(
    platform: &P,
    journal: &Journal<AggregateOf<T, P>>,
    storage: &S,
    turn: &mut Turn<AggregateOf<T, P>>,
    command: CommandOf<T, P>,
    now: Timestamp,
) -> Result<(), Fault> {
    let key = AggregateOf::<T, P>::part_key(&command);
    let part = key.as_ref().map(|key| journal.part(storage, key)).transpose()?.flatten();
    match turn.state.decide(part.as_ref(), command, now) {
        Ok(decision) => absorb(journal, turn, decision, key, now),
        Err(refusal) => log::fault(platform, "effect", &format!("result refused: {refusal:?}")),
    }
    Ok(())
}

/// That an effect is given up.
fn letter<P: Platform>(platform: &P, binding: &str, name: &str, effect: &str) -> Result<String, Fault> {
    let parked =
        EffectParked { object: binding.to_owned(), name: name.to_owned(), effect: effect.to_owned() };
    text(&Envelope {
        // One letter, however often it is given up.
        id: EventId::derived(&[binding, name, effect]),
        kind: EffectParked::TYPE.to_owned(),
        version: 1,
        occurred_at: platform.now(),
        traceparent: Some(platform.context().trace.to_string()),
        tell: None,
        data: api::json::to_value(&parked).unwrap_or_default(),
    })
}
