//! Node and the npm packages: wrangler and what it needs, from the lock files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    files::{self, Stamp},
    process, say,
    workspace::Workspace,
};

/// The oldest Node that wrangler and the tests in a browser run on.
const NODE_MIN: (u32, u32) = (22, 22);

/// A Node that is new enough.
pub struct Node {
    pub program: PathBuf,
}

impl Node {
    /// A command whose own children, such as `#!/usr/bin/env node` scripts, find the same Node.
    pub fn command(&self, script: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(script).env("PATH", self.path());
        command
    }

    /// PATH with this Node first.
    pub fn path(&self) -> std::ffi::OsString {
        let own = self.program.parent().map(Path::to_owned);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let all = own.into_iter().chain(std::env::split_paths(&inherited));
        std::env::join_paths(all).unwrap_or(inherited)
    }
}

/// The npm packages of a lock file of the checkout's, in the `node_modules` beside it.
pub fn install_packages(workspace: &Workspace, place: &str) -> Result<()> {
    let folder = workspace.path(place);
    let (manifest, lock) = (folder.join("package.json"), folder.join("package-lock.json"));
    let stamp = Stamp::new(folder.join("node_modules/.meridian"), files::hash([&manifest, &lock]));
    if stamp.holds() {
        return Ok(());
    }
    say::step(format!("npm packages {place}").trim_end(), || {
        stamp.lift()?;
        npm_install(&folder, &lock, &workspace.logs().join("npm.log"))?;
        stamp.set()
    })
}

/// The host's Node where it is new enough, else one from npm, kept in the user's cache.
pub fn provide(workspace: &Workspace) -> Result<Node> {
    let host = process::output(Command::new("node").arg("--version")).context(
        "Node is not installed. Any version with npm will do: see https://nodejs.org, or `apt-get install nodejs npm`.",
    )?;
    if version(&host).is_some_and(|version| version >= NODE_MIN) {
        let program = process::output(Command::new("node").args(["-p", "process.execPath"]))?;
        return Ok(Node { program: program.into() });
    }
    let pinned = workspace.path("xtask/node");
    let mark = files::hash([pinned.join("package-lock.json")]);
    let folder = files::cache()?.join(format!("node-{}", mark.get(..12).unwrap_or(&mark)));
    let stamp = Stamp::new(folder.join(".meridian"), mark);
    if !stamp.holds() {
        say::step(&format!("Node (this host's is {host})"), || {
            fs::create_dir_all(&folder)?;
            for file in ["package.json", "package-lock.json"] {
                fs::copy(pinned.join(file), folder.join(file))?;
            }
            npm_install(&folder, &folder.join("package-lock.json"), &workspace.logs().join("node.log"))?;
            stamp.set()
        })?;
    }
    let packages = folder.join("node_modules");
    let program = fs::read_dir(&packages)?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/node")))
        .find(|path| path.is_file())
        .with_context(|| {
            format!(
                "npm has no Node for this kind of machine. Install Node {}.{} or newer.",
                NODE_MIN.0, NODE_MIN.1
            )
        })?;
    Ok(Node { program })
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// `npm install`, held to the lock file. Not `npm ci`: some versions of npm write locks that their own `ci` then refuses.
fn npm_install(folder: &Path, lock: &Path, log: &Path) -> Result<()> {
    let before = fs::read(lock).with_context(|| format!("{} is missing", lock.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    process::run_quietly(&mut npm, log).context("the npm packages could not be installed")?;
    let after = fs::read(lock)?;
    if before == after {
        return Ok(());
    }
    // Another npm may word the file differently, or add what only its own platform takes; the versions must stay.
    let change = difference(&entries(&before)?, &entries(&after)?);
    fs::write(lock, before)?;
    match change {
        None => Ok(()),
        Some(package) => bail!(
            "npm would change `{package}` in {}: package.json and the lock file disagree. Run `npm install` there and commit both.",
            lock.display()
        ),
    }
}

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Entry>,
}

#[derive(Deserialize, PartialEq)]
struct Entry {
    version: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    optional: bool,
}

fn entries(lock: &[u8]) -> Result<BTreeMap<String, Entry>> {
    Ok(serde_json::from_slice::<Lock>(lock)?.packages)
}

/// The first package that is not the same any more.
fn difference(before: &BTreeMap<String, Entry>, after: &BTreeMap<String, Entry>) -> Option<String> {
    let changed = before.iter().find(|(name, entry)| after.get(*name) != Some(entry));
    let added = after.iter().find(|(name, entry)| !entry.optional && !before.contains_key(*name));
    changed.or(added).map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert!(version("v22.23.3\n").unwrap() >= NODE_MIN);
        assert!(version("v20.20.2").unwrap() < NODE_MIN);
        assert!(version("v22.9.0").unwrap() < NODE_MIN);
        assert_eq!(version("not a version"), None);
    }

    #[test]
    fn a_lock_may_gain_optional_packages_only() {
        let lock = |text: &str| entries(format!(r#"{{"packages": {text}}}"#).as_bytes()).unwrap();
        let before = lock(r#"{"a": {"version": "1.0.0", "integrity": "x"}}"#);
        let same = lock(r#"{"a": {"version": "1.0.0", "integrity": "x", "resolved": "somewhere"}}"#);
        let platform = lock(
            r#"{"a": {"version": "1.0.0", "integrity": "x"}, "b": {"version": "1.0.0", "optional": true}}"#,
        );
        let newer = lock(r#"{"a": {"version": "1.0.1", "integrity": "y"}}"#);
        let more = lock(r#"{"a": {"version": "1.0.0", "integrity": "x"}, "b": {"version": "1.0.0"}}"#);
        assert_eq!(difference(&before, &same), None);
        assert_eq!(difference(&before, &platform), None);
        assert_eq!(difference(&before, &newer).as_deref(), Some("a"));
        assert_eq!(difference(&before, &more).as_deref(), Some("b"));
    }
}
