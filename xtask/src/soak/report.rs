//! The figures, as tables and as JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde::Serialize;

use super::{
    hearing::Messages,
    left::Left,
    limits::{Held, Rest},
    sample::{Course, Sample, Span},
};

const MEBIBYTE: f64 = 1024.0 * 1024.0;
const KIBIBYTE: f64 = 1024.0;
/// What was found is listed up to here; all of it is in the JSON.
const FINDINGS_MAX: usize = 20;

#[derive(Serialize)]
pub struct Report {
    pub minutes: u64,
    pub seed: usize,
    pub shoppers: usize,
    pub cores: usize,
    pub limits: Vec<Held>,
    pub rest: Rest,
    /// How checkouts were answered, and how the orders ended.
    pub answers: BTreeMap<String, usize>,
    pub orders: BTreeMap<String, usize>,
    pub messages: Messages,
    pub left: Left,
    /// Calls that the shop failed, by what they were.
    pub failures: BTreeMap<String, u64>,
    /// Lines of the Workers that tell of an error.
    pub errors: u64,
    /// When all was found to be right, in seconds after it closed.
    pub rested_s: Option<f64>,
    pub samples: Vec<Sample>,
}

impl Report {
    pub fn broken(&self) -> usize {
        self.limits.iter().filter(|held| !held.holds).count()
    }

    pub fn table(&self) -> String {
        let mut table = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut table);
        table
    }

    fn write(&self, to: &mut String) -> std::fmt::Result {
        let course = Course::of(&self.samples);
        self.write_quarters(to, &course)?;
        write_flows(to, &course)?;
        self.write_storage(to)?;
        self.write_rest(to)?;
        writeln!(to, "| limit | measured | allowed |\n|---|---|---|")?;
        for Held { limit, measured, allowed, .. } in &self.limits {
            writeln!(to, "| {limit} | {measured} | {allowed} |")?;
        }
        writeln!(to)?;
        for finding in self.rest.findings.iter().take(FINDINGS_MAX) {
            writeln!(to, "WRONG  {finding}")?;
        }
        for example in &self.left.examples {
            writeln!(to, "AWAITED  {example}")?;
        }
        for Held { limit, measured, allowed, .. } in self.limits.iter().filter(|held| !held.holds) {
            writeln!(to, "BROKEN  {limit}: {measured}; allowed is {allowed}")?;
        }
        Ok(())
    }

    fn write_quarters(&self, to: &mut String, course: &Course<'_>) -> std::fmt::Result {
        writeln!(
            to,
            "| quarter | orders/s | requests/s | messages/s | memory | CPU per request | storage per order | others' CPU |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        let quarters =
            [("all, after the warm-up", course.whole), ("first", course.first), ("last", course.last)];
        for (name, span) in quarters {
            let seconds = span.grown(|sample| sample.at_s).max(1.0);
            let memory = super::robust::median(span.0.iter().map(|sample| sample.memory as f64)) / MEBIBYTE;
            writeln!(
                to,
                "| {name} | {:.1} | {:.0} | {:.0} | {memory:.0} MiB | {:.2} ms | {:.1} KiB | {:.0} % |",
                span.grown(|sample| sample.orders as f64) / seconds,
                span.grown(|sample| sample.requests as f64) / seconds,
                span.grown(|sample| sample.messages as f64) / seconds,
                span.cpu_ms_per_request(),
                span.bytes_per_order() / KIBIBYTE,
                span.grown(|sample| sample.others_cpu_s) / seconds / self.cores as f64 * 100.0,
            )?;
        }
        writeln!(to)
    }

    fn write_storage(&self, to: &mut String) -> std::fmt::Result {
        let Some(last) = self.samples.last() else { return Ok(()) };
        let begun = self.samples.first().cloned().unwrap_or_default();
        let orders = (last.orders - begun.orders).max(1) as f64;
        writeln!(to, "| storage | MB at the end | KiB for each order |\n|---|--:|--:|")?;
        let parts = last.storage.parts();
        for (name, bytes) in &parts {
            let grown = *bytes as f64 - begun.storage.parts().get(name).copied().unwrap_or_default() as f64;
            let megabytes = *bytes as f64 / 1e6;
            writeln!(to, "| {name} | {megabytes:.1} | {:.2} |", grown / orders / KIBIBYTE)?;
        }
        writeln!(to)
    }

    fn write_rest(&self, to: &mut String) -> std::fmt::Result {
        let listed = |counts: Vec<(&String, String)>| {
            counts.iter().map(|(what, times)| format!("{what} {times}")).collect::<Vec<_>>().join(", ")
        };
        let sizes = |counts: &BTreeMap<String, usize>| {
            listed(counts.iter().map(|(what, times)| (what, times.to_string())).collect())
        };
        let numbers = |counts: &BTreeMap<String, u64>| {
            listed(counts.iter().map(|(what, times)| (what, times.to_string())).collect())
        };
        let Messages { handled, failed, kinds, repeats, unconfirmed } = &self.messages;
        writeln!(to, "answers   {}", sizes(&self.answers))?;
        writeln!(to, "orders    {}", sizes(&self.orders))?;
        writeln!(
            to,
            "messages  {handled} handled, {failed} failed at first: {}\n          handled again: {}; {unconfirmed} after a minute and more",
            numbers(kinds),
            numbers(repeats)
        )?;
        let lags = &self.rest.mail_lags_s;
        let at = |percent: usize| {
            let at = (lags.len() * percent / 100).min(lags.len().saturating_sub(1));
            lags.get(at).copied().unwrap_or_default()
        };
        writeln!(
            to,
            "mails     {} of placed orders, after {:.1} s (p50), {:.1} s (p99), {:.1} s at most",
            lags.len(),
            at(50),
            at(99),
            at(100)
        )?;
        writeln!(to, "failed    {}", numbers(&self.failures))?;
        writeln!(to, "errors    {} lines of the Workers tell of one", self.errors)?;
        writeln!(
            to,
            "at rest   all was right when it was looked at, {:.0} s after it closed; {} databases, {} rows that wait\n",
            self.rested_s.unwrap_or(f64::NAN),
            self.left.files,
            self.left.count()
        )
    }
}

fn write_flows(to: &mut String, course: &Course<'_>) -> std::fmt::Result {
    writeln!(
        to,
        "| flow | calls | p50 | first quarter | last | p99 | first quarter | last |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    let flows: BTreeSet<&str> =
        course.whole.0.iter().flat_map(|sample| sample.flows.keys().copied()).collect();
    for flow in flows {
        let of = |span: &Span<'_>| span.flow(flow).unwrap_or_default();
        let (all, first, last) = (of(&course.whole), of(&course.first), of(&course.last));
        writeln!(
            to,
            "| {flow} | {} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms |",
            all.calls, all.p50_ms, first.p50_ms, last.p50_ms, all.p99_ms, first.p99_ms, last.p99_ms
        )?;
    }
    writeln!(to)
}
