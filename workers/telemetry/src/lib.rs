//! The telemetry Worker: today the last stop of messages that gave up.

pub mod app;
mod http;
mod store;

pub use http::router;
