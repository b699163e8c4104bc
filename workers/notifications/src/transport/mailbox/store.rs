//! The mailbox's own table.

use serde::Deserialize;

use api::{
    notification::{MailboxItem, MailboxMail},
    page::PageLimit,
};
use domain::{Timestamp, id::NotificationId};
use platform::{Database, Fault, Statement, sql};

use crate::transport::Parcel;

/// How many mails are kept; older ones make room.
const MAILBOX_MAILS_MAX: u32 = 1_000;

#[derive(Deserialize)]
struct ItemRow {
    key: String,
    notification_id: NotificationId,
    recipient: String,
    subject: String,
    sent_at: Timestamp,
}

#[derive(Deserialize)]
struct MailRow {
    notification_id: NotificationId,
    sender: String,
    recipient: String,
    subject: String,
    text: String,
    html: String,
    sent_at: Timestamp,
}

/// Where a page of the list goes on: after this mail.
pub type MailboxCursor = (Timestamp, String);

/// What is forgotten meanwhile is not kept any more.
pub async fn keep<D: Database>(db: &D, parcels: &[Parcel<'_>], now: Timestamp) -> Result<(), Fault> {
    if parcels.is_empty() {
        return Ok(());
    }
    let mut statements: Vec<Statement> = parcels
        .iter()
        .map(|parcel| {
            sql(
                "insert into mailbox (key, notification_id, sender, recipient, subject, text, html, sent_at) \
             select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 \
             where not exists (select 1 from notifications where id = ?2 and is_erased = 1) on conflict (key) do nothing",
            )
            .bind(&parcel.key)
            .bind_text(parcel.notification)
            .bind(parcel.sender)
            .bind(parcel.recipient)
            .bind(&parcel.mail.subject)
            .bind(&parcel.mail.text)
            .bind(&parcel.mail.html)
            .bind(now)
        })
        .collect();
    statements.push(
        sql("delete from mailbox where sent_at < (select sent_at from mailbox order by sent_at desc, key desc limit 1 offset ?1)")
            .bind(MAILBOX_MAILS_MAX),
    );
    db.batch(statements).await.map(drop)
}

/// Newest first, one more than a page has, each with the cursor after it.
pub async fn list<D: Database>(
    db: &D,
    to: Option<&str>,
    after: Option<MailboxCursor>,
    limit: PageLimit,
) -> Result<Vec<(MailboxItem, MailboxCursor)>, Fault> {
    let (at, key) = after.unwrap_or((Timestamp::MAX, String::new()));
    let columns = "select key, notification_id, recipient, subject, sent_at from mailbox";
    let order = "(sent_at, key) < (?1, ?2) order by sent_at desc, key desc limit ?3";
    let statement = match to {
        Some(_) => sql(format!("{columns} where recipient = ?4 and {order}")),
        None => sql(format!("{columns} where {order}")),
    };
    let statement = statement.bind(at).bind(key).bind(limit.get().saturating_add(1));
    let statement = match to {
        Some(to) => statement.bind(to),
        None => statement,
    };
    let rows: Vec<ItemRow> = db.all(statement).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let ItemRow { key, notification_id: id, recipient: to, subject, sent_at } = row;
            (MailboxItem { id, to, subject, sent_at }, (sent_at, key))
        })
        .collect())
}

/// The notification's newest copy.
pub async fn latest<D: Database>(db: &D, id: NotificationId) -> Result<Option<MailboxMail>, Fault> {
    let row: Option<MailRow> = db
        .first(
            sql("select notification_id, sender, recipient, subject, text, html, sent_at from mailbox \
                 where notification_id = ?1 order by sent_at desc, key desc limit 1")
            .bind_text(id),
        )
        .await?;
    Ok(row.map(|row| {
        let MailRow { notification_id: id, sender: from, recipient: to, subject, text, html, sent_at } = row;
        MailboxMail { id, from, to, subject, text, html, sent_at }
    }))
}
