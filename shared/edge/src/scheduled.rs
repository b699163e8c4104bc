//! A Worker's schedule.

use futures::future::LocalBoxFuture;
use worker::{Env, ScheduleContext};

use platform::{
    Fault, Platform,
    log::{self, Hop},
};

use crate::{Cloudflare, serve::continue_trace};

/// Runs `handle`. What fails is logged, and tried again at the next turn of the schedule.
pub async fn scheduled<F>(
    service: &'static str,
    env: Env,
    _ctx: ScheduleContext,
    handle: impl FnOnce(Cloudflare) -> F,
) where
    F: Future<Output = Result<(), Fault>>,
{
    // The runtime waits for this function, so nothing needs to outlive it.
    let background = Box::new(|work: LocalBoxFuture<'static, ()>| wasm_bindgen_futures::spawn_local(work));
    let platform = Cloudflare::new(env, continue_trace(service, None, "schedule".to_owned(), 0), background);
    let started = platform.now();
    let outcome = handle(platform.clone()).await;
    let error = outcome.as_ref().err().map(ToString::to_string);
    let ms = Some(platform.now().since(started));
    log::hop(&platform, Hop { route: "schedule", method: None, status: None, ms, error: error.as_deref() });
}
