//! Telling producers what was handled, so that they need not publish it again.

use futures::future::{Either, join_all, select};
use serde::de::IgnoredAny;
use std::pin::pin;

use api::{
    event::{CONFIRM_PATH, Confirm, ConfirmEvents},
    object::Ask,
};
use domain::{DurationMs, id::EventId};

use crate::{Fault, Platform, Target, log, wire};

/// A delivery is not acknowledged before its producers were told, and does not wait longer than this for them.
const CONFIRM_WAIT_MAX_MS: DurationMs = 5_000;

/// What was handled, and who waits to hear of it.
pub struct Handled<P> {
    pub platform: P,
    pub whom: Confirm,
    pub event: EventId,
}

/// All that one of them waits for, told in the trace of the first event.
struct Call<P> {
    platform: P,
    whom: Confirm,
    events: Vec<EventId>,
}

/// One call for everybody who waits. One that fails is only logged: what is not confirmed comes again, and every consumer bears that.
pub async fn confirm<P: Platform>(handled: Vec<Handled<P>>) {
    let mut calls: Vec<Call<P>> = Vec::new();
    for Handled { platform, whom, event } in handled {
        match calls.iter_mut().find(|call| call.whom == whom) {
            Some(call) if call.events.contains(&event) => {}
            Some(call) => call.events.push(event),
            None => calls.push(Call { platform, whom, events: vec![event] }),
        }
    }
    let Some(clock) = calls.first().map(|call| call.platform.clone()) else { return };
    let told = pin!(join_all(calls.into_iter().map(tell)));
    if let Either::Right(_) = select(told, pin!(clock.sleep(CONFIRM_WAIT_MAX_MS))).await {
        log::fault(&clock, "confirm", "no answer in time");
    }
}

async fn tell<P: Platform>(call: Call<P>) {
    if let Err(fault) = ask(&call.platform, call.whom, call.events).await {
        log::fault(&call.platform, "confirm", &fault.to_string());
    }
}

async fn ask<P: Platform>(platform: &P, whom: Confirm, events: Vec<EventId>) -> Result<(), Fault> {
    let (target, request) = match whom {
        Confirm::Object { binding, name } => {
            // Whatever lives in it, this is asked alike.
            let ask: Ask<()> = Ask::Confirm { events };
            (Target::Object { binding: binding.into(), name }, wire::post(platform, "/", &ask)?)
        }
        Confirm::Service(service) => {
            (Target::Service(service), wire::post(platform, CONFIRM_PATH, &ConfirmEvents { events })?)
        }
    };
    wire::read(platform.fetch(&target, request).await?).map(|_: IgnoredAny| ())
}
