//! Telling producers what was handled, so that they need not publish it again.

use futures::future::join_all;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

use api::{
    event::{CONFIRM_PATH, Confirm, ConfirmEvents},
    object::Ask,
};
use domain::id::EventId;

use crate::{Fault, Platform, Target, log, wire};

/// What was handled, and who waits to hear of it.
pub struct Handled<P> {
    pub platform: P,
    pub whom: Confirm,
    pub event: EventId,
}

/// One call for everybody who waits, in the trace of their first event. One that fails is only logged: what is not confirmed comes again,
/// and every consumer bears that.
pub async fn confirm<P: Platform>(handled: Vec<Handled<P>>) {
    let mut calls: BTreeMap<Confirm, (P, Vec<EventId>)> = BTreeMap::new();
    for Handled { platform, whom, event } in handled {
        let (_, events) = calls.entry(whom).or_insert_with(|| (platform, Vec::new()));
        if !events.contains(&event) {
            events.push(event);
        }
    }
    join_all(calls.into_iter().map(|(whom, (platform, events))| async move {
        if let Err(fault) = tell(&platform, whom, events).await {
            log::fault(&platform, "confirm", &fault.to_string());
        }
    }))
    .await;
}

async fn tell<P: Platform>(platform: &P, whom: Confirm, events: Vec<EventId>) -> Result<(), Fault> {
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
