//! What the message files say is said somewhere: the build holds the languages to each other, and this the first one to the pages.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::Path};

/// Whose sources and templates say messages.
const SPEAKERS: [&str; 4] = ["shared/html", "workers/storefront", "workers/account", "workers/console"];

fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, into);
        } else if matches!(path.extension().and_then(|end| end.to_str()), Some("rs" | "html")) {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_message_is_said_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut said = String::new();
    for speaker in SPEAKERS {
        for folder in ["src", "templates"] {
            read_all(&root.join(speaker).join(folder), &mut said);
        }
    }
    let messages = fs::read_to_string(root.join("shared/html/messages/en.ftl")).unwrap();
    let ids = messages.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id);
    let ids = ids.filter(|id| id.starts_with(|first: char| first.is_ascii_lowercase()));
    let unsaid: BTreeSet<&str> = ids
        .filter(|id| match id.split_once("--") {
            Some((kind, _)) => !said.contains(&format!("\"{kind}\"")),
            None => !said.contains(&format!(".{}(", id.replace('-', "_"))),
        })
        .collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:?}");
}
