//! Second factors and recovery codes. A code is taken by what it is shown for, in the write that it allows: of two at once one gets it.

use serde::Deserialize;

use api::event::Envelope;
use domain::{
    Timestamp,
    holder::TokenHash,
    id::{FactorId, UserId},
};
use platform::{Database, Fault, Statement, outbox, sql};

/// Whether an account needs no code, or one was taken for what is bound as `?1`: stands in the condition of what a code allows, over
/// `accounts`.
pub const IS_SHOWN: &str = "(not exists (select 1 from second_factors f where f.user_id = accounts.user_id and f.confirmed_at is not null) \
     or exists (select 1 from second_factors f where f.user_id = accounts.user_id and f.used_by = ?1) \
     or exists (select 1 from recovery_codes r where r.user_id = accounts.user_id and r.used_by = ?1))";

const FACTOR: &str = "select f.id, f.key_id, f.confirmed_at is not null as is_confirmed, \
     (select count(*) from recovery_codes r where r.user_id = f.user_id and r.used_by is null) as codes_left \
     from second_factors f";

/// An app that somebody enrolled.
#[derive(Debug, Clone, Deserialize)]
pub struct Factor {
    pub id: FactorId,
    pub key_id: String,
    is_confirmed: u8,
    pub codes_left: u32,
}

impl Factor {
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed != 0
    }
}

pub fn of_user(user: UserId) -> Statement {
    sql(format!("{FACTOR} where f.user_id = ?1")).bind_text(user)
}

/// Of the account with this address, which may have none.
pub fn of_address(email_key: &str) -> Statement {
    sql(format!("{FACTOR} where f.user_id = (select user_id from accounts where email_key = ?1)"))
        .bind(email_key)
}

pub async fn read<D: Database>(db: &D, user: UserId) -> Result<Option<Factor>, Fault> {
    db.first(of_user(user)).await
}

/// Begins an enrolment, in the place of one that was never confirmed, while the account has the hash that the password was compared with.
/// `false`: one is confirmed.
pub async fn begin<D: Database>(
    db: &D,
    user: UserId,
    password_hash: &str,
    id: FactorId,
    key_id: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let begun = db
        .run(
            sql("insert into second_factors (user_id, id, key_id, created_at, last_step) \
                 select user_id, ?2, ?3, ?4, 0 from accounts where user_id = ?1 and password_hash = ?5 \
                 on conflict (user_id) do update set id = excluded.id, key_id = excluded.key_id, \
                 created_at = excluded.created_at, last_step = 0 where confirmed_at is null")
            .bind_text(user)
            .bind_text(id)
            .bind(key_id)
            .bind(now)
            .bind(password_hash),
        )
        .await?;
    Ok(begun.changes > 0)
}

/// A code that was looked at and is right, as far as what was read goes.
#[derive(Debug, Clone)]
pub enum Shown {
    /// Of this time step.
    App(u64),
    Recovery(TokenHash),
}

/// Takes a code for `by`, unless it was taken before.
pub fn take(user: UserId, factor: FactorId, shown: &Shown, by: &str) -> Statement {
    match shown {
        Shown::App(step) => sql("update second_factors set last_step = ?3, used_by = ?4 \
                                 where user_id = ?1 and id = ?2 and last_step < ?3")
        .bind_text(user)
        .bind_text(factor)
        .bind(*step)
        .bind(by),
        Shown::Recovery(hash) => sql("update recovery_codes set used_by = ?3 \
                                      where user_id = ?1 and hash = ?2 and used_by is null")
        .bind_text(user)
        .bind(hash.as_str())
        .bind(by),
    }
}

/// Whether a code of the user, bound as `?1`, was taken for what is bound as `?2`.
pub const IS_TAKEN: &str = "(exists (select 1 from second_factors where user_id = ?1 and used_by = ?2) \
     or exists (select 1 from recovery_codes where user_id = ?1 and used_by = ?2))";

/// New recovery codes in the place of all others, if a code was taken for `by`.
pub fn replace_codes(user: UserId, codes: &[TokenHash], by: &str) -> [Statement; 2] {
    let codes: Vec<&str> = codes.iter().map(TokenHash::as_str).collect();
    [
        // One that was taken is forgotten with the next ones: what it was taken for is written in this very batch.
        sql(format!(
            "insert into recovery_codes (hash, user_id) select value, user_id from json_each(?3), accounts \
             where user_id = ?2 and {IS_SHOWN}"
        ))
        .bind(by)
        .bind_text(user)
        .bind_json(&codes),
        sql(
            "delete from recovery_codes where user_id = ?1 and hash not in (select value from json_each(?2)) \
             and exists (select 1 from recovery_codes where hash in (select value from json_each(?2)))",
        )
        .bind_text(user)
        .bind_json(&codes),
    ]
}

/// Confirms an enrolment by a code that was taken for `by`; from now on one is asked for. `message` tells so.
pub fn confirm(
    user: UserId,
    factor: FactorId,
    by: &str,
    message: &Envelope,
    now: Timestamp,
) -> [Statement; 2] {
    [
        sql("update second_factors set confirmed_at = ?4 \
             where user_id = ?1 and id = ?2 and used_by = ?3 and confirmed_at is null")
        .bind_text(user)
        .bind_text(factor)
        .bind(by)
        .bind(now),
        outbox::add_if(
            message,
            now,
            "select 1 from second_factors where user_id = ?4 and used_by = ?5 and confirmed_at is not null",
            [user.to_string(), by.to_owned()],
        ),
    ]
}

/// Takes a second factor away, if a code was taken for `by`. `message` tells so.
pub fn remove(user: UserId, by: &str, message: &Envelope, now: Timestamp) -> [Statement; 3] {
    const IS_TAKEN: &str = "select 1 from second_factors where user_id = ?4 and used_by = ?5 \
                            union all select 1 from recovery_codes where user_id = ?4 and used_by = ?5";
    [
        outbox::add_if(message, now, IS_TAKEN, [user.to_string(), by.to_owned()]),
        sql(format!(
            "delete from second_factors where user_id = (select user_id from accounts where user_id = ?2 and {IS_SHOWN})"
        ))
        .bind(by)
        .bind_text(user),
        sql("delete from recovery_codes where user_id = ?1 \
             and not exists (select 1 from second_factors where user_id = ?1)")
        .bind_text(user),
    ]
}
