//! The inventory Worker: stock as the world sees it.

pub mod app;
mod events;
mod http;
mod store;

pub use events::on_message;
pub use http::router;
