//! Giving money back: set aside first, then paid, then booked.

use api::Problem;
use api::payment::{RefundPayment, RefundReply};
use domain::{
    Bug, DurationMs,
    payment::{Payment, Refund, RefundOutcome, RefundStatus},
    time::MINUTE_MS,
};
use platform::{Failure, Fault, Platform, log};

use super::{Announce, WRITE_TRIES_MAX, attempt, commit, known, reference, reread};
use crate::{
    provider::Provider,
    store::{self, Attempt, Operation},
};

/// How long a refund is left alone before the sweep asks what became of it.
const REFUND_QUIET_MS: DurationMs = MINUTE_MS;

pub async fn refund<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    ask: RefundPayment,
) -> Result<RefundReply, Failure> {
    if !ask.amount.is_positive() {
        return Err(
            Problem::invalid("/amount", &domain::Invalid::new("out_of_range", "must be positive")).into()
        );
    }
    let payment = known(platform, ask.payment).await?;
    let refund =
        store::open_refund(&platform.db()?, ask.refund, ask.payment, ask.amount, platform.now()).await?;
    let (payment, refund) = paid(platform, provider, payment, refund, Announce::No).await?;
    Ok(RefundReply { snapshot: payment.snapshot(), status: refund.status })
}

/// Has the provider pay a pending refund; the same refund again pays nothing twice.
async fn paid<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    payment: Payment,
    refund: Refund,
    announce: Announce,
) -> Result<(Payment, Refund), Fault> {
    if refund.status != RefundStatus::Pending {
        return Ok((payment, refund));
    }
    let attempt = attempt(platform, Operation::Refund);
    let outcome = provider.refund(reference(&payment)?, refund.id, refund.amount).await?;
    learn(platform, payment, refund, outcome, attempt, announce).await
}

/// Writes down what an outcome adds to a refund, if anything.
pub(super) async fn learn<P: Platform>(
    platform: &P,
    payment: Payment,
    refund: Refund,
    outcome: RefundOutcome,
    attempt: Attempt,
    announce: Announce,
) -> Result<(Payment, Refund), Fault> {
    let (mut payment, mut refund) = (payment, refund);
    for _ in 0..WRITE_TRIES_MAX {
        let Some(event) = payment.learn_refund(&refund, outcome.clone()) else {
            return Ok((payment, refund));
        };
        match commit(platform, &payment, &event, Some(&refund), attempt, announce).await? {
            Some(next) => {
                refund.status = refund.after(&event);
                return Ok((next, refund));
            }
            None => {
                payment = reread(platform, payment.id).await?;
                refund = store::refund(&platform.db()?, refund.id)
                    .await?
                    .ok_or_else(|| Fault::defect(format!("{} is gone", refund.id)))?;
            }
        }
    }
    Err(Fault::unavailable(format!("too many writers at once for {}", payment.id)))
}

/// Asks about refunds that nobody has heard of for a while. One that cannot be asked about waits for the next sweep.
pub(super) async fn sweep<P: Platform, V: Provider>(platform: &P, provider: &V) -> Result<(), Fault> {
    if Bug::PaymentForgetsRefunds.is_planted() {
        return Ok(());
    }
    for refund in store::open_refunds(&platform.db()?, platform.now(), REFUND_QUIET_MS).await? {
        if let Err(fault) = follow_up(platform, provider, refund).await {
            log::fault(platform, "sweep refund", &fault.to_string());
        }
    }
    Ok(())
}

async fn follow_up<P: Platform, V: Provider>(
    platform: &P,
    provider: &V,
    refund: Refund,
) -> Result<(), Fault> {
    store::touch_refund(&platform.db()?, refund.id, platform.now()).await?;
    let payment = reread(platform, refund.payment).await?;
    match provider.retrieve_refund(refund.id).await? {
        Some(outcome) => {
            let attempt = attempt(platform, Operation::Retrieve);
            learn(platform, payment, refund, outcome, attempt, Announce::Yes).await?;
        }
        // It never arrived.
        None => {
            paid(platform, provider, payment, refund, Announce::Yes).await?;
        }
    }
    Ok(())
}
