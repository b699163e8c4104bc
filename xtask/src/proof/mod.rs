//! `cargo xtask verify-proof URL SKU`: reads a SKU's proof as anybody can, and says whether it holds.

mod verify;

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

pub use verify::Report;
use verify::{Page, Verifier};

/// As many entries as a page may have.
const PAGE: u32 = 100;
/// How often curl tries again when it is told to come later, waiting as long as it is told.
const RETRIES: &str = "8";
/// Of one answer, in seconds.
const ANSWER_MAX: &str = "60";

/// A parcel between two objects may arrive while they are read: then they are read again.
#[derive(Clone, Copy)]
struct Patience {
    readings: u32,
    /// Longer than a shop remembers its answer.
    pause: Duration,
}

const PATIENCE: Patience = Patience { readings: 4, pause: Duration::from_secs(6) };

/// `since`: heads that were written down, with commas between them.
pub fn run(url: &str, sku: &str, since: Option<String>) -> Result<()> {
    let heads = since.iter().flat_map(|heads| heads.split(',')).map(str::trim);
    let heads = heads.filter(|head| !head.is_empty()).map(str::to_owned).collect();
    let report = verify(url, sku, &heads)?;
    print!("{}", told(sku, &report, &heads));
    Ok(())
}

/// Reads all of a SKU's proof, in which these heads must be; an error says what is wrong with it.
pub fn verify(url: &str, sku: &str, heads: &BTreeSet<String>) -> Result<Report> {
    verify_with(url, sku, heads, PATIENCE)
}

fn verify_with(url: &str, sku: &str, heads: &BTreeSet<String>, patience: Patience) -> Result<Report> {
    let url = url.trim_end_matches('/');
    // A SKU stands in a path as it is; what does not, is none.
    if !sku.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        bail!("`{sku}` is not a SKU: those are made of A-Z a-z 0-9 . _ -");
    }
    let mut readings = 1;
    let report = loop {
        let report = verify_all(url, sku, heads)?;
        if report.adds_up() {
            break report;
        }
        if readings == patience.readings {
            let (moved, under_way) = (report.tally.moved, report.under_way);
            bail!(
                "the proof of {sku} does not hold: its objects moved {moved} pieces to each other and say that {under_way} are on \
                 their way. Together that has to be none; so it was in none of {readings} readings"
            );
        }
        readings += 1;
        thread::sleep(patience.pause);
    };
    match heads.iter().find(|head| !report.found.contains(*head)) {
        Some(lost) => {
            bail!(
                "the proof of {sku} does not hold: {lost} is the hash of no entry: history was rewritten since"
            )
        }
        None => Ok(report),
    }
}

/// The object that sells a SKU, and those that it lends to; the sum of them.
fn verify_all(url: &str, sku: &str, heads: &BTreeSet<String>) -> Result<Report> {
    let mut report = verify_object(url, sku, 0, heads)?
        .with_context(|| format!("{url} knows of no such SKU as {sku}, or is a shop that proves nothing"))?;
    if report.branches.iter().collect::<BTreeSet<_>>().len() < report.branches.len()
        || report.branches.contains(&0)
    {
        bail!("the proof of {sku} does not hold: it names its objects as {:?}", report.branches);
    }
    for shard in report.branches.clone() {
        // One that was never supplied has no ledger yet.
        if let Some(branch) = verify_object(url, sku, shard, heads)? {
            if branch.chain.head == report.chain.head || report.heads.contains(&branch.chain.head) {
                bail!("the proof of {sku} does not hold: shard {shard} shows the ledger of another one");
            }
            report.heads.push(branch.chain.head.clone());
            report.add(&branch);
        }
    }
    Ok(report)
}

/// One of the objects that sell a SKU: each has a ledger and a chain of its own. `None`: there is none.
fn verify_object(url: &str, sku: &str, shard: u32, heads: &BTreeSet<String>) -> Result<Option<Report>> {
    let object = if shard == 0 { String::new() } else { format!("&shard={shard}") };
    let mut verifier = Verifier::new(sku, heads);
    let mut cursor: Option<String> = None;
    loop {
        let after = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let address = format!("{url}/v1/inventory/{sku}/proof?limit={PAGE}{object}{after}");
        let page = match (read(&address)?, &cursor) {
            (Some(page), _) => page,
            (None, None) => return Ok(None),
            (None, Some(_)) => bail!("{address} is not there, to which the page before leads"),
        };
        let next = page.next_cursor.clone();
        verifier.take(page).map_err(|flaw| broken(sku, shard, &flaw))?;
        match next {
            None => break,
            next if next == cursor => bail!("the proof of {sku} never ends: a page leads to itself"),
            next => cursor = next,
        }
    }
    verifier.finish().map(Some).map_err(|flaw| broken(sku, shard, &flaw))
}

fn broken(sku: &str, shard: u32, flaw: &verify::Flaw) -> anyhow::Error {
    let object = if shard == 0 { String::new() } else { format!(" in shard {shard}") };
    anyhow::anyhow!("the proof of {sku}{object} does not hold: {flaw}")
}

fn told(sku: &str, report: &Report, since: &BTreeSet<String>) -> String {
    let Report { tally, chain, .. } = report;
    let mut lines = vec![
        format!("{sku} was never oversold, and no entry was changed."),
        String::new(),
        format!("  received   {:>9}", tally.received),
        format!("  sold       {:>9}", tally.sold),
        format!("  returned   {:>9}", tally.returned),
        format!("  corrected  {:>9}", tally.corrected),
        format!("  on hand    {:>9}", report.on_hand),
        format!("  reserved   {:>9}", report.reserved),
        format!("  entries    {:>9}", report.entries),
        format!("  head       {}", chain.head),
        String::new(),
    ];
    if report.unsealed > 0 {
        lines.push(format!(
            "{} entries are older than the chain, or of an older version of the shop: they add up, but no hash seals them.",
            report.unsealed
        ));
    }
    match report.beginnings.as_slice() {
        [_] if chain.tally.opening == 0 && report.unsealed == 0 => {}
        beginnings => {
            let places: Vec<String> = beginnings.iter().map(u64::to_string).collect();
            let opening = chain.tally.opening;
            lines.push(format!(
                "A chain begins at entry {}; the last one with {opening} on hand.",
                places.join(", ")
            ));
        }
    }
    if !report.branches.is_empty() {
        let count = report.branches.len() + 1;
        lines.push(format!(
            "It is sold by {count} objects, and this is the sum of them. Each has a head; those of the others are"
        ));
        lines.extend(report.heads.iter().map(|head| format!("  {head}")));
    }
    if report.under_way > 0 {
        lines.push(format!(
            "{} pieces are said to be on their way from one to another. No ledger shows where they are: ask again until there are none.",
            report.under_way
        ));
    }
    match since.len() {
        0 => lines.push("Write the head down: with --since HEAD,HEAD it can be asked for again.".to_owned()),
        _ => lines.extend(since.iter().map(|head| {
            format!("{head} is still in it: nothing between it and where its chain begins was rewritten.")
        })),
    }
    lines.join("\n") + "\n"
}

/// One page, by curl: these commands carry no TLS of their own, and a proof is worth most of a shop that is far away. `None`: not found.
fn read(address: &str) -> Result<Option<Page>> {
    let mut command = Command::new("curl");
    command.args([
        "--silent",
        "--show-error",
        "--globoff",
        "--fail",
        "--location",
        "--retry",
        RETRIES,
        "--max-time",
        ANSWER_MAX,
    ]);
    command.args(["--write-out", "\n%{http_code}", address]);
    let output =
        command.stdin(Stdio::null()).output().context("curl cannot be run, which reads the proof")?;
    let text = String::from_utf8(output.stdout)?;
    let (body, status) = text.rsplit_once('\n').unwrap_or(("", "000"));
    match status {
        "200" if output.status.success() => serde_json::from_str(body)
            .map(Some)
            .with_context(|| format!("{address} answers something else than a proof")),
        "404" => Ok(None),
        _ => bail!("{address} does not answer: {}", String::from_utf8_lossy(&output.stderr).trim()),
    }
}

#[cfg(test)]
mod tests;
