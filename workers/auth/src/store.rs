//! The auth database: accounts and how they may change. Sessions and tries have files of their own.

pub mod sessions;
pub mod tries;

use serde::Deserialize;

use api::{auth::Account, identity::Role};
use domain::{
    Timestamp,
    account::EmailKey,
    id::{SessionId, UserId},
    text::Email,
};
use platform::{Database, Fault, Statement, sql};

const ACCOUNT: &str =
    "select user_id, email, password_hash, roles, is_disabled, email_verified_at, created_at from accounts";

/// Whether somebody else can let people in: bound to the user as `?1`.
const HAS_OTHER_ADMIN: &str = "exists (select 1 from accounts other, json_each(other.roles) role \
                               where other.user_id <> ?1 and other.is_disabled = 0 and role.value = 'admin')";

/// Whether the user, bound as `?1`, is one who can.
const IS_ADMIN: &str = "exists (select 1 from accounts self, json_each(self.roles) role \
                        where self.user_id = ?1 and self.is_disabled = 0 and role.value = 'admin')";

#[derive(Deserialize)]
struct Row {
    user_id: UserId,
    email: Email,
    password_hash: String,
    roles: String,
    is_disabled: u8,
    email_verified_at: Option<Timestamp>,
    created_at: Timestamp,
}

/// An account with what proves it.
pub struct Stored {
    pub account: Account,
    pub password_hash: String,
}

impl Row {
    fn stored(self) -> Result<Stored, Fault> {
        let account = Account {
            user: self.user_id,
            email: self.email,
            is_email_verified: self.email_verified_at.is_some(),
            roles: roles(&self.roles)?,
            is_disabled: self.is_disabled != 0,
            created_at: self.created_at,
        };
        Ok(Stored { account, password_hash: self.password_hash })
    }
}

fn roles(text: &str) -> Result<Vec<Role>, Fault> {
    api::json::read(text.as_bytes()).map_err(|error| Fault::defect(format!("stored roles: {error}")))
}

/// An account that is to be.
pub struct New<'a> {
    pub user: UserId,
    pub email: &'a Email,
    pub key: &'a EmailKey,
    pub password_hash: &'a str,
    pub now: Timestamp,
}

/// Writes an account down unless its address has one; answers the one that is there now.
pub async fn open<D: Database>(db: &D, new: &New<'_>) -> Result<Stored, Fault> {
    let mut results = db
        .batch(vec![
            sql("insert into accounts (user_id, email, email_key, password_hash, roles, created_at, updated_at) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?6) on conflict (email_key) do nothing")
            .bind_text(new.user)
            .bind_text(new.email)
            .bind(new.key.as_str())
            .bind(new.password_hash)
            .bind_json(&[Role::Customer])
            .bind(new.now),
            by_email(new.key),
        ])
        .await?;
    let row: Option<Row> = results.pop().map(|selected| selected.first()).transpose()?.flatten();
    row.ok_or_else(|| Fault::defect("an account was written and is not there"))?.stored()
}

fn by_email(key: &EmailKey) -> Statement {
    sql(format!("{ACCOUNT} where email_key = ?1")).bind(key.as_str())
}

pub async fn account<D: Database>(db: &D, user: UserId) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = db.first(sql(format!("{ACCOUNT} where user_id = ?1")).bind_text(user)).await?;
    row.map(Row::stored).transpose()
}

/// Newest first.
pub async fn accounts<D: Database>(
    db: &D,
    email: Option<&EmailKey>,
    after: Option<(Timestamp, UserId)>,
    limit: u32,
) -> Result<Vec<Account>, Fault> {
    let (at, user) = match after {
        Some((at, user)) => (at, user.to_string()),
        None => (Timestamp::MAX, String::new()),
    };
    // Only the condition that is asked for stands in the text, so that its index is used.
    let condition = if email.is_some() { "email_key = ?4 and " } else { "" };
    let mut statement = sql(format!(
        "{ACCOUNT} where {condition}(created_at, user_id) < (?1, ?2) order by created_at desc, user_id desc limit ?3"
    ))
    .bind(at)
    .bind(user)
    .bind(limit);
    if let Some(email) = email {
        statement = statement.bind(email.as_str());
    }
    let rows: Vec<Row> = db.all(statement).await?;
    rows.into_iter().map(|row| Ok(row.stored()?.account)).collect()
}

/// An account as it is to be, and whose sessions end with the change.
pub struct Changed<'a> {
    pub account: &'a Account,
    pub key: &'a EmailKey,
    pub password_hash: &'a str,
    /// `None`: they go on; else all end, but for this one.
    pub ends_sessions: Option<Option<SessionId>>,
    pub now: Timestamp,
}

/// What became of a change.
pub enum Written {
    Done,
    EmailTaken,
    /// Nobody would be left to let others in.
    LastAdmin,
}

pub async fn change<D: Database>(db: &D, changed: &Changed<'_>) -> Result<Written, Fault> {
    let Changed { account, now, .. } = changed;
    let stays_admin = !account.is_disabled && account.roles.contains(&Role::Admin);
    let mut statements = vec![
        sql(format!(
            "update accounts set email = ?2, email_key = ?3, password_hash = ?4, roles = ?5, is_disabled = ?6, \
             email_verified_at = case when ?7 then coalesce(email_verified_at, ?8) end, updated_at = ?8 \
             where user_id = ?1 and (?9 or not {IS_ADMIN} or {HAS_OTHER_ADMIN})"
        ))
        .bind_text(account.user)
        .bind_text(&account.email)
        .bind(changed.key.as_str())
        .bind(changed.password_hash)
        .bind_json(&account.roles)
        .bind(account.is_disabled)
        .bind(account.is_email_verified)
        .bind(*now)
        .bind(stays_admin),
    ];
    if let Some(keep) = changed.ends_sessions {
        statements.push(sessions::end_all(account.user, keep, *now));
    }
    match db.batch(statements).await {
        Ok(results) if results.first().is_some_and(|update| update.changes == 0) => Ok(Written::LastAdmin),
        Ok(_) => Ok(Written::Done),
        Err(fault) if fault.violates("accounts.email_key") => Ok(Written::EmailTaken),
        Err(fault) => Err(fault),
    }
}

/// Only whether there is one counts.
#[derive(Deserialize)]
struct Left {}

/// Removes an account and all that hangs on it. `false`: it is the last admin's.
pub async fn erase<D: Database>(db: &D, user: UserId) -> Result<bool, Fault> {
    let mut results = db
        .batch(vec![
            sql(format!("delete from accounts where user_id = ?1 and (not {IS_ADMIN} or {HAS_OTHER_ADMIN})"))
                .bind_text(user),
            sql("select user_id from accounts where user_id = ?1").bind_text(user),
        ])
        .await?;
    let left = results.pop().ok_or_else(|| Fault::defect("a batch gave nothing"))?;
    Ok(left.first::<Left>()?.is_none())
}

/// What the schedule forgets.
pub async fn sweep<D: Database>(db: &D, now: Timestamp) -> Result<(), Fault> {
    db.batch(vec![sessions::sweep(now), sessions::sweep_places(now), tries::sweep(now)]).await.map(drop)
}
