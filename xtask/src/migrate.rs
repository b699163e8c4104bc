//! Local D1 databases brought to the newest schema.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{
    files::{self, Stamp},
    node::Node,
    process, say,
    workspace::{Worker, Workspace},
    wrangler,
};

/// Applies what is new. When no migration changed since the last time, nothing is started to find that out.
pub fn run(workspace: &Workspace, node: &Node, workers: &[Worker], state: &Path) -> Result<()> {
    let mut databases = Vec::new();
    let mut files = Vec::new();
    for worker in workers {
        for database in &worker.config.d1_databases {
            let folder = worker.config_dir().join(&database.migrations_dir);
            let folder = folder.canonicalize().with_context(|| format!("{} is missing", folder.display()))?;
            files.extend(migrations(&folder)?);
            databases.push(json!({
                "binding": worker.package.to_uppercase(),
                "database_name": database.database_name,
                "database_id": database.database_id,
                "migrations_dir": folder,
            }));
        }
    }
    let stamp = Stamp::new(state.join("migrated"), files::hash(&files));
    if stamp.holds() {
        return Ok(());
    }
    say::step(&format!("migrations of {} databases", databases.len()), || {
        let config = workspace.kept().join("migrate/wrangler.json");
        let all = json!({ "name": "migrate", "compatibility_date": "2026-10-01", "d1_databases": databases });
        files::write(&config, serde_json::to_string_pretty(&all)?)?;
        let mut command = node.command(&workspace.path("xtask/src/migrate.mjs"));
        wrangler::prepare(&mut command, workspace);
        command.arg(&config).arg(state);
        process::run_quietly(&mut command, &workspace.logs().join("migrate.log"))
            .context("a migration failed")?;
        stamp.set()
    })
}

fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    files.sort();
    Ok(files)
}
