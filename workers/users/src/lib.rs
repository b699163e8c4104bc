//! The users Worker: who people are to the shop, and their address books. Entry points only.

mod app;
mod http;
mod store;

pub use self::http::router;
pub use app::tidy as on_schedule;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

const NAME: &str = "users";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    edge::scheduled(NAME, env, ctx, async |p| on_schedule(&p).await).await;
}
