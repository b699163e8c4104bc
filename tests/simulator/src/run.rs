//! Living a day, and what came of it.

use futures::future::{BoxFuture, FutureExt, join_all};
use kit::{Plan, Who, World, run, seed::stocked};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use domain::time::MINUTE_MS;

use crate::{
    audit, clerk,
    day::{Day, Role, Upset},
    diary::{Diary, Line, Promise, brief},
    fate::{Book, Strike},
    operator, provider, shopper,
};

/// One day in so many has its log looked through for secrets.
const WATCHED_ONE_IN: u64 = 8;

/// What came of a day.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is wrong. Nothing, when all is well.
    pub findings: Vec<String>,
    pub story: Vec<Line>,
    pub strikes: Vec<Strike>,
    pub tally: Tally,
    /// Of everything that was said and logged: the same day has the same.
    pub fingerprint: u64,
}

/// So many of each. A checkout is one person's one key, and its final answer, however often it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub checkouts: u64,
    pub taken: u64,
    pub refused: u64,
    pub refunds: u64,
    pub sent: u64,
    pub strikes: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.checkouts += other.checkouts;
        self.taken += other.taken;
        self.refused += other.refused;
        self.refunds += other.refunds;
        self.sent += other.sent;
        self.strikes += other.strikes;
    }
}

/// Lives the day that a seed stands for.
pub fn live(seed: u64) -> Outcome {
    live_through(&Day::of(seed))
}

/// Lives a day. What panics in it is a finding like any other.
pub fn live_through(day: &Day) -> Outcome {
    let (diary, book) = (Arc::new(Diary::default()), Book::default());
    // Made before, so that a panic in it is not taken for the day's.
    let _ = stocked();
    let lived = catch_unwind(AssertUnwindSafe(|| run(spend(day, Arc::clone(&diary), book.clone()))));
    let (mut findings, fingerprint) = lived.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("something");
        (vec![format!("panicked: {}", said.lines().take(12).collect::<Vec<_>>().join(" "))], 0)
    });
    findings.extend(diary.complaints());
    let strikes = book.struck();
    let tally = tally(&diary.promises(), strikes.len());
    Outcome { findings, story: diary.lines(), strikes, tally, fingerprint }
}

fn tally(promises: &[Promise], strikes: usize) -> Tally {
    let mut tally = Tally { strikes: strikes as u64, ..Tally::default() };
    for promise in promises {
        match promise {
            Promise::Order { .. } => (tally.taken, tally.checkouts) = (tally.taken + 1, tally.checkouts + 1),
            Promise::Refused { .. } => {
                (tally.refused, tally.checkouts) = (tally.refused + 1, tally.checkouts + 1);
            }
            Promise::Refund { .. } => tally.refunds += 1,
            Promise::Sent { .. } => tally.sent += 1,
            Promise::Adjusted { .. } | Promise::Told { .. } | Promise::Cancelled { .. } => {}
        }
    }
    tally
}

async fn spend(day: &Day, diary: Arc<Diary>, book: Book) -> (Vec<String>, u64) {
    let world = Arc::new(World::restore(&stocked().clone().with_seed(day.seed)));
    if !day.seed.is_multiple_of(WATCHED_ONE_IN) {
        world.leave_unwatched();
    }
    let places = places(&world).await;
    let before = audit::Opening::read(&world);
    world.unleash(day.weather.chaos());
    world.broker.lose(day.weather.vanish_per_mille);
    world.calls.begin();
    world.calls.plan(Plan::By(match &day.strikes {
        Some(strikes) => book.exactly(strikes),
        None => book.by_seed(day.seed, day.weather.lost_per_mille),
    }));
    let is_closed = Cell::new(false);
    let people = day.people.iter().map(|person| -> BoxFuture<'_, ()> {
        let (world, diary, places) = (&world, &diary, &places);
        async move {
            world.advance(person.comes_at_ms).await;
            match &person.role {
                Role::Shopper(shopper) => shopper::shop(world, diary, person.id, shopper).await,
                Role::Clerk(tasks) => clerk::work(world, diary, person.id, tasks, places).await,
                Role::Operator(upsets) => operator::upset(world, diary, person.id, upsets).await,
            }
        }
        .boxed()
    });
    let people = async {
        join_all(people).await;
        is_closed.set(true);
    };
    let provider = async {
        if day.weather.webhooks {
            provider::work(&world, &diary, day.seed, &is_closed).await;
        }
    };
    // Schedules fire while people are about, too.
    let schedules = async {
        while !is_closed.get() {
            world.advance(MINUTE_MS).await;
            world.tick().await;
        }
    };
    futures::join!(people, provider, schedules);
    book.close();
    world.unleash(kit::Chaos::CALM);
    world.broker.lose(0);
    world.at_rest().await;
    replay_dead_letters(&world, &diary).await;
    if was_stock_rolled_back(day) {
        clerk::count_once_more(&world, &diary, &places).await;
        world.at_rest().await;
    }
    let findings = audit::audit(&world, &diary, &before).await;
    let said = diary.lines().iter().map(|line| format!("{line:?}")).collect::<String>();
    let lines = world.log_lines();
    let fingerprint = lines.iter().map(String::as_str).chain([said.as_str()]).fold(0, mixed);
    world.calls.end();
    (findings, fingerprint)
}

/// An older release seals nothing: then nothing is proven until the next movement.
fn was_stock_rolled_back(day: &Day) -> bool {
    let is_of_stock = |upset: &Upset| matches!(upset, Upset::RollBack(class, _) if class == "StockObject");
    day.people
        .iter()
        .any(|person| matches!(&person.role, Role::Operator(upsets) if upsets.iter().any(is_of_stock)))
}

fn mixed(state: u64, text: &str) -> u64 {
    text.bytes().fold(state ^ 0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

async fn places(world: &Arc<World>) -> Vec<String> {
    let answer = world.client().get("/v1/locations").as_staff().send().await.expect(200);
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|place| place["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// What gave up during the day an operator sends once more when it is over; once must be enough.
async fn replay_dead_letters(world: &Arc<World>, diary: &Diary) {
    let client = world.client();
    let letters = client.get("/v1/dead-letters?limit=100").by(Who::Admin).send().await.expect(200);
    let letters = letters.body["items"].as_array().cloned().unwrap_or_default();
    for letter in &letters {
        let path = format!("/v1/dead-letters/{}/replay", letter["id"].as_str().unwrap_or_default());
        let answer = client.post(path).by(Who::Admin).send().await;
        if answer.status >= 300 {
            diary.complain(format!("a dead letter cannot be sent again: {}", brief(&answer)));
        }
    }
    if !letters.is_empty() {
        world.at_rest().await;
    }
}
