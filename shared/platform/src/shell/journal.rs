//! An object's rows: its state, its events, its parts and the replies it must repeat. With `effects.rs` and `tables.rs` all of the shell's SQL.

use serde::Deserialize;

use api::object::{Idempotency, Recorded};
use domain::{Aggregate, Bug, DurationMs, PartChange, Schedule, Timestamp, id::EventId, time::MINUTE_MS};

use super::{
    effects::{self, EffectRow},
    tables::Needed,
};
use crate::{
    Fault, Statement, sql,
    storage::{AlarmChange, ObjectStorage},
    wire::text,
};

/// What goes off sooner, and is needed only so much later, is put off.
const ALARM_SOON_MS: DurationMs = MINUTE_MS;

/// An answer to a command.
pub type ReplyOf<A> = Result<<A as Aggregate>::Reply, <A as Aggregate>::Refusal>;

/// Everything that one turn writes.
#[derive(Debug)]
pub struct Turn<A: Aggregate> {
    pub state: A,
    pub events: Vec<A::Event>,
    pub parts: Vec<(String, PartChange<A::Part>)>,
    /// Effects that begin, that are tried again later, or that are parked.
    pub effects: Vec<EffectRow<A::Effect>>,
    pub done: Vec<String>,
    pub reply: Option<(Idempotency, Option<ReplyOf<A>>)>,
}

impl<A: Aggregate> Turn<A> {
    pub fn new(state: A) -> Self {
        Self {
            state,
            events: Vec::new(),
            parts: Vec::new(),
            effects: Vec::new(),
            done: Vec::new(),
            reply: None,
        }
    }
}

/// What is known of the rows without reading them again. Memory only: gone with the isolate, read back from the rows.
#[derive(Debug)]
pub struct Journal<A: Aggregate> {
    /// What the object is called by.
    pub name: String,
    pub state: A,
    /// Counts commits; 0 for an id that nobody has used.
    pub version: u64,
    pub last_seq: u64,
    pub effects: Vec<EffectRow<A::Effect>>,
    tables: Vec<String>,
    parts_due: Option<Timestamp>,
    alarm: Option<Timestamp>,
    /// Whether replies wait for the state to settle.
    has_open_replies: bool,
}

#[derive(Deserialize)]
struct StateRow {
    name: String,
    version: u64,
    last_seq: u64,
    data: String,
}

#[derive(Deserialize)]
struct PartRow {
    key: String,
    data: String,
}

#[derive(Deserialize)]
struct EventRow {
    seq: u64,
    at: i64,
    data: String,
}

#[derive(Deserialize)]
struct ReplyRow {
    fingerprint: String,
    reply: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
struct Due {
    due_at: Option<i64>,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

/// What a kept reply says of a repeated key.
pub enum Kept<A: Aggregate> {
    Nothing,
    /// The key stands for another body.
    Mismatch,
    /// The first request is still on its way.
    Open,
    Reply(ReplyOf<A>),
}

pub fn parse<T: serde::de::DeserializeOwned>(what: &str, data: &str) -> Result<T, Fault> {
    api::json::read(data.as_bytes())
        .map_err(|error| Fault::defect(format!("stored {what} cannot be read: {error}")))
}

impl<A: Aggregate> Journal<A> {
    /// Reads the rows of an object. For an id that nobody has used, it finds nothing and writes nothing.
    pub fn load<S: ObjectStorage>(storage: &S, name: Option<&str>) -> Result<Self, Fault> {
        let tables: Vec<Name> = storage.query(sql("select name from sqlite_master where type = 'table'"))?;
        let mut journal = Self {
            name: name.unwrap_or_default().to_owned(),
            state: A::default(),
            version: 0,
            last_seq: 0,
            effects: Vec::new(),
            tables: tables.into_iter().map(|table| table.name).collect(),
            parts_due: None,
            alarm: None,
            has_open_replies: false,
        };
        if journal.has("state") {
            let rows: Vec<StateRow> =
                storage.query(sql("select name, version, last_seq, data from state"))?;
            if let Some(row) = rows.into_iter().next() {
                journal.name = row.name;
                journal.version = row.version;
                journal.last_seq = row.last_seq;
                journal.state = parse("state", &row.data)?;
            }
        }
        if journal.has("effects") {
            let is_coalesced = |effect: &_| matches!(A::schedule(effect), Schedule::Coalesced { .. });
            journal.effects =
                effects::load(storage, journal.has("published"), journal.version, is_coalesced)?;
        }
        if journal.has("replies") {
            let open: Vec<Count> =
                storage.query(sql("select count(*) as count from replies where reply is null"))?;
            journal.has_open_replies = open.iter().any(|row| row.count > 0);
        }
        journal.refresh_parts_due(storage)?;
        Ok(journal)
    }

    fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|name| name == table)
    }

    pub fn exists(&self) -> bool {
        self.version > 0
    }

    pub fn part<S: ObjectStorage>(&self, storage: &S, key: &str) -> Result<Option<A::Part>, Fault> {
        if !self.has("parts") {
            return Ok(None);
        }
        let rows: Vec<PartRow> =
            storage.query(sql("select key, data from parts where key = ?1").bind(key))?;
        rows.first().map(|row| parse("part", &row.data)).transpose()
    }

    /// Parts that are due, the longest first.
    pub fn due_parts<S: ObjectStorage>(
        &self,
        storage: &S,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(String, A::Part)>, Fault> {
        if !self.has("parts") {
            return Ok(Vec::new());
        }
        let rows: Vec<PartRow> = storage.query(
            sql("select key, data from parts where due_at <= ?1 order by due_at limit ?2")
                .bind(now)
                .bind(limit),
        )?;
        rows.into_iter().map(|row| Ok((row.key, parse("part", &row.data)?))).collect()
    }

    pub fn refresh_parts_due<S: ObjectStorage>(&mut self, storage: &S) -> Result<(), Fault> {
        if self.has("parts") {
            let rows: Vec<Due> = storage.query(sql("select min(due_at) as due_at from parts"))?;
            self.parts_due = rows.first().and_then(|row| row.due_at).map(Timestamp::from_millis);
        }
        Ok(())
    }

    pub fn events<S: ObjectStorage>(
        &self,
        storage: &S,
        from: Option<u64>,
        newest_first: bool,
        limit: u32,
    ) -> Result<Vec<Recorded<A::Event>>, Fault> {
        if !self.has("events") {
            return Ok(Vec::new());
        }
        let statement = if newest_first {
            sql("select seq, at, data from events where seq < ?1 order by seq desc limit ?2")
        } else {
            sql("select seq, at, data from events where seq > ?1 order by seq limit ?2")
        };
        // Whoever asks may name any number; JavaScript, through which it passes, knows no higher one.
        let from = from.unwrap_or(if newest_first { u64::MAX } else { 0 });
        let from = from.min(domain::money::AMOUNT_MAX.unsigned_abs());
        let rows: Vec<EventRow> = storage.query(statement.bind(from).bind(limit))?;
        rows.into_iter()
            .map(|row| {
                let event = parse("event", &row.data)?;
                Ok(Recorded { seq: row.seq, at: Timestamp::from_millis(row.at), event })
            })
            .collect()
    }

    pub fn kept<S: ObjectStorage>(&self, storage: &S, key: &Idempotency) -> Result<Kept<A>, Fault> {
        if !self.has("replies") {
            return Ok(Kept::Nothing);
        }
        let rows: Vec<ReplyRow> =
            storage.query(sql("select fingerprint, reply from replies where key = ?1").bind(&key.key))?;
        Ok(match rows.first() {
            None => Kept::Nothing,
            Some(row) if row.fingerprint != key.fingerprint => Kept::Mismatch,
            Some(ReplyRow { reply: None, .. }) => Kept::Open,
            Some(ReplyRow { reply: Some(reply), .. }) => Kept::Reply(parse("reply", reply)?),
        })
    }

    /// Commits a turn: state, events, parts, effects, replies and the alarm, all in one write.
    pub fn commit<S: ObjectStorage>(
        &mut self,
        storage: &S,
        turn: Turn<A>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut statements: Vec<Statement> = Vec::with_capacity(6);
        let mut tables = Needed::new(&self.tables);

        let version = self.version.saturating_add(1);
        tables.need(&mut statements, "state");
        let mut last_seq = self.last_seq;
        if A::KEEPS_EVENTS && !turn.events.is_empty() {
            tables.need(&mut statements, "events");
            for event in &turn.events {
                last_seq = last_seq.saturating_add(1);
                statements.push(
                    sql("insert into events (seq, at, data) values (?1, ?2, ?3)")
                        .bind(last_seq)
                        .bind(now)
                        .bind(text(event)?),
                );
            }
        }
        statements.push(
            sql("insert into state (id, name, version, last_seq, data) values (1, ?4, ?1, ?2, ?3) on conflict (id) do update \
                 set version = excluded.version, last_seq = excluded.last_seq, data = excluded.data")
            .bind(version)
            .bind(last_seq)
            .bind(text(&turn.state)?)
            .bind(&self.name),
        );

        let mut parts_due = self.parts_due;
        for (key, change) in &turn.parts {
            match change {
                PartChange::Keep => {}
                PartChange::Put(part) => {
                    tables.need(&mut statements, "parts");
                    let due_at = A::part_wake(key, part).map(|(at, _)| at);
                    parts_due = earliest(parts_due, due_at);
                    statements.push(
                        sql("insert into parts (key, due_at, data) values (?1, ?2, ?3) on conflict (key) do update \
                             set due_at = excluded.due_at, data = excluded.data")
                        .bind(key)
                        .bind(due_at)
                        .bind(text(part)?),
                    );
                }
                PartChange::Remove => {
                    tables.need(&mut statements, "parts");
                    statements.push(sql("delete from parts where key = ?1").bind(key));
                }
            }
        }

        let state_end = statements.len();
        let mut effects = self.effects.clone();
        for row in &turn.effects {
            effects.retain(|known| known.id != row.id);
            effects.push(row.clone());
        }
        effects.retain(|row| !turn.done.contains(&row.id));
        let is_changed =
            |row: &&EffectRow<A::Effect>| turn.effects.iter().any(|changed| changed.id == row.id);
        let is_over = |row: &&EffectRow<A::Effect>| is_changed(row) || turn.done.contains(&row.id);
        let changed: Vec<_> = effects.iter().filter(is_changed).collect();
        let published = self.effects.iter().filter(|row| row.is_published());
        let mut over: Vec<&str> = published.filter(is_over).map(|row| row.id.as_str()).collect();
        if self.has("published") {
            // An older release may have left rows behind.
            over.extend(changed.iter().filter(|row| row.is_published()).map(|row| row.id.as_str()));
        }
        if !over.is_empty() {
            statements.push(effects::delete_published(&over));
        }
        if !changed.is_empty() {
            tables.need(&mut statements, "effects");
            statements.push(effects::write(&changed)?);
        }
        if let Some(published) = effects::write_published(&changed, version) {
            tables.need(&mut statements, "published");
            statements.push(published);
        }
        if !turn.done.is_empty() {
            statements.push(effects::delete(&turn.done));
        }

        let mut has_open_replies = self.has_open_replies;
        if let Some(forget) = turn.events.iter().rev().find_map(A::forgets) {
            // What this turn adds has forgotten already.
            for Recorded { seq, mut event, .. } in self.events(storage, None, false, u32::MAX)? {
                forget(&mut event);
                statements
                    .push(sql("update events set data = ?2 where seq = ?1").bind(seq).bind(text(&event)?));
            }
            if self.has("replies") {
                statements.push(sql("delete from replies"));
                has_open_replies = false;
            }
        }
        if let Some((idempotency, reply)) = &turn.reply {
            tables.need(&mut statements, "replies");
            has_open_replies |= reply.is_none();
            statements.push(
                sql("insert into replies (key, fingerprint, reply) values (?1, ?2, ?3)")
                    .bind(&idempotency.key)
                    .bind(&idempotency.fingerprint)
                    .bind(reply.as_ref().map(text).transpose()?),
            );
        }
        if has_open_replies && let Some(answer) = turn.state.settled() {
            statements.push(sql("update replies set reply = ?1 where reply is null").bind(text(&answer)?));
            has_open_replies = false;
        }

        let alarm = self.alarm_for(next_alarm(&turn.state, &effects, parts_due), now);
        if Bug::ShellWritesTwice.is_planted() {
            let effects = statements.split_off(state_end);
            storage.write(statements, AlarmChange::Keep)?;
            statements = effects;
        }
        storage.write(statements, alarm)?;

        let created = tables.created();
        self.tables.extend(created.into_iter().map(str::to_owned));
        (self.version, self.last_seq) = (version, last_seq);
        (self.state, self.effects) = (turn.state, effects);
        (self.parts_due, self.has_open_replies) = (parts_due, has_open_replies);
        self.alarm_changed(alarm);
        Ok(())
    }

    /// Takes note that events were handled: what published them is done when that was all of it. The object's version stays, as nothing
    /// that anybody sees of it has changed.
    pub fn confirm<S: ObjectStorage>(
        &mut self,
        storage: &S,
        events: &[EventId],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let is_confirmed =
            |row: &EffectRow<A::Effect>| row.awaited.iter().any(|awaited| events.contains(&awaited.event));
        if !self.effects.iter().any(is_confirmed) {
            return Ok(());
        }
        let (mut effects, mut done) = (Vec::new(), Vec::new());
        for mut row in self.effects.iter().cloned() {
            let was_published = row.is_published();
            row.awaited.retain(|awaited| !events.contains(&awaited.event));
            if was_published && !row.is_published() {
                done.push(row.id);
            } else {
                effects.push(row);
            }
        }
        let mut statements = vec![effects::delete_confirmed(events)];
        if !done.is_empty() {
            statements.push(effects::delete(&done));
        }
        let alarm = self.alarm_for(next_alarm(&self.state, &effects, self.parts_due), now);
        storage.write(statements, alarm)?;
        self.effects = effects;
        self.alarm_changed(alarm);
        Ok(())
    }

    /// An alarm that is set for earlier stays: setting another costs a write, and it looks again when it goes off. One that is about to go
    /// off for nothing is put off.
    fn alarm_for(&self, next: Option<Timestamp>, now: Timestamp) -> AlarmChange {
        let is_in_vain = |set: Timestamp, next: Timestamp| {
            set.since(now) < ALARM_SOON_MS && next.since(set) > ALARM_SOON_MS
        };
        match (next, self.alarm) {
            (Some(next), Some(set)) if set <= next && !is_in_vain(set, next) => AlarmChange::Keep,
            (Some(next), _) => AlarmChange::Set(next),
            (None, Some(_)) => AlarmChange::Clear,
            (None, None) => AlarmChange::Keep,
        }
    }

    fn alarm_changed(&mut self, alarm: AlarmChange) {
        match alarm {
            AlarmChange::Set(at) => self.alarm = Some(at),
            AlarmChange::Clear => self.alarm = None,
            AlarmChange::Keep => {}
        }
    }

    /// The alarm went off, so none is set any more.
    pub fn alarm_fired(&mut self) {
        self.alarm = None;
    }

    /// Sets the alarm for what comes next; at the soonest `not_before`.
    pub fn rearm<S: ObjectStorage>(&mut self, storage: &S, not_before: Timestamp) -> Result<(), Fault> {
        if let Some(next) = next_alarm(&self.state, &self.effects, self.parts_due) {
            let at = next.max(not_before);
            storage.write(Vec::new(), AlarmChange::Set(at))?;
            self.alarm = Some(at);
        }
        Ok(())
    }

    /// Makes the parked effects due again, with all their tries before them.
    pub fn unparked(&self, now: Timestamp) -> Vec<EffectRow<A::Effect>> {
        self.effects.iter().filter(|row| row.is_parked).map(|row| row.resumed(now)).collect()
    }
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

fn next_alarm<A: Aggregate>(
    state: &A,
    effects: &[EffectRow<A::Effect>],
    parts_due: Option<Timestamp>,
) -> Option<Timestamp> {
    let is_woken_for = |row: &&EffectRow<A::Effect>| !row.is_parked && !Bug::ShellSetsNoAlarm.is_planted();
    let effects_due = effects.iter().filter(is_woken_for).map(|row| row.due_at).min();
    earliest(earliest(effects_due, parts_due), state.wake().map(|(at, _)| at))
}
