//! Tries to sign in, counted before anybody looks at the password.

use serde::Deserialize;

use api::auth::Account;
use domain::{
    DurationMs, Timestamp,
    account::{
        CODE_WINDOW_MS, EmailKey, LINK_WINDOW_MS, LinkPurpose,
        throttle::{ACCOUNT_WINDOW_MS, Login, PAIR_WINDOW_MS, PLACE_WINDOW_MS, Tries},
    },
    holder::TokenHash,
    id::UserId,
};
use platform::{Database, Fault, Statement, database::ResultSet, sql};

use super::{
    Row, Stored, by_email,
    factors::{self, Factor, IS_TAKEN},
};

/// Who tries, and from where: hashed together, as nobody needs to read them again.
pub struct Who {
    pair: TokenHash,
    place: TokenHash,
    account: TokenHash,
    known: TokenHash,
    email: EmailKey,
}

impl Who {
    pub fn new(email: EmailKey, place: &str) -> Self {
        Self {
            pair: TokenHash::of(&format!("pair\n{email}\n{place}")),
            place: TokenHash::of(&format!("place\n{place}")),
            account: TokenHash::of(&format!("account\n{email}")),
            known: TokenHash::of(&format!("known\n{email}\n{place}")),
            email,
        }
    }

    /// Somebody who is signed in: a place of its own.
    pub fn inside(email: EmailKey, user: UserId) -> Self {
        Self::new(email, &format!("signed in as {user}"))
    }

    /// How the place is remembered at the account: so that two accounts of one place do not show it.
    pub fn known(&self) -> &str {
        self.known.as_str()
    }
}

fn count(key: &TokenHash, window: DurationMs, now: Timestamp) -> Statement {
    sql("insert into login_tries (key, count, since) values (?1, 1, ?2) on conflict (key) do update set \
         count = case when since <= ?2 - ?3 then 1 else count + 1 end, \
         since = case when since <= ?2 - ?3 then ?2 else since end returning count, since")
    .bind(key.as_str())
    .bind(now)
    .bind(window)
}

#[derive(Deserialize)]
struct TriesRow {
    count: u32,
    since: Timestamp,
}

/// Only whether there is one counts.
#[derive(Deserialize)]
struct Known {}

/// A try that was counted.
pub struct Counted {
    pub login: Login,
    pub stored: Option<Stored>,
    pub factor: Option<Factor>,
}

/// Counts a try, and finds the account that it is at.
pub async fn begin<D: Database>(db: &D, who: &Who, now: Timestamp) -> Result<Counted, Fault> {
    let results = db
        .batch(vec![
            count(&who.pair, PAIR_WINDOW_MS, now),
            count(&who.place, PLACE_WINDOW_MS, now),
            count(&who.account, ACCOUNT_WINDOW_MS, now),
            by_email(&who.email),
            sql("select place from known_places where user_id = (select user_id from accounts where email_key = ?1) and place = ?2")
                .bind(who.email.as_str())
                .bind(who.known()),
            factors::of_address(who.email.as_str()),
        ])
        .await?;
    let [pair, at_place, account, stored, places, factor] = results.as_slice() else {
        return Err(Fault::defect("a batch of six gave something else"));
    };
    let stored = stored.first::<Row>()?.map(Row::stored).transpose()?;
    let known: Vec<Known> = places.rows()?;
    let is_known_place = !known.is_empty();
    let login =
        Login { pair: tries(pair)?, place: tries(at_place)?, account: tries(account)?, is_known_place };
    Ok(Counted { login, stored, factor: factor.first()? })
}

fn tries(counted: &ResultSet) -> Result<Tries, Fault> {
    let row = counted.first::<TriesRow>()?.ok_or_else(|| Fault::defect("a try was not counted"))?;
    Ok(Tries { count: row.count, since: row.since })
}

fn code_key(user: UserId) -> TokenHash {
    TokenHash::of(&format!("code\n{user}"))
}

/// Counts a try of a second factor's code, from wherever it comes.
pub async fn count_code<D: Database>(db: &D, user: UserId, now: Timestamp) -> Result<Tries, Fault> {
    tries(&db.run(count(&code_key(user), CODE_WINDOW_MS, now)).await?)
}

/// How often an address was to be mailed a link.
pub fn mail_key(email: &EmailKey, purpose: LinkPurpose) -> TokenHash {
    TokenHash::of(&format!("{}\n{email}", purpose.as_str()))
}

/// Counts that an address is to be mailed a link. Also where it has no account and gets none: then this is what is written.
pub fn count_mail(email: &EmailKey, purpose: LinkPurpose, now: Timestamp) -> Statement {
    count(&mail_key(email, purpose), LINK_WINDOW_MS, now)
}

/// A right code was no try, and makes those before it good: right behind what takes it for `by`, as one that is not taken forgets nothing.
pub fn forget_codes(user: UserId, by: &str) -> Statement {
    sql(format!("delete from login_tries where key = ?3 and {IS_TAKEN}"))
        .bind_text(user)
        .bind(by)
        .bind(code_key(user).as_str())
}

/// The same of the password that came with it.
pub fn forget_both(who: &Who, user: UserId, by: &str) -> Vec<Statement> {
    vec![
        forget_codes(user, by),
        sql(format!("delete from login_tries where key = ?3 and {IS_TAKEN}"))
            .bind_text(user)
            .bind(by)
            .bind(who.pair.as_str()),
        sql(format!("update login_tries set count = max(count - 1, 0) where key in (?3, ?4) and {IS_TAKEN}"))
            .bind_text(user)
            .bind(by)
            .bind(who.place.as_str())
            .bind(who.account.as_str()),
    ]
}

/// A right password was no try.
pub fn forget(who: &Who) -> Vec<Statement> {
    vec![
        sql("delete from login_tries where key = ?1").bind(who.pair.as_str()),
        sql("update login_tries set count = max(count - 1, 0) where key in (?1, ?2)")
            .bind(who.place.as_str())
            .bind(who.account.as_str()),
    ]
}

/// For an account that is erased in the same batch.
pub fn erase(who: &Who, user: UserId) -> Statement {
    sql("delete from login_tries where key in (?1, ?2, ?3, ?5) and not exists (select 1 from accounts where user_id = ?4)")
        .bind(who.pair.as_str())
        .bind(who.place.as_str())
        .bind(who.account.as_str())
        .bind_text(user)
        .bind(code_key(user).as_str())
}

/// Makes a hash anew, unless the password was changed meanwhile.
pub fn rehash(account: &Account, old: &str, new: &str) -> Statement {
    sql("update accounts set password_hash = ?3 where user_id = ?1 and password_hash = ?2")
        .bind_text(account.user)
        .bind(old)
        .bind(new)
}

pub fn sweep(now: Timestamp) -> Statement {
    sql("delete from login_tries where since <= ?1 - ?2")
        .bind(now)
        .bind(ACCOUNT_WINDOW_MS.max(PLACE_WINDOW_MS).max(CODE_WINDOW_MS).max(LINK_WINDOW_MS))
}
