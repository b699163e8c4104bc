//! What is looked at every few seconds. Counts are from the beginning, so that any two samples tell what happened between them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    meter::Latencies,
    robust::{median, percentile},
    storage::Storage,
};

#[derive(Debug, Default, Clone, Serialize)]
pub struct Sample {
    pub at_s: f64,
    pub requests: u64,
    /// Orders that were promised.
    pub orders: u64,
    /// Different messages that were handled.
    pub messages: u64,
    /// Resident memory of workerd, in bytes.
    pub memory: u64,
    /// CPU time of workerd.
    pub cpu_s: f64,
    /// CPU time of whoever else is on the machine, or was given its cores.
    pub others_cpu_s: f64,
    pub storage: Storage,
    /// Of the calls since the sample before.
    pub flows: BTreeMap<&'static str, Window>,
}

/// One flow for a few seconds.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub struct Window {
    pub calls: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

pub fn windows(latencies: Latencies) -> BTreeMap<&'static str, Window> {
    let window = |mut took: Vec<u32>| {
        took.sort_unstable();
        let at = |percent| percentile(&took, percent) / 1e3;
        Window { calls: took.len(), p50_ms: at(50), p99_ms: at(99) }
    };
    latencies.into_iter().map(|(flow, took)| (flow, window(took))).collect()
}

/// Samples that follow one another.
#[derive(Clone, Copy)]
pub struct Span<'a>(pub &'a [Sample]);

impl Span<'_> {
    /// How much something has grown from its first sample to its last.
    pub fn grown(&self, figure: impl Fn(&Sample) -> f64) -> f64 {
        let (first, last) = (self.0.first(), self.0.last());
        last.map_or(0.0, &figure) - first.map_or(0.0, &figure)
    }

    pub fn cpu_ms_per_request(&self) -> f64 {
        self.grown(|sample| sample.cpu_s) * 1e3 / self.grown(|sample| sample.requests as f64).max(1.0)
    }

    pub fn bytes_per_order(&self) -> f64 {
        self.grown(|sample| sample.storage.bytes() as f64)
            / self.grown(|sample| sample.orders as f64).max(1.0)
    }

    /// A flow as it mostly was: the middle of its windows, so that a bad moment of the machine's says nothing.
    pub fn flow(&self, flow: &str) -> Option<Window> {
        let windows: Vec<Window> =
            self.0.iter().filter_map(|sample| sample.flows.get(flow)).copied().collect();
        let calls = windows.iter().map(|window| window.calls).sum();
        let middle = |figure: fn(&Window) -> f64| median(windows.iter().map(figure));
        let whole =
            Window { calls, p50_ms: middle(|window| window.p50_ms), p99_ms: middle(|window| window.p99_ms) };
        (calls > 0).then_some(whole)
    }
}

/// What comes first is not judged: caches fill, the engine compiles what is hot, memory is taken that is then used again. And two minutes after
/// its mails every order asks whether they arrived: from then on there is more to do.
pub const WARM_UP_S: f64 = 150.0;

/// All that is judged, and its first and last quarter.
pub struct Course<'a> {
    pub whole: Span<'a>,
    pub first: Span<'a>,
    pub last: Span<'a>,
}

impl<'a> Course<'a> {
    pub fn of(samples: &'a [Sample]) -> Self {
        let warm = samples.iter().position(|sample| sample.at_s >= WARM_UP_S).unwrap_or(samples.len());
        let whole = samples.get(warm..).unwrap_or_default();
        let quarter = whole.len().div_ceil(4).max(2);
        let first = whole.get(..quarter).unwrap_or(whole);
        let last = whole.get(whole.len().saturating_sub(quarter)..).unwrap_or_default();
        Self { whole: Span(whole), first: Span(first), last: Span(last) }
    }
}
