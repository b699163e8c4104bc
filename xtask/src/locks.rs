//! The lock files, which no command may change: what they name is what was tested.

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const LOCKS: [&str; 5] = [
    "Cargo.lock",
    "package-lock.json",
    "tests/browser/package-lock.json",
    "xtask/node/package-lock.json",
    "xtask/tools/wasm-bindgen/Cargo.lock",
];

/// The lock files as they were.
pub struct Locks(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Locks {
    pub fn read(workspace: &Workspace) -> Self {
        Self(
            LOCKS
                .iter()
                .map(|name| workspace.path(name))
                .map(|path| (path.clone(), fs::read(path).ok()))
                .collect(),
        )
    }

    pub fn unchanged(&self) -> Result<()> {
        for (path, before) in &self.0 {
            if fs::read(path).ok() != *before {
                bail!(
                    "{} was changed by this run: look at it and commit it, so that the next run can be held to it.",
                    path.display()
                );
            }
        }
        Ok(())
    }
}
