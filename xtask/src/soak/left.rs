//! What somebody still waits for when all is at rest: nothing.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{node::Node, process, workspace::Workspace};

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Left {
    /// Databases that were looked into, objects' own included.
    pub files: u64,
    /// What an object has to do or has not had confirmed.
    pub effects: u64,
    /// Published, and nobody has confirmed it.
    pub awaited: u64,
    /// Messages that a service has to send, or has not had confirmed.
    pub outbox: u64,
    pub examples: Vec<String>,
}

impl Left {
    /// The API does not tell this, so it is read from the files, once nobody has them open any more.
    pub fn find(workspace: &Workspace, node: &Node, state: &Path) -> Result<Self> {
        let mut command = node.command(&workspace.path("xtask/src/soak/left.mjs"));
        let told = process::output(command.arg(state))?;
        serde_json::from_str(&told).context("what is left cannot be read")
    }

    pub fn count(&self) -> u64 {
        self.effects + self.awaited + self.outbox
    }
}
