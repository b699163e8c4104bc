//! HTTP without Workers: what a handler takes (proof values, parsed bodies), what it answers, and how problems are written.
//!
//! What must be checked first is a parameter of the handler: no value, no call.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

mod answer;
mod body;
mod caller;
mod conditional;
mod cookies;
mod error;
mod handler;
mod keyed;
mod query;
mod routes;
mod serve;
mod world;

pub use answer::{Accepted, Answer, NoContent};
pub use body::{Json, Raw, parse_json};
pub use caller::{Admin, CartHolder, Customer, OrderHolder, Shopper, Signed, Staff};
pub use conditional::{IfMatch, digest};
pub use cookies::{Cookies, cookie};
pub use error::{Error, Result};
pub use handler::{Asked, Handler, Respond, Response, Take};
pub use keyed::{Keyed, MaybeKeyed};
pub use query::{Pairs, Path, Query};
pub use routes::Routes;
pub use serve::{
    WriteProblem, meet_condition, problem_page, problem_response, protect_page, serve, serve_pages,
};
pub use world::World;
