//! What a shop that has been open for long is held to.
//!
//! Each limit has room for what runs that were as they should be differed by (`docs/soak.md` has their figures), and none for what only grows.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{
    robust::slope,
    sample::{Course, Sample, Window},
};

const MEBIBYTE: f64 = 1024.0 * 1024.0;
const KIBIBYTE: f64 = 1024.0;

/// Memory over 10,000 requests, in MiB, in the second half: until then it still fills up, ever more slowly. More is 1.5 KiB of each request.
const MEMORY_GROWTH_MAX: f64 = 15.0;
/// Memory at any time, in MiB. Most of it is objects that were at work within the last seconds, each with a database that is open.
const MEMORY_MAX: f64 = 1536.0;
/// A flow in the last quarter, as a multiple of the first one's. A shared machine is half as fast at times.
const P50_DRIFT_MAX: f64 = 1.5;
const P99_DRIFT_MAX: f64 = 2.0;
/// What a flow may be slower by in any case, in milliseconds: as much as the machine's own moods.
const P50_FLOOR_MS: f64 = 10.0;
const P99_FLOOR_MS: f64 = 50.0;
/// CPU time of a request in the last quarter, as a multiple of the first one's. Who else is on the machine moves it less.
const CPU_DRIFT_MAX: f64 = 1.4;
/// What an order leaves on disk, in KiB: its object, its cart, its rows. Less would mean that something is not kept.
const PER_ORDER: (f64, f64) = (30.0, 90.0);
/// What an order leaves in the last quarter, as a multiple of what one left in the first.
const PER_ORDER_DRIFT_MAX: f64 = 1.3;
/// A mail comes within seconds. One whose message was lost comes when that is published again, which is after two minutes.
const MAIL_LAG_MAX_S: f64 = 100.0;

/// One limit, and how it was kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    pub limit: String,
    pub measured: String,
    pub allowed: String,
    pub holds: bool,
}

impl Held {
    fn at_most(limit: &str, measured: f64, allowed: f64, unit: &str) -> Self {
        Self {
            limit: limit.to_owned(),
            measured: format!("{measured:.1} {unit}").trim_end().to_owned(),
            allowed: format!("{allowed:.1} {unit}").trim_end().to_owned(),
            holds: measured <= allowed,
        }
    }

    fn none(limit: &str, measured: u64) -> Self {
        Self {
            limit: limit.to_owned(),
            measured: measured.to_string(),
            allowed: "0".to_owned(),
            holds: measured == 0,
        }
    }
}

/// What became of everything once the shop was at rest.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Rest {
    /// What the audit found: orders, money, stock, lists, mails, dead letters.
    pub findings: Vec<String>,
    /// Dead letters that there were.
    pub letters: u64,
    /// Effects and messages that somebody still waits for.
    pub awaited: u64,
    /// Calls that the shop failed.
    pub failures: u64,
    /// From each order's placement to its mail, in seconds; sorted.
    pub mail_lags_s: Vec<f64>,
}

/// Every limit there is.
pub fn judge(samples: &[Sample], rest: &Rest) -> Vec<Held> {
    let course = Course::of(samples);
    let mut all = memory(samples, &course);
    all.extend(latency(&course));
    all.push(cpu(&course));
    all.extend(storage(&course));
    all.extend(losses(rest));
    all
}

fn memory(samples: &[Sample], course: &Course<'_>) -> Vec<Held> {
    let half = course.whole.0.get(course.whole.0.len() / 2..).unwrap_or_default();
    let points: Vec<_> = half.iter().map(|sample| (sample.requests as f64, sample.memory as f64)).collect();
    let growth = slope(&points) * 10_000.0 / MEBIBYTE;
    let most = samples.iter().map(|sample| sample.memory).max().unwrap_or_default() as f64 / MEBIBYTE;
    vec![
        Held::at_most("memory over 10,000 requests, second half", growth, MEMORY_GROWTH_MAX, "MiB"),
        Held::at_most("memory at any time", most, MEMORY_MAX, "MiB"),
    ]
}

/// The flow that has drifted most, by either figure.
fn latency(course: &Course<'_>) -> Vec<Held> {
    let p50 = |window: Window| window.p50_ms;
    let p99 = |window: Window| window.p99_ms;
    vec![
        drift(course, "p50", p50, P50_DRIFT_MAX, P50_FLOOR_MS),
        drift(course, "p99", p99, P99_DRIFT_MAX, P99_FLOOR_MS),
    ]
}

fn drift(course: &Course<'_>, name: &str, figure: fn(Window) -> f64, ratio_max: f64, floor_ms: f64) -> Held {
    let flows = course.last.0.iter().flat_map(|sample| sample.flows.keys());
    let drifts = flows.filter_map(|flow| {
        let (first, last) = (figure(course.first.flow(flow)?), figure(course.last.flow(flow)?));
        let allowed = (first * ratio_max).max(first + floor_ms);
        Some((last / allowed, *flow, first, last, allowed))
    });
    let worst = drifts.max_by(|one, other| one.0.total_cmp(&other.0));
    let (share, flow, first, last, allowed) = worst.unwrap_or((0.0, "no flow", 0.0, 0.0, 0.0));
    Held {
        limit: format!("{name} in the last quarter: {flow}"),
        measured: format!("{last:.1} ms, {first:.1} ms in the first"),
        allowed: format!("{allowed:.1} ms"),
        holds: share <= 1.0,
    }
}

fn cpu(course: &Course<'_>) -> Held {
    let ratio = course.last.cpu_ms_per_request() / course.first.cpu_ms_per_request().max(f64::EPSILON);
    Held::at_most("CPU time of a request, last to first quarter", ratio, CPU_DRIFT_MAX, "")
}

fn storage(course: &Course<'_>) -> Vec<Held> {
    let points: Vec<_> =
        course.whole.0.iter().map(|sample| (sample.orders as f64, sample.storage.bytes() as f64)).collect();
    let per_order = slope(&points) / KIBIBYTE;
    let (least, most) = PER_ORDER;
    let ratio = course.last.bytes_per_order() / course.first.bytes_per_order().max(1.0);
    let band = Held {
        allowed: format!("{least:.0} to {most:.0} KiB"),
        holds: (least..=most).contains(&per_order),
        ..Held::at_most("storage of an order", per_order, most, "KiB")
    };
    vec![band, Held::at_most("storage of an order, last to first quarter", ratio, PER_ORDER_DRIFT_MAX, "")]
}

fn losses(rest: &Rest) -> Vec<Held> {
    let longest = rest.mail_lags_s.last().copied().unwrap_or_default();
    vec![
        Held::none("calls that the shop failed", rest.failures),
        Held::none("lost, or wrong at rest", rest.findings.len() as u64),
        Held::none("dead letters", rest.letters),
        Held::none("still awaited at rest", rest.awaited),
        Held::at_most("until an order's mail was sent", longest, MAIL_LAG_MAX_S, "s"),
    ]
}
