//! The console Worker: the pages for whoever works here. Entry points only.
//!
//! It asks the services with the rights of whoever looks at it, by the routes that any client may call, and the gateway writes down what they do.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod desk;
mod http;
mod list;
mod pages;
mod views;

pub use self::http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, event};

const NAME: &str = "console";

static ROUTES: LazyLock<web::Routes<Cloudflare>> = LazyLock::new(router::<Cloudflare>);

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve(NAME, request, env, ctx, async |p, request| {
        web::serve_pages(&p, &ROUTES, html::answer::problem, request).await
    })
    .await
}
