//! The outbox of a stored service: a message is written in the batch of the change that causes it, sent afterwards, and kept until whoever
//! consumes it has confirmed it. A queue may lose what it took: what nobody confirms is sent again.
//!
//! A service that uses it has the table `outbox (id text primary key, envelope text not null, created_at integer not null,
//! tries integer not null default 0, due_at integer not null default 0) strict` with an index on `due_at`, and answers at `CONFIRM_PATH`.
//! Its envelopes say `Confirm::Service`.

use serde::Deserialize;

use api::event::{Envelope, Queue};
use domain::{
    Bug, DurationMs, Timestamp,
    id::EventId,
    time::{HOUR_MS, MINUTE_MS, SECOND_MS},
};

use crate::{
    Database, Fault, Platform, Statement, dead_letter_binding, log, shell::PUBLISHED_MAX, sql, wire,
};

/// How long a message may take to be sent after its own commit before the sweep sends it.
const QUIET_MS: DurationMs = 10 * SECOND_MS;

/// How long to wait for a confirmation, as objects do: doubling from two minutes to an hour.
const FIRST_PAUSE_MS: DurationMs = 2 * MINUTE_MS;
const LONGEST_PAUSE_MS: DurationMs = HOUR_MS;

/// The most messages that one sweep sends.
const SWEEP_MAX: u32 = 100;

/// Goes into the batch of what the message tells.
pub fn add(envelope: &Envelope, now: Timestamp) -> Statement {
    sql("insert into outbox (id, envelope, created_at, due_at) values (?1, ?2, ?3, ?4)")
        .bind_text(envelope.id)
        .bind_json(envelope)
        .bind(now)
        .bind(now.plus(QUIET_MS))
}

/// The same, where the batch may turn out to change nothing: the message is written if `condition` finds a row, a query with `keys` as
/// `?4` and so on.
pub fn add_if<const N: usize>(
    envelope: &Envelope,
    now: Timestamp,
    condition: &str,
    keys: [String; N],
) -> Statement {
    let insert = sql(format!(
        "insert into outbox (id, envelope, created_at, due_at) select ?1, ?2, ?3, ?3 + {QUIET_MS} where exists ({condition})"
    ));
    let insert = insert.bind_text(envelope.id).bind_json(envelope).bind(now);
    keys.into_iter().fold(insert, Statement::bind)
}

/// Sends committed messages without making the caller wait. What fails here the sweep does.
pub fn send_after_answer<P: Platform>(
    platform: &P,
    queue: Queue,
    envelopes: &[Envelope],
) -> Result<(), Fault> {
    if envelopes.is_empty() {
        return Ok(());
    }
    let ids = envelopes.iter().map(|envelope| envelope.id.to_string()).collect::<Vec<_>>();
    let texts = envelopes.iter().map(wire::text).collect::<Result<Vec<_>, _>>()?;
    let world = platform.clone();
    platform.background(async move {
        if let Err(fault) = send(&world, queue, &ids, texts).await {
            log::fault(&world, "outbox", &fault.to_string());
        }
    });
    Ok(())
}

async fn send<P: Platform>(
    platform: &P,
    queue: Queue,
    ids: &[String],
    texts: Vec<String>,
) -> Result<(), Fault> {
    platform.enqueue(queue.binding(), texts).await?;
    // Whoever was quick has confirmed it already: then there is no row any more.
    let sent = sql("update outbox set tries = tries + 1, due_at = ?2 + min(?3 << min(tries, 20), ?4) \
                    where id in (select value from json_each(?1))");
    let sent = sent.bind_json(&ids).bind(platform.now()).bind(FIRST_PAUSE_MS).bind(LONGEST_PAUSE_MS);
    platform.db()?.run(sent).await.map(drop)
}

/// These were handled.
pub async fn confirm<P: Platform>(platform: &P, events: &[EventId]) -> Result<(), Fault> {
    platform.db()?.run(delete(&events)).await.map(drop)
}

fn delete(ids: &impl serde::Serialize) -> Statement {
    sql("delete from outbox where id in (select value from json_each(?1))").bind_json(ids)
}

#[derive(Deserialize)]
struct Row {
    id: String,
    envelope: String,
    tries: u32,
}

/// For the schedule: sends what a crash left behind, and what nobody has confirmed. What was sent too often for that becomes a dead letter:
/// an operator sees it in their list, and can have it sent once more.
pub async fn sweep<P: Platform>(platform: &P, queue: Queue) -> Result<(), Fault> {
    if Bug::OutboxIsSweptNever.is_planted() {
        return Ok(());
    }
    let rows: Vec<Row> = platform
        .db()?
        .all(
            sql("select id, envelope, tries from outbox where due_at <= ?1 order by due_at limit ?2")
                .bind(platform.now())
                .bind(SWEEP_MAX),
        )
        .await?;
    let (over, due): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.tries >= PUBLISHED_MAX);
    let parts = |rows: Vec<Row>| rows.into_iter().map(|row| (row.id, row.envelope)).unzip();
    if !due.is_empty() {
        let (ids, texts): (Vec<String>, Vec<String>) = parts(due);
        send(platform, queue, &ids, texts).await?;
        // Of an older release: nobody will be told to confirm it, so it is done as soon as the queue has it.
        let unconfirmed = sql(
            "delete from outbox where id in (select value from json_each(?1)) and envelope ->> 'tell' is null",
        );
        platform.db()?.run(unconfirmed.bind_json(&ids)).await?;
    }
    if over.is_empty() {
        return Ok(());
    }
    let (ids, texts): (Vec<String>, Vec<String>) = parts(over);
    log::fault(
        platform,
        "outbox",
        &format!("nobody confirms what was sent {PUBLISHED_MAX} times: {}", ids.join(", ")),
    );
    platform.enqueue(&dead_letter_binding(queue), texts).await?;
    platform.db()?.run(delete(&ids)).await.map(drop)
}
