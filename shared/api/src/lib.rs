//! Everything that crosses a wire, as data: paths, bodies, object protocols, internal calls, events and refusal codes.
//!
//! Both sides of every wire are compiled from these types. Types between our own parts ignore unknown fields and only ever grow;
//! public request bodies refuse unknown fields.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

pub mod audit;
pub mod auth;
pub mod call;
pub mod cart;
pub mod catalog;
pub mod cursor;
pub mod derived;
pub mod erasure;
pub mod event;
pub mod headers;
pub mod identity;
pub mod inventory;
pub mod json;
pub mod merge_patch;
pub mod notification;
pub mod object;
pub mod order;
pub mod page;
pub mod pages;
pub mod payment;
pub mod problem;
pub mod rate;
pub mod routes;
pub mod service;
pub mod telemetry;
pub mod trace;
pub mod user;

pub use problem::Problem;
pub use service::Service;
