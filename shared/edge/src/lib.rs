//! Workers without rules: the world on Cloudflare, and the entry points that every Worker and object shares.
//!
//! Everything that crosses between wasm and JavaScript costs, so whatever is large crosses once, as JSON or bytes.

mod cloudflare;
mod consume;
mod database;
mod js;
pub mod message;
mod object;
mod scheduled;
mod serve;
mod storage;

pub use cloudflare::Cloudflare;
pub use consume::{consume, consume_batch};
pub use object::ObjectHost;
pub use scheduled::scheduled;
pub use serve::{serve, serve_public};

/// What an entry point takes and gives; re-exported so that a Worker's `lib.rs` needs nothing else.
pub use web_sys::{Request, Response};
