//! What every page is made of, whichever Worker makes it: who looks at it, its frame, its forms, what it says in each language, and what it
//! asks of the services.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::string_slice))]

pub mod answer;
pub mod backend;
pub mod form;
pub mod frame;
pub mod links;
pub mod locale;
pub mod menu;
pub mod parts;
pub mod postal;
pub mod visit;
