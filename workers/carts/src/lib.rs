//! The carts Worker: carts as a shopper sees them, priced and checked against the catalogue. Entry points only.

mod app;
mod config;
mod http;
mod quotes;

pub use http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, event};

const NAME: &str = "carts";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| web::serve(&p, &ROUTES, request).await).await
}
