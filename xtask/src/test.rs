//! `cargo xtask test`: every test there is, natively and on workerd.

use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    build, dev,
    files::Scratch,
    locks::Locks,
    process::{self, Running},
    say,
    secrets::Secrets,
    setup::{self, Setup},
    token,
    workspace::{Worker, Workspace},
    wrangler,
};

/// A small shop is enough for the tests on workerd.
const PRODUCTS: usize = 40;
const EDGE_TESTS: &str = "edge-tests";

/// What to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Everything,
    Native,
    Workerd,
}

impl std::str::FromStr for Part {
    type Err = std::io::Error;

    fn from_str(text: &str) -> std::io::Result<Self> {
        match text {
            "native" => Ok(Self::Native),
            "workerd" => Ok(Self::Workerd),
            _ => Err(std::io::Error::other("it is `native` or `workerd`")),
        }
    }
}

pub fn run(workspace: &Workspace, part: Part) -> Result<()> {
    let locks = Locks::read(workspace);
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    if let Err(heavy) = build::weigh(&workers) {
        println!("  WARNING {heavy}\n");
    }
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, dev::PRODUCTS)?;

    let mut total = Tally::default();
    if part != Part::Workerd {
        println!("\n  The tests that run natively\n");
        total.add(cargo_test(workspace, &["--workspace", "--exclude", EDGE_TESTS], &[])?);
    }
    if part != Part::Native {
        println!("\n  The tests that run on workerd\n");
        total.add(on_workerd(workspace, &setup, &workers, &secrets)?);
    }

    locks.unchanged()?;
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.ignored);
    if total.failed > 0 || total.broken {
        bail!("not every test passed");
    }
    Ok(())
}

fn on_workerd(workspace: &Workspace, setup: &Setup, workers: &[Worker], secrets: &Secrets) -> Result<Tally> {
    let scratch = Scratch::new("test")?;
    let (_harness, doors) =
        say::step("starting every Worker", || harness(workspace, setup, workers, scratch.path()))?;
    say::step(&format!("seeding {PRODUCTS} watches"), || {
        dev::seed_shop(workspace, secrets, &doors.url, PRODUCTS)
    })?;
    let staff = token::mint(secrets, "staff")?;
    let customer = token::mint(secrets, "customer")?;
    let admin = token::mint(secrets, "admin")?;
    let environment = [
        ("MERIDIAN_URL", doors.url.as_str()),
        ("MERIDIAN_CONTROL_URL", doors.control.as_str()),
        ("MERIDIAN_STAFF_TOKEN", staff.as_str()),
        ("MERIDIAN_CUSTOMER_TOKEN", customer.as_str()),
        ("MERIDIAN_ADMIN_TOKEN", admin.as_str()),
    ];
    let mut tally = cargo_test(workspace, &["--package", EDGE_TESTS], &environment)?;
    // The lines of all of them.
    tally.add(cargo_test(workspace, &["--package", EDGE_TESTS, "--test", "logs"], &environment)?);
    Ok(tally)
}

/// Where the harness listens: the shop, and the door for what no shopper can do.
#[derive(Deserialize)]
struct Doors {
    url: String,
    control: String,
}

fn harness(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    scratch: &Path,
) -> Result<(Running, Doors)> {
    let log = workspace.logs().join("harness.log");
    let mut command = setup.node.command(&workspace.path("tests/edge/harness.mjs"));
    wrangler::prepare(&mut command, workspace);
    command.args(workers.iter().map(|worker| &worker.config_path)).arg(workspace.assets_config());
    // The harness keeps its state in the directory for temporary files.
    let mut file = process::create(&log)?;
    command.env("TMPDIR", scratch).stdout(Stdio::piped()).stderr(file.try_clone()?);
    let mut running = Running::start_aside(&mut command)?;
    let mut out = BufReader::new(running.child.stdout.take().context("the harness speaks to us")?);
    let mut line = String::new();
    while out.read_line(&mut line)? > 0 {
        if let Ok(doors) = serde_json::from_str(&line) {
            // Somebody has to listen on: what cannot be written would end it.
            thread::spawn(move || io::copy(&mut out, &mut file));
            return Ok((running, doors));
        }
        line.clear();
    }
    bail!("the harness ended before it was ready. The end of {}:\n{}", log.display(), process::tail(&log))
}

#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// Something failed that is no test, such as the compiler.
    broken: bool,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.broken |= other.broken;
    }

    /// Takes in a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn read(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.ignored += count,
                _ => {}
            }
        }
    }
}

/// Runs cargo's tests, shows what they say, and counts.
fn cargo_test(workspace: &Workspace, packages: &[&str], environment: &[(&str, &str)]) -> Result<Tally> {
    let mut command = Command::new("cargo");
    command.args(["test", "--no-fail-fast"]).args(packages);
    command.current_dir(&workspace.root).envs(environment.iter().copied()).stdout(Stdio::piped());
    let mut running = Running::start(&mut command)?;
    let mut tally = Tally::default();
    let out = running.child.stdout.take().context("cargo speaks to us")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        println!("{line}");
        tally.read(&line);
    }
    tally.broken = !running.wait()?.success();
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_summaries_are_counted() {
        let mut tally = Tally::default();
        tally.read(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
        );
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.02s");
        tally.read("test orders::pays_once ... ok");
        assert_eq!((tally.passed, tally.failed, tally.ignored), (15, 2, 1));
    }
}
