//! `cargo xtask check`: what must hold before a change is worth testing.

use std::process::Command;

use anyhow::{Context, Result};

use crate::{locks::Locks, process, say, workspace::Workspace};

pub fn run(workspace: &Workspace) -> Result<()> {
    let locks = Locks::read(workspace);
    say::step("lock file is complete", || {
        process::output(
            cargo(workspace, &["metadata", "--locked", "--format-version", "1"])
                .env("CARGO_TERM_COLOR", "never"),
        )
        .map(drop)
    })?;
    say::step("format", || {
        process::run(&mut cargo(workspace, &["fmt", "--all", "--check"]))
            .context("`cargo fmt --all` puts it right")
    })?;
    say::step("clippy", || {
        process::run(&mut cargo(
            workspace,
            &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
        ))
    })?;
    say::step("rules of the workspace", || {
        process::run(&mut cargo(workspace, &["test", "--quiet", "--package", "xtask", "--test", "rules"]))
    })?;
    locks.unchanged()
}

/// `cargo xtask openapi`: a program of its own, so that these commands need not be compiled with every type of the shop.
pub fn write_contract(workspace: &Workspace) -> Result<()> {
    process::run(&mut cargo(workspace, &["run", "--quiet", "--package", "openapi"]))
}

fn cargo(workspace: &Workspace, words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(&workspace.root);
    command
}
