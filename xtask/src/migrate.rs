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

/// The binding, here, of the database that knows who may sign in.
const ACCOUNTS: &str = "AUTH";

/// Applies what is new. When no migration changed since the last time, nothing is started to find that out.
pub fn run(workspace: &Workspace, node: &Node, workers: &[Worker], state: &Path) -> Result<()> {
    run_with(workspace, node, workers, state, None)
}

/// What fills the database of accounts.
pub struct Accounts<'a> {
    /// Other accounts have another one.
    pub mark: &'a str,
    pub statements: &'a dyn Fn() -> Result<String>,
}

/// The same, and these statements on the accounts of a state that has none yet, or those of another password.
pub fn run_with(
    workspace: &Workspace,
    node: &Node,
    workers: &[Worker],
    state: &Path,
    accounts: Option<Accounts<'_>>,
) -> Result<()> {
    let databases = Databases::of(workers)?;
    let stamp = Stamp::new(state.join("migrated"), files::hash(&databases.files));
    let peopled = Stamp::new(state.join("peopled"), accounts.as_ref().map_or("", |accounts| accounts.mark));
    let accounts = accounts.filter(|_| !peopled.holds());
    if stamp.holds() && accounts.is_none() {
        return Ok(());
    }
    say::step(&format!("migrations of {} databases", databases.configs.len()), || {
        let statements = accounts.map(|accounts| (accounts.statements)()).transpose()?;
        databases.bring_up(workspace, node, state, statements.as_deref())?;
        if statements.is_some() {
            peopled.set()?;
        }
        stamp.set()
    })
}

/// Runs statements on the accounts' database.
pub fn execute(
    workspace: &Workspace,
    node: &Node,
    workers: &[Worker],
    state: &Path,
    statements: &str,
) -> Result<()> {
    Databases::of(workers)?.bring_up(workspace, node, state, Some(statements))
}

/// Every Worker's, and the files that their schemas are made of.
struct Databases {
    configs: Vec<serde_json::Value>,
    files: Vec<PathBuf>,
}

impl Databases {
    fn of(workers: &[Worker]) -> Result<Self> {
        let mut all = Self { configs: Vec::new(), files: Vec::new() };
        for worker in workers {
            for database in &worker.config.d1_databases {
                let folder = worker.config_dir().join(&database.migrations_dir);
                let folder =
                    folder.canonicalize().with_context(|| format!("{} is missing", folder.display()))?;
                all.files.extend(migrations(&folder)?);
                all.configs.push(json!({
                    "binding": worker.package.to_uppercase(),
                    "database_name": database.database_name,
                    "database_id": database.database_id,
                    "migrations_dir": folder,
                }));
            }
        }
        Ok(all)
    }

    fn bring_up(
        &self,
        workspace: &Workspace,
        node: &Node,
        state: &Path,
        statements: Option<&str>,
    ) -> Result<()> {
        let config = workspace.kept().join("migrate/wrangler.json");
        let all =
            json!({ "name": "migrate", "compatibility_date": "2026-10-01", "d1_databases": self.configs });
        files::write(&config, serde_json::to_string_pretty(&all)?)?;
        let mut command = node.command(&workspace.path("xtask/src/migrate.mjs"));
        wrangler::prepare(&mut command, workspace);
        command.arg(&config).arg(state);
        let file = workspace.kept().join("migrate/accounts.sql");
        if let Some(statements) = statements {
            files::write_secret(&file, statements)?;
            command.arg(format!("{ACCOUNTS}={}", file.display()));
        }
        let done = process::run_quietly(&mut command, &workspace.logs().join("migrate.log"));
        if statements.is_some() {
            fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
        done.context("a migration failed")
    }
}

fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    files.sort();
    Ok(files)
}
