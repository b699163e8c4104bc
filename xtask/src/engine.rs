//! The workerd that runs the Workers. What `wrangler dev` opens is a proxy, a workerd of its own, which costs more than many a request;
//! whoever measures the shop goes in by the inner door.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use anyhow::{Context, Result};

use crate::shop::{self, Shop};

/// What marks the inner workerd on its command line: it picks its port by itself.
const INNER: &str = "entry=127.0.0.1:0";

pub struct Engine {
    pub pid: u32,
    /// The inner door.
    pub url: String,
}

impl Engine {
    /// Linux only: it is found by what `/proc` tells.
    pub fn of(shop: &Shop) -> Result<Self> {
        let pid = shop
            .processes()
            .into_iter()
            .find(|pid| {
                fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains(INNER))
            })
            .context("no workerd of this shop was found (this needs Linux)")?;
        let url = listening_ports(pid)?
            .into_iter()
            .map(|port| format!("http://127.0.0.1:{port}"))
            .find(|url| shop::status(&format!("{url}/health")).is_ok_and(|status| status == 200))
            .context("none of workerd's ports answers as the shop")?;
        Ok(Self { pid, url })
    }

    /// The CPU time it has used since its start.
    pub fn cpu_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // Behind the name, which may contain anything: state is field 0, utime 11 and stime 12, in hundredths of a second.
        let fields = stat.rsplit_once(')').context("/proc/…/stat has a name")?.1;
        let ticks =
            fields.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum::<u64>();
        Ok(Duration::from_millis(ticks * 10))
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

fn listening_ports(pid: u32) -> Result<BTreeSet<u16>> {
    let own: BTreeSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))?
        .filter_map(|entry| inode(&fs::read_link(entry.ok()?.path()).ok()?))
        .collect();
    let table = fs::read_to_string(format!("/proc/{pid}/net/tcp"))?;
    Ok(table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (local, state, inode) = (*fields.get(1)?, *fields.get(3)?, *fields.get(9)?);
            let listens = state == "0A" && own.contains(inode);
            listens.then(|| u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok())?
        })
        .collect())
}

/// `12345` of `socket:[12345]`.
fn inode(link: &Path) -> Option<String> {
    Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
}
