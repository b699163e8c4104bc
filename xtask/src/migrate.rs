//! Local D1 databases brought to the newest schema, by wrangler's own migrations.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    files::{self, Stamp},
    node::Node,
    process, say,
    workspace::{Worker, Workspace},
    wrangler,
};

struct Pending<'a> {
    worker: &'a Worker,
    database: &'a str,
    stamp: Stamp,
}

/// Applies what is new. Each call of wrangler costs seconds, so databases whose migrations have not changed are not asked.
pub fn run(workspace: &Workspace, node: &Node, workers: &[Worker], state: &Path) -> Result<()> {
    let mut pending = Vec::new();
    for worker in workers {
        for database in &worker.config.d1_databases {
            let files = migrations(&worker.config_dir().join(&database.migrations_dir))?;
            let stamp = Stamp::new(state.join("migrated").join(&database.database_name), files::hash(&files));
            if !files.is_empty() && !stamp.holds() {
                pending.push(Pending { worker, database: &database.database_name, stamp });
            }
        }
    }
    if pending.is_empty() {
        return Ok(());
    }
    say::step(&format!("migrations of {} databases", pending.len()), || {
        std::thread::scope(|scope| {
            let hands: Vec<_> =
                pending.iter().map(|one| scope.spawn(|| apply(workspace, node, one, state))).collect();
            hands
                .into_iter()
                .try_for_each(|hand| hand.join().unwrap_or_else(|_| anyhow::bail!("a migration ended badly")))
        })
    })
}

fn apply(workspace: &Workspace, node: &Node, one: &Pending<'_>, state: &Path) -> Result<()> {
    let mut command = wrangler::command(workspace, node);
    command.args(["d1", "migrations", "apply", one.database, "--local", "--persist-to"]).arg(state);
    command.arg("--config").arg(&one.worker.config_path);
    process::run_quietly(&mut command, &workspace.logs().join(format!("migrate-{}.log", one.database)))
        .with_context(|| format!("the migrations of {} failed", one.database))?;
    one.stamp.set()
}

fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    files.sort();
    Ok(files)
}
