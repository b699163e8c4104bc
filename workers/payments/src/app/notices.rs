//! News that nobody asked for: in from the provider, out to the order.

use api::event::Queue;
use domain::payment::Outcome;
use platform::{Fault, Platform, outbox};

use super::{Announce, attempt, learn, refunds};
use crate::{
    provider::{News, Notice, Provider},
    store::{self, Operation},
};

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

/// For the schedule: sends what a crash left behind, and follows refunds up.
pub async fn sweep<P: Platform, V: Provider>(platform: &P, provider: &V) -> Result<(), Fault> {
    outbox::sweep(platform, Queue::PaymentEvents).await?;
    refunds::sweep(platform, provider).await
}
