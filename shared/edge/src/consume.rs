//! Queue batches: each message is acknowledged or retried by itself, and poison is handed on, never retried.

use futures::future::LocalBoxFuture;
use std::rc::Rc;
use worker::{Context, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder};

use api::event::{Envelope, Queue};
use platform::{
    Fault, Message, Platform, dead_letter_binding,
    log::{self, Hop},
};

use crate::{Cloudflare, Received, js, serve::continue_trace};

/// How long a message waits that could not be handled, in seconds.
const RETRY_DELAY_S: u32 = 5;

fn world(service: &'static str, env: &Env, ctx: &Rc<Context>, envelope: Option<&Envelope>) -> Cloudflare {
    let parent = envelope.and_then(|envelope| envelope.traceparent.as_deref()?.parse().ok());
    let request_id = envelope.map(|envelope| envelope.id.to_string()).unwrap_or_default();
    let ctx = Rc::clone(ctx);
    let background = Box::new(move |work: LocalBoxFuture<'static, ()>| ctx.wait_until(work));
    Cloudflare::new(env.clone(), continue_trace(service, parent, request_id, 0), background)
}

/// Hands each event of a batch to `handle`. What cannot be parsed goes to the queue's dead letters as it is, when this Worker is
/// bound to them, and otherwise is retried until the queue itself gives it up.
pub async fn consume<F>(
    service: &'static str,
    batch: MessageBatch<String>,
    env: Env,
    ctx: Context,
    handle: impl Fn(Cloudflare, Envelope) -> F,
) where
    F: Future<Output = Result<(), Fault>>,
{
    let ctx = Rc::new(ctx);
    let queue = Queue::from_name(&batch.queue());
    for message in batch.raw_iter() {
        let body = message.body().as_string().unwrap_or_default();
        match Message::parse(&body) {
            Message::Event(envelope) => {
                let platform = world(service, &env, &ctx, Some(&envelope));
                let started = platform.now();
                let route = envelope.kind.clone();
                let outcome = handle(platform.clone(), envelope).await;
                let error = outcome.as_ref().err().map(ToString::to_string);
                let ms = Some(platform.now().since(started));
                log::hop(
                    &platform,
                    Hop { route: &route, method: None, status: None, ms, error: error.as_deref() },
                );
                match outcome {
                    Ok(()) => message.ack(),
                    Err(_) => retry(&message),
                }
            }
            Message::Poison(body) => {
                let platform = world(service, &env, &ctx, None);
                log::fault(&platform, "poison", "a message that cannot be parsed");
                let binding = queue.map(dead_letter_binding).unwrap_or_default();
                match platform.enqueue(&binding, vec![body]).await {
                    Ok(()) => message.ack(),
                    Err(_) => retry(&message),
                }
            }
        }
    }
}

/// Hands a whole batch over as it is; all of it is acknowledged, or all retried.
pub async fn consume_batch<F>(
    service: &'static str,
    batch: MessageBatch<String>,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Cloudflare, Vec<Received>) -> F,
) where
    F: Future<Output = Result<(), Fault>>,
{
    let queue = batch.queue();
    let received: Vec<Received> = batch
        .raw_iter()
        .map(|message| {
            let body = message.body();
            let body = body.as_string().or_else(|| js::to_json(&body).ok()).unwrap_or_default();
            Received { queue: queue.clone(), delivery_id: message.id(), body }
        })
        .collect();
    let platform = world(service, &env, &Rc::new(ctx), None);
    let outcome = handle(platform.clone(), received).await;
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

fn retry(message: &impl MessageExt) {
    message.retry_with_options(&retry_options());
}
