//! The orders Worker: orders over HTTP and their list; the checkout itself runs in the order object. Entry points only.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod app;
mod events;
mod http;
mod store;

pub use events::on_messages;
pub use http::router;

use edge::{Cloudflare, Request, Response};
use std::sync::LazyLock;
use worker::{Context, Env, MessageBatch, event};

const NAME: &str = "orders";

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
