//! The web shop, as somebody sees it whose browser runs no scripts: pages, links and forms.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod browsing;
mod buying;
mod console;
mod forms;
mod own;
mod shared;

use kit::{Browser, World, mounts::Inside};
use std::sync::Arc;

type Visitor = Browser<Inside>;

fn visitor(world: &Arc<World>) -> Visitor {
    Browser::new(Inside(Arc::clone(world)), "en")
}
