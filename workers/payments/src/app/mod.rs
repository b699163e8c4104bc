//! What can be done with a payment: ask the provider, learn from the answer, write it down, tell.
//!
//! An attempt is on record before the provider hears of it. Where no answer came the call fails as a fault: the caller repeats it, and the
//! provider's idempotency key, which is the payment's own id, makes the repeat find out what became of the first.

mod notices;
mod recent;
mod refunds;

use api::{
    Problem, Service,
    event::{Confirm, Envelope, Queue},
    payment::{
        AskPayment, Authorise, Capture, ConfirmPayment, ConfirmedPayment, PaymentChanged, PaymentView,
        RefundNews, Void,
    },
    problem::codes,
};
use domain::{
    id::{AttemptId, EventId, PaymentId},
    payment::{Outcome, Payment, PaymentEvent, PaymentSnapshot, PaymentStatus, Refund},
};
use platform::{Failure, Fault, Platform, outbox};
use subtle::ConstantTimeEq;

use crate::{
    provider::{Charge, Provider},
    store::{self, Attempt, Change, History, Operation},
};

pub use notices::{hear, sweep};
pub use refunds::refund;

/// How often a change is tried anew when another writer came first. Each time somebody got further, so this is never reached
/// but by a storm.
const WRITE_TRIES_MAX: u32 = 16;

/// What a second payment for an order that has one is told.
const ORDER_HAS_A_PAYMENT: &str = "order_has_a_payment";

/// Who is to hear of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announce {
    /// The caller asked for it and gets it as the answer.
    No,
    /// It came from elsewhere: the order has to be told.
    Yes,
}

pub async fn authorise<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    ask: Authorise,
) -> Result<PaymentSnapshot, Fault> {
    let asked =
        Payment::asked(ask.payment, ask.order, provider.name(), ask.amount, ask.payment_method, ask.email);
    let attempt = attempt(platform, Operation::Authorise);
    let Some(stored) = store::open(&platform.db()?, &asked, attempt).await? else {
        return Ok(PaymentSnapshot {
            status: PaymentStatus::Declined,
            decline_code: Some(ORDER_HAS_A_PAYMENT.to_owned()),
            ..asked.snapshot()
        });
    };
    Ok(answered(platform, provider, stored.payment, attempt).await?.snapshot())
}

pub async fn capture<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    ask: Capture,
) -> Result<PaymentSnapshot, Failure> {
    let payment = match recent::recall(platform, ask.payment) {
        Some(payment) => payment,
        None => known(platform, ask.payment).await?,
    };
    let payment = answered(platform, provider, payment, attempt(platform, Operation::Authorise)).await?;
    if payment.status != PaymentStatus::Authorized {
        return Ok(payment.snapshot());
    }
    let attempt = attempt(platform, Operation::Capture);
    let outcome = provider.capture(reference(&payment)?, ask.amount).await?;
    Ok(learn(platform, payment, outcome, attempt, Announce::No).await?.snapshot())
}

pub async fn void<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    ask: Void,
) -> Result<PaymentSnapshot, Fault> {
    let tombstone = Payment::tombstone(ask.payment, ask.order, provider.name(), ask.amount);
    let payment = store::bury(&platform.db()?, &tombstone, platform.now()).await?.payment;
    // Whether there is a hold to give up may not be known yet: finding out comes first.
    let mut payment = answered(platform, provider, payment, attempt(platform, Operation::Authorise)).await?;
    if ask.keep_authorized && payment.status == PaymentStatus::RequiresAction {
        payment = retrieved(platform, provider, payment, Announce::No).await?;
    }
    let is_open = match payment.status {
        PaymentStatus::Authorized => !ask.keep_authorized,
        PaymentStatus::RequiresAction => true,
        // What is held and cannot be captured is still held.
        PaymentStatus::Declined => payment.held.is_positive(),
        PaymentStatus::Processing | PaymentStatus::Captured | PaymentStatus::Voided => false,
    };
    if is_open {
        let attempt = attempt(platform, Operation::Void);
        let outcome = provider.cancel(reference(&payment)?).await?;
        payment = learn(platform, payment, outcome, attempt, Announce::No).await?;
    }
    Ok(payment.snapshot())
}

/// How a payment stands; asks the provider where only the provider can know.
pub async fn ask<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    ask: AskPayment,
) -> Result<Option<PaymentSnapshot>, Fault> {
    let Some(stored) = store::payment(&platform.db()?, ask.payment).await? else { return Ok(None) };
    let payment =
        answered(platform, provider, stored.payment, attempt(platform, Operation::Authorise)).await?;
    let payment = match payment.status {
        PaymentStatus::RequiresAction => retrieved(platform, provider, payment, Announce::No).await?,
        _ => payment,
    };
    Ok(Some(payment.snapshot()))
}

/// The shopper's part, where the provider lets it be played. The client secret proves who it is; without it there is no such payment.
pub async fn confirm<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    id: PaymentId,
    body: ConfirmPayment,
) -> Result<ConfirmedPayment, Failure> {
    let stored = store::payment(&platform.db()?, id).await?.ok_or_else(Problem::not_found)?;
    let mut payment = stored.payment;
    let is_shopper = payment
        .client_secret
        .as_deref()
        .is_some_and(|secret| bool::from(secret.as_bytes().ct_eq(body.client_secret.as_bytes())));
    if !is_shopper {
        return Err(Problem::not_found().into());
    }
    if payment.status == PaymentStatus::RequiresAction {
        let attempt = attempt(platform, Operation::Confirm);
        let outcome =
            provider.confirm(reference(&payment)?, body.outcome).await?.ok_or_else(Problem::not_found)?;
        payment = learn(platform, payment, outcome, attempt, Announce::Yes).await?;
    }
    if payment.status == PaymentStatus::Voided {
        return Err(Problem::new(codes::payment_ended).detail("the payment was given up").into());
    }
    let Payment { order, status, amount, decline_code, .. } = payment;
    Ok(ConfirmedPayment { id, order_id: order, status, amount, decline_code })
}

pub async fn read<P: Platform>(platform: &P, id: PaymentId) -> Result<PaymentView, Failure> {
    let history = store::history(&platform.db()?, id).await?.ok_or_else(Problem::not_found)?;
    Ok(view(history))
}

fn view(history: History) -> PaymentView {
    let History { stored, attempts, entries, refunds } = history;
    let payment = stored.payment;
    PaymentView {
        id: payment.id,
        order_id: payment.order,
        provider: payment.provider,
        provider_reference: payment.reference,
        payment_method: payment.payment_method,
        status: payment.status,
        amount: payment.amount,
        captured: payment.captured,
        refunded: payment.refunded,
        next_action: payment.next_action,
        decline_code: payment.decline_code,
        attempts,
        entries,
        refunds,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

async fn known<P: Platform>(platform: &P, id: PaymentId) -> Result<Payment, Failure> {
    let stored = store::payment(&platform.db()?, id).await?.ok_or_else(Problem::not_found)?;
    Ok(stored.payment)
}

/// The payment once the provider has answered the request that made it; asks again, with the same key, where it has not.
async fn answered<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    payment: Payment,
    attempt: Attempt,
) -> Result<Payment, Fault> {
    if payment.status != PaymentStatus::Processing {
        return Ok(payment);
    }
    let outcome = provider
        .create(Charge {
            payment: payment.id,
            order: payment.order,
            amount: payment.amount,
            payment_method: payment.payment_method.as_deref().unwrap_or_default(),
            email: payment.email.as_deref().unwrap_or_default(),
        })
        .await?;
    let payment = learn(platform, payment, outcome, attempt, Announce::No).await?;
    match payment.status {
        PaymentStatus::Processing => Err(Fault::unavailable(format!("{} has no answer yet", payment.id))),
        _ => Ok(payment),
    }
}

async fn retrieved<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    payment: Payment,
    announce: Announce,
) -> Result<Payment, Fault> {
    let attempt = attempt(platform, Operation::Retrieve);
    let outcome = provider.retrieve(reference(&payment)?).await?;
    learn(platform, payment, outcome, attempt, announce).await
}

/// Writes down what an outcome adds to a payment, if anything. Another writer may come first: then it is decided anew.
async fn learn<P: Platform>(
    platform: &P,
    payment: Payment,
    outcome: Outcome,
    attempt: Attempt,
    announce: Announce,
) -> Result<Payment, Fault> {
    let mut payment = payment;
    for _ in 0..WRITE_TRIES_MAX {
        let Some(event) = payment.learn(outcome.clone()) else { return Ok(payment) };
        match commit(platform, &payment, &event, None, attempt, announce).await? {
            Some(next) => return Ok(next),
            None => payment = reread(platform, payment.id).await?,
        }
    }
    Err(Fault::unavailable(format!("too many writers at once for {}", payment.id)))
}

async fn reread<P: Platform>(platform: &P, id: PaymentId) -> Result<Payment, Fault> {
    store::payment(&platform.db()?, id)
        .await?
        .map(|stored| stored.payment)
        .ok_or_else(|| Fault::defect(format!("{id} is gone")))
}

/// One write: entry, payment, attempt, refund, and the event for the order. `None`: another writer came first.
async fn commit<P: Platform>(
    platform: &P,
    payment: &Payment,
    event: &PaymentEvent,
    refund: Option<&Refund>,
    attempt: Attempt,
    announce: Announce,
) -> Result<Option<Payment>, Fault> {
    let mut next = payment.clone();
    next.apply(event);
    let refund = refund.map(|refund| Refund { status: refund.after(event), ..refund.clone() });
    let envelope = (announce == Announce::Yes).then(|| {
        let news = refund.as_ref().map(|refund| RefundNews { id: refund.id, status: refund.status });
        let data = PaymentChanged { order: next.order, payment: next.snapshot(), refund: news };
        let traceparent = Some(platform.context().trace.to_string());
        Envelope::new(EventId::new(platform.seed()), &data, platform.now(), traceparent)
            .confirmed_to(Confirm::Service(Service::Payments))
    });
    let change = Change {
        payment: &next,
        event,
        attempt,
        refund: refund.as_ref(),
        announce: envelope.as_ref(),
        now: platform.now(),
    };
    if !store::record(&platform.db()?, &change).await? {
        return Ok(None);
    }
    recent::remember(platform, &next);
    if let Some(envelope) = envelope {
        outbox::send_after_answer(platform, Queue::PaymentEvents, &[envelope])?;
    }
    Ok(Some(next))
}

fn attempt<P: Platform>(platform: &P, operation: Operation) -> Attempt {
    Attempt { id: AttemptId::new(platform.seed()), operation, at: platform.now() }
}

/// The provider's own id: every payment that it has answered has one.
fn reference(payment: &Payment) -> Result<&str, Fault> {
    payment.reference.as_deref().ok_or_else(|| Fault::defect(format!("{} has no reference", payment.id)))
}
