//! The payments database: all of the shop's own SQL about payments. What the test provider keeps is its own affair.

use serde::Deserialize;

use api::{
    event::Envelope,
    payment::{AttemptView, EntryView, RefundView},
};
use domain::{
    Currency, DurationMs, Money, Timestamp,
    id::{AttemptId, OrderId, PaymentId, RefundId},
    payment::{NextAction, Payment, PaymentEvent, PaymentStatus, Refund, RefundStatus},
};
use platform::{Database, Fault, Statement, database::ResultSet, outbox, sql};

/// The most open refunds that one sweep asks about.
const REFUND_SWEEP_MAX: u32 = 20;

const PAYMENT: &str = "select id, order_id, provider, reference, status, currency, amount, held, captured, refunded, payment_method, \
                       email, client_secret, next_action, decline_code, seq, created_at, updated_at \
                       from payments where id = ?1";

/// A payment and when it changed.
pub struct Stored {
    pub payment: Payment,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Deserialize)]
struct PaymentRow {
    id: PaymentId,
    order_id: OrderId,
    provider: String,
    reference: Option<String>,
    status: PaymentStatus,
    currency: Currency,
    amount: i64,
    held: i64,
    captured: i64,
    refunded: i64,
    payment_method: Option<String>,
    email: Option<String>,
    client_secret: Option<String>,
    next_action: Option<String>,
    decline_code: Option<String>,
    seq: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl PaymentRow {
    fn stored(self) -> Result<Stored, Fault> {
        let money = |amount| money(amount, self.currency);
        let next_action: Option<NextAction> = self
            .next_action
            .as_deref()
            .map(|action| api::json::read(action.as_bytes()))
            .transpose()
            .map_err(|error| Fault::defect(format!("next_action of {}: {error}", self.id)))?;
        let payment = Payment {
            id: self.id,
            order: self.order_id,
            amount: money(self.amount)?,
            held: money(self.held)?,
            captured: money(self.captured)?,
            refunded: money(self.refunded)?,
            provider: self.provider,
            status: self.status,
            reference: self.reference,
            payment_method: self.payment_method,
            email: self.email,
            client_secret: self.client_secret,
            next_action,
            decline_code: self.decline_code,
            seq: self.seq,
        };
        Ok(Stored { payment, created_at: self.created_at, updated_at: self.updated_at })
    }
}

fn money(amount: i64, currency: Currency) -> Result<Money, Fault> {
    Money::new(amount, currency).map_err(|error| Fault::defect(error.to_string()))
}

const fn status_text(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Processing => "processing",
        PaymentStatus::RequiresAction => "requires_action",
        PaymentStatus::Authorized => "authorized",
        PaymentStatus::Captured => "captured",
        PaymentStatus::Declined => "declined",
        PaymentStatus::Voided => "voided",
    }
}

const fn refund_status_text(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Pending => "pending",
        RefundStatus::Succeeded => "succeeded",
        RefundStatus::Failed => "failed",
    }
}

/// What the provider is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Authorise,
    Confirm,
    Capture,
    Void,
    Refund,
    Retrieve,
    Webhook,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Operation::Authorise => "authorise",
            Operation::Confirm => "confirm",
            Operation::Capture => "capture",
            Operation::Void => "void",
            Operation::Refund => "refund",
            Operation::Retrieve => "retrieve",
            Operation::Webhook => "webhook",
        }
    }
}

/// One time the provider was asked, or told us by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub operation: Operation,
    pub at: Timestamp,
}

/// Writes `asked` and its attempt down, unless the payment is known or the order has another that lives; answers the payment as it
/// now is. `None`: the order has another.
pub async fn open<D: Database>(db: &D, asked: &Payment, attempt: Attempt) -> Result<Option<Stored>, Fault> {
    let mut results = db
        .batch(vec![
            insert(
                asked,
                attempt.at,
                "not exists (select 1 from payments where order_id = ?2 and id <> ?1 \
                                       and status not in ('declined', 'voided'))",
            ),
            // Only where there is something to ask: a repeat of what was answered asks nobody.
            sql("insert into attempts (id, payment_id, operation, outcome, at) \
                 select ?1, id, ?3, 'unknown', ?4 from payments where id = ?2 and status = 'processing'")
            .bind_text(attempt.id)
            .bind_text(asked.id)
            .bind(attempt.operation.as_str())
            .bind(attempt.at),
            sql(PAYMENT).bind_text(asked.id),
        ])
        .await?;
    last(&mut results)
}

/// Writes `tombstone` down unless the payment is known; answers the payment as it now is.
pub async fn bury<D: Database>(db: &D, tombstone: &Payment, now: Timestamp) -> Result<Stored, Fault> {
    let mut results =
        db.batch(vec![insert(tombstone, now, "true"), sql(PAYMENT).bind_text(tombstone.id)]).await?;
    last(&mut results)?.ok_or_else(|| Fault::defect(format!("{} was written and is not there", tombstone.id)))
}

pub async fn payment<D: Database>(db: &D, id: PaymentId) -> Result<Option<Stored>, Fault> {
    let row: Option<PaymentRow> = db.first(sql(PAYMENT).bind_text(id)).await?;
    row.map(PaymentRow::stored).transpose()
}

fn last(results: &mut Vec<ResultSet>) -> Result<Option<Stored>, Fault> {
    let selected = results.pop().ok_or_else(|| Fault::defect("a batch gave nothing"))?;
    selected.first::<PaymentRow>()?.map(PaymentRow::stored).transpose()
}

fn insert(payment: &Payment, now: Timestamp, condition: &str) -> Statement {
    sql(format!(
        "insert into payments (id, order_id, provider, status, currency, amount, held, captured, refunded, payment_method, email, \
         seq, created_at, updated_at) \
         select ?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, ?7, ?8, 0, ?9, ?9 where {condition} on conflict (id) do nothing"
    ))
    .bind_text(payment.id)
    .bind_text(payment.order)
    .bind(&payment.provider)
    .bind(status_text(payment.status))
    .bind(payment.amount.currency().code())
    .bind(payment.amount.amount())
    .bind(payment.payment_method.as_ref())
    .bind(payment.email.as_ref())
    .bind(now)
}

/// What is written in one go: the payment with its newest entry, the attempt that brought it, the refund it is about and what others
/// are to hear of it.
pub struct Change<'a> {
    /// With the entry applied.
    pub payment: &'a Payment,
    pub event: &'a PaymentEvent,
    pub attempt: Attempt,
    pub refund: Option<&'a Refund>,
    pub announce: Option<&'a Envelope>,
    pub now: Timestamp,
}

/// Commits a change. `false`: another writer wrote this entry first, and nothing of the change took effect.
pub async fn record<D: Database>(db: &D, change: &Change<'_>) -> Result<bool, Fault> {
    let Change { payment, event, attempt, now, .. } = change;
    let mut statements = vec![
        sql("insert into entries (payment_id, seq, type, amount, refund_id, code, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .bind_text(payment.id)
            .bind(payment.seq)
            .bind(event.kind())
            .bind(event.amount().map(Money::amount))
            .bind(event.refund().map(|refund| refund.to_string()))
            .bind(event.code())
            .bind(*now),
        sql("update payments set reference = ?2, status = ?3, held = ?4, captured = ?5, refunded = ?6, email = ?7, \
             client_secret = ?8, next_action = ?9, decline_code = ?10, seq = ?11, updated_at = ?12 where id = ?1")
        .bind_text(payment.id)
        .bind(payment.reference.as_ref())
        .bind(status_text(payment.status))
        .bind(payment.held.amount())
        .bind(payment.captured.amount())
        .bind(payment.refunded.amount())
        .bind(payment.email.as_ref())
        .bind(payment.client_secret.as_ref())
        .bind(payment.next_action.as_ref().map(|action| api::json::write(action).unwrap_or_default()))
        .bind(payment.decline_code.as_ref())
        .bind(payment.seq)
        .bind(*now),
        sql("insert into attempts (id, payment_id, operation, outcome, code, at) values (?1, ?2, ?3, ?4, ?5, ?6) \
             on conflict (id) do update set outcome = excluded.outcome, code = excluded.code")
        .bind_text(attempt.id)
        .bind_text(payment.id)
        .bind(attempt.operation.as_str())
        .bind(event.kind())
        .bind(event.code())
        .bind(attempt.at),
    ];
    statements.extend(change.refund.map(|refund| {
        sql("update refunds set status = ?2, failure_code = ?3, updated_at = ?4 where id = ?1")
            .bind_text(refund.id)
            .bind(refund_status_text(refund.status))
            .bind(event.code())
            .bind(*now)
    }));
    statements.extend(change.announce.map(|envelope| outbox::add(envelope, *now)));
    match db.batch(statements).await {
        Ok(_) => Ok(true),
        Err(fault) if fault.violates("entries.payment_id") => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[derive(Deserialize)]
struct RefundRow {
    id: RefundId,
    payment_id: PaymentId,
    amount: i64,
    currency: Currency,
    status: RefundStatus,
}

impl RefundRow {
    fn refund(self) -> Result<Refund, Fault> {
        let amount = money(self.amount, self.currency)?;
        Ok(Refund { id: self.id, payment: self.payment_id, amount, status: self.status })
    }
}

const REFUND: &str = "select r.id, r.payment_id, r.amount, p.currency, r.status \
                      from refunds r join payments p on p.id = r.payment_id";

pub async fn refund<D: Database>(db: &D, id: RefundId) -> Result<Option<Refund>, Fault> {
    let row: Option<RefundRow> = db.first(sql(format!("{REFUND} where r.id = ?1")).bind_text(id)).await?;
    row.map(RefundRow::refund).transpose()
}

/// Sets `amount` aside for a refund: `pending` when what was captured still covers it and all other refunds, else `failed`. However
/// many come at once, each statement sees the ones before it. A known refund stays as it is. Answers the refund as it now is.
pub async fn open_refund<D: Database>(
    db: &D,
    id: RefundId,
    payment: PaymentId,
    amount: Money,
    now: Timestamp,
) -> Result<Refund, Fault> {
    let insert = |text: &'static str| {
        sql(text)
            .bind_text(id)
            .bind_text(payment)
            .bind(amount.amount())
            .bind(amount.currency().code())
            .bind(now)
    };
    let mut results = db
        .batch(vec![
            insert(
                "insert into refunds (id, payment_id, amount, status, created_at, updated_at) \
                 select ?1, p.id, ?3, 'pending', ?5, ?5 from payments p where p.id = ?2 and p.currency = ?4 \
                 and p.captured - coalesce((select sum(amount) from refunds where payment_id = p.id and status <> 'failed'), 0) >= ?3 \
                 on conflict (id) do nothing",
            ),
            // The refusal is kept as well: a repeat must not succeed because another refund failed meanwhile.
            insert(
                "insert into refunds (id, payment_id, amount, status, failure_code, created_at, updated_at) \
                 select ?1, p.id, ?3, 'failed', case p.currency when ?4 then 'exceeds_captured' else 'currency_mismatch' end, ?5, ?5 \
                 from payments p where p.id = ?2 on conflict (id) do nothing",
            ),
            sql(format!("{REFUND} where r.id = ?1")).bind_text(id),
        ])
        .await?;
    let selected = results.pop().ok_or_else(|| Fault::defect("a batch gave nothing"))?;
    selected
        .first::<RefundRow>()?
        .ok_or_else(|| Fault::defect(format!("{id} was written and is not there")))?
        .refund()
}

/// Refunds that nobody has heard of for `age`.
pub async fn open_refunds<D: Database>(
    db: &D,
    now: Timestamp,
    age: DurationMs,
) -> Result<Vec<Refund>, Fault> {
    let rows: Vec<RefundRow> = db
        .all(
            sql(format!("{REFUND} where r.status = 'pending' and r.updated_at <= ?1 - ?2 order by r.updated_at limit ?3"))
                .bind(now)
                .bind(age)
                .bind(REFUND_SWEEP_MAX),
        )
        .await?;
    rows.into_iter().map(RefundRow::refund).collect()
}

/// It was asked about, and is not asked about again at once.
pub async fn touch_refund<D: Database>(db: &D, id: RefundId, now: Timestamp) -> Result<(), Fault> {
    db.run(sql("update refunds set updated_at = ?2 where id = ?1").bind_text(id).bind(now)).await?;
    Ok(())
}

#[derive(Deserialize)]
struct AttemptRow {
    operation: String,
    outcome: String,
    code: Option<String>,
    at: Timestamp,
}

#[derive(Deserialize)]
struct EntryRow {
    seq: u64,
    #[serde(rename = "type")]
    kind: String,
    amount: Option<i64>,
    refund_id: Option<RefundId>,
    code: Option<String>,
    at: Timestamp,
}

#[derive(Deserialize)]
struct RefundHistoryRow {
    id: RefundId,
    amount: i64,
    status: RefundStatus,
    failure_code: Option<String>,
    created_at: Timestamp,
}

/// All there is to know of a payment, as staff see it.
pub struct History {
    pub stored: Stored,
    pub attempts: Vec<AttemptView>,
    pub entries: Vec<EntryView>,
    pub refunds: Vec<RefundView>,
}

pub async fn history<D: Database>(db: &D, id: PaymentId) -> Result<Option<History>, Fault> {
    let mut results = db
        .batch(vec![
            sql("select operation, outcome, code, at from attempts where payment_id = ?1 order by rowid").bind_text(id),
            sql("select seq, type, amount, refund_id, code, at from entries where payment_id = ?1 order by seq").bind_text(id),
            sql("select id, amount, status, failure_code, created_at from refunds where payment_id = ?1 order by created_at, id")
                .bind_text(id),
            sql(PAYMENT).bind_text(id),
        ])
        .await?;
    let Some(stored) = last(&mut results)? else { return Ok(None) };
    let [attempts, entries, refunds] = results.as_slice() else {
        return Err(Fault::defect("a batch of four gave something else"));
    };
    let currency = stored.payment.amount.currency();
    let attempts = attempts
        .rows::<AttemptRow>()?
        .into_iter()
        .map(|row| AttemptView { operation: row.operation, outcome: row.outcome, code: row.code, at: row.at })
        .collect();
    let entries = entries
        .rows::<EntryRow>()?
        .into_iter()
        .map(|row| {
            let amount = money(row.amount.unwrap_or_default(), currency)?;
            let EntryRow { seq, kind, refund_id, code, at, .. } = row;
            Ok(EntryView { seq, kind, amount, refund_id, code, at })
        })
        .collect::<Result<_, Fault>>()?;
    let refunds = refunds
        .rows::<RefundHistoryRow>()?
        .into_iter()
        .map(|row| {
            let amount = money(row.amount, currency)?;
            let RefundHistoryRow { id, status, failure_code, created_at, .. } = row;
            Ok(RefundView { id, amount, status, failure_code, created_at })
        })
        .collect::<Result<_, Fault>>()?;
    Ok(Some(History { stored, attempts, entries, refunds }))
}
