//! The notifications database: what is to be sent, what was, and when to try again.

pub mod erasure;

use serde::Deserialize;

use api::{notification::NotificationView, page::PageLimit};
use domain::{
    Timestamp,
    id::{EventId, NotificationId, OrderId, UserId},
    mail::{MailStatus, MailTemplate},
};
use platform::{Database, Fault, Statement, Value, sql};

use crate::message::Message;

/// The most mails that one sweep tries.
const SWEEP_MAX: u32 = 20;

const CHANNEL: &str = "email";

const COLUMNS: &str = "select id, template, channel, transport, recipient, subject, order_id, user_id, status, tries, \
                       last_error, created_at, sent_at, next_try_at from notifications";

#[derive(Deserialize)]
struct Row {
    id: NotificationId,
    template: MailTemplate,
    channel: String,
    transport: String,
    recipient: String,
    subject: String,
    order_id: Option<OrderId>,
    user_id: Option<UserId>,
    status: MailStatus,
    tries: u32,
    last_error: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
    next_try_at: Option<Timestamp>,
}

impl From<Row> for NotificationView {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            template: row.template,
            channel: row.channel,
            transport: row.transport,
            recipient: row.recipient,
            subject: row.subject,
            order_id: row.order_id,
            user_id: row.user_id,
            status: row.status,
            tries: row.tries,
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
            next_try_at: row.next_try_at,
        }
    }
}

const fn status_text(status: MailStatus) -> &'static str {
    match status {
        MailStatus::Queued => "queued",
        MailStatus::Sent => "sent",
        MailStatus::Failed => "failed",
    }
}

/// A mail that somebody has taken on to send now.
pub struct Claimed {
    pub id: NotificationId,
    pub message: Message,
    /// This try's number, from 1.
    pub tries: u32,
    pub copy: u32,
}

#[derive(Deserialize)]
struct ClaimedRow {
    id: NotificationId,
    message: String,
    is_of_order: u8,
    tries: u32,
    copy: u32,
}

impl ClaimedRow {
    fn claimed(self) -> Result<Claimed, Fault> {
        let message = Message::from_json(&self.message, self.is_of_order != 0)?;
        Ok(Claimed { id: self.id, message, tries: self.tries, copy: self.copy })
    }
}

/// A mail that was just asked for.
pub struct New {
    pub id: NotificationId,
    pub event: EventId,
    pub message: Message,
    pub subject: String,
    pub transport: &'static str,
    pub now: Timestamp,
    /// When its first try, which begins now, counts as given up.
    pub until: Timestamp,
}

/// Writes mails down and claims the first try of each. `false`: its event and template made one before, or its order has forgotten
/// whom it was for.
pub async fn add<D: Database>(db: &D, new: &[New]) -> Result<Vec<bool>, Fault> {
    let written = db.batch(new.iter().map(insert).collect::<Result<_, _>>()?).await?;
    Ok(written.into_iter().map(|written| written.changes > 0).collect())
}

fn insert(new: &New) -> Result<Statement, Fault> {
    let message = &new.message;
    let statement = sql("insert into notifications (id, event_id, template, channel, transport, recipient, subject, message, order_id, \
                 user_id, status, tries, copy, created_at, next_try_at) \
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'queued', 1, 0, ?11, ?12 \
                 where not exists (select 1 from erased_orders where order_id = ?9) on conflict (id) do nothing")
            .bind_text(new.id)
            .bind_text(new.event)
            .bind(message.template().as_str())
            .bind(CHANNEL)
            .bind(new.transport)
            .bind(message.recipient())
            .bind(&new.subject)
            .bind(message.to_json()?)
            .bind(message.order().map(|order| order.to_string()))
            .bind(message.user().map(|user| user.to_string()))
            .bind(new.now)
            .bind(new.until);
    Ok(statement)
}

/// Takes mails on whose time has come: nobody else gets them until `until`.
/// One that cannot be read is a fault of its own.
pub async fn claim_due<D: Database>(
    db: &D,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Result<Claimed, Fault>>, Fault> {
    let rows: Vec<ClaimedRow> = db
        .all(
            sql("update notifications set tries = tries + 1, next_try_at = ?2 where id in (\
                     select id from notifications where status = 'queued' and next_try_at <= ?1 order by next_try_at limit ?3) \
                 returning id, message, order_id is not null as is_of_order, tries, copy")
            .bind(now)
            .bind(until)
            .bind(SWEEP_MAX),
        )
        .await?;
    Ok(rows.into_iter().map(ClaimedRow::claimed).collect())
}

/// Begins a new copy of a mail, whatever became of the last one, and takes it on.
pub async fn claim_copy<D: Database>(
    db: &D,
    id: NotificationId,
    transport: &str,
    until: Timestamp,
) -> Result<Option<Claimed>, Fault> {
    let row: Option<ClaimedRow> = db
        .first(
            sql("update notifications set status = 'queued', tries = 1, copy = copy + 1, transport = ?2, last_error = null, \
                 next_try_at = ?3 where id = ?1 and is_erased = 0 \
                 returning id, message, order_id is not null as is_of_order, tries, copy")
            .bind_text(id)
            .bind(transport)
            .bind(until),
        )
        .await?;
    row.map(ClaimedRow::claimed).transpose()
}

/// How a try ended.
pub struct Tried {
    pub status: MailStatus,
    pub error: Option<String>,
    pub next_try_at: Option<Timestamp>,
    pub now: Timestamp,
}

/// Only the newest try's end counts: one that was given up and comes back late changes nothing.
pub fn tried(claimed: &Claimed, end: &Tried) -> Statement {
    sql("update notifications set status = ?4, last_error = ?5, next_try_at = ?6, \
             sent_at = case ?4 when 'sent' then ?7 else sent_at end \
             where id = ?1 and copy = ?2 and tries = ?3 and status = 'queued'")
    .bind_text(claimed.id)
    .bind(claimed.copy)
    .bind(claimed.tries)
    .bind(status_text(end.status))
    .bind(end.error.as_ref())
    .bind(end.next_try_at)
    .bind(end.now)
}

#[derive(Deserialize)]
struct EventRow {
    event_id: EventId,
}

/// The events of those of these mails that were written down.
pub async fn known<D: Database>(db: &D, ids: &[NotificationId]) -> Result<Vec<EventId>, Fault> {
    let rows: Vec<EventRow> = db
        .all(
            sql("select event_id from notifications where id in (select value from json_each(?1))")
                .bind_json(&ids),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.event_id).collect())
}

pub async fn read<D: Database>(db: &D, id: NotificationId) -> Result<Option<NotificationView>, Fault> {
    let row: Option<Row> = db.first(sql(format!("{COLUMNS} where id = ?1")).bind_text(id)).await?;
    Ok(row.map(NotificationView::from))
}

/// Which mails are looked for; where nothing is said, all.
#[derive(Default)]
pub struct Filter {
    pub order: Option<OrderId>,
    pub user: Option<UserId>,
    pub status: Option<MailStatus>,
}

/// Where a page of the list goes on: after this one.
pub type NotificationCursor = (Timestamp, NotificationId);

/// Newest first, one more than a page has.
pub async fn list<D: Database>(
    db: &D,
    filter: &Filter,
    after: Option<NotificationCursor>,
    limit: PageLimit,
) -> Result<Vec<NotificationView>, Fault> {
    let conditions: Vec<(&str, String)> = [
        ("order_id", filter.order.map(|id| id.to_string())),
        ("user_id", filter.user.map(|id| id.to_string())),
        ("status", filter.status.map(|status| status_text(status).to_owned())),
    ]
    .into_iter()
    .filter_map(|(column, value)| Some((column, value?)))
    .collect();
    // Only what is asked for stands in the text, so that the index of the first condition is used.
    let text: String =
        conditions.iter().zip(4..).map(|((column, _), at)| format!("{column} = ?{at} and ")).collect();
    let (at, id) = match after {
        Some((at, id)) => (at, id.to_string()),
        None => (Timestamp::MAX, String::new()),
    };
    let mut statement = sql(format!(
        "{COLUMNS} where {text}(created_at, id) < (?1, ?2) order by created_at desc, id desc limit ?3"
    ))
    .bind(at)
    .bind(id)
    .bind(limit.get().saturating_add(1));
    for (_, value) in conditions {
        statement = statement.bind(Value::Text(value));
    }
    let rows: Vec<Row> = db.all(statement).await?;
    Ok(rows.into_iter().map(NotificationView::from).collect())
}
