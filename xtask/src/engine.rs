//! The workerd that runs the Workers, as a process: what it costs.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

use crate::shop::Shop;

pub struct Engine {
    pub pid: u32,
    pub url: String,
}

impl Engine {
    /// Linux only: it is found by what `/proc` tells.
    pub fn of(shop: &Shop) -> Result<Self> {
        let named = |pid: &u32| {
            fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "workerd")
        };
        let pid = shop
            .processes()
            .into_iter()
            .find(named)
            .context("no workerd of this shop was found (this needs Linux)")?;
        Ok(Self { pid, url: shop.url.clone() })
    }

    /// The CPU time it has used since its start.
    pub fn cpu_time(&self) -> Result<Duration> {
        cpu_time_of(self.pid)
    }

    /// Its resident memory, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("/proc/…/status has VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().next().unwrap_or_default().parse()?;
        Ok(kilobytes * 1024)
    }
}

/// The CPU time that a process has used since its start.
pub fn cpu_time_of(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // Behind the name, which may contain anything: state is field 0, utime 11 and stime 12, in hundredths of a second.
    let fields = stat.rsplit_once(')').context("/proc/…/stat has a name")?.1;
    let ticks =
        fields.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum::<u64>();
    Ok(Duration::from_millis(ticks * 10))
}
