//! The notifications Worker: the mails of the shop, one per event and template, sent by the configured transport. Entry points only.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod config;
mod events;
mod http;
mod mail;
mod message;
mod page;
mod store;
mod transport;

pub use self::http::router;
pub use app::sweep as on_schedule;
pub use events::on_messages;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event};

const NAME: &str = "notifications";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, ctx: Context) -> worker::Result<()> {
    edge::consume(NAME, batch, env, ctx, on_messages).await;
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    edge::scheduled(NAME, env, ctx, async |p| on_schedule(&p).await).await;
}
