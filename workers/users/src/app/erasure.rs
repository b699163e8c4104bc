//! Forgetting somebody, everywhere: written down first, then asked of everybody in rounds, until nothing of them can come back.
//!
//! Whatever fails is left to the schedule, which repeats a round as a whole until all have done their part. Auth comes first, so that nobody
//! signs in to what is going away; it alone may refuse.

use futures::future::join4;

use api::{
    Problem,
    call::InternalCall,
    erasure::{AccountErased, EraseAccount, EraseCart, EraseDeadLetters, EraseMails, EraseOrders, Erased},
    problem::codes,
};
use domain::{DurationMs, account::erasure::next_round, id::UserId, time::MINUTE_MS};
use platform::{Failure, Fault, Platform, call, log};

use crate::store::erasures::{self as store, Erasure};

/// How often one round asks a service that has more to do each time.
const CALLS_MAX: u32 = 20;

/// When a round that failed is tried again.
const AGAIN_AFTER_MS: DurationMs = 5 * MINUTE_MS;

/// Forgets somebody. Once it is on record and they cannot sign in any more, nobody has to wait for the rest.
pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<(), Failure> {
    let db = p.db()?;
    let (erasure, is_new) = store::ask(&db, user, p.now()).await?;
    if !is_due(p, &erasure) {
        return Ok(());
    }
    let refusal = match call(p, &EraseAccount { user }).await? {
        AccountErased::NotFound if is_new => Problem::not_found(),
        AccountErased::LastAdmin => Problem::new(codes::last_admin),
        AccountErased::Erased | AccountErased::NotFound => {
            store::forget(&db, &erasure).await?;
            let world = p.clone();
            p.background(async move { report(&world, everybody_else(&world, &erasure).await) });
            return Ok(());
        }
    };
    if store::withdraw(&db, user).await? { Err(refusal.into()) } else { Ok(()) }
}

fn is_due<P: Platform>(p: &P, erasure: &Erasure) -> bool {
    erasure.due_at <= p.now()
}

/// For the schedule: goes on with what is due. One that fails does not hold up the others.
pub async fn resume<P: Platform>(p: &P) -> Result<(), Fault> {
    for erasure in store::due(&p.db()?, p.now()).await? {
        let outcome = round(p, &erasure).await;
        if outcome.is_err() {
            store::postpone(&p.db()?, &erasure, p.now().plus(AGAIN_AFTER_MS)).await?;
        }
        report(p, outcome);
    }
    Ok(())
}

fn report<P: Platform>(p: &P, outcome: Result<(), Fault>) {
    if let Err(fault) = outcome {
        log::fault(p, "erasure", &fault.to_string());
    }
}

async fn round<P: Platform>(p: &P, erasure: &Erasure) -> Result<(), Fault> {
    let db = p.db()?;
    if call(p, &EraseAccount { user: erasure.user }).await? == AccountErased::LastAdmin {
        // Whoever asked was told so, or died before.
        return store::withdraw(&db, erasure.user).await.map(drop);
    }
    store::forget(&db, erasure).await?;
    everybody_else(p, erasure).await
}

/// Each does its part whatever becomes of the others'; the round is over when all of them are done.
async fn everybody_else<P: Platform>(p: &P, erasure: &Erasure) -> Result<(), Fault> {
    let user = erasure.user;
    let (cart, orders, mails, letters) = join4(
        all(p, EraseCart { user }),
        all(p, EraseOrders { user }),
        all(p, EraseMails { user }),
        all(p, EraseDeadLetters { user }),
    )
    .await;
    cart.and(orders).and(mails).and(letters)?;
    let next = next_round(erasure.asked_at, erasure.rounds.saturating_add(1));
    store::finish_round(&p.db()?, erasure, next).await
}

async fn all<P: Platform, C: InternalCall<Reply = Erased>>(p: &P, part: C) -> Result<(), Fault> {
    for _ in 0..CALLS_MAX {
        if call(p, &part).await?.is_done {
            return Ok(());
        }
    }
    Err(Fault::unavailable(format!("{}: more is left than one round asks for", C::PATH)))
}
