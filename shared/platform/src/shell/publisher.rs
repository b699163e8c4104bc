//! What an object publishes, and what it then waits to hear.

use std::sync::{Mutex, PoisonError};

use api::event::{Confirm, Envelope, EventData};
use domain::id::EventId;

use super::effects::Awaited;
use crate::{Fault, Platform, wire::text};

/// The way onto the queues for one effect: what it publishes keeps it from being done until it is confirmed.
pub struct Publisher<'a, P> {
    platform: &'a P,
    binding: &'static str,
    name: &'a str,
    awaited: Mutex<Vec<Awaited>>,
}

impl<'a, P: Platform> Publisher<'a, P> {
    pub(super) fn new(platform: &'a P, binding: &'static str, name: &'a str) -> Self {
        Self { platform, binding, name, awaited: Mutex::default() }
    }

    /// Puts one event on its queue.
    pub async fn publish<E: EventData>(&self, id: EventId, data: &E) -> Result<(), Fault> {
        let trace = self.platform.context().trace.to_string();
        let mut envelope = Envelope::new(id, data, self.platform.now(), Some(trace));
        if E::IS_CONFIRMED {
            let whom = Confirm::Object { binding: self.binding.to_owned(), name: self.name.to_owned() };
            envelope = envelope.confirmed_to(whom);
        }
        self.platform.enqueue(E::QUEUE.binding(), vec![text(&envelope)?]).await?;
        let awaited = Awaited { event: id, is_asked: !E::IS_CONFIRMED };
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner).push(awaited);
        Ok(())
    }

    pub(super) fn awaited(self) -> Vec<Awaited> {
        self.awaited.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
