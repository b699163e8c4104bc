//! What a Worker may reach: its own `wrangler.toml`, so that a binding that is missing there is missing here, too.

use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The part of a `wrangler.toml` that says what is bound to what.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wrangler {
    pub name: String,
    pub vars: BTreeMap<String, toml::Value>,
    pub services: Vec<ServiceBinding>,
    pub durable_objects: DurableObjects,
    pub d1_databases: Vec<D1Database>,
    pub queues: Queues,
    pub ratelimits: Vec<RateLimit>,
    pub triggers: Triggers,
    pub migrations: Vec<Migration>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ServiceBinding {
    pub binding: String,
    pub service: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DurableObjects {
    pub bindings: Vec<ObjectBinding>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ObjectBinding {
    pub name: String,
    pub class_name: String,
    pub script_name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct D1Database {
    pub binding: String,
    pub database_name: String,
    pub migrations_dir: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Queues {
    pub producers: Vec<Producer>,
    pub consumers: Vec<Consumer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Producer {
    pub binding: String,
    pub queue: String,
}

/// Every setting, as the defaults of the local and the real queue differ.
#[derive(Debug, Clone, Deserialize)]
pub struct Consumer {
    pub queue: String,
    pub max_batch_size: usize,
    /// In seconds.
    pub max_batch_timeout: u64,
    pub max_retries: u32,
    /// In seconds.
    pub retry_delay: u64,
    pub max_concurrency: u32,
    pub dead_letter_queue: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RateLimit {
    pub name: String,
    pub namespace_id: String,
    pub simple: SimpleLimit,
}

/// So many calls of one key in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SimpleLimit {
    pub limit: u32,
    pub period: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Triggers {
    pub crons: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Migration {
    #[serde(default)]
    pub new_sqlite_classes: Vec<String>,
}

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the kit is two folders deep").to_owned()
}

impl Wrangler {
    /// Reads the file in `folder`, which is relative to the workspace.
    pub fn read(folder: &str) -> Self {
        let path = root().join(folder).join("wrangler.toml");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Where the migrations of its database are.
    pub fn migrations_in(&self, folder: &str) -> Option<PathBuf> {
        self.d1_databases.first().map(|database| root().join(folder).join(&database.migrations_dir))
    }

    pub fn script_of(&self, binding: &str) -> Option<&str> {
        let service = self.services.iter().find(|service| service.binding == binding)?;
        Some(&service.service)
    }

    pub fn class_of(&self, binding: &str) -> Option<&str> {
        let object = self.durable_objects.bindings.iter().find(|object| object.name == binding)?;
        Some(&object.class_name)
    }

    pub fn limit_of(&self, binding: &str) -> Option<SimpleLimit> {
        Some(self.ratelimits.iter().find(|one| one.name == binding)?.simple)
    }

    pub fn queue_of(&self, binding: &str) -> Option<&str> {
        let producer = self.queues.producers.iter().find(|producer| producer.binding == binding)?;
        Some(&producer.queue)
    }
}
