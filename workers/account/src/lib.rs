//! The account Worker: the pages for signing in and out, for mailed links, and for what somebody has with the shop. Entry points only.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod device;
mod http;
mod pages;
mod parts;
mod qr;
mod views;

pub use self::http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, event};

const NAME: &str = "account";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| {
        web::serve_pages(&p, &ROUTES, html::answer::problem, request).await
    })
    .await
}
