//! Where journeys begin: a shop with goods on its shelves, made once and copied for every journey. And how they are tortured: every call
//! that leaves a Worker or an object is lost, before and after it took effect, and every moment may be the last.
// A test's tool: what should not happen may panic, and says what it was.
#![allow(clippy::panic)]

use kit::{Answer, Call, Outage, Plan, World, client::Ask, mounts::Inside, run};
use std::{future::Future, sync::Arc, thread};

pub use kit::seed::stocked;

/// Runs one journey through a stocked shop of its own, on the manual clock.
pub fn journey<F: Future>(tell: impl FnOnce(Arc<World>) -> F) -> F::Output {
    journey_with_seed(1, tell)
}

/// The same, with other ids and, where calls take their time, another order of events.
pub fn journey_with_seed<F: Future>(chance: u64, tell: impl FnOnce(Arc<World>) -> F) -> F::Output {
    let snapshot = stocked().clone().with_seed(chance);
    run(async { tell(Arc::new(World::restore(&snapshot))).await })
}

/// Asks until there is an answer that is one: as a good client does, after a pause, with the same key.
pub async fn persist(world: &World, ask: impl Fn() -> Ask<Inside>) -> Answer {
    const TRIES_MAX: u32 = 60;
    let mut last = None;
    for _ in 0..TRIES_MAX {
        match ask().attempt().await {
            Ok(answer) if is_final(&answer) => return answer,
            other => last = Some(other),
        }
        world.advance(2_000).await;
    }
    panic!("no answer after {TRIES_MAX} tries: {last:?}")
}

fn is_final(answer: &Answer) -> bool {
    answer.status < 500 && answer.status != 202 && answer.code() != "request_in_progress"
}

/// Says what was being tried when something went wrong.
struct Trying(String);

impl Drop for Trying {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("while trying: {}", self.0);
        }
    }
}

/// Runs `act` once as it is and then once for every call that it makes and everything that can happen to that call. After each run
/// everything must come to rest with all books in balance; what else must be true is for `act` to say.
pub fn survives<S, P, A>(prepare: impl FnOnce(Arc<World>) -> P, act: impl Fn(Arc<World>, S) -> A)
where
    S: Clone,
    P: Future<Output = S>,
    A: Future<Output = ()>,
{
    let (snapshot, prepared) = journey(|world| async move {
        let prepared = prepare(Arc::clone(&world)).await;
        world.at_rest().await;
        (world.snapshot(), prepared)
    });
    let attempt = |plan: Option<Plan>| -> Vec<Call> {
        run(async {
            let world = Arc::new(World::restore(&snapshot));
            world.calls.begin();
            let is_planned = plan.is_some();
            if let Some(plan) = plan {
                world.calls.plan(plan);
            }
            act(Arc::clone(&world), prepared.clone()).await;
            // What is published a moment later belongs to it; what schedules look for every minute does not.
            world.settle().await;
            world.advance(3_000).await;
            world.settle().await;
            let has_struck = world.calls.has_struck();
            let made = world.calls.end();
            assert!(has_struck || !is_planned, "the call was never made");
            world.at_rest().await;
            world.assert_books_balance().await;
            made
        })
    };
    let calls = {
        let _trying = Trying("no outage at all".to_owned());
        attempt(None)
    };
    for call in &calls {
        let previous = call.serial.checked_sub(1).and_then(|serial| calls.get(serial));
        for outage in Outage::of(call.kind) {
            // Dying before this call leaves behind what dying after the caller's last one did.
            if outage == Outage::CrashBefore && previous.is_some_and(|previous| previous.from == call.from) {
                continue;
            }
            let _trying = Trying(format!("{outage:?} {call}"));
            attempt(Some(Plan::At { serial: call.serial, outage }));
        }
    }
}
