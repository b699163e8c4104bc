//! Dead letters in this Worker's own database, and the book of what staff did. All of its SQL.

pub mod actions;

use serde::Deserialize;

use api::{
    event::{EffectParked, EventData, Queue},
    page::PageLimit,
    payment::PaymentChanged,
    telemetry::{DeadLetter, DeadLetterStatus},
};
use domain::{
    Timestamp,
    id::{DeadLetterId, OrderId, UserId},
    text::Email,
};
use platform::{Database, Fault, Statement, sql};

/// A letter as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: DeadLetterId,
    pub queue: Queue,
    pub event_id: Option<String>,
    pub kind: Option<String>,
    pub body: String,
}

#[derive(Deserialize)]
struct Row {
    id: DeadLetterId,
    queue: String,
    event_id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: DeadLetterStatus,
    replays: u32,
    received_at: i64,
}

impl From<Row> for DeadLetter {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            queue: row.queue,
            event_id: row.event_id,
            kind: row.kind,
            status: row.status,
            replays: row.replays,
            received_at: Timestamp::from_millis(row.received_at),
        }
    }
}

/// Keeps letters, all or none, but for those that speak of somebody whom their order has forgotten. One that was replayed and came back is
/// new again.
pub async fn keep(db: &impl Database, letters: &[Letter], now: Timestamp) -> Result<(), Fault> {
    let forgotten = speaks_of("order_id", "?4", "?5");
    let insert = |letter: &Letter| -> Statement {
        sql(format!(
            "insert into dead_letters (id, queue, event_id, type, body, status, received_at) \
             select ?1, ?2, ?3, ?4, ?5, 'new', ?6 where not exists (select 1 from erased_orders where {forgotten}) \
             on conflict (id) do update set status = 'new', received_at = excluded.received_at"
        ))
        .bind_text(letter.id)
        .bind(letter.queue.name())
        .bind(letter.event_id.as_ref())
        .bind(letter.kind.as_ref())
        .bind(&letter.body)
        .bind(now)
    };
    db.batch(letters.iter().map(insert).collect()).await.map(drop)
}

/// Where in the list a page begins: after this one.
pub type LetterCursor = (Timestamp, DeadLetterId);

/// Letters, newest first, one more than a page has.
pub async fn letters(
    db: &impl Database,
    queue: Option<Queue>,
    status: Option<DeadLetterStatus>,
    after: Option<LetterCursor>,
    limit: PageLimit,
) -> Result<Vec<DeadLetter>, Fault> {
    let (received_at, id) = match after {
        Some((received_at, id)) => (received_at, id.to_string()),
        None => (Timestamp::MAX, String::new()),
    };
    let rows = db
        .all::<Row>(
            sql("select id, queue, event_id, type, status, replays, received_at from dead_letters \
                 where (received_at, id) < (?1, ?2) and (?3 is null or queue = ?3) and (?4 is null or status = ?4) \
                 order by received_at desc, id desc limit ?5")
            .bind(received_at)
            .bind(id)
            .bind(queue.map(Queue::name))
            .bind(status.map(DeadLetterStatus::as_str))
            .bind(limit.get().saturating_add(1)),
        )
        .await?;
    Ok(rows.into_iter().map(DeadLetter::from).collect())
}

/// What a replay sends, and where.
#[derive(Debug, Deserialize)]
pub struct Content {
    pub queue: String,
    pub body: String,
}

pub async fn content(db: &impl Database, id: DeadLetterId) -> Result<Option<Content>, Fault> {
    db.first(sql("select queue, body from dead_letters where id = ?1").bind_text(id)).await
}

/// Notes that a letter was sent again, and shows it.
pub async fn keep_replay(
    db: &impl Database,
    id: DeadLetterId,
    now: Timestamp,
) -> Result<Option<DeadLetter>, Fault> {
    let row: Option<Row> = db
        .first(
            sql("update dead_letters set status = 'replayed', replays = replays + 1, replayed_at = ?2 where id = ?1 \
                 returning id, queue, event_id, type, status, replays, received_at")
            .bind_text(id)
            .bind(now),
        )
        .await?;
    Ok(row.map(DeadLetter::from))
}

#[derive(Debug, Deserialize)]
struct IdRow {
    id: DeadLetterId,
}

/// Letters of a kind that name a user and were not sent again.
pub async fn unheard(db: &impl Database, user: UserId, kind: &str) -> Result<Vec<DeadLetterId>, Fault> {
    let rows: Vec<IdRow> = db
        .all(
            sql("select id from dead_letters where status = 'new' and type = ?2 and instr(body, ?1) > 0")
                .bind_text(user)
                .bind(kind),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Forgets letters that name a user.
pub async fn erase(db: &impl Database, user: UserId) -> Result<(), Fault> {
    db.run(sql("delete from dead_letters where instr(body, ?1) > 0").bind_text(user)).await.map(drop)
}

/// Forgets letters that speak of whom an order was for, now and later.
pub async fn erase_order(db: &impl Database, order: OrderId, now: Timestamp) -> Result<(), Fault> {
    let remember =
        "insert into erased_orders (order_id, erased_at) values (?1, ?2) on conflict (order_id) do nothing";
    let forget = format!("delete from dead_letters where {}", speaks_of("?1", "type", "body"));
    db.batch(vec![sql(remember).bind_text(order).bind(now), sql(forget).bind_text(order)]).await.map(drop)
}

/// Whether a letter speaks of whom an order was for. What an order says once it has forgotten does not, nor do news of its payment and of
/// an effect that it gave up: those are still needed.
fn speaks_of(order: &str, kind: &str, body: &str) -> String {
    format!(
        "instr({body}, {order}) > 0 and instr({body}, '{}') = 0 and coalesce({kind}, '') not in ('{}', '{}')",
        Email::erased(),
        PaymentChanged::TYPE,
        EffectParked::TYPE,
    )
}

/// Forgets letters: what was replayed before `replayed_before`, and whatever came before `received_before`; and that an order has forgotten
/// before `erased_before`, and what staff did before `acted_before`.
pub async fn sweep(
    db: &impl Database,
    replayed_before: Timestamp,
    received_before: Timestamp,
    erased_before: Timestamp,
    acted_before: Timestamp,
) -> Result<(), Fault> {
    db.batch(vec![
        sql("delete from dead_letters where received_at < ?2 or (status = 'replayed' and replayed_at < ?1)")
            .bind(replayed_before)
            .bind(received_before),
        sql("delete from erased_orders where erased_at < ?1").bind(erased_before),
        actions::sweep(acted_before),
    ])
    .await
    .map(drop)
}
