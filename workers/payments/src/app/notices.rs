//! News that nobody asked for: in from the provider, out to the order.

use api::event::{Envelope, Queue};
use domain::{DurationMs, payment::Outcome, time::SECOND_MS};
use platform::{Fault, Platform, log, wire};

use super::{Announce, attempt, learn, refunds};
use crate::{
    provider::{News, Notice, Provider},
    store::{self, Operation},
};

/// How long an event may take to be sent after its own commit before the sweep sends it.
const OUTBOX_QUIET_MS: DurationMs = 10 * SECOND_MS;

/// Takes a provider's notice in. What is not ours, or is known already, changes nothing.
pub async fn hear<P: Platform, V: Provider>(platform: &P, provider: &V, notice: Notice) -> Result<(), Fault> {
    let db = platform.db()?;
    let Some(stored) = store::payment(&db, notice.payment).await? else { return Ok(()) };
    let payment = stored.payment;
    let attempt = attempt(platform, Operation::Webhook);
    if payment.provider != provider.name() {
        return Ok(());
    }
    match notice.news {
        News::Payment(outcome) => {
            // Another payment of the provider's that names ours, such as one a person made in its dashboard, is not it.
            let is_other = matches!((&payment.reference, reference(&outcome)), (Some(ours), Some(theirs)) if ours != theirs);
            if !is_other {
                learn(platform, payment, outcome, attempt, Announce::Yes).await?;
            }
        }
        News::Refund(id, outcome) => {
            if let Some(refund) = store::refund(&db, id).await?.filter(|refund| refund.payment == payment.id)
            {
                refunds::learn(platform, payment, refund, outcome, attempt, Announce::Yes).await?;
            }
        }
    }
    Ok(())
}

fn reference(outcome: &Outcome) -> Option<&String> {
    match outcome {
        Outcome::Approved { reference }
        | Outcome::RequiresAction { reference, .. }
        | Outcome::Captured { reference, .. } => Some(reference),
        Outcome::Declined { reference, .. } => reference.as_ref(),
        Outcome::CaptureRefused { .. } | Outcome::Canceled | Outcome::Unknown => None,
    }
}

/// Sends a committed event without making the caller wait. What fails here the sweep does.
pub(super) fn send_after_answer<P: Platform>(platform: &P, envelope: &Envelope) -> Result<(), Fault> {
    let (ids, texts) = (vec![envelope.id.to_string()], vec![wire::text(envelope)?]);
    let world = platform.clone();
    platform.background(async move {
        if let Err(fault) = send(&world, &ids, texts).await {
            log::fault(&world, "outbox", &fault.to_string());
        }
    });
    Ok(())
}

async fn send<P: Platform>(platform: &P, ids: &[String], texts: Vec<String>) -> Result<(), Fault> {
    platform.enqueue(Queue::PaymentEvents.binding(), texts).await?;
    store::sent(&platform.db()?, ids).await
}

/// For the schedule: sends what a crash left behind, and follows refunds up.
pub async fn sweep<P: Platform, V: Provider>(platform: &P, provider: &V) -> Result<(), Fault> {
    let (ids, texts) = store::unsent(&platform.db()?, platform.now(), OUTBOX_QUIET_MS).await?;
    if !texts.is_empty() {
        send(platform, &ids, texts).await?;
    }
    refunds::sweep(platform, provider).await
}
