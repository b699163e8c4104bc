//! What the shop and everybody else on the machine cost.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    engine::{Engine, cpu_time_of},
    shop::Shop,
};

/// Fields of the first line of `/proc/stat` in which nobody works: idle, and waiting for a disk.
const IDLE: [usize; 2] = [3, 4];
/// What a virtual machine was not given is among those before; behind it, time is told a second time.
const FIELDS: usize = 8;

pub struct Machine {
    pub engine: Engine,
    /// The shop's processes, and this one.
    ours: Vec<u32>,
}

impl Machine {
    pub fn of(shop: &Shop) -> Result<Self> {
        let ours = shop.processes().into_iter().chain([std::process::id()]).collect();
        Ok(Self { engine: Engine::of(shop)?, ours })
    }

    /// CPU time that went to others since the machine was started, in seconds.
    pub fn others_cpu_s(&self) -> Result<f64> {
        let stat = fs::read_to_string("/proc/stat")?;
        let line = stat.lines().next().context("/proc/stat has lines")?;
        let ticks = line.split_whitespace().skip(1).take(FIELDS).enumerate();
        let busy: u64 = ticks
            .filter(|(field, _)| !IDLE.contains(field))
            .map(|(_, ticks)| ticks.parse().unwrap_or(0))
            .sum();
        let ours: f64 =
            self.ours.iter().filter_map(|pid| cpu_time_of(*pid).ok()).map(|time| time.as_secs_f64()).sum();
        Ok(busy as f64 / 100.0 - ours)
    }
}
