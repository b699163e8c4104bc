//! The users' database, all of its SQL: profiles here, address books and erasures beside.

pub mod addresses;
pub mod erasures;

use serde::Deserialize;

use api::user::AddressBody;
use domain::{
    Change, Currency, Timestamp,
    account::{Locale, PersonName},
    id::UserId,
};
use platform::{Database, Fault, Statement, Value, sql};

/// What the shop knows of somebody besides their account.
#[derive(Debug, Clone, Deserialize)]
pub struct Profile {
    pub name: PersonName,
    pub locale: Option<Locale>,
    pub currency: Option<Currency>,
    /// From 1; 0 is a profile that nobody has written yet.
    pub version: u64,
    pub updated_at: Timestamp,
}

/// What is to become of a profile.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    pub name: Option<PersonName>,
    pub locale: Change<Locale>,
    pub currency: Change<Currency>,
}

impl ProfileChange {
    pub fn is_none(&self) -> bool {
        self.name.is_none() && self.locale.is_keep() && self.currency.is_keep()
    }
}

pub async fn profile(db: &impl Database, user: UserId) -> Result<Option<Profile>, Fault> {
    db.first(read(user)).await
}

/// A profile and the address book, in one question.
pub async fn everything(
    db: &impl Database,
    user: UserId,
) -> Result<(Option<Profile>, Vec<AddressBody>), Fault> {
    let results = db.batch(vec![read(user), addresses::all(user)]).await?;
    let [profile, addresses] = results.as_slice() else {
        return Err(Fault::defect("a batch of two gave something else"));
    };
    Ok((profile.first()?, addresses::read_all(addresses)?))
}

fn read(user: UserId) -> Statement {
    sql("select name, locale, currency, version, updated_at from profiles where user_id = ?1").bind_text(user)
}

#[derive(Deserialize)]
struct Row {
    user_id: UserId,
    name: PersonName,
    locale: Option<Locale>,
    currency: Option<Currency>,
    version: u64,
    updated_at: Timestamp,
}

/// The profiles of these users, in any order; whoever has none is left out.
pub async fn profiles(db: &impl Database, users: &[UserId]) -> Result<Vec<(UserId, Profile)>, Fault> {
    let rows: Vec<Row> = db
        .all(
            sql("select user_id, name, locale, currency, version, updated_at from profiles \
                 where user_id in (select value from json_each(?1))")
            .bind_json(&users),
        )
        .await?;
    let profile = |row: Row| {
        let Row { user_id, name, locale, currency, version, updated_at } = row;
        (user_id, Profile { name, locale, currency, version, updated_at })
    };
    Ok(rows.into_iter().map(profile).collect())
}

/// Writes a profile, unless there is one, and answers the one that there is then.
pub async fn add_profile(db: &impl Database, user: UserId, new: &Profile) -> Result<Profile, Fault> {
    let mut results = db.batch(vec![insert(user, new), read(user)]).await?;
    let profile = results.pop().map(|result| result.first()).transpose()?.flatten();
    profile.ok_or_else(|| Fault::defect("a profile that was written is not there"))
}

fn insert(user: UserId, profile: &Profile) -> Statement {
    sql("insert into profiles (user_id, name, locale, currency, version, updated_at) \
         values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (user_id) do nothing")
    .bind_text(user)
    .bind(profile.name.as_str())
    .bind(profile.locale.as_ref().map(Locale::as_str))
    .bind(profile.currency.map(Currency::code))
    .bind(profile.version)
    .bind(profile.updated_at)
}

/// Changes what is named and counts one more version, if it is still the one that was expected. `known` is written first where nobody
/// has written a profile yet.
pub async fn change_profile(
    db: &impl Database,
    user: UserId,
    known: &Profile,
    change: &ProfileChange,
    expected: Option<u64>,
    now: Timestamp,
) -> Result<Option<Profile>, Fault> {
    let update = sql("update profiles set name = coalesce(?2, name), locale = iif(?3, ?4, locale), \
                      currency = iif(?5, ?6, currency), version = version + 1, updated_at = ?7 \
                      where user_id = ?1 and version = coalesce(?8, version) \
                      returning name, locale, currency, version, updated_at")
    .bind_text(user)
    .bind(change.name.as_ref().map(PersonName::as_str))
    .bind(!change.locale.is_keep())
    .bind(text(&change.locale, Locale::as_str))
    .bind(!change.currency.is_keep())
    .bind(text(&change.currency, |currency| currency.code()))
    .bind(now)
    .bind(expected);
    let mut statements = Vec::new();
    if known.version == 0 {
        statements.push(insert(user, known));
    }
    statements.push(update);
    let mut results = db.batch(statements).await?;
    Ok(results.pop().map(|result| result.first()).transpose()?.flatten())
}

fn text<T>(change: &Change<T>, text: impl Fn(&T) -> &str) -> Value {
    match change {
        Change::Keep | Change::Clear => Value::Null,
        Change::To(value) => text(value).into(),
    }
}
