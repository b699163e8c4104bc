//! The opening hours: people look round and buy, a clerk sends and pays back, a keeper fills the shelves, and everything is looked at
//! every few seconds.

use std::{
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};

use super::{
    hearing::Ear,
    machine::Machine,
    meter::Meter,
    sample::{Sample, windows},
    storage::Files,
    visitor::{self, Visitor},
};
use crate::{
    process,
    shopping::{
        clerk,
        client::{get, number},
        goods::Watch,
        shoppers::Shop,
    },
};

/// Between two samples.
const SAMPLE_EVERY: Duration = Duration::from_secs(10);
/// So many of them to a line.
const SAMPLES_PER_LINE: usize = 6;
/// Between two turns of the clerk.
const CLERK_PAUSE: Duration = Duration::from_millis(20);
/// A shelf with less than this gets this much more. The keeper comes round every few seconds; nobody buys so much meanwhile.
const SHELF_LOW: i64 = 200;
pub const SHELF_FULL: i64 = 500;
const KEEPER_PAUSE: Duration = Duration::from_millis(250);

/// How long it stays open: for so long, and for so many messages.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    pub open_for: Duration,
    pub messages: u64,
}

/// Who looks at it meanwhile, and through what.
pub struct Watching<'a> {
    pub meter: &'a Meter,
    pub ear: &'a Ear,
    pub machine: &'a Machine,
    pub files: &'a Files<'a>,
}

/// What was seen, and the shelves with all that ever came in.
pub struct Day {
    pub samples: Vec<Sample>,
    pub watches: Vec<Watch>,
}

/// Everybody has gone home when this ends.
pub fn keep_open(
    crowd: Vec<Visitor>,
    shop: &Shop<'_>,
    watching: &Watching<'_>,
    seed: usize,
    until: Until,
) -> Result<Day> {
    thread::scope(|scope| {
        let mut people: Vec<_> = crowd
            .into_iter()
            .map(|visitor| scope.spawn(move || visitor::come_and_go(visitor, shop)))
            .collect();
        people.push(scope.spawn(|| clerk::work(shop, seed, CLERK_PAUSE)));
        let keeper = scope.spawn(|| fill_shelves(shop));
        // Nobody goes home before it closes, unless something is very wrong.
        let is_deserted = || people.iter().any(|person| person.is_finished()) || keeper.is_finished();
        let samples = watching.look_on(shop, until, is_deserted);
        shop.is_closing.store(true, Ordering::Relaxed);
        shop.client.is_over.store(samples.is_err(), Ordering::Relaxed);
        let mut ended = Ok(());
        for person in people {
            let gone = person.join().map_err(|_| anyhow!("somebody's thread ended badly")).flatten();
            ended = ended.and(gone);
        }
        let watches = keeper.join().map_err(|_| anyhow!("the keeper's thread ended badly")).flatten();
        ended?;
        Ok(Day { samples: samples?, watches: watches? })
    })
}

/// Looks at one shelf after another, and fills what runs low.
fn fill_shelves(shop: &Shop<'_>) -> Result<Vec<Watch>> {
    let mut watches = shop.watches.to_vec();
    loop {
        for watch in &mut watches {
            if shop.is_closing.load(Ordering::Relaxed) {
                return Ok(watches);
            }
            let level =
                shop.client.expect(&get(format!("/v1/inventory/{}", watch.sku)).by(shop.staff), 200)?.body;
            if number(&level, "/on_hand") - number(&level, "/reserved") < SHELF_LOW {
                watch.receive(shop.client, shop.staff, SHELF_FULL)?;
            }
            thread::sleep(KEEPER_PAUSE);
        }
    }
}

impl Watching<'_> {
    fn look_on(&self, shop: &Shop<'_>, until: Until, is_deserted: impl Fn() -> bool) -> Result<Vec<Sample>> {
        let began = Instant::now();
        let mut samples = vec![self.sample(shop, began)?];
        loop {
            let next = SAMPLE_EVERY * u32::try_from(samples.len())?;
            process::pause(next.saturating_sub(began.elapsed()))?;
            if is_deserted() {
                // Why, they say themselves.
                return Ok(samples);
            }
            let sample = self.sample(shop, began)?;
            if samples.len() % SAMPLES_PER_LINE == 0 {
                let before = samples.len().checked_sub(SAMPLES_PER_LINE).and_then(|at| samples.get(at));
                println!("{}", line(&sample, before.unwrap_or(&Sample::default())));
            }
            let is_over = began.elapsed() >= until.open_for && sample.messages >= until.messages;
            samples.push(sample);
            if is_over {
                return Ok(samples);
            }
            if samples.len() > STALLED_SAMPLES && self.is_stalled(&samples) {
                bail!("no message was handled for {} s", STALLED_SAMPLES * SAMPLE_EVERY.as_secs() as usize);
            }
        }
    }

    /// It would go on for ever.
    fn is_stalled(&self, samples: &[Sample]) -> bool {
        let before = samples.len().checked_sub(STALLED_SAMPLES).and_then(|at| samples.get(at));
        before.is_some_and(|before| samples.last().is_some_and(|last| last.messages == before.messages))
    }

    fn sample(&self, shop: &Shop<'_>, began: Instant) -> Result<Sample> {
        let (latencies, requests) = {
            let mut seen = self.meter.open();
            (std::mem::take(&mut seen.latencies), seen.requests)
        };
        let engine = &self.machine.engine;
        Ok(Sample {
            at_s: began.elapsed().as_secs_f64(),
            requests,
            orders: shop.diary.open().told.len() as u64,
            messages: self.ear.open().messages.handled,
            memory: engine.memory()?,
            cpu_s: engine.cpu_time()?.as_secs_f64(),
            others_cpu_s: self.machine.others_cpu_s()?,
            storage: self.files.measure()?,
            flows: windows(latencies),
        })
    }
}

/// Without a message for so long nothing works any more.
const STALLED_SAMPLES: usize = 12;

/// How things stand, and the checkouts of the last few seconds.
fn line(now: &Sample, before: &Sample) -> String {
    let minute = (now.at_s - before.at_s).max(1.0);
    let per_second = (now.orders - before.orders) as f64 / minute;
    let checkout = now.flows.get("checkout").copied().unwrap_or_default();
    format!(
        "  {:>5.0} s   {:>6} orders ({per_second:.1}/s)   {:>7} messages   {:>5.0} MiB   {:>6.0} MB on disk   checkout {:.0} / {:.0} ms",
        now.at_s,
        now.orders,
        now.messages,
        now.memory as f64 / 1_048_576.0,
        now.storage.bytes() as f64 / 1e6,
        checkout.p50_ms,
        checkout.p99_ms,
    )
}
