//! A running Worker or object instance: what it is doing right now, so that all of it can die at once.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::task::{AbortHandle, JoinHandle};

use platform::{Fault, Memory};

use crate::config::Wrangler;

/// What is bound to a unit and what it is called.
#[derive(Debug)]
pub struct Role {
    /// As logs and calls name it.
    pub name: &'static str,
    pub config: Wrangler,
}

pub struct Unit {
    pub role: Arc<Role>,
    is_alive: AtomicBool,
    tasks: Mutex<Vec<AbortHandle>>,
    busy: Busy,
    /// What this isolate remembers between requests.
    pub memory: Memory,
}

/// How much is going on in the whole world.
#[derive(Debug, Clone, Default)]
pub struct Busy(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    running: AtomicUsize,
    panics: AtomicUsize,
}

pub struct BusyGuard(Busy);

impl Busy {
    pub fn enter(&self) -> BusyGuard {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        BusyGuard(self.clone())
    }

    pub fn count(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    /// How much of it ended in a panic; in the background nobody else would notice.
    pub fn panics(&self) -> usize {
        self.0.panics.load(Ordering::SeqCst)
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        let counts = &self.0.0;
        counts.running.fetch_sub(1, Ordering::SeqCst);
        if std::thread::panicking() {
            counts.panics.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Unit {
    pub fn new(role: Arc<Role>, busy: Busy) -> Arc<Self> {
        Arc::new(Self {
            role,
            is_alive: AtomicBool::new(true),
            tasks: Mutex::default(),
            busy,
            memory: Memory::default(),
        })
    }

    pub fn is_alive(&self) -> bool {
        self.is_alive.load(Ordering::SeqCst)
    }

    /// Lets `work` run as long as this unit lives.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let guard = self.busy.enter();
        let handle = tokio::spawn(async move {
            let _guard = guard;
            work.await
        });
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if tasks.len() >= 64 {
            tasks.retain(|task| !task.is_finished());
        }
        if self.is_alive() {
            tasks.push(handle.abort_handle());
        } else {
            handle.abort();
        }
        handle
    }

    /// Runs one request, message or alarm. Whoever called may go away: this goes on; when the unit dies, the caller gets no answer.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Fault> {
        match self.spawn(work).await {
            // What it said with its last breath was not heard.
            Ok(_) if !self.is_alive() => Err(self.died()),
            Ok(answer) => Ok(answer),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(self.died()),
        }
    }

    fn died(&self) -> Fault {
        Fault::unavailable(format!("{} went away", self.role.name))
    }

    /// Dies: nothing of it goes on, and nothing it does from here on counts.
    pub fn crash(&self) {
        self.is_alive.store(false, Ordering::SeqCst);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.abort();
        }
    }
}
