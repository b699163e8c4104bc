//! What the dead-letter queues deliver.

use api::event::Queue;
use platform::{Fault, Platform};

use crate::app;

/// Keeps one batch of the queue called `dead_letter_queue`; `bodies` as they are, whether they can be parsed or not.
pub async fn on_dead_letters<P: Platform>(
    p: &P,
    dead_letter_queue: &str,
    bodies: Vec<String>,
) -> Result<(), Fault> {
    let queue = Queue::ALL
        .into_iter()
        .find(|queue| queue.dead_letter_name() == dead_letter_queue)
        .ok_or_else(|| Fault::defect(format!("{dead_letter_queue} is no dead-letter queue of ours")))?;
    app::keep(p, queue, bodies).await
}
