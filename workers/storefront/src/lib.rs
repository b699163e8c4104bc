//! The storefront Worker: the web shop's pages, made on the server of what the other services answer. Entry points only.
//!
//! Whoever looks at a page was named by the router, whose signed word goes on to every service that a page asks, so that a page shows and
//! does what its visitor may and nothing else. Forms and links do everything; scripts only make some of it faster.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod http;
mod pages;
mod parts;
mod views;

pub use self::http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, event};

const NAME: &str = "storefront";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| {
        web::serve_pages(&p, &ROUTES, html::answer::problem, request).await
    })
    .await
}
