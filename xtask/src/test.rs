//! `cargo xtask test`: every test there is, natively, in the simulator, on workerd and in a browser.

use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    browser, build, chaos, dev,
    files::Scratch,
    locks::Locks,
    process::{self, Running},
    say,
    secrets::Secrets,
    setup::{self, Setup},
    tally::Tally,
    token,
    workspace::{Worker, Workspace},
    wrangler,
};

/// A small shop is enough for the tests on workerd.
pub const PRODUCTS: usize = 40;
const EDGE_TESTS: &str = "edge-tests";
const SIMULATOR: &str = "simulator";
const DAYS: &str = "2000";

/// What to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Everything,
    Native,
    Simulated,
    Workerd,
    Browser,
}

impl std::str::FromStr for Part {
    type Err = std::io::Error;

    fn from_str(text: &str) -> std::io::Result<Self> {
        match text {
            "native" => Ok(Self::Native),
            "simulated" => Ok(Self::Simulated),
            "workerd" => Ok(Self::Workerd),
            "browser" => Ok(Self::Browser),
            _ => Err(std::io::Error::other("it is `native`, `simulated`, `workerd` or `browser`")),
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

    let is_asked = |one: Part| part == one || part == Part::Everything;
    let mut total = Tally::default();
    if is_asked(Part::Native) {
        println!("\n  The tests that run natively\n");
        let others = ["--workspace", "--exclude", EDGE_TESTS, "--exclude", SIMULATOR];
        total.add(cargo_test(workspace, &others, &[])?);
    }
    if is_asked(Part::Simulated) {
        println!("\n  {DAYS} simulated days, and the bugs that were planted\n");
        let fast = ["--profile", "simulate", "--package", SIMULATOR];
        total.add(cargo_test(workspace, &fast, &[("MERIDIAN_DAYS", DAYS)])?);
    }
    if is_asked(Part::Workerd) {
        println!("\n  The tests that run on workerd\n");
        total.add(on_workerd(workspace, &setup, &workers, &secrets)?);
        println!("\n  Purchases while workerd is killed\n");
        total.add(chaos::test(workspace, &setup, &workers, &secrets)?);
    }
    if is_asked(Part::Browser) {
        println!("\n  The tests that run in a browser\n");
        total.add(browser::test(workspace, &setup, &workers, &secrets)?);
    }

    locks.unchanged()?;
    println!("\n{total}");
    if !total.is_good() {
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

/// Runs cargo's tests, shows what they say, and counts.
fn cargo_test(workspace: &Workspace, packages: &[&str], environment: &[(&str, &str)]) -> Result<Tally> {
    let mut command = Command::new("cargo");
    command.args(["test", "--no-fail-fast"]).args(packages);
    command.current_dir(&workspace.root).envs(environment.iter().copied());
    Tally::of(&mut command)
}
