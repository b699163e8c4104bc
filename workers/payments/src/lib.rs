//! The payments Worker: payments, their attempts, refunds and ledger, behind whichever provider is configured. Entry points only.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod config;
mod http;
mod provider;
mod store;

pub use self::http::router;
pub use provider::{SIGNATURE_HEADER, sign};

use edge::{Cloudflare, Request, Response};
use platform::{Fault, Platform};
use std::sync::LazyLock;
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

const NAME: &str = "payments";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

/// Sends what a crash left in the outbox, and asks about refunds that are still open.
pub async fn on_schedule<P: Platform>(p: &P) -> Result<(), Fault> {
    app::sweep(p, &provider::configured(p)?).await
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    edge::scheduled(NAME, env, ctx, async |p| on_schedule(&p).await).await;
}
