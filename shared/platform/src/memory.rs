//! What one isolate remembers between requests: plain data with an end, bounded, and gone at any moment.
//!
//! Never promises, stubs or anything else of one request (cloudflare/azul#205); never what is used to charge.

use std::{
    any::Any,
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{DurationMs, Timestamp};

/// All values together, in bytes: a small part of the 128 MB that an isolate has.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// One value: what is larger is worth no room.
const VALUE_BYTES_MAX: usize = 256 * 1024;

/// Bounded by size: the oldest value leaves first.
#[derive(Default)]
pub struct Memory(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    values: HashMap<String, Kept>,
    /// Keys by age; one whose value was replaced since stands here again.
    order: VecDeque<(String, u64)>,
    bytes: usize,
    puts: u64,
}

struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    until: Timestamp,
    bytes: usize,
    put: u64,
}

impl Memory {
    pub fn get<T: Send + Sync + 'static>(&self, key: &str, now: Timestamp) -> Option<Arc<T>> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = inner.values.get(key).filter(|kept| kept.until > now)?;
        Arc::clone(&kept.value).downcast().ok()
    }

    /// Keeps `value`, of about `bytes`, for `ttl_ms`.
    pub fn put<T: Send + Sync + 'static>(
        &self,
        key: String,
        value: Arc<T>,
        bytes: usize,
        now: Timestamp,
        ttl_ms: DurationMs,
    ) {
        let bytes = bytes.saturating_add(key.len());
        if bytes > VALUE_BYTES_MAX {
            return;
        }
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.puts = inner.puts.saturating_add(1);
        let put = inner.puts;
        inner.order.push_back((key.clone(), put));
        inner.bytes = inner.bytes.saturating_add(bytes);
        let kept = Kept { value, until: now.plus(ttl_ms), bytes, put };
        if let Some(replaced) = inner.values.insert(key, kept) {
            inner.bytes = inner.bytes.saturating_sub(replaced.bytes);
        }
        inner.shrink();
    }
}

impl Inner {
    fn shrink(&mut self) {
        // Replaced values leave their old place in line behind; it must not grow without bound either.
        while self.bytes > BYTES_MAX
            || self.order.len() > self.values.len().saturating_mul(2).saturating_add(64)
        {
            let Some((key, put)) = self.order.pop_front() else { return };
            if self.values.get(&key).is_some_and(|kept| kept.put == put)
                && let Some(gone) = self.values.remove(&key)
            {
                self.bytes = self.bytes.saturating_sub(gone.bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(0);

    #[test]
    fn a_value_is_there_until_its_end() {
        let memory = Memory::default();
        memory.put("a".into(), Arc::new(1_u32), 4, NOW, 10);
        assert_eq!(memory.get::<u32>("a", NOW.plus(9)).as_deref(), Some(&1));
        assert_eq!(memory.get::<u32>("a", NOW.plus(10)), None);
        assert_eq!(memory.get::<String>("a", NOW), None, "another type is another value");
    }

    #[test]
    fn the_oldest_leave_and_nothing_grows_without_bound() {
        let memory = Memory::default();
        for index in 0..1_000 {
            memory.put(format!("{index}"), Arc::new(index), 100_000, NOW, 10);
            memory.put("same".into(), Arc::new(index), 10, NOW, 10);
        }
        let inner = memory.0.lock().unwrap();
        assert!(inner.bytes <= BYTES_MAX && inner.order.len() < 1_000);
        assert!(inner.values.contains_key("999") && !inner.values.contains_key("0"));
        assert_eq!(inner.bytes, inner.values.values().map(|kept| kept.bytes).sum::<usize>());
    }
}
