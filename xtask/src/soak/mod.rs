//! `cargo xtask soak`: people buy in the whole shop for a long time, and nothing may grow but what they bought. See `docs/soak.md`.

mod hearing;
mod hours;
mod left;
mod limits;
mod machine;
mod meter;
mod report;
mod robust;
mod sample;
mod storage;
mod visitor;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    build, chaos, dev,
    files::{self, Scratch},
    migrate, process, say,
    secrets::Secrets,
    setup::{self, Setup},
    shop,
    shopping::{
        audit::{Auditor, Patience},
        client::{Client, Proof},
        diary::Diary,
        goods,
        shoppers::Shop,
    },
    token,
    workspace::{Worker, Workspace},
};
use hearing::Ear;
use hours::{Day, SHELF_FULL, Until, Watching};
use left::Left;
use limits::Rest;
use machine::Machine;
use meter::Meter;
use report::Report;
use storage::Files;
use visitor::Visitor;

/// How many buy at once: enough to keep two cores busy.
pub const SHOPPERS: usize = 6;
/// What comes first is not judged, and a quarter needs a few samples.
const MINUTES_MIN: u64 = 5;
/// Besides what is sold: what else there is to look at and to search.
const PRODUCTS: usize = 60;
/// What is sold, so many kinds of it.
const GOODS: usize = 20;
/// What an isolate may keep on its heap. By itself the engine first collects thoroughly at some 36 MiB, and until each of the two dozen
/// isolates has come to that, which takes half an hour, garbage looks like a leak. What is in use is 1 to 3 MiB.
const ENGINE_FLAGS: &str = "--max-heap-size=24";
/// To read tens of thousands of orders takes minutes.
const PATIENCE: Patience =
    Patience { settled: Duration::from_secs(15 * 60), rested: Duration::from_secs(30 * 60), readers: 6 };
/// An order asks after its mails two minutes after it published them, so for so long after the last message somebody waits.
const ASKED_AFTER: Duration = Duration::from_secs(130);
/// Without an alarm for so long nothing is under way any more.
const QUIET: Duration = Duration::from_secs(15);
const QUIET_MAX: Duration = Duration::from_secs(20 * 60);
const POLL: Duration = Duration::from_secs(1);

pub struct Options {
    pub minutes: u64,
    /// It goes on until so many were handled.
    pub messages: u64,
    pub seed: usize,
    pub shoppers: usize,
    /// Where it keeps its state; somewhere of its own that is gone at the end when left out.
    pub state: Option<PathBuf>,
    /// Where the figures are written as JSON.
    pub json: PathBuf,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.minutes < MINUTES_MIN {
        bail!("{MINUTES_MIN} minutes are the least that can be judged");
    }
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, PRODUCTS)?;
    let report = soak(workspace, &setup, &workers, &secrets, options)?;
    println!("\n{}", report.table());
    files::write(&options.json, serde_json::to_string_pretty(&report)?)?;
    println!("As JSON in {}.", options.json.display());
    let broken = report.broken();
    if broken > 0 {
        bail!("{broken} limits are broken");
    }
    Ok(())
}

fn soak(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    secrets: &Secrets,
    options: &Options,
) -> Result<Report> {
    let scratch = Scratch::new("soak")?;
    let state = options.state.as_deref().unwrap_or(scratch.path());
    let _claim = dev::Claim::take(state)?;
    chaos::require_fresh(state)?;
    migrate::run(workspace, &setup.node, workers, state)?;
    let ear = Ear::default();
    let mut running = say::step("starting every Worker", || start(workspace, setup, workers, state, &ear))?;
    say::step(&format!("seeding {PRODUCTS} watches"), || {
        dev::seed_shop(workspace, secrets, &running.url, PRODUCTS)
    })?;

    let (staff, admin) = (bearer(secrets, "staff")?, bearer(secrets, "admin")?);
    let meter = Arc::new(Meter::default());
    let client = Client::new(&running.url);
    let watches = goods::stock(&client, &staff, "soak", &[SHELF_FULL; GOODS])?;
    let crowd = crowd(secrets, options, &visitor::slugs(&client)?)?;

    let (diary, is_closing) = (Diary::default(), AtomicBool::new(false));
    let watched = client.clone().watched(meter.clone());
    let open =
        Shop { client: &watched, diary: &diary, watches: &watches, staff: &staff, is_closing: &is_closing };
    let (machine, files) = (Machine::of(&running)?, Files::of(state, workers)?);
    let watching = Watching { meter: &meter, ear: &ear, machine: &machine, files: &files };
    let until = Until { open_for: Duration::from_secs(options.minutes * 60), messages: options.messages };
    let Day { samples, watches } = hours::keep_open(crowd, &open, &watching, options.seed, until)?;

    let closed = Instant::now();
    let notes = diary.open();
    let auditor = Auditor {
        client: &client,
        url: &running.url,
        notes: &notes,
        watches: &watches,
        staff: &staff,
        admin: &admin,
        since: closed,
        patience: &PATIENCE,
    };
    let verdict = say::step("the audit", || auditor.audit(true))?;
    say::step("waiting until nothing stirs", || quiet(&ear, closed))?;
    running.stop();
    let left = say::step("what is still awaited", || Left::find(workspace, &setup.node, state))?;
    let failures = meter.open().failures.clone();
    let heard = ear.open();
    let mut mail_lags_s = verdict.mail_lags_s;
    mail_lags_s.sort_by(f64::total_cmp);
    let rest = Rest {
        findings: verdict.findings,
        letters: verdict.letters as u64,
        awaited: left.count(),
        failures: failures.values().sum(),
        mail_lags_s,
    };
    Ok(Report {
        minutes: options.minutes,
        seed: options.seed,
        shoppers: options.shoppers,
        cores: thread::available_parallelism()?.get(),
        limits: limits::judge(&samples, &rest),
        rest,
        answers: notes.answers.clone(),
        orders: verdict.orders,
        messages: heard.messages.clone(),
        left,
        failures,
        errors: heard.errors,
        rested_s: verdict.rested_after.map(|after| after.as_secs_f64()),
        samples,
    })
}

fn bearer(secrets: &Secrets, role: &str) -> Result<Proof> {
    Ok(Proof::bearer(&token::mint(secrets, role)?))
}

fn crowd(secrets: &Secrets, options: &Options, slugs: &[String]) -> Result<Vec<Visitor>> {
    let visitor = |number| {
        // Every other one is signed in.
        let token = (number % 2 == 1).then(|| bearer(secrets, "customer")).transpose()?;
        Ok(Visitor::new(options.seed, number, token, slugs.to_vec()))
    };
    (0..options.shoppers).map(visitor).collect()
}

fn start(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    state: &Path,
    ear: &Ear,
) -> Result<shop::Shop> {
    let log = workspace.logs().join("soak.log");
    let kept = process::create(&log)?;
    let hear = Box::new(|output| drop(ear.listen(output, kept)));
    let heard = shop::Heard { hear, log: &log, flags: ENGINE_FLAGS };
    shop::Shop::start_heard(workspace, &setup.node, workers, state, shop::free_port()?, heard)
}

/// Until every order has asked after its mails, and nobody has anything to do.
fn quiet(ear: &Ear, closed: Instant) -> Result<()> {
    while closed.elapsed() < QUIET_MAX {
        let (message, alarm) = {
            let heard = ear.open();
            (heard.last_message, heard.last_alarm)
        };
        let is_past = |last: Option<Instant>, time| last.is_none_or(|last| last.elapsed() > time);
        if is_past(message, ASKED_AFTER) && is_past(alarm, QUIET) {
            break;
        }
        process::pause(POLL)?;
    }
    Ok(())
}
