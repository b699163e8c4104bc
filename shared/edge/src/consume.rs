//! What a queue delivers to a Worker.

use futures::future::LocalBoxFuture;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::{Context, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder};

use api::event::{Envelope, Queue};
use platform::{
    Batch, Fault,
    log::{self, Hop},
};

use crate::{Cloudflare, js, serve::continue_trace};

/// How long a message waits that could not be handled, in seconds.
const RETRY_DELAY_S: u32 = 5;

fn world(service: &'static str, env: &Env, ctx: &Rc<Context>, envelope: Option<&Envelope>) -> Cloudflare {
    let parent = envelope.and_then(|envelope| envelope.traceparent.as_deref()?.parse().ok());
    let request_id = envelope.map(|envelope| envelope.id.to_string()).unwrap_or_default();
    let ctx = Rc::clone(ctx);
    let background = Box::new(move |work: LocalBoxFuture<'static, ()>| ctx.wait_until(work));
    Cloudflare::new(env.clone(), continue_trace(service, parent, request_id, 0), background)
}

/// Hands the events of a delivery to `handle`; each message is acknowledged or tried again by itself.
pub async fn consume<F>(
    service: &'static str,
    batch: MessageBatch<String>,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Batch<Cloudflare>) -> F,
) where
    F: Future<Output = Batch<Cloudflare>>,
{
    let ctx = Rc::new(ctx);
    let queue = Queue::from_name(&batch.queue());
    let messages: Vec<_> = batch.raw_iter().collect();
    let bodies = messages.iter().map(|message| message.body().as_string().unwrap_or_default()).collect();
    let world = |envelope: Option<&Envelope>| world(service, &env, &ctx, envelope);
    let outcomes = platform::consume(queue, bodies, world, handle).await;
    for (message, outcome) in messages.iter().zip(outcomes) {
        match outcome {
            Ok(()) => message.ack(),
            Err(_) => message.retry_with_options(&retry_options()),
        }
    }
}

/// Hands a whole batch over as it is; all of it is acknowledged, or all retried.
pub async fn consume_batch<F>(
    service: &'static str,
    batch: MessageBatch<String>,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Cloudflare, Vec<String>) -> F,
) where
    F: Future<Output = Result<(), Fault>>,
{
    let queue = batch.queue();
    let text = |body: JsValue| body.as_string().or_else(|| js::to_json(&body).ok()).unwrap_or_default();
    let bodies = batch.raw_iter().map(|message| text(message.body())).collect();
    let platform = world(service, &env, &Rc::new(ctx), None);
    let outcome = handle(platform.clone(), bodies).await;
    let error = outcome.as_ref().err().map(ToString::to_string);
    log::hop(&platform, Hop { route: &queue, method: None, status: None, ms: None, error: error.as_deref() });
    match outcome {
        Ok(()) => batch.ack_all(),
        Err(_) => batch.retry_all_with_options(&retry_options()),
    }
}

fn retry_options() -> worker::QueueRetryOptions {
    QueueRetryOptionsBuilder::new().with_delay_seconds(RETRY_DELAY_S).build()
}
