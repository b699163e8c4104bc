//! The auth Worker: accounts, passwords, sessions and the tokens that prove them. Entry points only.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod config;
mod hash;
mod http;
mod store;
mod token;
mod totp;

pub use self::http::router;
pub use app::sweep as on_schedule;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

const NAME: &str = "auth";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    edge::scheduled(NAME, env, ctx, async |p| on_schedule(&p).await).await;
}
