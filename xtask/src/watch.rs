//! Notices saved source files. A look at a few hundred files is cheap, works everywhere and needs no library.

use std::{collections::BTreeMap, path::PathBuf, time::SystemTime};

use crate::{files, workspace::Workspace};

const WATCHED: [&str; 6] =
    ["shared", "workers", "durable-objects", "d1-migrations", "Cargo.toml", "wrangler.toml"];
const SOURCES: [&str; 6] = ["rs", "js", "toml", "sql", "html", "txt"];

type Snapshot = BTreeMap<PathBuf, SystemTime>;

pub struct Watch {
    workspace: Workspace,
    seen: Snapshot,
    /// What differs from `seen`, and is taken once it stays the same from one look to the next: editors save in several steps.
    unsettled: Option<Snapshot>,
}

impl Watch {
    pub fn new(workspace: &Workspace) -> Self {
        Self { workspace: workspace.clone(), seen: snapshot(workspace), unsettled: None }
    }

    /// The files that were saved, added or removed since the last change.
    pub fn change(&mut self) -> Option<Vec<PathBuf>> {
        let now = snapshot(&self.workspace);
        if now == self.seen {
            self.unsettled = None;
            return None;
        }
        if self.unsettled.as_ref() != Some(&now) {
            self.unsettled = Some(now);
            return None;
        }
        let changed = now.iter().filter(|(path, time)| self.seen.get(*path) != Some(time));
        let removed = self.seen.iter().filter(|(path, _)| !now.contains_key(*path));
        let paths = changed.chain(removed).map(|(path, _)| path.clone()).collect();
        self.seen = now;
        self.unsettled = None;
        Some(paths)
    }
}

fn snapshot(workspace: &Workspace) -> Snapshot {
    WATCHED
        .iter()
        .filter_map(|part| files::tree(&workspace.path(part)).ok())
        .flatten()
        .filter(|path| path.extension().is_some_and(|ending| SOURCES.iter().any(|source| ending == *source)))
        .filter_map(|path| {
            let saved = path.metadata().ok()?.modified().ok()?;
            Some((path, saved))
        })
        .collect()
}
