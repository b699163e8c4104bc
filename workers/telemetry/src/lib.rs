//! The telemetry Worker: the last stop of messages that gave up, and the book of what staff did. Entry points only.

pub mod app;
mod audit;
mod events;
mod http;
mod store;

pub use app::tidy as on_schedule;
pub use events::on_dead_letters;
pub use http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event};

const NAME: &str = "telemetry";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, ctx: Context) -> worker::Result<()> {
    let name = batch.queue();
    edge::consume_batch(NAME, batch, env, ctx, async |p, bodies| on_dead_letters(&p, &name, bodies).await)
        .await;
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    edge::scheduled(NAME, env, ctx, async |p| on_schedule(&p).await).await;
}
