//! The book of what staff did.

use serde::Deserialize;

use api::audit::{AuditLine, AuditQuery, BeginAction, EndAction};
use domain::{
    Timestamp,
    id::{ActionId, UserId},
};
use platform::{Database, Fault, Statement, sql};

#[derive(Deserialize)]
struct Row {
    id: ActionId,
    at: i64,
    user_id: UserId,
    action: String,
    subject: Option<String>,
    status: Option<u16>,
}

impl From<Row> for AuditLine {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: Timestamp::from_millis(row.at),
            user_id: row.user_id,
            action: row.action,
            subject: row.subject,
            status: row.status,
        }
    }
}

pub async fn begin(db: &impl Database, action: &BeginAction) -> Result<(), Fault> {
    let insert =
        sql("insert into audit_lines (id, at, user_id, action, subject) values (?1, ?2, ?3, ?4, ?5) \
                      on conflict (id) do nothing")
        .bind_text(action.id)
        .bind(action.at)
        .bind_text(action.user)
        .bind(&action.action)
        .bind(action.subject.as_ref());
    db.run(insert).await.map(drop)
}

pub async fn end(db: &impl Database, action: &EndAction) -> Result<(), Fault> {
    let update = sql("update audit_lines set status = ?2 where id = ?1 and status is null")
        .bind_text(action.id)
        .bind(u32::from(action.status));
    db.run(update).await.map(drop)
}

/// Where in the list a page begins: after this one.
pub type ActionCursor = (Timestamp, ActionId);

/// Lines, newest first, one more than a page has.
pub async fn list(
    db: &impl Database,
    query: &AuditQuery,
    after: Option<ActionCursor>,
) -> Result<Vec<AuditLine>, Fault> {
    let (at, id) = match after {
        Some((at, id)) => (at, id.to_string()),
        None => (Timestamp::MAX, String::new()),
    };
    let select = sql(select(query)).bind(at).bind(id).bind(query.limit.get().saturating_add(1));
    let user = query.user_id.map(|user| user.to_string());
    let select = [user.as_ref(), query.subject.as_ref()].into_iter().flatten().fold(select, Statement::bind);
    let rows = db.all::<Row>(select).await?;
    Ok(rows.into_iter().map(AuditLine::from).collect())
}

/// Only with the filters that are there, so that each has its index.
fn select(query: &AuditQuery) -> String {
    let given = [("user_id", query.user_id.is_some()), ("subject", query.subject.is_some())];
    let filters = given.into_iter().filter(|(_, is_given)| *is_given).zip(4..);
    let filters: String = filters.map(|((column, _), at)| format!(" and {column} = ?{at}")).collect();
    format!(
        "select id, at, user_id, action, subject, status from audit_lines \
         where (at, id) < (?1, ?2){filters} order by at desc, id desc limit ?3"
    )
}

/// Forgets what is older.
pub fn sweep(before: Timestamp) -> Statement {
    sql("delete from audit_lines where at < ?1").bind(before)
}
