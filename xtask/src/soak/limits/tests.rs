//! A run as it should be, and each limit broken by one change to it.

use super::*;
use crate::soak::storage::Storage;

/// Ten minutes: 1,000 requests, 100 orders and 5 MB in each 10 s; memory goes up and down.
fn samples() -> Vec<Sample> {
    (0..60).map(|number| sample(f64::from(number))).collect()
}

fn sample(number: f64) -> Sample {
    let window = |p50_ms: f64| Window { calls: 100, p50_ms, p99_ms: p50_ms * 4.0 };
    let bytes = (50_000_000.0 + number * 5_000_000.0) as u64;
    Sample {
        at_s: number * 10.0,
        requests: (number * 1_000.0) as u64,
        orders: (number * 100.0) as u64,
        messages: (number * 600.0) as u64,
        memory: ((300.0 + (number % 7.0) * 4.0) * MEBIBYTE) as u64,
        cpu_s: number * 9.0,
        others_cpu_s: 0.0,
        storage: Storage { databases: [("orders".to_owned(), bytes)].into(), ..Storage::default() },
        flows: [("list", window(5.0 + number % 3.0)), ("checkout", window(200.0 + number % 9.0))].into(),
    }
}

/// The limits that do not hold once each sample has been changed, by how far the run had come.
fn broken(change: impl Fn(&mut Sample, f64)) -> Vec<String> {
    let mut samples = samples();
    for (number, sample) in samples.iter_mut().enumerate() {
        change(sample, number as f64 / 60.0);
    }
    names(judge(&samples, &Rest { mail_lags_s: vec![0.5, 2.0], ..Rest::default() }))
}

fn names(all: Vec<Held>) -> Vec<String> {
    all.into_iter().filter(|held| !held.holds).map(|held| held.limit).collect()
}

#[test]
fn a_run_as_it_should_be_breaks_no_limit() {
    assert_eq!(broken(|_, _| ()), Vec::<String>::new());
    // A short one, with a bad moment at its end.
    let mut short: Vec<Sample> = samples().into_iter().take(31).collect();
    short.last_mut().unwrap().flows.values_mut().for_each(|window| window.p50_ms *= 20.0);
    assert_eq!(names(judge(&short, &Rest::default())), Vec::<String>::new());
}

#[test]
fn memory_that_grows_is_found() {
    let leak = |mib: f64| {
        move |sample: &mut Sample, _| sample.memory += (sample.requests as f64 * mib * MEBIBYTE / 1e4) as u64
    };
    assert_eq!(broken(leak(MEMORY_GROWTH_MAX * 0.8)), Vec::<String>::new());
    assert_eq!(broken(leak(MEMORY_GROWTH_MAX * 1.2)), ["memory over 10,000 requests, second half"]);
    let once = |sample: &mut Sample, at: f64| {
        if at == 0.5 {
            sample.memory = (MEMORY_MAX * MEBIBYTE) as u64 + 1;
        }
    };
    assert_eq!(broken(once), ["memory at any time"]);
    // What is taken while it warms up and then kept is no leak.
    assert_eq!(broken(|sample, at| sample.memory /= if at < 0.4 { 2 } else { 1 }), Vec::<String>::new());
}

#[test]
fn a_flow_that_becomes_slow_is_found() {
    let slower = |flow: &'static str, p50: f64, p99: f64| {
        move |sample: &mut Sample, at: f64| {
            let window = sample.flows.get_mut(flow).unwrap();
            window.p50_ms *= 1.0 + at * p50;
            window.p99_ms *= 1.0 + at * p99;
        }
    };
    assert_eq!(broken(slower("checkout", 3.0, 0.0)), ["p50 in the last quarter: checkout"]);
    assert_eq!(broken(slower("checkout", 0.0, 9.0)), ["p99 in the last quarter: checkout"]);
    assert_eq!(broken(slower("checkout", 0.3, 0.3)), Vec::<String>::new());
    // Twice as long, and still nothing that anybody would notice.
    assert_eq!(broken(slower("list", 1.0, 1.0)), Vec::<String>::new());
    assert_eq!(broken(slower("list", 5.0, 0.0)), ["p50 in the last quarter: list"]);
}

#[test]
fn requests_that_cost_more_and_more_are_found() {
    let dearer = |share: f64| move |sample: &mut Sample, at: f64| sample.cpu_s *= 1.0 + at * share;
    assert_eq!(broken(dearer(0.2)), Vec::<String>::new());
    assert_eq!(broken(dearer(1.5)), ["CPU time of a request, last to first quarter"]);
}

#[test]
fn storage_that_is_out_of_hand_is_found() {
    let scale = |factor: f64| {
        move |sample: &mut Sample, _| {
            sample.storage.databases.values_mut().for_each(|bytes| *bytes = (*bytes as f64 * factor) as u64)
        }
    };
    assert_eq!(broken(scale(1.2)), Vec::<String>::new());
    assert_eq!(broken(scale(0.1)), ["storage of an order"]);
    assert_eq!(broken(scale(10.0)), ["storage of an order"]);
    let faster = |sample: &mut Sample, at: f64| {
        sample.storage.databases.values_mut().for_each(|bytes| *bytes += (at * at * 2e8) as u64);
    };
    assert_eq!(broken(faster), ["storage of an order, last to first quarter"]);
}

#[test]
fn whatever_is_lost_is_found() {
    let good = || Rest { mail_lags_s: vec![0.5, 2.0], ..Rest::default() };
    for (rest, limit) in [
        (Rest { failures: 1, ..good() }, "calls that the shop failed"),
        (Rest { findings: vec!["order ord_1 is in no list".to_owned()], ..good() }, "lost, or wrong at rest"),
        (Rest { letters: 1, ..good() }, "dead letters"),
        (Rest { awaited: 1, ..good() }, "still awaited at rest"),
        (Rest { mail_lags_s: vec![0.5, 121.0], ..good() }, "until an order's mail was sent"),
    ] {
        assert_eq!(names(judge(&samples(), &rest)), [limit]);
    }
}
