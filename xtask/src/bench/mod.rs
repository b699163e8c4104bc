//! `cargo xtask bench`: what the shop does a second, beside two bare JavaScript Workers measured in the same run.
//!
//! Measured at the workerd that runs the Workers, over loopback, with the state in memory where the system has such a place. The client
//! runs on the same cores, so the ratio to the bare pair is the figure to compare, and CPU time per request the one least disturbed.
//! A shared host is fast at one time and slow at another: the bare pair is measured in turns with each flow.

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
    workspace::Workspace,
};
use client::Client;
use flows::Goods;
use load::{Load, Sample};
use report::{Flow, Memory, Race, Report};

pub struct Options {
    /// How long each flow is measured, in seconds.
    pub seconds: u64,
    pub connections: usize,
    pub products: usize,
    /// The one flow to measure, or `race`; all of them when left out.
    pub only: Option<String>,
    /// Where the figures are written as JSON.
    pub json: PathBuf,
}

/// Requests after which memory is looked at again.
const MEMORY_REQUESTS: u64 = 10_000;
/// How often the bare pair and a flow take turns.
const ROUNDS: u32 = 4;
/// How often a read with a token and one without take turns: they differ by little.
const TOKEN_ROUNDS: u32 = 20;
const RACE: &str = "race";
const RACE_BUYERS: usize = 1_000;
const RACE_PIECES: u32 = 100;
/// Until everybody has their answer, in seconds.
const RACE_MAX_S: f64 = 30.0;
/// After a start, garbage of the start itself is still about.
const SETTLE: Duration = Duration::from_secs(3);

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, options.products)?;

    let bare_scratch = Scratch::new("bench-bare")?;
    let bare = say::step("starting two bare Workers", || start_bare(workspace, &setup, &bare_scratch))?;
    let scratch = Scratch::new("bench")?;
    migrate::run(workspace, &setup.node, &workers, scratch.path())?;
    let shop = say::step("starting every Worker", || {
        Shop::start(workspace, &setup.node, &workers, scratch.path(), shop::free_port()?)
    })?;
    let report = measure(workspace, &secrets, options, &Engine::of(&bare)?, &Engine::of(&shop)?)?;
    println!("\n{}", report.table());
    crate::files::write(&options.json, serde_json::to_string_pretty(&report)?)?;
    println!("As JSON in {}.", options.json.display());
    if let Some(race) = &report.race {
        let pieces = u64::from(RACE_PIECES);
        ensure!(race.sold == pieces, "the race sold {} of {pieces} pieces", race.sold);
        let left = race.buyers as u64 - pieces;
        ensure!(race.refused == left, "the race refused {} of the {left} who came too late", race.refused);
        ensure!(race.seconds <= RACE_MAX_S, "the race took {:.1} s, and may take {RACE_MAX_S}", race.seconds);
    }
    Ok(())
}

fn start_bare(workspace: &Workspace, setup: &Setup, scratch: &Scratch) -> Result<Shop> {
    let configs = ["front", "back"].map(|part| workspace.path(&format!("xtask/bare/{part}/wrangler.toml")));
    Shop::start_configs(workspace, &setup.node, &configs, scratch.path(), shop::free_port()?)
}

fn measure(
    workspace: &Workspace,
    secrets: &Secrets,
    options: &Options,
    bare: &Engine,
    shop: &Engine,
) -> Result<Report> {
    thread::sleep(SETTLE);
    let idle = shop.memory()?;
    say::step(&format!("seeding {} watches", options.products), || {
        dev::seed_shop(workspace, secrets, &shop.url, options.products)
    })?;
    let staff = token::mint(secrets, "staff")?;
    let customer = token::mint(secrets, "customer")?;
    let goods = Goods::stock(&Client::connect(&shop.url)?, &staff, &customer)?;
    let (bare_load, load) = (Load::new(bare, options), Load::new(shop, options));
    let ask_bare = |client: &Client, _| client.get("/health", &[]).map(|_| ());
    let span = Duration::from_secs(options.seconds);

    bare_load.warm_up(ask_bare)?;
    let mut bare_sample = Sample::default();
    let mut flows = Vec::new();
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    for (name, flow) in goods.flows().into_iter().filter(|(name, _)| wanted(name)) {
        flows.push(say::step(name, || {
            let (mut beside, mut sample) = (Sample::default(), Sample::default());
            load.warm_up(&flow)?;
            for _ in 0..ROUNDS {
                beside.add(bare_load.sample(span / ROUNDS, ask_bare)?);
                sample.add(load.sample(span / ROUNDS, &flow)?);
            }
            let flow = Flow::new(sample.measured(name), &beside.measured("bare pair"));
            bare_sample.add(beside);
            Ok(flow)
        })?);
    }
    ensure!(
        !flows.is_empty() || wanted(RACE),
        "no flow is called {}",
        options.only.as_deref().unwrap_or_default()
    );
    let token_share = wanted("product-signed-in").then(|| {
        say::step("what a token costs", || {
            let (mut plain, mut signed_in) = (Sample::default(), Sample::default());
            for _ in 0..TOKEN_ROUNDS {
                plain.add(load.sample(span / TOKEN_ROUNDS * 2, &*goods.read_product())?);
                signed_in.add(load.sample(span / TOKEN_ROUNDS * 2, &*goods.read_product_signed_in())?);
            }
            Ok(signed_in.measured("").cpu_ms / plain.measured("").cpu_ms - 1.0)
        })
    });
    let race = wanted(RACE).then(|| {
        say::step("a race for the last pieces", || {
            let sku = goods.stock_for_race(&Client::connect(&shop.url)?, &staff, RACE_PIECES)?;
            flows::race(&shop.url, &sku, RACE_BUYERS)
        })
    });
    let growth = |engine: &Engine, load: &Load<'_>, flow: &(dyn Fn(&Client, u64) -> Result<()> + Sync)| {
        let before = engine.memory()?;
        load.count(MEMORY_REQUESTS, flow)?;
        let after = i64::try_from(engine.memory()?)?;
        anyhow::Ok(after.saturating_sub_unsigned(before))
    };
    let memory = Memory {
        idle,
        growth: growth(shop, &load, &*goods.read_product())?,
        bare_growth: growth(bare, &bare_load, &ask_bare)?,
    };
    Ok(Report {
        connections: options.connections,
        seconds: options.seconds,
        cores: thread::available_parallelism().context("cores")?.get(),
        bare: bare_sample.measured("bare pair"),
        flows,
        token_share: token_share.transpose()?,
        race: race.transpose()?.map(|race| Race { buyers: RACE_BUYERS, pieces: RACE_PIECES, ..race }),
        memory,
    })
}
