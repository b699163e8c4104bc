//! What the `wrangler.toml` files bind: everything that is named exists, everything is said, and there is no circle, so that the shop
//! can be deployed a first time.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::{folders, name, none, root};

struct Config {
    path: PathBuf,
    table: Table,
}

impl Config {
    fn read(path: PathBuf) -> Self {
        let table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        Self { path, table }
    }

    fn name(&self) -> &str {
        self.table["name"].as_str().unwrap()
    }

    /// The tables in an array such as `services` or `queues.consumers`.
    fn each(&self, path: &str) -> Vec<&Table> {
        let mut value = self.table.get(path.split('.').next().unwrap());
        for part in path.split('.').skip(1) {
            value = value.and_then(|value| value.get(part));
        }
        value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).collect()
    }

    /// The scripts it cannot be deployed without.
    fn needs(&self) -> BTreeSet<&str> {
        let services = self.each("services").into_iter().filter_map(|one| one["service"].as_str());
        let objects = self
            .each("durable_objects.bindings")
            .into_iter()
            .filter_map(|one| one.get("script_name")?.as_str());
        services.chain(objects).collect()
    }
}

fn configs() -> Vec<Config> {
    let built = ["workers", "durable-objects"].into_iter().flat_map(folders);
    let paths = built.filter(|folder| name(folder) != "router").map(|folder| folder.join("wrangler.toml"));
    let own = ["wrangler.toml", "assets/wrangler.toml"].into_iter().map(|path| root().join(path));
    own.chain(paths).map(Config::read).collect()
}

#[test]
fn bindings_form_no_circle() {
    let configs = configs();
    let mut left: BTreeMap<&str, BTreeSet<&str>> =
        configs.iter().map(|one| (one.name(), one.needs())).collect();
    while let Some(ready) = left.iter().find(|(_, needs)| needs.iter().all(|need| !left.contains_key(need))) {
        let ready = *ready.0;
        left.remove(ready);
    }
    assert!(left.is_empty(), "these wait for each other and can never be deployed: {left:?}");
}

#[test]
fn what_is_bound_exists() {
    let configs = configs();
    let names: BTreeSet<_> = configs.iter().map(Config::name).collect();
    let classes: BTreeSet<(&str, &str)> = configs
        .iter()
        .flat_map(|one| {
            let made = one
                .each("migrations")
                .into_iter()
                .filter_map(|step| step.get("new_sqlite_classes")?.as_array());
            made.flatten().filter_map(Value::as_str).map(|class| (one.name(), class))
        })
        .collect();
    let mut breaches = Vec::new();
    for one in &configs {
        breaches.extend(
            one.needs()
                .difference(&names)
                .map(|need| format!("{} binds {need}, which is nowhere", one.name())),
        );
        for object in one.each("durable_objects.bindings") {
            // Without a script's name it is a class of its own.
            let script = object.get("script_name").and_then(Value::as_str).unwrap_or(one.name());
            let class = (script, object["class_name"].as_str().unwrap());
            if !classes.contains(&class) {
                breaches.push(format!("{} binds {class:?}, which no migration makes", one.name()));
            }
        }
    }
    none(breaches);
}

#[test]
fn every_queue_is_consumed_once_and_says_every_setting() {
    let configs = configs();
    let mut consumers: BTreeMap<&str, &Table> = BTreeMap::new();
    let mut breaches = Vec::new();
    for one in &configs {
        for consumer in one.each("queues.consumers") {
            let queue = consumer["queue"].as_str().unwrap();
            if consumers.insert(queue, consumer).is_some() {
                breaches.push(format!("{queue} has two consumers"));
            }
            for setting in
                ["max_batch_size", "max_batch_timeout", "max_retries", "retry_delay", "max_concurrency"]
            {
                if !consumer.contains_key(setting) {
                    breaches.push(format!(
                        "{queue} does not say its {setting}; local and deployed defaults differ"
                    ));
                }
            }
        }
    }
    for one in &configs {
        for producer in one.each("queues.producers") {
            let (queue, binding) =
                (producer["queue"].as_str().unwrap(), producer["binding"].as_str().unwrap());
            if !consumers.contains_key(queue) {
                breaches.push(format!("{} sends to {queue}, which nobody consumes", one.name()));
            }
            if binding != queue.to_uppercase().replace('-', "_") {
                breaches.push(format!("{} calls {queue} {binding}", one.name()));
            }
        }
    }
    for (queue, consumer) in &consumers {
        let last_stop = queue.ends_with("-dlq");
        match consumer.get("dead_letter_queue").and_then(Value::as_str) {
            None if !last_stop => breaches.push(format!("{queue} loses what it cannot deliver")),
            Some(dead) if !consumers.contains_key(dead) => breaches.push(format!("nobody consumes {dead}")),
            _ => {}
        }
    }
    none(breaches);
}

#[test]
fn only_the_router_can_be_reached_from_outside() {
    let mut breaches = Vec::new();
    for one in configs().iter().filter(|one| one.name() != "meridian-router") {
        for door in ["workers_dev", "preview_urls"] {
            if one.table.get(door).and_then(Value::as_bool) != Some(false) {
                breaches.push(format!("{} does not say {door} = false", one.name()));
            }
        }
        for door in ["route", "routes"] {
            if one.table.contains_key(door) {
                breaches.push(format!("{} has {door}", one.name()));
            }
        }
    }
    none(breaches);
}

#[test]
fn every_worker_is_made_for_production_and_of_one_day() {
    let mut breaches = Vec::new();
    let configs = configs();
    let days: BTreeSet<_> =
        configs.iter().map(|one| one.table["compatibility_date"].as_str().unwrap()).collect();
    if days.len() != 1 {
        breaches.push(format!("compatibility dates differ: {days:?}"));
    }
    for one in configs.iter().filter(|one| one.table.contains_key("main")) {
        let said = |table: &str, key: &str| one.table.get(table).and_then(|table| table.get(key));
        if said("vars", "ENVIRONMENT").and_then(Value::as_str) != Some("production") {
            breaches.push(format!("{} is not for production unless told otherwise", one.name()));
        }
        if said("observability", "enabled").and_then(Value::as_bool) != Some(true) {
            breaches.push(format!("{} cannot be observed", one.name()));
        }
        if said("limits", "cpu_ms").is_none() {
            breaches.push(format!("{} may use any amount of CPU", one.name()));
        }
    }
    none(breaches);
}

#[test]
fn every_database_belongs_to_one_worker_and_has_migrations() {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut breaches = Vec::new();
    for one in configs() {
        for database in one.each("d1_databases") {
            let id = database["database_id"].as_str().unwrap().to_owned();
            if database["database_name"].as_str() != Some(one.name()) {
                breaches.push(format!("{}'s database has another name", one.name()));
            }
            let folder = one.path.parent().unwrap().join(database["migrations_dir"].as_str().unwrap());
            if !has_migrations(&folder) {
                breaches.push(format!("{} has no migrations at {}", one.name(), folder.display()));
            }
            if let Some(other) = owners.insert(id, one.name().to_owned()) {
                breaches.push(format!("{} and {other} share a database", one.name()));
            }
        }
    }
    none(breaches);
}

fn has_migrations(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.path().extension().is_some_and(|ending| ending == "sql"))
    })
}
