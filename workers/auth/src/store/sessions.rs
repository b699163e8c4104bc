//! Sessions, and the refresh tokens that each had.

use serde::Deserialize;

use api::{auth::SessionView, identity::Role};
use domain::{
    DurationMs, Timestamp,
    holder::TokenHash,
    id::{SessionId, UserId},
    time::DAY_MS,
};
use platform::{Database, Fault, Statement, sql};

use super::factors::IS_SHOWN;

/// How long a session lasts that nobody uses.
pub const IDLE_MAX_MS: DurationMs = 30 * DAY_MS;
/// How long a session lasts at most.
pub const SESSION_MAX_MS: DurationMs = 180 * DAY_MS;
/// The most sessions that one sweep forgets.
const SWEEP_MAX: u32 = 500;
/// How long after its end a session is still remembered, so that a stolen token is still told from an unknown one.
const REMEMBERED_MS: DurationMs = 30 * DAY_MS;

/// A session that begins.
pub struct Begin<'a> {
    pub id: SessionId,
    pub user: UserId,
    pub user_agent: Option<&'a str>,
    pub refresh: &'a TokenHash,
    pub place: &'a str,
    /// What the password was proven against.
    pub proven: &'a str,
    pub now: Timestamp,
}

/// What is written when somebody signs in, behind the code that they showed: the first of it nothing, and then all of it nothing, where that
/// was used before, or the password changed, the account closed or a second factor confirmed meanwhile.
pub fn begin(session: &Begin<'_>) -> Vec<Statement> {
    let Begin { id, user, now, .. } = session;
    vec![
        sql(format!(
            "insert into sessions (id, user_id, user_agent, created_at, last_used_at, expires_at) \
             select ?1, user_id, ?3, ?4, ?4, ?5 from accounts \
             where user_id = ?2 and password_hash = ?6 and is_disabled = 0 and {IS_SHOWN}"
        ))
        .bind_text(id)
        .bind_text(user)
        .bind(session.user_agent)
        .bind(*now)
        .bind(now.plus(SESSION_MAX_MS))
        .bind(session.proven),
        sql("insert into refresh_tokens (hash, session_id, issued_at, expires_at) select ?1, id, ?3, ?4 from sessions where id = ?2")
            .bind(session.refresh.as_str())
            .bind_text(id)
            .bind(*now)
            .bind(now.plus(IDLE_MAX_MS)),
        sql("insert into known_places (user_id, place, seen_at) select user_id, ?2, ?3 from sessions where id = ?1 \
             on conflict (user_id, place) do update set seen_at = excluded.seen_at")
        .bind_text(id)
        .bind(session.place)
        .bind(*now),
    ]
}

/// What a refresh token says.
pub enum Rotated {
    /// It was good, and the new one is in its place.
    Fresh { session: SessionId, user: UserId, roles: Vec<Role> },
    /// It was used before: there are two who have it, and the session is over for both.
    Reused,
    /// Unknown, or its session is over.
    Nothing,
}

#[derive(Deserialize)]
struct Row {
    session_id: SessionId,
    user_id: UserId,
    roles: String,
    is_fresh: u8,
    was_used: u8,
}

/// Puts `fresh` in the place of `old`, in one write: of two requests with the same token one finds it used.
pub async fn rotate<D: Database>(
    db: &D,
    old: &TokenHash,
    fresh: &TokenHash,
    now: Timestamp,
) -> Result<Rotated, Fault> {
    let mut results = db
        .batch(vec![
            sql("insert into refresh_tokens (hash, session_id, issued_at, expires_at) \
                 select ?2, t.session_id, ?3, min(?4, s.expires_at) from refresh_tokens t \
                 join sessions s on s.id = t.session_id join accounts a on a.user_id = s.user_id \
                 where t.hash = ?1 and t.used_at is null and t.expires_at > ?3 and s.ended_at is null \
                 and s.expires_at > ?3 and a.is_disabled = 0")
            .bind(old.as_str())
            .bind(fresh.as_str())
            .bind(now)
            .bind(now.plus(IDLE_MAX_MS)),
            sql("update sessions set last_used_at = ?2 where id = (select session_id from refresh_tokens where hash = ?1)")
                .bind(fresh.as_str())
                .bind(now),
            // Read before it is marked: afterwards nobody could tell.
            sql("select t.session_id, s.user_id, a.roles, t.used_at is not null as was_used, \
                 exists (select 1 from refresh_tokens where hash = ?2) as is_fresh from refresh_tokens t \
                 join sessions s on s.id = t.session_id join accounts a on a.user_id = s.user_id where t.hash = ?1")
            .bind(old.as_str())
            .bind(fresh.as_str()),
            sql("update sessions set ended_at = ?3 where ended_at is null and id = (select session_id from refresh_tokens \
                 where hash = ?1 and used_at is not null and not exists (select 1 from refresh_tokens where hash = ?2))")
            .bind(old.as_str())
            .bind(fresh.as_str())
            .bind(now),
            sql("update refresh_tokens set used_at = ?3 where hash = ?1 and exists (select 1 from refresh_tokens where hash = ?2)")
                .bind(old.as_str())
                .bind(fresh.as_str())
                .bind(now),
        ])
        .await?;
    let selected = results.get_mut(2).ok_or_else(|| Fault::defect("a batch of five gave less"))?;
    let Some(row) = selected.first::<Row>()? else { return Ok(Rotated::Nothing) };
    Ok(if row.is_fresh != 0 {
        Rotated::Fresh { session: row.session_id, user: row.user_id, roles: super::roles(&row.roles)? }
    } else if row.was_used != 0 {
        Rotated::Reused
    } else {
        Rotated::Nothing
    })
}

/// A session that goes on.
pub struct Kept {
    pub session: SessionId,
    pub user: UserId,
    pub roles: Vec<Role>,
}

#[derive(Deserialize)]
struct KeptRow {
    session_id: SessionId,
    user_id: UserId,
    roles: String,
}

/// Keeps a session alive by a refresh token that stays as it is: both are idle from now on anew.
pub async fn keep<D: Database>(db: &D, token: &TokenHash, now: Timestamp) -> Result<Option<Kept>, Fault> {
    const IS_GOOD: &str = "t.hash = ?1 and t.used_at is null and t.expires_at > ?2 and s.ended_at is null \
                           and s.expires_at > ?2 and a.is_disabled = 0";
    let sources =
        "refresh_tokens t join sessions s on s.id = t.session_id join accounts a on a.user_id = s.user_id";
    let results = db
        .batch(vec![
            sql(format!(
                "update refresh_tokens set expires_at = (select min(?3, s.expires_at) from {sources} where {IS_GOOD}) \
                 where hash = ?1 and exists (select 1 from {sources} where {IS_GOOD})"
            ))
            .bind(token.as_str())
            .bind(now)
            .bind(now.plus(IDLE_MAX_MS)),
            sql(format!(
                "update sessions set last_used_at = ?2 where id = (select t.session_id from {sources} where {IS_GOOD})"
            ))
            .bind(token.as_str())
            .bind(now),
            // Rotated by somebody else: a thief has it, as pages never do that.
            sql("update sessions set ended_at = ?2 where ended_at is null \
                 and id = (select session_id from refresh_tokens where hash = ?1 and used_at is not null)")
            .bind(token.as_str())
            .bind(now),
            sql(format!("select t.session_id, s.user_id, a.roles from {sources} where {IS_GOOD}"))
                .bind(token.as_str())
                .bind(now),
        ])
        .await?;
    let row: Option<KeptRow> = results.last().map(|selected| selected.first()).transpose()?.flatten();
    row.map(|row| Ok(Kept { session: row.session_id, user: row.user_id, roles: super::roles(&row.roles)? }))
        .transpose()
}

/// Ends a session, whosever it is.
pub async fn end<D: Database>(db: &D, id: SessionId, now: Timestamp) -> Result<(), Fault> {
    db.run(
        sql("update sessions set ended_at = ?2 where id = ?1 and ended_at is null").bind_text(id).bind(now),
    )
    .await
    .map(drop)
}

/// Ends one of the user's own. `false`: they have no such session.
pub async fn end_own<D: Database>(
    db: &D,
    user: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let statement = sql(
        "update sessions set ended_at = coalesce(ended_at, ?3) where id = ?1 and user_id = ?2 and expires_at > ?3",
    );
    Ok(db.run(statement.bind_text(id).bind_text(user).bind(now)).await?.changes > 0)
}

/// Ends all sessions of an account that is closed, and all but one where its password is a new one: behind the write that may have made
/// it so.
pub fn end_all(
    user: UserId,
    keep: Option<SessionId>,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Statement {
    sql("update sessions set ended_at = ?3 where user_id = ?1 and ended_at is null and exists (\
         select 1 from accounts a where a.user_id = ?1 and (a.is_disabled = 1 or (a.password_hash = ?4 and sessions.id is not ?2)))")
        .bind_text(user)
        .bind(keep.map(|keep| keep.to_string()))
        .bind(now)
        .bind(password_hash)
}

#[derive(Deserialize)]
struct SessionRow {
    id: SessionId,
    user_agent: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
}

/// Where a user is signed in, the latest first.
pub async fn alive<D: Database>(
    db: &D,
    user: UserId,
    current: Option<SessionId>,
    now: Timestamp,
) -> Result<Vec<SessionView>, Fault> {
    let rows: Vec<SessionRow> = db
        .all(
            sql("select id, user_agent, created_at, last_used_at, min(expires_at, last_used_at + ?3) as expires_at from sessions \
                 where user_id = ?1 and ended_at is null and expires_at > ?2 and last_used_at + ?3 > ?2 \
                 order by last_used_at desc, id desc")
            .bind_text(user)
            .bind(now)
            .bind(IDLE_MAX_MS),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id,
            user_agent: row.user_agent,
            is_current: current == Some(row.id),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        })
        .collect())
}

/// Their tokens go with them.
pub fn sweep(now: Timestamp) -> Statement {
    sql("delete from sessions where id in (select id from sessions \
         where coalesce(ended_at, min(expires_at, last_used_at + ?3)) <= ?1 - ?2 limit ?4)")
    .bind(now)
    .bind(REMEMBERED_MS)
    .bind(IDLE_MAX_MS)
    .bind(SWEEP_MAX)
}

/// A place where nobody has signed in for as long as any session lasts is as good as new.
pub fn sweep_places(now: Timestamp) -> Statement {
    sql("delete from known_places where seen_at <= ?1 - ?2").bind(now).bind(SESSION_MAX_MS)
}
