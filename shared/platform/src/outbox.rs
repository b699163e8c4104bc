//! The outbox of a stored service: a message is written in the batch of the change that causes it, and sent afterwards.
//!
//! A service that uses it has the table
//! `outbox (id text primary key, envelope text not null, created_at integer not null) strict` with an index on `created_at`.

use serde::Deserialize;

use api::event::{Envelope, Queue};
use domain::{DurationMs, Timestamp, time::SECOND_MS};

use crate::{Database, Fault, Platform, Statement, log, sql, wire};

/// How long a message may take to be sent after its own commit before the sweep sends it.
const QUIET_MS: DurationMs = 10 * SECOND_MS;

/// The most messages that one sweep sends.
const SWEEP_MAX: u32 = 100;

/// Goes into the batch of what the message tells.
pub fn add(envelope: &Envelope, now: Timestamp) -> Statement {
    sql("insert into outbox (id, envelope, created_at) values (?1, ?2, ?3)")
        .bind_text(envelope.id)
        .bind_json(envelope)
        .bind(now)
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
        "insert into outbox (id, envelope, created_at) select ?1, ?2, ?3 where exists ({condition})"
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
    let sent = sql("delete from outbox where id in (select value from json_each(?1))").bind_json(&ids);
    platform.db()?.run(sent).await.map(drop)
}

#[derive(Deserialize)]
struct Row {
    id: String,
    envelope: String,
}

/// For the schedule: sends what a crash left behind.
pub async fn sweep<P: Platform>(platform: &P, queue: Queue) -> Result<(), Fault> {
    let rows: Vec<Row> = platform
        .db()?
        .all(
            sql("select id, envelope from outbox where created_at <= ?1 - ?2 order by created_at limit ?3")
                .bind(platform.now())
                .bind(QUIET_MS)
                .bind(SWEEP_MAX),
        )
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let (ids, texts): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.id, row.envelope)).unzip();
    send(platform, queue, &ids, texts).await
}
