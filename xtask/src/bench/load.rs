//! Closed-loop load: so many connections, each sending its next request when it has its answer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use serde::Serialize;

use super::{Options, client::Client};
use crate::engine::Engine;

/// Before measuring, so that caches are filled and the engine has compiled what is hot: it takes its time over wasm.
const WARM_UP: Duration = Duration::from_secs(8);

pub struct Load<'a> {
    engine: &'a Engine,
    connections: usize,
}

/// What was seen while a flow ran; what was seen at several times can be added up.
#[derive(Debug, Default)]
pub struct Sample {
    latencies: Vec<Duration>,
    elapsed: Duration,
    /// CPU time of the workerd that runs the Workers.
    cpu: Duration,
}

/// What one flow does under load.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    pub name: String,
    pub requests: usize,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// CPU time of the workerd that runs the Workers, per turn of the flow.
    pub cpu_ms: f64,
}

impl Sample {
    pub fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed = self.elapsed.saturating_add(other.elapsed);
        self.cpu = self.cpu.saturating_add(other.cpu);
    }

    pub fn measured(&mut self, name: &str) -> Measured {
        self.latencies.sort_unstable();
        let count = self.latencies.len().max(1);
        let at = |percent: usize| {
            let index = (count * percent / 100).min(count - 1);
            self.latencies.get(index).copied().unwrap_or_default().as_secs_f64() * 1e3
        };
        Measured {
            name: name.to_owned(),
            requests: self.latencies.len(),
            per_second: count as f64 / self.elapsed.as_secs_f64(),
            p50_ms: at(50),
            p99_ms: at(99),
            cpu_ms: self.cpu.as_secs_f64() * 1e3 / count as f64,
        }
    }
}

impl<'a> Load<'a> {
    pub fn new(engine: &'a Engine, options: &Options) -> Self {
        Self { engine, connections: options.connections }
    }

    pub fn warm_up(&self, flow: impl Fn(&Client, u64) -> Result<()> + Sync) -> Result<()> {
        self.drive(&AtomicU64::new(0), WARM_UP, u64::MAX, &flow).map(|_| ())
    }

    /// Runs `flow` on every connection for the span. The number tells turns apart, across connections.
    pub fn sample(&self, span: Duration, flow: impl Fn(&Client, u64) -> Result<()> + Sync) -> Result<Sample> {
        let (cpu, started) = (self.engine.cpu_time()?, Instant::now());
        let latencies = self.drive(&AtomicU64::new(0), span, u64::MAX, &flow)?;
        Ok(Sample { latencies, elapsed: started.elapsed(), cpu: self.engine.cpu_time()?.saturating_sub(cpu) })
    }

    /// Runs so many turns of `flow`, as fast as they go.
    pub fn count(&self, requests: u64, flow: impl Fn(&Client, u64) -> Result<()> + Sync) -> Result<()> {
        self.drive(&AtomicU64::new(0), Duration::MAX, requests, &flow).map(|_| ())
    }

    fn drive(
        &self,
        turns: &AtomicU64,
        span: Duration,
        limit: u64,
        flow: &(impl Fn(&Client, u64) -> Result<()> + Sync),
    ) -> Result<Vec<Duration>> {
        let until = Instant::now().checked_add(span);
        let one = || -> Result<Vec<Duration>> {
            let client = Client::connect(&self.engine.url)?;
            let mut latencies = Vec::new();
            while until.is_none_or(|until| Instant::now() < until) {
                let turn = turns.fetch_add(1, Ordering::Relaxed);
                if turn >= limit {
                    break;
                }
                let started = Instant::now();
                flow(&client, turn)?;
                latencies.push(started.elapsed());
            }
            Ok(latencies)
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections).map(|_| scope.spawn(one)).collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().map_err(|_| anyhow!("a connection's thread ended badly"))??);
            }
            Ok(all)
        })
    }
}
