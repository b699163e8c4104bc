//! What is mounted: the Workers and objects, each with its own `wrangler.toml`.

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use std::{collections::BTreeMap, sync::Arc};

use platform::{Fault, shell::Actor};

use crate::{
    config::Wrangler,
    local::Local,
    object::{Open, open},
    sqlite::Sqlite,
    unit::Role,
};

pub type Answer = fn(Local, Request<Bytes>) -> BoxFuture<'static, Response<Bytes>>;
pub type Tick = fn(Local) -> BoxFuture<'static, Result<(), Fault>>;

/// How a Worker takes its messages.
#[derive(Clone, Copy)]
pub enum Consume {
    /// The events of a delivery, each acknowledged or tried again by itself.
    Events(fn(platform::Batch<Local>) -> BoxFuture<'static, platform::Batch<Local>>),
    /// A batch as it is: all of it is acknowledged, or all tried again.
    Batch(fn(Local, Vec<Delivery>) -> BoxFuture<'static, Result<(), Fault>>),
}

/// One message of a batch.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub queue: String,
    pub id: String,
    pub body: String,
}

/// One Worker.
pub struct Worker {
    pub role: Arc<Role>,
    /// Its database with all migrations applied and nothing in it.
    pub database: Option<Vec<u8>>,
    pub answer: Option<Answer>,
    pub consume: Option<Consume>,
    pub tick: Option<Tick>,
    /// Whether anybody outside may call it: then nothing that they say about themselves is believed.
    pub is_public: bool,
}

impl Worker {
    /// Reads the `wrangler.toml` in `folder` and applies the migrations that it names.
    pub fn read(name: &'static str, folder: &str) -> Self {
        let config = Wrangler::read(folder);
        let database = config.migrations_in(folder).map(|migrations| {
            let empty = Sqlite::empty();
            empty.migrate(&migrations);
            empty.image()
        });
        Self { database, ..Self::new(name, config) }
    }

    pub fn new(name: &'static str, config: Wrangler) -> Self {
        let role = Arc::new(Role { name, config });
        Self { role, database: None, answer: None, consume: None, tick: None, is_public: false }
    }

    /// A variable or a secret of this Worker alone.
    pub fn var(mut self, name: &str, value: &str) -> Self {
        let role = Arc::get_mut(&mut self.role).expect("it is not running yet");
        role.config.vars.insert(name.to_owned(), value.into());
        self
    }

    pub fn public(self) -> Self {
        Self { is_public: true, ..self }
    }

    pub fn answer(self, answer: Answer) -> Self {
        Self { answer: Some(answer), ..self }
    }

    pub fn consume(self, consume: Consume) -> Self {
        Self { consume: Some(consume), ..self }
    }

    pub fn tick(self, tick: Tick) -> Self {
        Self { tick: Some(tick), ..self }
    }
}

/// One class of objects.
pub struct Class {
    pub role: Arc<Role>,
    pub open: Open,
}

impl Class {
    pub fn of<T: Actor<Local>>(name: &'static str, config: Wrangler) -> Self {
        Self { role: Arc::new(Role { name, config }), open: open::<T> }
    }
}

/// Everything there is, as it is before anything happened.
#[derive(Default)]
pub struct Wiring {
    /// By script name.
    pub workers: BTreeMap<String, Worker>,
    /// By class name.
    pub classes: BTreeMap<String, Class>,
    /// Variables and secrets that every Worker has here, over those of its `wrangler.toml`.
    pub vars: BTreeMap<String, String>,
}

impl Wiring {
    pub fn worker(mut self, worker: Worker) -> Self {
        self.workers.insert(worker.role.config.name.clone(), worker);
        self
    }

    pub fn class(mut self, class_name: &str, class: Class) -> Self {
        self.classes.insert(class_name.to_owned(), class);
        self
    }

    pub fn var(mut self, name: &str, value: impl Into<String>) -> Self {
        self.vars.insert(name.to_owned(), value.into());
        self
    }
}
