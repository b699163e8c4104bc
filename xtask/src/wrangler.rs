//! wrangler, quiet and offline.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::workspace::Workspace;

/// What keeps wrangler from asking, counting, telling and looking anything up. The last two would put a collector between Workers
/// and a wrapper around every object, at more than half of the shop's speed.
const ENVIRONMENT: [(&str, &str); 10] = [
    ("CI", "1"),
    ("NO_COLOR", "1"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_SEND_ERROR_REPORTS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("WRANGLER_WRITE_LOGS", "false"),
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
    ("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", "false"),
    ("X_LOCAL_OBSERVABILITY", "false"),
    ("X_LOCAL_EXPLORER", "false"),
];

/// Readies a script that uses wrangler as a library.
pub fn prepare(command: &mut Command, workspace: &Workspace) {
    command
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .envs(ENVIRONMENT)
        // Of this run alone, so that shops side by side never see each other's Workers.
        .env("WRANGLER_REGISTRY_PATH", registry(workspace))
        .env("XDG_CONFIG_HOME", workspace.kept().join("config"));
}

fn registry(workspace: &Workspace) -> PathBuf {
    workspace.kept().join(format!("registry-{}", std::process::id()))
}

/// Removes what `prepare` named and wrangler left behind.
pub fn tidy(workspace: &Workspace) {
    let _never_used = std::fs::remove_dir_all(registry(workspace));
}
