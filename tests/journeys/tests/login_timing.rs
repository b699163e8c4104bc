//! Whether an address has an account, no stopwatch tells: a login that fails takes as long without one.
//!
//! Not by the clock: counted is the processor time of this thread, in pairs that follow upon each other, and compared are ranks
//! (Mann and Whitney's U), which a few slow moments do not change.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use domain::time::HOUR_MS;
use journeys::journey;
use kit::{Shop, World, client::Ask, mounts::Inside};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// So many logins of each kind.
const PAIRS: usize = 28;
/// How many standard deviations chance may move the ranks: it goes further once in 150 000 times, and twice running never in our time.
/// Wherever one kind is always the faster, it is 6.4.
const LIMIT: f64 = 4.5;

fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.try_into().unwrap(), now.tv_nsec.try_into().unwrap())
}

fn login(shop: &Shop<Inside>, email: &str) -> Ask<Inside> {
    shop.post("/v1/auth/login").json(&json!({ "email": email, "password": "not the right phrase" }))
}

/// A login that fails: what it took.
async fn failed(world: &Arc<World>, email: &str) -> Duration {
    let ask = login(&world.client(), email);
    let before = processor_time();
    let answer = ask.send().await;
    let taken = processor_time() - before;
    assert_eq!((answer.status, answer.code()), (401, "invalid_credentials"));
    taken
}

/// How far the ranks of `one` are from where they would be if both were alike, in standard deviations.
fn distance(one: &[Duration], other: &[Duration]) -> f64 {
    let wins: f64 = one
        .iter()
        .flat_map(|a| other.iter().map(move |b| a.cmp(b)))
        .map(|order| 0.5 + 0.5 * f64::from(order as i8))
        .sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

async fn measure(world: &Arc<World>) -> f64 {
    const KNOWN: &str = "ada@example.com";
    const UNKNOWN: &str = "grace@example.com";
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        // So late that the tries before are forgotten: counted are only those of this pair.
        world.advance(24 * HOUR_MS).await;
        // The first of a pair warms the second one's bed: each is it as often.
        if pair % 2 == 0 {
            known.push(failed(world, KNOWN).await);
            unknown.push(failed(world, UNKNOWN).await);
        } else {
            unknown.push(failed(world, UNKNOWN).await);
            known.push(failed(world, KNOWN).await);
        }
    }
    let distance = distance(&known, &unknown);
    println!("{distance:.2} standard deviations apart: {known:?} and {unknown:?}");
    distance
}

#[test]
fn a_login_that_fails_takes_as_long_without_an_account() {
    journey(async |world| {
        let account =
            json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
        world.client().post("/v1/users").json(&account).send().await.expect(201);
        let first = measure(&world).await;
        if first.abs() > LIMIT {
            let again = measure(&world).await;
            assert!(again.abs() <= LIMIT, "{first:.2} and {again:.2} standard deviations apart");
        }
    });
}

#[test]
fn what_differs_is_told_from_what_does_not() {
    let times = |from: u64| {
        (0..PAIRS as u64).map(move |at| Duration::from_micros(from + at * 10)).collect::<Vec<_>>()
    };
    assert!(distance(&times(1_000), &times(1_000)).abs() < 0.001);
    assert!(distance(&times(1_000), &times(1_005)).abs() < 1.0);
    assert!(
        distance(&times(1_000), &times(3_000)) < -LIMIT && distance(&times(3_000), &times(1_000)) > LIMIT
    );
}
