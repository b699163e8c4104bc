//! Idempotency for stored services: the same key gives the same answer, written in the same batch as the effect.
//!
//! A service that uses it has the table
//! `replies (key text primary key, fingerprint text, status integer, body text, expires_at integer) strict`.

use serde::Deserialize;

use api::object::Idempotency;
use domain::{DurationMs, Timestamp, time::DAY_MS};

use crate::{Database, Fault, Statement, sql};

/// How long an answer is kept for its key.
pub const REPLY_TTL_MS: DurationMs = DAY_MS;

/// An answer as it was first given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReply {
    pub status: u16,
    pub body: String,
}

/// What a key says of this attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    First,
    Repeat(SavedReply),
    /// The key stands for another body.
    Mismatch,
}

#[derive(Deserialize)]
struct Row {
    fingerprint: String,
    status: u16,
    body: String,
}

/// Looks a key up.
pub async fn begin<D: Database>(db: &D, key: &Idempotency, now: Timestamp) -> Result<Attempt, Fault> {
    let row: Option<Row> = db
        .first(
            sql("select fingerprint, status, body from replies where key = ?1 and expires_at > ?2")
                .bind(&key.key)
                .bind(now),
        )
        .await?;
    Ok(match row {
        None => Attempt::First,
        Some(row) if row.fingerprint != key.fingerprint => Attempt::Mismatch,
        Some(row) => Attempt::Repeat(SavedReply { status: row.status, body: row.body }),
    })
}

/// Keeps an answer; goes into the effect's own batch. Of two attempts at once the second's batch fails on the key
/// ([`lost_the_race`]): nothing of it took effect, and [`begin`] then finds the first one's answer.
pub fn finish(key: &Idempotency, reply: &SavedReply, now: Timestamp) -> [Statement; 2] {
    [
        sql("delete from replies where key = ?1 and expires_at <= ?2").bind(&key.key).bind(now),
        sql("insert into replies (key, fingerprint, status, body, expires_at) values (?1, ?2, ?3, ?4, ?5)")
            .bind(&key.key)
            .bind(&key.fingerprint)
            .bind(u32::from(reply.status))
            .bind(&reply.body)
            .bind(now.plus(REPLY_TTL_MS)),
    ]
}

/// Whether a batch failed because another attempt with the same key was first.
pub fn lost_the_race(fault: &Fault) -> bool {
    fault.violates("replies.key")
}

/// Forgets answers that nobody may ask for any more; for the schedule.
pub fn sweep(now: Timestamp) -> Statement {
    sql("delete from replies where expires_at <= ?1").bind(now)
}
