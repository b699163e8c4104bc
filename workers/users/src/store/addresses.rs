//! Address books. Every change is one batch, and leaves exactly one default as long as there is any address.

use serde::Deserialize;

use api::user::{AddressBody, AddressInput};
use domain::{
    account::ADDRESSES_MAX,
    address::Country,
    id::{AddressId, UserId},
    text::Text,
};
use platform::{Database, Fault, Statement, database::ResultSet, sql};

#[derive(Deserialize)]
struct Row {
    id: AddressId,
    name: Text<120>,
    line1: Text<200>,
    line2: Option<Text<200>>,
    city: Text<120>,
    region: Option<Text<80>>,
    postal_code: Option<Text<20>>,
    country: Country,
    phone: Option<Text<40>>,
    is_default: u8,
}

impl From<Row> for AddressBody {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
            phone: row.phone,
            is_default: row.is_default != 0,
        }
    }
}

pub async fn list(db: &impl Database, user: UserId) -> Result<Vec<AddressBody>, Fault> {
    read_all(&db.run(all(user)).await?)
}

/// The oldest first.
pub fn all(user: UserId) -> Statement {
    sql("select id, name, line1, line2, city, region, postal_code, country, phone, is_default \
         from addresses where user_id = ?1 order by id")
    .bind_text(user)
}

/// What [`all`] has found.
pub fn read_all(found: &ResultSet) -> Result<Vec<AddressBody>, Fault> {
    Ok(found.rows::<Row>()?.into_iter().map(AddressBody::from).collect())
}

pub async fn read(db: &impl Database, user: UserId, id: AddressId) -> Result<Option<AddressBody>, Fault> {
    let row: Option<Row> = db.first(one(user, id)).await?;
    Ok(row.map(AddressBody::from))
}

fn one(user: UserId, id: AddressId) -> Statement {
    sql("select id, name, line1, line2, city, region, postal_code, country, phone, is_default \
         from addresses where user_id = ?1 and id = ?2")
    .bind_text(user)
    .bind_text(id)
}

/// Writes an address down, and with it what `keep` holds. The first is the default, whatever was asked for.
pub async fn add(
    db: &impl Database,
    user: UserId,
    id: AddressId,
    input: &AddressInput,
    keep: Vec<Statement>,
) -> Result<Option<AddressBody>, Fault> {
    let mut statements = Vec::new();
    if input.is_default {
        statements.push(
            sql("update addresses set is_default = 0 where user_id = ?1 and is_default = 1").bind_text(user),
        );
    }
    statements.push(insert(user, id, input));
    statements.extend(keep);
    statements.push(one(user, id));
    let mut results = db.batch(statements).await?;
    let row: Option<Row> = results.pop().map(|result| result.first()).transpose()?.flatten();
    Ok(row.map(AddressBody::from))
}

/// Where there is no room left, whether it is the default is nothing that a row may hold: the whole batch is undone ([`is_full`]).
fn insert(user: UserId, id: AddressId, input: &AddressInput) -> Statement {
    sql("insert into addresses (user_id, id, name, line1, line2, city, region, postal_code, country, phone, is_default) \
         values (?1, ?2, ?3 ->> 'name', ?3 ->> 'line1', ?3 ->> 'line2', ?3 ->> 'city', ?3 ->> 'region', \
         ?3 ->> 'postal_code', ?3 ->> 'country', ?3 ->> 'phone', \
         case when (select count(*) from addresses where user_id = ?1) < ?4 \
         then not exists (select 1 from addresses where user_id = ?1 and is_default = 1) end)")
        .bind_text(user)
        .bind_text(id)
        .bind_json(input)
        .bind(ADDRESSES_MAX)
}

/// Whether an address was refused because the book is full.
pub fn is_full(fault: &Fault) -> bool {
    fault.violates("NOT NULL constraint failed: addresses.is_default")
}

/// Makes the kept answer say whether the address became the default: only the batch that writes it knows.
pub fn tell_default(user: UserId, id: AddressId, key: &str) -> Statement {
    sql(
        "update replies set body = json_set(body, '$.is_default', json(iif((select is_default from addresses \
         where user_id = ?1 and id = ?2), 'true', 'false'))) where key = ?3",
    )
    .bind_text(user)
    .bind_text(id)
    .bind(key)
}

/// Writes an address anew. The default stays it until another one becomes it.
pub async fn replace(
    db: &impl Database,
    user: UserId,
    id: AddressId,
    input: &AddressInput,
) -> Result<Option<AddressBody>, Fault> {
    let mut statements = Vec::new();
    if input.is_default {
        statements.push(
            sql("update addresses set is_default = 0 where user_id = ?1 and is_default = 1 \
                 and exists (select 1 from addresses where user_id = ?1 and id = ?2)")
            .bind_text(user)
            .bind_text(id),
        );
    }
    statements.push(
        sql("update addresses set name = ?3 ->> 'name', line1 = ?3 ->> 'line1', line2 = ?3 ->> 'line2', \
             city = ?3 ->> 'city', region = ?3 ->> 'region', postal_code = ?3 ->> 'postal_code', \
             country = ?3 ->> 'country', phone = ?3 ->> 'phone', is_default = max(is_default, ?4) \
             where user_id = ?1 and id = ?2")
        .bind_text(user)
        .bind_text(id)
        .bind_json(input)
        .bind(input.is_default),
    );
    statements.push(one(user, id));
    let mut results = db.batch(statements).await?;
    let row: Option<Row> = results.pop().map(|result| result.first()).transpose()?.flatten();
    Ok(row.map(AddressBody::from))
}

/// Takes an address out of the book; a default hands that on to the oldest. Answers whether it was there.
pub async fn delete(db: &impl Database, user: UserId, id: AddressId) -> Result<bool, Fault> {
    let results = db
        .batch(vec![
            sql("delete from addresses where user_id = ?1 and id = ?2").bind_text(user).bind_text(id),
            sql("update addresses set is_default = 1 where user_id = ?1 \
                 and id = (select id from addresses where user_id = ?1 order by id limit 1) \
                 and not exists (select 1 from addresses where user_id = ?1 and is_default = 1)")
            .bind_text(user),
        ])
        .await?;
    Ok(results.first().is_some_and(|deleted| deleted.changes > 0))
}
