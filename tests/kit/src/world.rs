//! One world: the Workers, the objects, the queues and the clock. What has happened in it can be written down and gone on from.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::{task::AbortHandle, time::Instant};

use domain::{DurationMs, Timestamp, time::HOUR_MS};
use leaks::Secrets;
use platform::{Fault, log};

use crate::{
    calls::Calls,
    chance::Chance,
    local::Local,
    object::Instance,
    older::Older,
    queue::Broker,
    sqlite::Sqlite,
    storage::Cell,
    unit::{Busy, Unit},
    wiring::Wiring,
};

mod dispatch;
mod dump;

use dispatch::lock;
pub use dump::Kept;

/// When every world begins: Monday, 2026-11-23, 09:00 UTC.
const BEGINNING: Timestamp = Timestamp::from_millis(1_795_424_400_000);

/// What the world does to those who live in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chaos {
    /// Every message is delivered twice.
    pub duplicates: bool,
    /// Batches come in any order.
    pub disorder: bool,
    /// Every call takes a while that nobody can foresee, and whoever could go on may be overtaken.
    pub jitter: bool,
    /// How far the clocks of Workers and objects are off, at most, ahead or behind; another span for each request.
    pub skew_ms: DurationMs,
    /// How long a message waits on its queue, at most; one in four does.
    pub delay_ms: DurationMs,
}

impl Chaos {
    /// Nothing of it.
    pub const CALM: Self =
        Self { duplicates: false, disorder: false, jitter: false, skew_ms: 0, delay_ms: 0 };
    /// What any day may bring.
    pub const ROUGH: Self = Self { duplicates: true, disorder: true, jitter: true, ..Self::CALM };
}

/// By a limiter's binding and key: in which of its periods it last counted, and how many calls.
type Counts = BTreeMap<(&'static str, String), (u64, u32)>;

/// An instance, and what it is doing.
type Living = (Arc<Unit>, Arc<dyn Instance>);

pub struct Inner {
    pub(crate) wiring: Arc<Wiring>,
    /// What ids and secrets are made of.
    pub chance: Chance,
    /// What comes first, and when: apart from [`Inner::chance`], so that the same ids may be had in another order of events.
    pub(crate) moments: Chance,
    pub broker: Broker,
    pub calls: Calls,
    began_at: Timestamp,
    began: Instant,
    busy: Busy,
    /// By script name.
    databases: BTreeMap<String, Arc<Sqlite>>,
    isolates: Mutex<BTreeMap<String, Arc<Unit>>>,
    cells: Mutex<BTreeMap<(String, String), Arc<Cell>>>,
    instances: Mutex<BTreeMap<(String, String), Living>>,
    log: Mutex<Vec<String>>,
    /// What was sent and answered that no line of the log may repeat.
    secrets: Mutex<Secrets>,
    chaos: Mutex<Chaos>,
    /// Variables that a test has set since the world began.
    vars: Mutex<BTreeMap<String, String>>,
    rates: Mutex<Counts>,
    /// By class: those that are of an older release.
    older: Mutex<BTreeMap<String, Older>>,
    /// Whether nobody looks at its log when it ends.
    is_unwatched: AtomicBool,
    tasks: Mutex<Vec<AbortHandle>>,
}

/// A world as it was at one moment of rest.
#[derive(Clone)]
pub struct Snapshot {
    wiring: Arc<Wiring>,
    now: Timestamp,
    chance: u64,
    moments: u64,
    databases: BTreeMap<String, Vec<u8>>,
    cells: Vec<(String, String, Vec<u8>, Option<Timestamp>)>,
}

impl Snapshot {
    /// The same world, but what chance brings from here on is different.
    pub fn with_seed(self, seed: u64) -> Self {
        let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { chance: self.chance ^ mixed, moments: self.moments ^ mixed.rotate_left(17), ..self }
    }
}

/// Ends with the value: whatever still goes on in it stops.
pub struct World(Arc<Inner>);

impl std::ops::Deref for World {
    type Target = Arc<Inner>;

    fn deref(&self) -> &Arc<Inner> {
        &self.0
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for task in lock(&self.0.tasks).drain(..) {
            task.abort();
        }
        for (_, unit) in std::mem::take(&mut *lock(&self.0.isolates)) {
            unit.crash();
        }
        for (_, (unit, _)) in std::mem::take(&mut *lock(&self.0.instances)) {
            unit.crash();
        }
        // Of every world of every test, but where somebody looks at one of many: nobody has to think of it.
        let leaks = if self.is_unwatched.load(Ordering::Relaxed) { Vec::new() } else { self.leaks() };
        assert!(thread::panicking() || leaks.is_empty(), "{}", leaks.join("\n"));
    }
}

/// The shop's own: every key and secret that its Workers are configured with.
fn secrets_of(wiring: &Wiring) -> Secrets {
    let mut secrets = Secrets::default();
    let own = wiring.workers.values().flat_map(|worker| &worker.role.config.vars);
    let own = own.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    let all = wiring.vars.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (_, value) in own.chain(all).filter(|(name, _)| name.contains("KEY") || name.contains("SECRET")) {
        secrets.add_keys(value);
    }
    secrets
}

/// Runs a test on the manual clock: time passes only when nobody has anything else to do.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts")
        .block_on(test)
}

impl World {
    /// A new world; the same seed gives the same run.
    pub fn new(wiring: Arc<Wiring>, seed: u64) -> Self {
        let databases = wiring
            .workers
            .iter()
            .filter_map(|(script, worker)| Some((script.clone(), worker.database.clone()?)))
            .collect();
        Self::restore(&Snapshot {
            wiring,
            now: BEGINNING,
            chance: seed,
            moments: seed,
            databases,
            cells: Vec::new(),
        })
    }

    /// Goes on from where another world was.
    pub fn restore(snapshot: &Snapshot) -> Self {
        let databases = snapshot
            .databases
            .iter()
            .map(|(script, image)| (script.clone(), Arc::new(Sqlite::from_image(image))))
            .collect();
        let world = Self(Arc::new(Inner {
            wiring: Arc::clone(&snapshot.wiring),
            chance: Chance::new(snapshot.chance),
            moments: Chance::new(snapshot.moments),
            broker: Broker::default(),
            calls: Calls::default(),
            began_at: snapshot.now,
            began: Instant::now(),
            busy: Busy::default(),
            databases,
            isolates: Mutex::default(),
            cells: Mutex::default(),
            instances: Mutex::default(),
            log: Mutex::default(),
            secrets: Mutex::new(secrets_of(&snapshot.wiring)),
            chaos: Mutex::default(),
            vars: Mutex::default(),
            rates: Mutex::default(),
            older: Mutex::default(),
            is_unwatched: AtomicBool::new(false),
            tasks: Mutex::default(),
        }));
        for (class, name, image, alarm) in &snapshot.cells {
            let cell = Cell::new(class, name, Sqlite::from_image(image));
            if let Some(at) = alarm {
                world.arm(&cell, *at);
            }
            lock(&world.cells).insert((class.clone(), name.clone()), cell);
        }
        world
    }

    /// What has happened so far; only of a world at rest, as messages and requests on their way would be lost.
    pub fn snapshot(&self) -> Snapshot {
        assert_eq!((self.busy.count(), self.broker.backlog()), (0, 0), "the world is not at rest");
        Snapshot {
            wiring: Arc::clone(&self.wiring),
            now: self.now(),
            chance: self.chance.position(),
            moments: self.moments.position(),
            databases: self.databases.iter().map(|(script, rows)| (script.clone(), rows.image())).collect(),
            cells: lock(&self.cells)
                .values()
                .map(|cell| (cell.class.clone(), cell.name.clone(), cell.rows().image(), cell.alarm()))
                .collect(),
        }
    }

    /// Sends a request to a Worker, as its caller outside would. A fault: no answer came.
    pub async fn request(&self, script: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Fault> {
        {
            let mut secrets = lock(&self.secrets);
            for (name, value) in request.headers() {
                secrets.hear_header(name.as_str(), value.to_str().unwrap_or_default());
            }
            secrets.hear_body(request.body());
        }
        let answer = self.answer_of(script, request).await?;
        lock(&self.secrets).hear_body(answer.body());
        Ok(answer)
    }

    /// Asks an object as a Worker would that has it bound.
    pub async fn ask_object(&self, class: &str, name: &str, body: Bytes) -> Result<Response<Bytes>, Fault> {
        self.0.ask(class, name, HeaderMap::new(), body).await
    }

    /// Lets an object forget everything that it holds in memory, in the middle of whatever it is doing.
    pub fn evict(&self, class: &str, name: &str) {
        if let Some((unit, _)) = lock(&self.instances).remove(&(class.to_owned(), name.to_owned())) {
            unit.crash();
        }
    }

    /// Evicts every object and restarts every Worker.
    pub fn evict_all(&self) {
        for (_, (unit, _)) in std::mem::take(&mut *lock(&self.instances)) {
            unit.crash();
        }
        for (_, unit) in std::mem::take(&mut *lock(&self.isolates)) {
            unit.crash();
        }
    }

    /// Spares looking through the log for what nobody may read there: a tenth of what a day costs.
    pub fn leave_unwatched(&self) {
        self.is_unwatched.store(true, Ordering::Relaxed);
    }

    /// Deploys another release of a class: an older one, or this one again. Every object of it begins anew.
    pub fn deploy(&self, class: &str, older: Option<Older>) {
        match older {
            Some(older) => drop(lock(&self.older).insert(class.to_owned(), older)),
            None => drop(lock(&self.older).remove(class)),
        }
        let mut instances = lock(&self.instances);
        let names: Vec<_> = instances.keys().filter(|(known, _)| known == class).cloned().collect();
        for (unit, _) in names.iter().filter_map(|name| instances.remove(name)) {
            unit.crash();
        }
    }

    pub fn unleash(&self, chaos: Chaos) {
        *lock(&self.chaos) = chaos;
    }

    /// Sets a variable of every Worker, as a deployment would.
    pub fn set_var(&self, name: &str, value: &str) {
        lock(&self.vars).insert(name.to_owned(), value.to_owned());
    }

    pub async fn advance(&self, span: DurationMs) {
        tokio::time::sleep(Duration::from_millis(span)).await;
    }

    /// The database behind a Worker, for what a test wants to look at.
    pub fn database(&self, script: &str) -> Arc<Sqlite> {
        Arc::clone(self.databases.get(script).unwrap_or_else(|| panic!("{script} has no database")))
    }

    pub(crate) fn databases(&self) -> impl Iterator<Item = (&String, &Arc<Sqlite>)> {
        self.databases.iter()
    }

    /// The names of all objects of a class that ever wrote anything.
    pub fn names_of(&self, class: &str) -> Vec<String> {
        let cells = lock(&self.cells);
        let of_class = cells.values().filter(|cell| cell.class == class && !cell.rows().image().is_empty());
        of_class.map(|cell| cell.name.clone()).collect()
    }

    pub fn alarm_of(&self, class: &str, name: &str) -> Option<Timestamp> {
        lock(&self.cells).get(&(class.to_owned(), name.to_owned()))?.alarm()
    }

    /// The rows of an object, for what a test wants to look at.
    pub fn rows_of(&self, class: &str, name: &str) -> Option<Arc<Sqlite>> {
        Some(lock(&self.cells).get(&(class.to_owned(), name.to_owned()))?.rows())
    }

    /// The lines that tell of something that went wrong.
    pub fn errors(&self) -> Vec<String> {
        lock(&self.log).iter().filter(|line| line.contains(r#""level":"error""#)).cloned().collect()
    }

    /// The lines that tell what nobody may read there.
    pub fn leaks(&self) -> Vec<String> {
        lock(&self.secrets).leaks(lock(&self.log).iter().map(String::as_str))
    }

    pub fn log_lines(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    /// Puts a text on a queue, as a producer would, or somebody who should not.
    pub fn put_on_queue(&self, queue: &str, text: &str) {
        self.0.send(queue, vec![text.to_owned()]);
    }

    /// Runs the schedule of every Worker that has one.
    pub async fn tick(&self) {
        for (script, worker) in &self.wiring.workers {
            if let Some(tick) = worker.tick
                && !worker.role.config.triggers.crons.is_empty()
            {
                let unit = self.isolate(script);
                let database = self.databases.get(script).cloned();
                let local = Local::in_trace(Arc::clone(&self.0), Arc::clone(&unit), database, None);
                // One that died, or failed, comes round again.
                let outcome = unit.run(tick(local.clone())).await.and_then(|outcome| outcome);
                if let Err(fault) = outcome {
                    log::fault(&local, "schedule", &fault.to_string());
                }
            }
        }
    }

    /// Whether nobody does anything and nothing is on its way.
    pub fn is_idle(&self) -> bool {
        self.busy.count() == 0 && self.broker.backlog() == 0
    }

    /// Lets requests, messages and effects that are on their way come to their end, without waiting for deadlines.
    pub async fn settle(&self) {
        let limit = self.now().plus(HOUR_MS);
        while !self.is_idle() {
            assert!(self.now() < limit, "the world does not come to rest: {:#?}", self.errors());
            self.advance(50).await;
        }
        assert_eq!(self.busy.panics(), 0, "something panicked");
    }

    /// Lets everything come to its end: deadlines pass, alarms go off, schedules run, until nothing more happens.
    pub async fn at_rest(&self) {
        /// Alarms further away than this are not about what is going on now (a cart that nobody uses).
        const HORIZON_MS: DurationMs = HOUR_MS;
        /// Schedules run every minute; so few of them are played to be quick.
        const TICK_MS: DurationMs = 5 * 60_000;
        /// How often schedules find nothing to do before it is quiet: together longer than any pause between two tries.
        const QUIET_TICKS: u32 = 4;
        // What objects never hear of they give up after a day and a half, and so do outboxes, when no alarm comes before their schedule.
        let limit = self.now().plus(96 * HOUR_MS);
        let mut quiet_ticks = 0;
        while quiet_ticks < QUIET_TICKS {
            assert!(self.now() < limit, "the world does not come to rest: {:#?}", self.unrest());
            self.settle().await;
            let next = lock(&self.cells).values().filter_map(|cell| cell.alarm()).min();
            if let Some(at) = next
                && at <= self.now().plus(HORIZON_MS)
            {
                self.advance(at.since(self.now()).max(1)).await;
                quiet_ticks = 0;
                continue;
            }
            self.advance(TICK_MS).await;
            let before = self.writes();
            self.tick().await;
            self.settle().await;
            // What nobody has confirmed is sent again after a pause that is longer than that.
            let is_quiet = self.writes() == before && self.unconfirmed().is_empty();
            quiet_ticks = if is_quiet { quiet_ticks + 1 } else { 0 };
        }
    }

    /// What there still is to do: messages that nobody has confirmed, alarms, and what went wrong last.
    fn unrest(&self) -> Vec<String> {
        const LAST: usize = 6;
        let mut alarms: Vec<_> = lock(&self.cells)
            .values()
            .filter_map(|cell| Some((cell.alarm()?, format!("{} {}", cell.class, cell.name))))
            .collect();
        alarms.sort();
        let alarms = alarms.into_iter().map(|(at, name)| format!("alarm of {name} at {}", at.to_rfc3339()));
        let errors = self.errors();
        let errors = errors.into_iter().rev().take(LAST);
        self.unconfirmed().into_iter().take(LAST).chain(alarms.take(LAST)).chain(errors).collect()
    }

    /// What all the SQL so far has cost, in steps of SQLite's machine.
    pub fn sql_steps(&self) -> u64 {
        let objects: u64 = lock(&self.cells).values().map(|cell| cell.rows().steps()).sum();
        objects + self.databases.values().map(|rows| rows.steps()).sum::<u64>()
    }

    fn writes(&self) -> u64 {
        self.databases.values().map(|rows| rows.writes()).sum()
    }
}
