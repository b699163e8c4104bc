//! The API gateway: the one Worker that the world can reach.
//!
//! It knows the routes, verifies who is calling and says so to the services, bounds and checks what comes in and how often, and answers
//! what anybody may see from its memory. It knows no rule of the shop and owns no data.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod audit;
mod cache;
mod card_guard;
mod cors;
mod forward;
mod gateway;
mod health;
mod pages;
mod protect;
mod rate;
mod reach;
mod session;
mod token;

pub use gateway::handle;
// For the fuzzer: nobody else verifies one.
pub use token::verify as verify_access_token;

use edge::{Request, Response};
use worker::{Context, Env, event};

pub const NAME: &str = "router";

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    edge::serve_public(NAME, gateway::BODY_CEILING, request, env, ctx, async |platform, request| {
        gateway::handle(&platform, request).await
    })
    .await
}
