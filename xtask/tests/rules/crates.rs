//! Which crate may depend on which.

use std::{collections::BTreeMap, path::Path};

use crate::{folders, name, none};

/// Ours, from the inside out: a crate may know only what is named with it.
const INSIDE: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("api", &["domain"]),
    ("platform", &["domain", "api"]),
    ("web", &["domain", "api", "platform"]),
    ("html", &["domain", "api", "platform", "web"]),
    // What the Workers serve is made by `web`; `edge` carries it over.
    ("edge", &["domain", "api", "platform", "web"]),
    // The contract, for whoever reads it: no Worker has any of it.
    ("openapi", &["domain", "api"]),
    ("xtask", &["domain", "api"]),
];
const WORKER: &[&str] = &["domain", "api", "platform", "web", "html", "edge"];
const OBJECT: &[&str] = &["domain", "api", "platform", "edge"];

/// Whose business a library is; nobody else depends on it.
const OUTSIDE: [(&str, &[&str]); 7] = [
    ("worker", &["edge", "Worker", "object"]),
    ("axum", &["web", "edge", "kit", "Worker", "tests"]),
    ("rusqlite", &["kit", "tests"]),
    ("tokio", &["kit", "tests"]),
    ("askama", &["html", "Worker"]),
    ("schemars", &["domain", "api", "openapi"]),
    ("jsonschema", &["kit"]),
];
/// The rules of the shop are plain values in, plain values out.
const DOMAIN_NEVER: [&str; 7] =
    ["futures", "getrandom", "http", "js-sys", "serde_json", "tokio", "wasm-bindgen"];

struct Crate {
    name: String,
    kind: &'static str,
    /// Normal dependencies; those for tests may be anything.
    dependencies: Vec<String>,
}

fn crates() -> Vec<Crate> {
    let groups =
        [("shared", "shared"), ("workers", "Worker"), ("durable-objects", "object"), ("tests", "tests")];
    groups
        .iter()
        .flat_map(|(part, kind)| folders(part).into_iter().map(|folder| read(&folder, kind)))
        .chain([read(&crate::root().join("xtask"), "xtask")])
        .collect()
}

fn read(folder: &Path, kind: &'static str) -> Crate {
    let manifest: toml::Table = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
    let dependencies =
        manifest.get("dependencies").and_then(|table| table.as_table()).cloned().unwrap_or_default();
    let named = manifest["package"]["name"].as_str().unwrap_or_else(|| name(folder)).to_owned();
    Crate { name: named, kind, dependencies: dependencies.keys().cloned().collect() }
}

#[test]
fn crates_know_only_what_lies_further_inside() {
    let crates = crates();
    let inside: BTreeMap<_, _> = INSIDE.into_iter().collect();
    let mut breaches = Vec::new();
    for one in &crates {
        let allowed: &[&str] = match (inside.get(one.name.as_str()), one.kind) {
            (Some(allowed), _) => allowed,
            (None, "Worker") => WORKER,
            (None, "object") => OBJECT,
            // The journeys and the tests on workerd see everything.
            (None, "tests") => continue,
            _ => panic!("{} is new: say in this file what it may know", one.name),
        };
        let ours = one.dependencies.iter().filter(|name| crates.iter().any(|other| other.name == **name));
        breaches.extend(
            ours.filter(|name| !allowed.contains(&name.as_str()))
                .map(|name| format!("{} must not know {name}", one.name)),
        );
    }
    none(breaches);
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut breaches = Vec::new();
    for one in crates() {
        for (library, owners) in OUTSIDE {
            let uses = one.dependencies.iter().any(|name| name == library);
            if uses && !owners.contains(&one.name.as_str()) && !owners.contains(&one.kind) {
                breaches.push(format!("{} must not use {library}", one.name));
            }
        }
        if one.name == "domain" {
            let never = one.dependencies.iter().filter(|name| DOMAIN_NEVER.contains(&name.as_str()));
            breaches.extend(never.map(|name| format!("domain must not use {name}")));
        }
    }
    none(breaches);
}

/// What values look like is compiled where the contract is written or compared, and nowhere else: a Worker pays for every byte.
#[test]
fn no_worker_carries_schemas() {
    let mut breaches = Vec::new();
    for folder in ["shared", "workers", "durable-objects"].into_iter().flat_map(folders) {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let is_carried = |name: &str| {
            let given = dependencies.get(name);
            given.is_some_and(|given| given.get("optional").and_then(toml::Value::as_bool) != Some(true))
        };
        let asks = dependencies.values().any(|given| {
            let features = given.get("features").and_then(toml::Value::as_array);
            features.into_iter().flatten().any(|feature| feature.as_str() == Some("schema"))
        });
        let by_default = manifest.get("features").and_then(|features| features.get("default")).is_some();
        if name(&folder) != "openapi" && (is_carried("schemars") || asks || by_default) {
            breaches.push(format!("{} has schemas in it", name(&folder)));
        }
    }
    none(breaches);
}

/// Bugs on purpose are for the simulator, which asks the kit for them.
#[test]
fn nobody_carries_planted_bugs_but_the_simulator() {
    let asks = |folder: &std::path::PathBuf| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        manifest.contains("planted") && !["domain", "kit", "simulator"].contains(&name(folder))
    };
    let everybody = ["shared", "workers", "durable-objects", "tests"].into_iter().flat_map(folders);
    none(everybody.filter(asks).map(|folder| format!("{} asks for planted bugs", name(&folder))).collect());
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let manifests = ["shared", "workers", "durable-objects", "tests"].into_iter().flat_map(folders);
    let lax = manifests.chain([crate::root().join("xtask")]).filter(|folder| {
        let manifest: toml::Table =
            std::fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool)
            != Some(true)
    });
    none(lax.map(|folder| format!("{} does not say `[lints] workspace = true`", folder.display())).collect());
}
