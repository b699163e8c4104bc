//! A queue message as its consumer gets it.

use api::event::Queue;
use platform::Message;

/// One message of a batch, and where it came from.
#[derive(Debug, Clone)]
pub struct Received {
    /// The queue's name, as in `wrangler.toml`.
    pub queue: String,
    /// The queue's own id of this delivery.
    pub delivery_id: String,
    pub body: String,
}

impl Received {
    pub fn message(&self) -> Message {
        Message::parse(&self.body)
    }

    /// The queue it came from; `None` for a dead-letter queue.
    pub fn source(&self) -> Option<Queue> {
        Queue::from_name(&self.queue)
    }
}
