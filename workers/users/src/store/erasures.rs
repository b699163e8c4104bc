//! Who is being forgotten, and what of them is kept here until then.

use serde::Deserialize;

use domain::{Timestamp, id::UserId};
use platform::{Database, Fault, Statement, sql};

/// The most erasures that one run of the schedule goes on with.
const RESUMED_AT_ONCE: u32 = 20;

/// An erasure on record.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Erasure {
    #[serde(rename = "user_id")]
    pub user: UserId,
    pub asked_at: Timestamp,
    /// How many rounds are done.
    pub rounds: u32,
    pub due_at: Timestamp,
}

fn insert(user: UserId, asked_at: Timestamp) -> Statement {
    sql("insert into erasures (user_id, asked_at, rounds, due_at) values (?1, ?2, 0, ?2) on conflict (user_id) do nothing")
        .bind_text(user)
        .bind(asked_at)
}

/// Writes down that somebody is to be forgotten. `true`: nobody had asked for it before.
pub async fn ask(db: &impl Database, user: UserId, now: Timestamp) -> Result<(Erasure, bool), Fault> {
    let found = sql("select user_id, asked_at, rounds, due_at from erasures where user_id = ?1");
    let results = db.batch(vec![insert(user, now), found.bind_text(user)]).await?;
    let [inserted, found] = results.as_slice() else {
        return Err(Fault::defect("a batch of two gave something else"));
    };
    let erasure = found.first()?.ok_or_else(|| Fault::defect("an erasure that was written is not there"))?;
    Ok((erasure, inserted.changes > 0))
}

/// It was refused: as if it had never been asked for. `false`: somebody else asked at the same time and was not refused, so it goes on.
pub async fn withdraw(db: &impl Database, user: UserId) -> Result<bool, Fault> {
    let withdrawn =
        sql("delete from erasures where user_id = ?1 and rounds = 0 and due_at = asked_at").bind_text(user);
    Ok(db.run(withdrawn).await?.changes > 0)
}

/// Forgets what is kept here, first answers too; that it is under way is on record from then on, whatever was withdrawn meanwhile.
pub async fn forget(db: &impl Database, erasure: &Erasure) -> Result<(), Fault> {
    let user = erasure.user;
    db.batch(vec![
        insert(user, erasure.asked_at),
        // From now on nobody can withdraw it.
        sql("update erasures set due_at = asked_at + 1 where user_id = ?1 and rounds = 0").bind_text(user),
        sql("delete from profiles where user_id = ?1").bind_text(user),
        sql("delete from addresses where user_id = ?1").bind_text(user),
        sql("delete from replies where instr(key, ?1) > 0").bind_text(user),
    ])
    .await
    .map(drop)
}

/// Counts a round, once. Without a next one the erasure is over, and itself forgotten.
pub async fn finish_round(
    db: &impl Database,
    erasure: &Erasure,
    next: Option<Timestamp>,
) -> Result<(), Fault> {
    let statement = match next {
        Some(due_at) => {
            sql("update erasures set rounds = rounds + 1, due_at = ?3 where user_id = ?1 and rounds = ?2")
                .bind_text(erasure.user)
                .bind(erasure.rounds)
                .bind(due_at)
        }
        None => sql("delete from erasures where user_id = ?1 and rounds = ?2")
            .bind_text(erasure.user)
            .bind(erasure.rounds),
    };
    db.run(statement).await.map(drop)
}

/// A round that failed comes again after a while, and lets others go first.
pub async fn postpone(db: &impl Database, erasure: &Erasure, until: Timestamp) -> Result<(), Fault> {
    db.run(
        sql("update erasures set due_at = ?3 where user_id = ?1 and rounds = ?2")
            .bind_text(erasure.user)
            .bind(erasure.rounds)
            .bind(until),
    )
    .await
    .map(drop)
}

/// Those whose next round has come, the longest first.
pub async fn due(db: &impl Database, now: Timestamp) -> Result<Vec<Erasure>, Fault> {
    db.all(
        sql("select user_id, asked_at, rounds, due_at from erasures where due_at <= ?1 order by due_at limit ?2")
            .bind(now)
            .bind(RESUMED_AT_ONCE),
    )
    .await
}

/// Whether a write was refused because whom it is about is being forgotten.
pub fn is_erased(fault: &Fault) -> bool {
    fault.violates("the user is erased")
}
