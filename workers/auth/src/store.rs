//! The auth database: accounts and how they may change. Sessions and tries have files of their own.

pub mod factors;
pub mod links;
pub mod sessions;
pub mod tries;

use serde::Deserialize;

use api::{auth::Account, event::Envelope, identity::Role};
use domain::{
    Timestamp,
    account::EmailKey,
    id::{EventId, SessionId, UserId},
    text::Email,
};
use platform::{Database, Fault, Statement, outbox, sql};

const ACCOUNT: &str = "select user_id, email, pending_email, password_hash, roles, is_disabled, email_verified_at, created_at \
                       from accounts";

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
    pending_email: Option<Email>,
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
            pending_email: self.pending_email,
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
    /// What proves the address.
    pub link: &'a links::NewLink,
    pub now: Timestamp,
}

/// Writes an account down, with the link that proves its address, unless the address has one; answers the one that is there now.
pub async fn open<D: Database>(db: &D, new: &New<'_>) -> Result<Stored, Fault> {
    let mut statements =
        vec![
        sql("insert into accounts (user_id, email, email_key, password_hash, roles, created_at, updated_at) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?6) on conflict (email_key) do nothing")
        .bind_text(new.user)
        .bind_text(new.email)
        .bind(new.key.as_str())
        .bind(new.password_hash)
        .bind_json(&[Role::Customer])
        .bind(new.now),
    ];
    statements.extend(links::add(new.link));
    statements.push(by_email(new.key));
    let mut results = db.batch(statements).await?;
    let row: Option<Row> = results.pop().map(|selected| selected.first()).transpose()?.flatten();
    row.ok_or_else(|| Fault::defect("an account was written and is not there"))?.stored()
}

fn by_email(key: &EmailKey) -> Statement {
    sql(format!("{ACCOUNT} where email_key = ?1")).bind(key.as_str())
}

pub async fn account_of<D: Database>(db: &D, key: &EmailKey) -> Result<Option<Stored>, Fault> {
    let row: Option<Row> = db.first(by_email(key)).await?;
    row.map(Row::stored).transpose()
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

/// What of an account changes; what is not named stays as it is by then, whoever changed it meanwhile.
pub struct Change<'a> {
    pub user: UserId,
    pub email: Option<(&'a Email, &'a EmailKey)>,
    pub password_hash: Option<&'a str>,
    pub roles: Option<&'a [Role]>,
    pub is_disabled: Option<bool>,
    /// The hash that a password was proven against: with another one nothing happens.
    pub proven: Option<&'a str>,
    /// The session that a new password leaves alone.
    pub keep: Option<SessionId>,
    /// What tells of a new password, where there is somebody to be told.
    pub password_message: Option<&'a Envelope>,
    /// What proves a new address, and what tells the old one.
    pub link: Option<&'a links::NewLink>,
    pub email_message: Option<&'a Envelope>,
    pub now: Timestamp,
}

/// What became of a change.
pub enum Written {
    /// With the messages that were written with it.
    Done(Account, Vec<Envelope>),
    NotFound,
    EmailTaken,
    /// The password that was proven is no longer it.
    Outrun,
    /// Nobody would be left to let others in.
    LastAdmin,
}

#[derive(Deserialize)]
struct MessageRow {
    id: EventId,
}

/// Whether the address that is bound as `?3` takes over at once: it is the same one, or nobody has proven the one before it. Else it waits to
/// be proven, and a new password calls it off: whoever asked for it may have known the old one without being meant to.
const TAKES_OVER: &str = "(?3 = email_key or (?3 is not null and email_verified_at is null \
     and not exists (select 1 from second_factors f where f.user_id = accounts.user_id and f.confirmed_at is not null)))";

pub async fn change<D: Database>(db: &D, change: &Change<'_>) -> Result<Written, Fault> {
    let Change { user, now, .. } = change;
    let update = sql(format!(
        "update accounts set email = iif({TAKES_OVER}, ?2, email), email_key = iif({TAKES_OVER}, ?3, email_key), \
         pending_email = case when ?3 is null then iif(?4 is null, pending_email, null) when not {TAKES_OVER} then ?2 end, \
         pending_email_key = case when ?3 is null then iif(?4 is null, pending_email_key, null) when not {TAKES_OVER} then ?3 end, \
         password_hash = coalesce(?4, password_hash), roles = coalesce(?5, roles), is_disabled = coalesce(?6, is_disabled), \
         updated_at = ?7 \
         where user_id = ?1 and (?8 is null or password_hash = ?8) and (not {IS_ADMIN} or {HAS_OTHER_ADMIN} \
         or (coalesce(?6, is_disabled) = 0 and exists (select 1 from json_each(coalesce(?5, roles)) where value = 'admin')))"
    ))
    .bind_text(user)
    .bind(change.email.map(|(email, _)| email.as_str()))
    .bind(change.email.map(|(_, key)| key.as_str()))
    .bind(change.password_hash)
    .bind(change.roles.map(|roles| api::json::write(roles).unwrap_or_default()))
    .bind(change.is_disabled)
    .bind(*now)
    .bind(change.proven);
    let mut statements = vec![update, sessions::end_all(*user, change.keep, change.password_hash, *now)];
    if let Some(hash) = change.password_hash {
        statements.extend(links::after_new_password(*user, hash, change.password_message, *now));
    }
    if let Some(link) = change.link {
        statements.extend(links::add(link));
        let is_written = "select 1 from links where id = ?4";
        let told = |message| outbox::add_if(message, *now, is_written, [link.id.to_string()]);
        statements.extend(change.email_message.map(told));
    }
    let messages = [change.password_message, change.link.map(|link| &link.message), change.email_message];
    let messages: Vec<&Envelope> = messages.into_iter().flatten().collect();
    let ids: Vec<String> = messages.iter().map(|message| message.id.to_string()).collect();
    statements
        .push(sql("select id from outbox where id in (select value from json_each(?1))").bind_json(&ids));
    statements.push(sql(format!("{ACCOUNT} where user_id = ?1")).bind_text(user));
    let results = match db.batch(statements).await {
        Ok(results) => results,
        Err(fault) if fault.violates("accounts.email_key") => return Ok(Written::EmailTaken),
        Err(fault) => return Err(fault),
    };
    let [update, .., written, read] = results.as_slice() else {
        return Err(Fault::defect("a batch gave too little"));
    };
    let Some(row) = read.first::<Row>()? else { return Ok(Written::NotFound) };
    let stored = row.stored()?;
    Ok(if update.changes > 0 {
        let written: Vec<MessageRow> = written.rows()?;
        let is_written = |message: &&Envelope| written.iter().any(|row| row.id == message.id);
        Written::Done(stored.account, messages.into_iter().filter(is_written).cloned().collect())
    } else if change.proven.is_some_and(|proven| proven != stored.password_hash) {
        Written::Outrun
    } else {
        Written::LastAdmin
    })
}

/// Removes an account; what references it goes with it. `false`: nobody would be left to let others in, or it is gone already.
pub async fn erase<D: Database>(db: &D, user: UserId, tried: &tries::Who) -> Result<bool, Fault> {
    let delete =
        sql(format!("delete from accounts where user_id = ?1 and (not {IS_ADMIN} or {HAS_OTHER_ADMIN})"));
    // What was to be mailed names the address; whom it tells is gone.
    let unsent = sql("delete from outbox where envelope ->> '$.data.user_id' = ?1 \
         and not exists (select 1 from accounts where user_id = ?1)");
    let statements = vec![delete.bind_text(user), tries::erase(tried, user), unsent.bind_text(user)];
    let results = db.batch(statements).await?;
    Ok(results.first().is_some_and(|deleted| deleted.changes > 0))
}

/// What the schedule forgets.
pub async fn sweep<D: Database>(db: &D, now: Timestamp) -> Result<(), Fault> {
    db.batch(vec![sessions::sweep(now), sessions::sweep_places(now), tries::sweep(now), links::sweep(now)])
        .await
        .map(drop)
}
