//! An effect as a row: due, published and not confirmed yet, or given up.

use serde::{Deserialize, Serialize};

use domain::{
    DurationMs, Timestamp,
    id::EventId,
    time::{HOUR_MS, MINUTE_MS, SECOND_MS},
};

use super::journal::parse;
use crate::{Fault, Statement, sql, storage::ObjectStorage, wire::text};

/// After so many tries an effect is parked as a dead letter: about 8 hours of trying.
pub const EFFECT_TRIES_MAX: u32 = 100;
/// After it was published so often without a word from its consumer it is parked, too: about 35 hours.
pub const PUBLISHED_MAX: u32 = 40;

/// One effect that is not done yet.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectRow<E> {
    pub id: String,
    /// When the alarm takes it up, if nobody has performed it by then.
    pub due_at: Timestamp,
    pub tries: u32,
    pub is_parked: bool,
    pub effect: E,
    /// What it published and nobody has confirmed. A queue may lose a message: then it is performed again, with the state as it is then.
    pub awaited: Vec<Awaited>,
}

/// An event that was published and may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    pub event: EventId,
    /// Whether nobody tells of it: whoever wants to know has to ask.
    pub is_asked: bool,
}

impl<E> EffectRow<E> {
    pub fn new(id: String, due_at: Timestamp, effect: E) -> Self {
        Self { id, due_at, tries: 0, is_parked: false, effect, awaited: Vec::new() }
    }

    /// Whether it was performed, and is only kept until somebody confirms what it published.
    pub fn is_published(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// Whether it may be performed now: a first try does not wait for the alarm, a later one does.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.is_parked && (self.tries == 0 || self.due_at <= now)
    }

    /// Begins anew, as if it had never been tried.
    pub fn anew(self, due_at: Timestamp) -> Self {
        Self { due_at, tries: 0, is_parked: false, awaited: Vec::new(), ..self }
    }

    /// Makes a parked one due again, with all its tries before it.
    pub fn resumed(&self, now: Timestamp) -> Self
    where
        E: Clone,
    {
        Self { is_parked: false, tries: 0, due_at: now, ..self.clone() }
    }

    /// Whether it is not tried any more, as soon as the operators know.
    pub fn is_exhausted(&self) -> bool {
        self.tries >= if self.is_published() { PUBLISHED_MAX } else { EFFECT_TRIES_MAX }
    }

    /// The operators know of it, and it waits for them.
    pub fn parked(&self) -> Self
    where
        E: Clone,
    {
        Self { is_parked: true, ..self.clone() }
    }

    /// Performed. `None`: nothing of it has to be confirmed, so it is done.
    pub fn performed(self, awaited: Vec<Awaited>, now: Timestamp) -> Option<Self> {
        let times = if self.is_published() { self.tries.saturating_add(1) } else { 1 };
        let row = Self { awaited, tries: times, ..self };
        row.is_published().then(|| row.paused(now))
    }

    /// Nobody knows whether it was performed.
    pub fn failed(self, now: Timestamp) -> Self {
        Self { tries: self.tries.saturating_add(1), ..self }.paused(now)
    }

    fn paused(self, now: Timestamp) -> Self {
        let pause_ms = if self.is_published() { confirmation_ms(self.tries) } else { backoff_ms(self.tries) };
        Self { due_at: now.plus(pause_ms), ..self }
    }
}

/// How long to wait before the next try: doubling from a second to five minutes.
fn backoff_ms(tries: u32) -> DurationMs {
    doubled(SECOND_MS, tries).min(5 * MINUTE_MS)
}

/// How long to wait for a confirmation: doubling from two minutes, much longer than a queue takes, to an hour.
pub fn confirmation_ms(published: u32) -> DurationMs {
    doubled(2 * MINUTE_MS, published).min(HOUR_MS)
}

fn doubled(first_ms: DurationMs, tries: u32) -> DurationMs {
    first_ms.saturating_mul(1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX))
}

#[derive(Deserialize)]
struct EffectRecord {
    id: String,
    due_at: i64,
    tries: u32,
    parked: u8,
    data: String,
}

/// What a published effect waits for. An older release that took over for a while knows nothing of these rows: what it has changed
/// meanwhile shows in the effect's `due_at`, or in the `version` of the object.
#[derive(Deserialize)]
struct PublishedRecord {
    effect: String,
    event: EventId,
    is_asked: u8,
    due_at: i64,
    version: u64,
}

/// Reads all effects of an object of this version; `has_published` says whether there is a table of what they wait for. `is_coalesced`
/// effects stand for all changes up to the version that they saw.
pub fn load<E: serde::de::DeserializeOwned, S: ObjectStorage>(
    storage: &S,
    has_published: bool,
    version: u64,
    is_coalesced: impl Fn(&E) -> bool,
) -> Result<Vec<EffectRow<E>>, Fault> {
    let records: Vec<EffectRecord> =
        storage.query(sql("select id, due_at, tries, parked, data from effects order by id"))?;
    // Whoever is at rest has neither, and is loaded by one query less.
    let published: Vec<PublishedRecord> = if has_published && !records.is_empty() {
        storage.query(sql(
            "select effect, event, is_asked, due_at, version from published order by effect, event",
        ))?
    } else {
        Vec::new()
    };
    let row = |record: EffectRecord| {
        let effect = parse("effect", &record.data)?;
        let has_seen_all = |row: &&PublishedRecord| row.version == version || !is_coalesced(&effect);
        let own = published.iter().filter(|row| row.effect == record.id && row.due_at == record.due_at);
        let own = own.filter(has_seen_all);
        let awaited = own.map(|row| Awaited { event: row.event, is_asked: row.is_asked != 0 }).collect();
        Ok(EffectRow {
            awaited,
            due_at: Timestamp::from_millis(record.due_at),
            tries: record.tries,
            is_parked: record.parked != 0,
            effect,
            id: record.id,
        })
    };
    records.into_iter().map(row).collect()
}

/// A row of `effects` as it is written: one JSON array for all of a turn.
#[derive(Serialize)]
struct WrittenEffect<'a> {
    id: &'a str,
    due_at: i64,
    tries: u32,
    parked: u8,
    data: String,
}

#[derive(Serialize)]
struct WrittenPublished {
    effect: String,
    event: EventId,
    is_asked: u8,
    due_at: i64,
}

pub fn write<E: Serialize>(rows: &[&EffectRow<E>]) -> Result<Statement, Fault> {
    let mut written = Vec::with_capacity(rows.len());
    for row in rows {
        written.push(WrittenEffect {
            id: &row.id,
            due_at: row.due_at.millis(),
            tries: row.tries,
            parked: row.is_parked.into(),
            data: text(&row.effect)?,
        });
    }
    let insert =
        sql("insert or replace into effects (id, due_at, tries, parked, data) select value ->> 'id', \
         value ->> 'due_at', value ->> 'tries', value ->> 'parked', value ->> 'data' from json_each(?1)");
    Ok(insert.bind_json(&written))
}

/// What published effects wait for, as of the object's `version`; `None` where there is nothing.
pub fn write_published<E>(rows: &[&EffectRow<E>], version: u64) -> Option<Statement> {
    let own = |row: &'_ &EffectRow<E>| {
        let (effect, due_at) = (row.id.clone(), row.due_at.millis());
        let of = move |awaited: &Awaited| WrittenPublished {
            effect: effect.clone(),
            event: awaited.event,
            is_asked: awaited.is_asked.into(),
            due_at,
        };
        row.awaited.iter().map(of).collect::<Vec<_>>()
    };
    let written: Vec<WrittenPublished> = rows.iter().flat_map(own).collect();
    let insert = sql("insert or replace into published (effect, event, is_asked, due_at, version) \
         select value ->> 'effect', value ->> 'event', value ->> 'is_asked', value ->> 'due_at', ?2 from json_each(?1)");
    (!written.is_empty()).then(|| insert.bind_json(&written).bind(version))
}

pub fn delete(ids: &[String]) -> Statement {
    sql("delete from effects where id in (select value from json_each(?1))").bind_json(&ids)
}

/// Waits for nothing of these effects any more.
pub fn delete_published(ids: &[&str]) -> Statement {
    sql("delete from published where effect in (select value from json_each(?1))").bind_json(&ids)
}

pub fn delete_confirmed(events: &[EventId]) -> Statement {
    sql("delete from published where event in (select value from json_each(?1))").bind_json(&events)
}
