//! Queues in memory: batches, redelivery with delay, dead letters; repeats, disorder and loss on request.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{DurationMs, Timestamp, time::SECOND_MS};
use platform::Fault;

use crate::{config::Consumer, unit::Role, world::Inner};

/// One message on its way.
#[derive(Debug, Clone)]
pub struct Waiting {
    body: String,
    tries: u32,
    due: Timestamp,
}

#[derive(Debug, Default)]
pub struct Broker {
    lines: Mutex<BTreeMap<String, Line>>,
    loses_per_mille: AtomicU64,
}

#[derive(Debug, Default)]
struct Line {
    waiting: Vec<Waiting>,
    in_delivery: usize,
    is_awake: bool,
    /// How many of the next messages vanish.
    loses: usize,
}

impl Broker {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many messages are not yet handled, on all queues.
    pub fn backlog(&self) -> usize {
        self.lock().values().map(|line| line.waiting.len() + line.in_delivery).sum()
    }

    /// Lets so many of a thousand messages vanish, whichever chance picks, on a queue that took them.
    pub fn lose(&self, per_mille: u64) {
        self.loses_per_mille.store(per_mille, Ordering::SeqCst);
    }

    /// Lets the next `count` messages for a queue vanish, although it takes them.
    pub fn lose_next(&self, queue: &str, count: usize) {
        self.lock().entry(queue.to_owned()).or_default().loses = count;
    }

    /// How many messages are still to vanish.
    pub fn still_to_lose(&self, queue: &str) -> usize {
        self.lock().get(queue).map_or(0, |line| line.loses)
    }

    /// Forgets whatever waits, as a local queue does when it is killed; how many there were.
    pub fn lose_all(&self) -> usize {
        self.lock().values_mut().map(|line| std::mem::take(&mut line.waiting).len()).sum()
    }

    fn keep(&self, queue: &str, message: Waiting) {
        let mut lines = self.lock();
        let line = lines.entry(queue.to_owned()).or_default();
        match line.loses.checked_sub(1) {
            Some(left) => line.loses = left,
            None => line.waiting.push(message),
        }
    }

    fn take(&self, queue: &str, limit: usize, now: Timestamp) -> Vec<Waiting> {
        let mut lines = self.lock();
        let line = lines.entry(queue.to_owned()).or_default();
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut line.waiting).into_iter().partition(|message| message.due <= now);
        let mut due = due.into_iter();
        let batch: Vec<_> = due.by_ref().take(limit).collect();
        line.waiting = due.chain(later).collect();
        line.in_delivery += batch.len();
        batch
    }

    fn put_back(&self, queue: &str, taken: usize, again: Vec<Waiting>) {
        let mut lines = self.lock();
        let line = lines.entry(queue.to_owned()).or_default();
        line.in_delivery -= taken;
        line.waiting.extend(again);
    }
}

impl Inner {
    /// Puts texts on the queue behind a producer binding.
    pub(crate) fn enqueue(
        self: &Arc<Self>,
        role: &Role,
        binding: &str,
        bodies: Vec<String>,
    ) -> Result<(), Fault> {
        const MESSAGE_BYTES_MAX: usize = 128_000;
        let queue = role
            .config
            .queue_of(binding)
            .ok_or_else(|| Fault::defect(format!("{} has no queue bound as {binding}", role.name)))?
            .to_owned();
        if bodies.len() > 100 || bodies.iter().any(|body| body.len() > MESSAGE_BYTES_MAX) {
            return Err(Fault::defect(format!("too much at once for {queue}")));
        }
        self.send(&queue, bodies);
        Ok(())
    }

    /// Puts texts on a queue by its name.
    pub(crate) fn send(self: &Arc<Self>, queue: &str, bodies: Vec<String>) {
        let now = self.now();
        let loses = self.broker.loses_per_mille.load(Ordering::SeqCst);
        for body in bodies {
            if loses == 0 || self.moments.below(1_000) >= loses {
                let due = now.plus(self.held_up_ms());
                self.broker.keep(queue, Waiting { body, tries: 0, due });
            }
        }
        self.wake(queue);
    }

    fn held_up_ms(&self) -> DurationMs {
        let longest = self.chaos().delay_ms;
        if longest > 0 && self.moments.below(4) == 0 { self.moments.below(longest) } else { 0 }
    }

    fn wake(self: &Arc<Self>, queue: &str) {
        let mut lines = self.broker.lock();
        let line = lines.entry(queue.to_owned()).or_default();
        if std::mem::replace(&mut line.is_awake, true) {
            return;
        }
        drop(lines);
        let (world, queue) = (Arc::downgrade(self), queue.to_owned());
        self.keep(tokio::spawn(async move {
            while let Some(world) = world.upgrade() {
                let Some(pause_ms) = world.next_delivery(&queue) else { return };
                drop(world);
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
        }));
    }

    /// How long until the next batch, which is started once the pause is over; `None` when nothing waits.
    fn next_delivery(self: &Arc<Self>, queue: &str) -> Option<u64> {
        let Some((script, settings)) = self.consumer_of(queue) else {
            // As the platform does: without a consumer, messages lie there.
            self.broker.lock().entry(queue.to_owned()).or_default().is_awake = false;
            return None;
        };
        let pause_ms = settings.max_batch_timeout.max(1) * SECOND_MS;
        let mut lines = self.broker.lock();
        let line = lines.entry(queue.to_owned()).or_default();
        let now = self.now();
        let Some(first) = line.waiting.iter().map(|message| message.due).min() else {
            if line.in_delivery == 0 {
                line.is_awake = false;
                return None;
            }
            return Some(pause_ms);
        };
        drop(lines);
        if first <= now {
            let world = Arc::clone(self);
            let queue = queue.to_owned();
            self.keep(tokio::spawn(async move { world.deliver(&queue, &script, &settings).await }));
        }
        Some(first.since(now).max(pause_ms))
    }

    async fn deliver(self: &Arc<Self>, queue: &str, script: &str, settings: &Consumer) {
        let batch = self.broker.take(queue, settings.max_batch_size, self.now());
        let taken = batch.len();
        let mut deliveries: Vec<Waiting> = batch;
        let chaos = self.chaos();
        if chaos.duplicates {
            deliveries = deliveries.iter().flat_map(|message| [message.clone(), message.clone()]).collect();
        }
        if chaos.disorder {
            self.moments.shuffle(&mut deliveries);
        }
        let bodies = deliveries.iter().map(|message| message.body.clone()).collect();
        let outcomes = self.consume(script, queue, bodies).await;
        let mut again = Vec::new();
        for (position, message) in deliveries.into_iter().enumerate() {
            // A consumer that died acknowledged nothing.
            let is_done = outcomes.as_ref().is_ok_and(|outcomes| outcomes[position].is_ok());
            if is_done {
                continue;
            }
            if message.tries >= settings.max_retries {
                if let Some(dead_letters) = &settings.dead_letter_queue {
                    self.send(dead_letters, vec![message.body]);
                }
            } else {
                let due = self.now().plus(settings.retry_delay * SECOND_MS);
                again.push(Waiting { tries: message.tries + 1, due, ..message });
            }
        }
        self.broker.put_back(queue, taken, again);
    }
}
