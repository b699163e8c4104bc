//! `cargo xtask chaos`: people buy in the whole shop on workerd while it is killed over and over; then an audit through the HTTP API alone.
//!
//! What is killed is node and workerd, without a warning, at moments that the seed draws. The local queues live in their memory, so every
//! kill loses whatever was on them. Between the kills objects lose their memory, and the payment provider fails, forgets to answer or takes
//! its time. See `docs/chaos.md`.

mod killer;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Result, anyhow, bail};

use crate::{
    build, dev,
    files::Scratch,
    migrate, process, say,
    secrets::Secrets,
    seed::rng::Rng,
    setup::{self, Setup},
    shop,
    shopping::{
        audit::{Auditor, Patience, Verdict},
        clerk,
        client::{Client, Proof},
        diary::{Diary, Notes},
        goods,
        habits::Habits,
        shoppers::{Shop, Shopper},
    },
    tally::Tally,
    token,
    workspace::{Worker, Workspace},
};
use killer::{Ground, Killer};

/// How many buy at once.
pub const SHOPPERS: usize = 6;

pub struct Options {
    pub kills: usize,
    pub seed: usize,
    pub shoppers: usize,
    /// Where it keeps its state; somewhere of its own that is gone at the end when left out.
    pub state: Option<PathBuf>,
}

impl Options {
    /// A seed that nobody chose.
    pub fn any_seed() -> usize {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        usize::try_from(now.subsec_micros()).unwrap_or_default()
    }
}

/// Of six watches: most of the scarce ones are gone before the end.
const PIECES: [i64; 6] = [10, 80, 400, 100_000, 100_000, 100_000];
const HABITS: Habits = Habits {
    methods: &[
        ("pm_card_visa", 50),
        ("pm_card_authenticationRequired", 25),
        ("pm_card_pendingRefund", 15),
        ("pm_card_chargeDeclined", 10),
    ],
    taps: 10,
    tabs: 10,
    cancels: 12,
};
/// Between two turns of the clerk.
const CLERK_PAUSE: Duration = Duration::from_millis(400);
/// A message that is lost is published again after 2 minutes, and after 4 more, and 8.
const PATIENCE: Patience =
    Patience { settled: Duration::from_secs(120), rested: Duration::from_secs(20 * 60), readers: 2 };

/// Before the first kill: some purchases without a mishap, so that there is something to interrupt.
const CALM: Duration = Duration::from_secs(2);

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, dev::PRODUCTS)?;
    let findings = haunt(workspace, &setup, &workers, &secrets, options, true)?;
    if findings > 0 {
        bail!("the audit found {findings} things that are wrong");
    }
    Ok(())
}

/// How often `cargo xtask test` kills the shop.
const TEST_KILLS: usize = 5;

/// A short one as a test, which does not wait for what comes minutes later.
pub fn test(workspace: &Workspace, setup: &Setup, workers: &[Worker], secrets: &Secrets) -> Result<Tally> {
    let options = Options { kills: TEST_KILLS, seed: Options::any_seed(), shoppers: SHOPPERS, state: None };
    let findings = haunt(workspace, setup, workers, secrets, &options, false)?;
    Ok(Tally::of_one(findings == 0))
}

/// All of it; how many things the audit found. It need not wait until lists and mails are right, which takes minutes.
fn haunt(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    secrets: &Secrets,
    options: &Options,
    waits: bool,
) -> Result<usize> {
    let scratch = Scratch::new("chaos")?;
    let state = options.state.as_deref().unwrap_or(scratch.path());
    let _claim = dev::Claim::take(state)?;
    require_fresh(state)?;
    let log = workspace.logs().join("chaos.log");
    process::create(&log)?;
    let ground = Ground { workspace, setup, workers, state, port: shop::free_port()?, log };
    migrate::run(workspace, &setup.node, workers, state)?;
    let mut running = say::step("starting every Worker", || ground.start())?;

    let bearer = |role| Ok::<_, anyhow::Error>(Proof::bearer(&token::mint(secrets, role)?));
    let (staff, admin) = (bearer("staff")?, bearer("admin")?);
    let client = Client::new(&running.url);
    let watches = goods::stock(&client, &staff, "chaos", &PIECES)?;
    let diary = Diary::default();
    let mut crowd = Vec::new();
    for number in 0..options.shoppers {
        // Every other shopper is signed in.
        let token = (number % 2 == 1).then(|| bearer("customer")).transpose()?;
        crowd.push(Shopper::new(options.seed, number, token, &HABITS));
    }

    let is_closing = AtomicBool::new(false);
    let shop =
        Shop { client: &client, diary: &diary, watches: &watches, staff: &staff, is_closing: &is_closing };
    let (last_kill, evictions) = open_for_business(&ground, &mut running, options, crowd, &shop)?;
    let notes = diary.open();
    let auditor = Auditor {
        client: &client,
        url: &running.url,
        notes: &notes,
        watches: &watches,
        staff: &staff,
        admin: &admin,
        since: last_kill,
        patience: &PATIENCE,
    };
    let verdict = say::step("waiting until all is at rest, and the audit", || auditor.audit(waits))?;
    println!("\n  {} kills, {evictions} evictions, {} checkouts", options.kills, notes.checkouts());
    report(&verdict, &notes, options, waits);
    Ok(verdict.findings.len())
}

/// The audit knows of every order that there may be, so there must be none before.
pub fn require_fresh(state: &Path) -> Result<()> {
    if state.join("v3").exists() {
        bail!("{} holds a shop already; this begins with a new one", state.display());
    }
    Ok(())
}

/// Everybody buys while the shop is killed; all have gone home when this ends.
fn open_for_business(
    ground: &Ground<'_>,
    running: &mut shop::Shop,
    options: &Options,
    crowd: Vec<Shopper>,
    shop: &Shop<'_>,
) -> Result<(Instant, usize)> {
    thread::scope(|scope| {
        let mut people: Vec<_> =
            crowd.into_iter().map(|shopper| scope.spawn(move || shopper.shop(shop))).collect();
        people.push(scope.spawn(|| clerk::work(shop, options.seed, CLERK_PAUSE)));
        let rng = Rng::new("killer", options.seed);
        let mut killer = Killer { ground, diary: shop.diary, watches: shop.watches, rng, evictions: 0 };
        let outcome = process::pause(CALM).and_then(|()| killer.kill(running, options.kills));
        shop.is_closing.store(true, Ordering::Relaxed);
        shop.client.is_over.store(outcome.is_err(), Ordering::Relaxed);
        let mut ended = Ok(());
        for person in people {
            let gone = person.join().map_err(|_| anyhow!("somebody's thread ended badly")).flatten();
            ended = ended.and(gone);
        }
        // Why there is no shop says more than that nobody was answered.
        let last_kill = outcome?;
        ended?;
        Ok((last_kill, killer.evictions))
    })
}

fn report(verdict: &Verdict, notes: &Notes, options: &Options, waits: bool) {
    let listed = |counts: &std::collections::BTreeMap<String, usize>| {
        counts.iter().map(|(what, times)| format!("{what} {times}")).collect::<Vec<_>>().join(", ")
    };
    let after = |span: Option<Duration>| match span {
        Some(span) => format!("{:.1} s after the last kill", span.as_secs_f64()),
        None => "not in time".to_owned(),
    };
    println!("  answers     {}", listed(&notes.answers));
    println!("  orders      {}", listed(&verdict.orders));
    println!("  handled     {} parcels, {} refunds", notes.parcels().count(), notes.refunds().count());
    println!("  money       {} taken, {} given back, in cents", verdict.captured, verdict.refunded);
    println!("  letters     {} sent once more", verdict.letters);
    println!("  settled     {}", after(verdict.settled_after));
    if let Some(last) = &verdict.last_open {
        println!("  until then  {last}");
    }
    if waits {
        println!("  at rest     {}", after(verdict.rested_after));
    }
    println!(
        "  repeat      cargo xtask chaos --kills {} --seed {} --shoppers {}\n",
        options.kills, options.seed, options.shoppers
    );
    if verdict.findings.is_empty() {
        println!("  Nothing was lost, sold twice or charged twice.");
    }
    for finding in &verdict.findings {
        println!("  WRONG  {finding}");
    }
}
