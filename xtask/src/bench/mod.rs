//! `cargo xtask bench`: what the shop does a second, beside two bare JavaScript Workers measured in the same run.
//!
//! Measured at the workerd that runs the Workers, over loopback, with the state in memory where the system has such a place. The client
//! runs on the same cores, so the ratio to the bare pair is the figure to compare, and CPU time per request the one least disturbed.

mod client;
mod flows;
mod load;
mod report;

use std::{path::PathBuf, thread, time::Duration};

use anyhow::{Context, Result, ensure};

use crate::{
    build, dev,
    engine::Engine,
    files::Scratch,
    migrate, say,
    secrets::Secrets,
    setup::{self, Setup},
    shop::{self, Shop},
    token,
    workspace::{Worker, Workspace},
};
use client::Client;
use flows::Goods;
use load::{Load, Measured};
use report::{Memory, Race, Report};

pub struct Options {
    /// How long each flow is measured, in seconds.
    pub seconds: u64,
    pub connections: usize,
    pub products: usize,
    /// Where the figures are written as JSON.
    pub json: PathBuf,
}

/// Requests after which memory is looked at again.
const MEMORY_REQUESTS: u64 = 10_000;
const RACE_BUYERS: usize = 200;
const RACE_PIECES: u32 = 100;
/// After a start, garbage of the start itself is still about.
const SETTLE: Duration = Duration::from_secs(3);

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, options.products)?;

    let (bare, bare_growth) = say::step("two bare Workers", || measure_bare(workspace, &setup, options))?;
    let report = measure_shop(workspace, &setup, &workers, &secrets, options, bare, bare_growth)?;
    println!("\n{}", report.table());
    crate::files::write(&options.json, serde_json::to_string_pretty(&report)?)?;
    println!("As JSON in {}.", options.json.display());
    ensure!(
        report.race.sold == u64::from(RACE_PIECES),
        "the race sold {} of {RACE_PIECES} pieces",
        report.race.sold
    );
    Ok(())
}

fn measure_bare(workspace: &Workspace, setup: &Setup, options: &Options) -> Result<(Measured, i64)> {
    let scratch = Scratch::new("bench-bare")?;
    let configs = ["front", "back"].map(|part| workspace.path(&format!("xtask/bare/{part}/wrangler.toml")));
    let shop = Shop::start_configs(
        workspace,
        &setup.node,
        &configs.each_ref().map(PathBuf::as_path),
        scratch.path(),
        shop::free_port()?,
    )?;
    let engine = Engine::of(&shop)?;
    let load = Load::new(&engine, options);
    let measured = load.measure("bare pair", |client, _| client.get("/health", &[]).map(|_| ()))?;
    thread::sleep(SETTLE);
    let before = engine.memory()?;
    load.count(MEMORY_REQUESTS, |client, _| client.get("/health", &[]).map(|_| ()))?;
    Ok((measured, growth(before, engine.memory()?)))
}

#[allow(clippy::too_many_arguments)]
fn measure_shop(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    secrets: &Secrets,
    options: &Options,
    bare: Measured,
    bare_growth: i64,
) -> Result<Report> {
    let scratch = Scratch::new("bench")?;
    migrate::run(workspace, &setup.node, workers, scratch.path())?;
    let shop = say::step("starting every Worker", || {
        Shop::start(workspace, &setup.node, workers, scratch.path(), shop::free_port()?)
    })?;
    let engine = Engine::of(&shop)?;
    thread::sleep(SETTLE);
    let idle = engine.memory()?;
    say::step(&format!("seeding {} watches", options.products), || {
        dev::seed_shop(workspace, secrets, &engine.url, options.products)
    })?;
    let staff = token::mint(secrets, "staff", None)?;
    let goods = Goods::stock(&Client::connect(&engine.url)?, &staff)?;
    let load = Load::new(&engine, options);

    let mut flows = Vec::new();
    for (name, flow) in goods.flows() {
        flows.push(say::step(name, || load.measure(name, &flow))?);
    }
    let race = say::step("a race for the last pieces", || {
        let sku = goods.stock_for_race(&Client::connect(&engine.url)?, &staff, RACE_PIECES)?;
        flows::race(&engine.url, &sku, options.connections, RACE_BUYERS)
    })?;
    let before = engine.memory()?;
    load.count(MEMORY_REQUESTS, goods.read_product())?;
    let after = engine.memory()?;
    Ok(Report {
        connections: options.connections,
        seconds: options.seconds,
        cores: thread::available_parallelism().context("cores")?.get(),
        bare,
        flows,
        race: Race { buyers: RACE_BUYERS, pieces: RACE_PIECES, ..race },
        memory: Memory { idle, growth: growth(before, after), bare_growth },
    })
}

fn growth(before: u64, after: u64) -> i64 {
    i64::try_from(after).unwrap_or(i64::MAX) - i64::try_from(before).unwrap_or(i64::MAX)
}
