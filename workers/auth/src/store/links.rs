//! Mailed links: written with what asks for them, and good while their account has the address that they went to.

use serde::Deserialize;

use api::{auth::Account, event::Envelope};
use domain::{
    DurationMs, Timestamp,
    account::{EmailKey, LINK_WINDOW_MS, LINKS_MAX, LinkPurpose},
    holder::TokenHash,
    id::{LinkId, UserId},
    time::DAY_MS,
};
use platform::{Database, Fault, Statement, outbox, sql};

use super::{ACCOUNT, Row, Stored, tries};

/// How long one that is over is remembered.
const REMEMBERED_MS: DurationMs = DAY_MS;

/// What makes a link good: bound to now as `?2`. An address that nobody proved yet is good for being proven and nothing else.
const IS_GOOD: &str = "l.used_at is null and l.expires_at > ?2 and a.is_disabled = 0 and (l.email_key = a.email_key \
                       or (l.purpose = 'verify_email' and l.email_key = a.pending_email_key))";

/// A link that is to be mailed.
pub struct NewLink {
    pub id: LinkId,
    pub hash: TokenHash,
    pub purpose: LinkPurpose,
    pub user: UserId,
    /// The address that it goes to.
    pub key: EmailKey,
    /// The message that has it mailed.
    pub message: Envelope,
    pub now: Timestamp,
}

/// Writes a link and its message, if its account has its address or is to have it (by then, where it is in the batch that gives it the
/// address), and was not mailed enough of them. Of those that reset a password only the good ones count: else whoever asks for enough of them
/// leaves the owner without one when they are over.
///
/// What proves an address goes to whoever has it, so it is counted by address as well: not even many accounts fill a stranger's mailbox. They
/// can keep its owner waiting for a link of their own for an hour, and a link that resets the password proves the address, too.
pub fn add(link: &NewLink) -> [Statement; 3] {
    let NewLink { id, now, .. } = link;
    [
        tries::count_mail(&link.key, link.purpose, *now),
        sql("insert into links (id, hash, user_id, purpose, email_key, created_at, expires_at) \
             select ?1, ?2, user_id, ?4, ?5, ?6, ?7 from accounts where user_id = ?3 and ?5 in (email_key, pending_email_key) \
             and (select count(*) from links where user_id = ?3 and purpose = ?4 and created_at > ?6 - ?8 \
             and (purpose <> 'reset_password' or (used_at is null and expires_at > ?6))) < ?9 \
             and (?4 = 'reset_password' or (select count from login_tries where key = ?10) <= ?9)")
        .bind_text(id)
        .bind(link.hash.as_str())
        .bind_text(link.user)
        .bind(link.purpose.as_str())
        .bind(link.key.as_str())
        .bind(*now)
        .bind(now.plus(link.purpose.ttl_ms()))
        .bind(LINK_WINDOW_MS)
        .bind(LINKS_MAX)
        .bind(tries::mail_key(&link.key, link.purpose).as_str()),
        outbox::add_if(&link.message, *now, "select 1 from links where id = ?4", [id.to_string()]),
    ]
}

/// Why an account cannot be given another address.
#[derive(Deserialize)]
struct Obstacles {
    mailed: u32,
    is_taken: u8,
}

/// What stands in the way of a new address.
pub enum Obstacle {
    EmailTaken,
    /// It was mailed enough links that prove an address lately, to whichever.
    TooManyLinks,
}

pub async fn obstacle<D: Database>(
    db: &D,
    user: UserId,
    key: &EmailKey,
    now: Timestamp,
) -> Result<Option<Obstacle>, Fault> {
    let statement = sql(
        "select (select count(*) from links where user_id = ?1 and purpose = ?3 and created_at > ?4 - ?5) as mailed, \
         exists (select 1 from accounts where email_key = ?2 and user_id <> ?1) as is_taken",
    )
    .bind_text(user)
    .bind(key.as_str())
    .bind(LinkPurpose::VerifyEmail.as_str())
    .bind(now)
    .bind(LINK_WINDOW_MS);
    let found: Option<Obstacles> = db.first(statement).await?;
    Ok(match found {
        Some(Obstacles { is_taken: 1.., .. }) => Some(Obstacle::EmailTaken),
        Some(Obstacles { mailed: LINKS_MAX.., .. }) => Some(Obstacle::TooManyLinks),
        _ => None,
    })
}

#[derive(Deserialize)]
struct HashRow {
    hash: TokenHash,
}

/// The hash of what makes a link work, while it is good.
pub async fn hash_of_good<D: Database>(
    db: &D,
    id: LinkId,
    now: Timestamp,
) -> Result<Option<TokenHash>, Fault> {
    let row: Option<HashRow> = db
        .first(
            sql(format!(
                "select l.hash from links l join accounts a on a.user_id = l.user_id where l.id = ?1 and {IS_GOOD}"
            ))
            .bind_text(id)
            .bind(now),
        )
        .await?;
    Ok(row.map(|row| row.hash))
}

/// Proves the address that a link went to, which takes over where it was to. `false`: the link is not good, or the address is somebody
/// else's by now, or it takes its owner, who is not `caller`.
pub async fn verify<D: Database>(
    db: &D,
    hash: &TokenHash,
    caller: Option<UserId>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let proven = db
        .run(
            sql(format!(
                "update accounts set email_verified_at = iif(link.email_key = accounts.email_key, coalesce(email_verified_at, ?2), ?2), \
                 email = iif(link.email_key = accounts.email_key, email, pending_email), email_key = link.email_key, \
                 pending_email = iif(link.email_key = accounts.email_key, pending_email, null), \
                 pending_email_key = iif(link.email_key = accounts.email_key, pending_email_key, null) \
                 from (select l.user_id, l.email_key from links l join accounts a on a.user_id = l.user_id \
                 where l.hash = ?1 and l.purpose = 'verify_email' and {IS_GOOD} and (l.email_key = a.email_key or l.user_id = ?3)) link \
                 where link.user_id = accounts.user_id"
            ))
            .bind(hash.as_str())
            .bind(now)
            .bind(caller.map(|caller| caller.to_string())),
        )
        .await;
    match proven {
        Ok(proven) => Ok(proven.changes > 0),
        Err(fault) if fault.violates("accounts.email_key") => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[derive(Deserialize)]
struct OwnerRow {
    user_id: UserId,
}

/// Whose account a link's address is to take over, while it is good.
pub async fn takes_over<D: Database>(
    db: &D,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<UserId>, Fault> {
    let statement = sql(format!(
        "select l.user_id from links l join accounts a on a.user_id = l.user_id where l.hash = ?1 \
         and l.purpose = 'verify_email' and {IS_GOOD} and l.email_key <> a.email_key"
    ));
    let row: Option<OwnerRow> = db.first(statement.bind(hash.as_str()).bind(now)).await?;
    Ok(row.map(|row| row.user_id))
}

/// An account whose password may be reset, and whether it was reset by this very link.
pub struct Resettable {
    pub stored: Stored,
    pub was_used: bool,
}

#[derive(Deserialize)]
struct UsedRow {
    was_used: u8,
}

/// Whose password a link resets. `None`: nobody's, not even before.
pub async fn resettable<D: Database>(
    db: &D,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Resettable>, Fault> {
    let results = db
        .batch(vec![
            sql(format!("{ACCOUNT} where user_id = (select user_id from links where hash = ?1)"))
                .bind(hash.as_str()),
            sql("select l.used_at is not null as was_used from links l join accounts a on a.user_id = l.user_id \
                 where l.hash = ?1 and l.purpose = 'reset_password' and l.expires_at > ?2 and a.is_disabled = 0 \
                 and l.email_key = a.email_key")
            .bind(hash.as_str())
            .bind(now),
        ])
        .await?;
    let [account, used] = results.as_slice() else {
        return Err(Fault::defect("a batch of two gave something else"));
    };
    let (Some(row), Some(used)) = (account.first::<Row>()?, used.first::<UsedRow>()?) else {
        return Ok(None);
    };
    Ok(Some(Resettable { stored: row.stored()?, was_used: used.was_used != 0 }))
}

/// A password that is reset.
pub struct Reset<'a> {
    pub link: &'a TokenHash,
    pub account: &'a Account,
    pub password_hash: &'a str,
    /// The message that tells so.
    pub message: &'a Envelope,
    pub now: Timestamp,
}

/// Sets the password that a link was asked for: whoever opened it reads the account's mails, so that its address is proven, too. All sessions
/// end, and all other links that reset it. `false`: the link was used meanwhile.
pub async fn reset<D: Database>(db: &D, reset: &Reset<'_>) -> Result<bool, Fault> {
    let Reset { account, now, .. } = reset;
    let mut statements = vec![
        sql(format!(
            "update accounts set password_hash = ?3, email_verified_at = coalesce(email_verified_at, ?2), updated_at = ?2, \
             pending_email = null, pending_email_key = null where user_id = (select l.user_id from links l join accounts a on a.user_id = l.user_id \
             where l.hash = ?1 and l.purpose = 'reset_password' and {IS_GOOD})"
        ))
        .bind(reset.link.as_str())
        .bind(*now)
        .bind(reset.password_hash),
    ];
    statements.extend(after_new_password(account.user, reset.password_hash, Some(reset.message), *now));
    statements.push(super::sessions::end_all(account.user, None, Some(reset.password_hash), *now));
    let written = db.batch(statements).await?;
    Ok(written.first().is_some_and(|update| update.changes > 0))
}

/// What follows a new password: no link resets it any more, an enrolment that somebody began with the old one is void, and the account's
/// owner is told. Behind the write that may have set it.
pub fn after_new_password(
    user: UserId,
    password_hash: &str,
    message: Option<&Envelope>,
    now: Timestamp,
) -> Vec<Statement> {
    let mut statements = vec![
        sql("delete from second_factors where user_id = ?1 and confirmed_at is null \
             and exists (select 1 from accounts where user_id = ?1 and password_hash = ?2)")
        .bind_text(user)
        .bind(password_hash),
        sql("update links set used_at = ?3 where user_id = ?1 and purpose = 'reset_password' and used_at is null \
             and exists (select 1 from accounts where user_id = ?1 and password_hash = ?2)")
        .bind_text(user)
        .bind(password_hash)
        .bind(now),
    ];
    statements.extend(message.map(|message| {
        outbox::add_if(
            message,
            now,
            "select 1 from accounts where user_id = ?4 and password_hash = ?5",
            [user.to_string(), password_hash.to_owned()],
        )
    }));
    statements
}

pub fn sweep(now: Timestamp) -> Statement {
    sql("delete from links where expires_at <= ?1 - ?2").bind(now).bind(REMEMBERED_MS)
}
