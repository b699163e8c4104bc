//! What becomes of messages that gave up: they are kept, shown without what they say, and sent again on an operator's word.

use api::{
    Problem, cursor,
    event::{EventData, Queue},
    order::OrderChanged,
    page::{Page, PageLimit},
    telemetry::{DeadLetter, DeadLetterStatus},
};
use domain::{
    DurationMs, Timestamp,
    id::{DeadLetterId, OrderId, UserId},
    time::DAY_MS,
};
use platform::{Failure, Fault, Message, Platform};

use crate::store::{self, Letter, LetterCursor};

/// How long a letter is kept after it was replayed and did not come back.
const REPLAYED_KEPT_MS: DurationMs = 30 * DAY_MS;
/// How long any letter is kept: it may speak of a person.
const KEPT_MS: DurationMs = 90 * DAY_MS;
/// How long what staff did is known.
const ACTIONS_KEPT_MS: DurationMs = 2 * 365 * DAY_MS;
/// How long after an order has forgotten its shopper a letter may still come that has not: its queue keeps a message for four days, and
/// the dead-letter queue for four more.
const LATE_MS: DurationMs = 10 * DAY_MS;

/// Keeps what a dead-letter queue delivered, as it is and in one write.
pub async fn keep<P: Platform>(p: &P, queue: Queue, bodies: Vec<String>) -> Result<(), Fault> {
    let letters: Vec<Letter> = bodies.into_iter().map(|body| letter(queue, body)).collect();
    if letters.is_empty() {
        return Ok(());
    }
    store::keep(&p.db()?, &letters, p.now()).await
}

fn letter(queue: Queue, body: String) -> Letter {
    let (event_id, kind) = match Message::parse(&body) {
        Message::Event(envelope) => (Some(envelope.id.to_string()), Some(envelope.kind)),
        Message::Poison(_) => (None, None),
    };
    // Of an event its own id, so that it is one letter however often it gives up; of anything else, what it says.
    let identity = event_id.as_deref().unwrap_or(&body);
    let id = DeadLetterId::derived(&[queue.name(), identity]);
    Letter { id, queue, event_id, kind, body }
}

/// Letters, newest first.
pub async fn list<P: Platform>(
    p: &P,
    queue: Option<Queue>,
    status: Option<DeadLetterStatus>,
    cursor: Option<&str>,
    limit: PageLimit,
) -> Result<Page<DeadLetter>, Failure> {
    let after: Option<LetterCursor> =
        cursor.map(cursor::decode).transpose().map_err(|invalid| Problem::invalid("?cursor", &invalid))?;
    let letters = store::letters(&p.db()?, queue, status, after, limit).await?;
    Ok(Page::from_rows(letters, limit, |letter| cursor::encode(&(letter.received_at, letter.id))))
}

/// Sends a letter to its own queue again. A crash before it is noted only means that it may be sent once more, which every consumer
/// bears.
pub async fn replay<P: Platform>(p: &P, id: DeadLetterId) -> Result<DeadLetter, Failure> {
    let db = p.db()?;
    let content = store::content(&db, id).await?.ok_or_else(Problem::not_found)?;
    let queue = Queue::from_name(&content.queue)
        .ok_or_else(|| Fault::defect(format!("{id} came from an unknown queue, {}", content.queue)))?;
    p.enqueue(queue.binding(), vec![content.body]).await?;
    let letter = store::keep_replay(&db, id, p.now()).await?;
    Ok(letter.ok_or_else(Problem::not_found)?)
}

/// Forgets the letters that speak of a user. A mail to somebody who is forgotten is not to be sent; but an order that the list never heard of
/// would never be found, neither to be sent nor to be forgotten, so its news is sent once more, and the next round finds it.
pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<(), Failure> {
    let db = p.db()?;
    for id in store::unheard(&db, user, OrderChanged::TYPE).await? {
        replay(p, id).await?;
    }
    Ok(store::erase(&db, user).await?)
}

/// Forgets the letters that speak of whom an order was for, which has forgotten them itself, and keeps none that comes late.
pub async fn erase_order<P: Platform>(p: &P, order: OrderId) -> Result<(), Fault> {
    store::erase_order(&p.db()?, order, p.now()).await
}

/// Forgets what has been kept for long enough.
pub async fn tidy<P: Platform>(p: &P) -> Result<(), Fault> {
    let now = p.now();
    let ago = |span: DurationMs| Timestamp::from_millis(now.millis().saturating_sub_unsigned(span));
    store::sweep(&p.db()?, ago(REPLAYED_KEPT_MS), ago(KEPT_MS), ago(LATE_MS), ago(ACTIONS_KEPT_MS)).await
}
