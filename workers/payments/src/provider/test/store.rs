//! The test provider's own books. Each question is one statement, so nothing can come between looking and changing.

use serde::{Deserialize, Serialize};

use domain::{
    Currency, Timestamp,
    id::{PaymentId, RefundId},
    payment::RefundStatus,
};
use platform::{Database, Fault, Statement, sql};

use super::methods::PENDING_REFUND;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// Declined: the provider would take another method now.
    RequiresPaymentMethod,
    RequiresAction,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl IntentStatus {
    const fn as_str(self) -> &'static str {
        match self {
            IntentStatus::RequiresPaymentMethod => "requires_payment_method",
            IntentStatus::RequiresAction => "requires_action",
            IntentStatus::RequiresCapture => "requires_capture",
            IntentStatus::Succeeded => "succeeded",
            IntentStatus::Canceled => "canceled",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Intent {
    pub id: String,
    pub payment_id: PaymentId,
    pub amount: i64,
    pub currency: Currency,
    pub payment_method: String,
    pub status: IntentStatus,
    pub captured: i64,
    pub client_secret: String,
    pub decline_code: Option<String>,
}

pub struct NewRefund<'a> {
    pub id: String,
    pub intent: &'a str,
    pub refund: RefundId,
    pub amount: i64,
    pub at: Timestamp,
}

#[derive(Deserialize)]
struct RefundRow {
    status: RefundStatus,
}

pub async fn intent<D: Database>(db: &D, id: &str) -> Result<Option<Intent>, Fault> {
    db.first(
        sql("select id, payment_id, amount, currency, payment_method, status, captured, client_secret, decline_code \
             from test_intents where id = ?1")
        .bind(id),
    )
    .await
}

/// The intent that this key made first.
pub async fn create<D: Database>(db: &D, wanted: &Intent, now: Timestamp) -> Result<Intent, Fault> {
    let created: Option<Intent> = db
        .first(
            sql("insert into test_intents (id, idempotency_key, payment_id, currency, amount, payment_method, status, \
                 captured, client_secret, decline_code, created_at) \
                 values (?1, ?2, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9) \
                 on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key \
                 returning id, payment_id, amount, currency, payment_method, status, captured, client_secret, decline_code")
            .bind(&wanted.id)
            .bind_text(wanted.payment_id)
            .bind(wanted.currency.code())
            .bind(wanted.amount)
            .bind(&wanted.payment_method)
            .bind(wanted.status.as_str())
            .bind(&wanted.client_secret)
            .bind(wanted.decline_code.as_ref())
            .bind(now),
        )
        .await?;
    created.ok_or_else(|| Fault::defect("an intent was created and not returned"))
}

/// `None`: it does not wait for the shopper any more.
pub async fn confirm<D: Database>(
    db: &D,
    id: &str,
    to: IntentStatus,
    decline_code: Option<&str>,
) -> Result<Option<Intent>, Fault> {
    db.first(
        sql("update test_intents set status = ?2, decline_code = ?3 where id = ?1 and status = 'requires_action' \
             returning id, payment_id, amount, currency, payment_method, status, captured, client_secret, decline_code")
        .bind(id)
        .bind(to.as_str())
        .bind(decline_code),
    )
    .await
}

/// `None`: there is no such hold, or it is smaller.
pub async fn capture<D: Database>(db: &D, id: &str, amount: i64) -> Result<Option<Intent>, Fault> {
    db.first(
        sql("update test_intents set status = 'succeeded', captured = ?2 \
             where id = ?1 and status = 'requires_capture' and amount >= ?2 \
             returning id, payment_id, amount, currency, payment_method, status, captured, client_secret, decline_code")
        .bind(id)
        .bind(amount),
    )
    .await
}

/// `None`: it ended already.
pub async fn cancel<D: Database>(db: &D, id: &str) -> Result<Option<Intent>, Fault> {
    db.first(
        sql("update test_intents set status = 'canceled' \
             where id = ?1 and status in ('requires_payment_method', 'requires_action', 'requires_capture') \
             returning id, payment_id, amount, currency, payment_method, status, captured, client_secret, decline_code")
        .bind(id),
    )
    .await
}

/// The refund that this key made first; `None` when it would give back more than was taken.
pub async fn refund<D: Database>(db: &D, wanted: &NewRefund<'_>) -> Result<Option<RefundStatus>, Fault> {
    let row: Option<RefundRow> = db
        .first(
            sql("insert into test_refunds (id, idempotency_key, intent_id, refund_id, amount, status, created_at) \
                 select ?1, ?2, i.id, ?2, ?4, case i.payment_method when ?6 then 'pending' else 'succeeded' end, ?5 \
                 from test_intents i where i.id = ?3 and (\
                     exists (select 1 from test_refunds where idempotency_key = ?2) \
                     or i.captured - coalesce((select sum(amount) from test_refunds \
                                               where intent_id = i.id and status <> 'failed'), 0) >= ?4) \
                 on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key \
                 returning status")
            .bind(&wanted.id)
            .bind_text(wanted.refund)
            .bind(wanted.intent)
            .bind(wanted.amount)
            .bind(wanted.at)
            .bind(PENDING_REFUND),
        )
        .await?;
    Ok(row.map(|row| row.status))
}

/// Whoever asks how a pending refund does finds it done.
pub async fn settle_refund<D: Database>(db: &D, refund: RefundId) -> Result<Option<RefundStatus>, Fault> {
    let row: Option<RefundRow> = db.first(settle(refund)).await?;
    Ok(row.map(|row| row.status))
}

fn settle(refund: RefundId) -> Statement {
    sql("update test_refunds set status = case status when 'pending' then 'succeeded' else status end \
         where idempotency_key = ?1 returning status")
    .bind_text(refund)
}
