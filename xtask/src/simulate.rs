//! `cargo xtask simulate`: builds the simulator, fast, and hands it everything else that was said.

use std::process::Command;

use anyhow::Result;

use crate::{process, workspace::Workspace};

pub fn run(workspace: &Workspace, words: impl Iterator<Item = String>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args([
        "run",
        "--quiet",
        "--profile",
        "simulate",
        "--package",
        "simulator",
        "--bin",
        "simulate",
        "--",
    ]);
    command.args(words).current_dir(&workspace.root);
    println!("  building the simulator, which takes some minutes the first time");
    process::run(&mut command)
}
