//! `cargo xtask verify-proof URL SKU`: reads a SKU's proof as anybody can, and says whether it holds.

mod verify;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

pub use verify::Report;
use verify::{Page, Verifier};

/// As many entries as a page may have.
const PAGE: u32 = 100;
/// How often curl tries again when it is told to come later, waiting as long as it is told.
const RETRIES: &str = "8";
/// Of one answer, in seconds.
const ANSWER_MAX: &str = "60";

pub fn run(url: &str, sku: &str, since: Option<String>) -> Result<()> {
    let report = verify(url, sku, since.clone())?;
    print!("{}", told(sku, &report, since.as_deref()));
    Ok(())
}

/// Reads all of a SKU's proof; an error says what is wrong with it.
pub fn verify(url: &str, sku: &str, since: Option<String>) -> Result<Report> {
    let url = url.trim_end_matches('/');
    // A SKU stands in a path as it is; what does not, is none.
    if !sku.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        bail!("`{sku}` is not a SKU: those are made of A-Z a-z 0-9 . _ -");
    }
    let mut report = verify_object(url, sku, 0, since)?;
    for shard in report.branches.clone() {
        report.add(&verify_object(url, sku, shard, None)?);
    }
    Ok(report)
}

/// One of the objects that sell a SKU: each has a ledger and a chain of its own.
fn verify_object(url: &str, sku: &str, shard: u32, since: Option<String>) -> Result<Report> {
    let object = if shard == 0 { String::new() } else { format!("&shard={shard}") };
    let mut verifier = Verifier::new(sku, since);
    let mut cursor: Option<String> = None;
    loop {
        let after = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = read(&format!("{url}/v1/inventory/{sku}/proof?limit={PAGE}{object}{after}"))?;
        let next = page.next_cursor.clone();
        verifier.take(page).map_err(|flaw| anyhow::anyhow!("the proof of {sku} does not hold. {flaw}"))?;
        match next {
            None => break,
            next if next == cursor => bail!("the proof of {sku} never ends: a page leads to itself"),
            next => cursor = next,
        }
    }
    verifier.finish().map_err(|flaw| anyhow::anyhow!("the proof of {sku} does not hold: {flaw}"))
}

fn told(sku: &str, report: &Report, since: Option<&str>) -> String {
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
            "It is sold by {count} objects, and this is the sum of them; the head is the first one's."
        ));
    }
    if tally.moved != -report.under_way {
        lines.push(
            "Goods were on their way between them while it was read: ask again for the exact sum.".to_owned(),
        );
    }
    lines.push(match since {
        Some(head) => {
            format!("{head} is still in it: nothing between it and where its chain begins was rewritten.")
        }
        None => "Write the head down: with --since HEAD it can be asked for again.".to_owned(),
    });
    lines.join("\n") + "\n"
}

/// One page, by curl: these commands carry no TLS of their own, and a proof is worth most of a shop that is far away.
fn read(address: &str) -> Result<Page> {
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
            .with_context(|| format!("{address} answers something else than a proof")),
        "404" => bail!("{address} is not there: no such SKU, or a shop that proves nothing"),
        _ => bail!("{address} does not answer: {}", String::from_utf8_lossy(&output.stderr).trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpListener,
    };

    /// The example of `docs/proof.md`, as the shop would show it.
    fn example() -> Value {
        let place = "loc_019aab3c-7d4e-7c1a-9f00-5b2e8d6a1c34";
        let second = "52f748a831addc8027d9bcb87de482776890d7fab5d873182afa982b6bc93bce";
        json!({
            "sku": "AUR-38",
            "claim": {
                "seq": 3, "on_hand": 5, "reserved": 2,
                "locations": [{"location_id": place, "on_hand": 5, "reserved": 2}],
                "chain": {
                    "head": second, "length": 2, "begins_at": 2,
                    "opening": 0, "received": 5, "sold": 0, "returned": 0, "corrected": 0,
                },
            },
            "items": [
                {
                    "seq": 2, "at": "2026-11-22T15:04:05.007Z", "kind": "received", "location_id": place,
                    "delta": 5, "reserved_delta": 0, "on_hand": 5, "reserved": 0,
                    "commitment": "3fd0bb0eca298919a6242cfe15bcd4a02f50553e2dab937d6536f554c79bbef7",
                    "hash": "694d754640e120c1b69ee444cc0c35b3f53437470c6d4b4196cf2674e1e70236",
                    "opening": [],
                },
                {
                    "seq": 3, "at": "2026-11-22T15:05:05.007Z", "kind": "reserved", "location_id": place,
                    "delta": 0, "reserved_delta": 2, "on_hand": 5, "reserved": 2,
                    "commitment": "2b38b67a2f0538c0339cfae12f609fea754534f892ff1039973e2da724572f35",
                    "hash": second,
                },
            ],
            "next_cursor": null,
        })
    }

    fn verdict(page: Value, since: Option<&str>) -> Result<Report, verify::Flaw> {
        let mut verifier = Verifier::new("AUR-38", since.map(str::to_owned));
        verifier.take(serde_json::from_value(page).unwrap())?;
        verifier.finish()
    }

    #[test]
    fn the_example_of_the_page_holds() {
        let report = verdict(example(), None).unwrap();
        assert_eq!((report.on_hand, report.reserved, report.entries, report.unsealed), (5, 2, 2, 0));
        assert!(told("AUR-38", &report, None).contains(&report.chain.head));
        let first = example()["items"][0]["hash"].as_str().unwrap().to_owned();
        assert!(verdict(example(), Some(&first)).is_ok(), "an earlier head is still in it");
        let refused = verdict(example(), Some(&"0".repeat(64))).unwrap_err();
        assert!(refused.why.contains("rewritten"), "{refused}");
    }

    /// The same lines, and so the same hash, but another story.
    #[test]
    fn a_text_that_could_be_read_in_two_ways_is_refused() {
        let mut page = example();
        let entry = &mut page["items"][1];
        let (place, commitment) = (entry["location_id"].clone(), entry["commitment"].clone());
        entry["location_id"] = format!("{}\n0\n2\n5\n2", place.as_str().unwrap()).into();
        entry["commitment"] = "x".into();
        let flaw = verdict(page.clone(), None).unwrap_err();
        assert!(flaw.why.contains("no time, no id and no hash"), "{flaw}");
        page["items"][1]["location_id"] = place;
        page["items"][1]["commitment"] = format!("0\n{}", commitment.as_str().unwrap()).into();
        assert!(verdict(page, None).unwrap_err().why.contains("no time, no id and no hash"));
    }

    /// Answers each request with what `page` makes of its path; `None` is not found.
    fn serve(page: impl Fn(&str) -> Option<Value> + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let head: Vec<String> = stream
                    .by_ref()
                    .lines()
                    .map(|line| line.unwrap())
                    .take_while(|line| !line.is_empty())
                    .collect();
                let (status, body) = match page(head[0].split(' ').nth(1).unwrap()) {
                    Some(page) => ("200 OK", page.to_string()),
                    None => ("404 Not Found", String::new()),
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                );
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        url
    }

    #[test]
    fn a_proof_is_read_page_by_page() {
        let pages = |path: &str| {
            let mut page = example();
            match path {
                "/v1/inventory/AUR-38/proof?limit=100" => {
                    page["items"].as_array_mut().unwrap().pop();
                    page["next_cursor"] = json!("WzIsM10");
                }
                "/v1/inventory/AUR-38/proof?limit=100&cursor=WzIsM10" => {
                    page["items"].as_array_mut().unwrap().remove(0);
                    page["claim"] = Value::Null;
                }
                _ => return None,
            }
            Some(page)
        };
        let url = serve(pages);
        let first = example()["items"][0]["hash"].as_str().unwrap().to_owned();
        run(&url, "AUR-38", Some(first)).unwrap();
        let refused = |url: &str, sku: &str, since| run(url, sku, since).unwrap_err().to_string();
        assert!(refused(&url, "AUR-38", Some("0".repeat(64))).contains("rewritten"));
        assert!(refused(&url, "AUR-39", None).contains("no such SKU"));
        assert!(refused(&url, "../users", None).contains("not a SKU"));

        let tampered = serve(move |path| {
            let mut page = pages(path)?;
            if path.ends_with("WzIsM10") {
                page["items"][0]["reserved_delta"] = json!(1);
            }
            Some(page)
        });
        assert!(refused(&tampered, "AUR-38", None).contains("entry 3"));
        let endless = serve(move |path| {
            let mut page = example();
            page["items"] = json!([]);
            page["next_cursor"] = json!("again");
            if path.contains("cursor") {
                page["claim"] = Value::Null;
            }
            Some(page)
        });
        assert!(refused(&endless, "AUR-38", None).contains("never ends"));
    }

    #[test]
    fn a_change_of_any_value_is_found() {
        for (pointer, value, seq) in [
            ("/items/0/seq", json!(1), Some(2)),
            ("/items/0/at", json!("2026-11-22T15:04:05.008Z"), Some(2)),
            ("/items/0/kind", json!("correction"), Some(2)),
            ("/items/0/kind", json!("stolen"), Some(2)),
            ("/items/0/delta", json!(6), Some(2)),
            ("/items/0/delta", json!(i64::MIN), Some(2)),
            ("/items/0/opening", json!(null), Some(2)),
            ("/items/0/hash", json!(null), Some(2)),
            ("/items/0/commitment", json!("0".repeat(64)), Some(2)),
            ("/items/1/seq", json!(2), Some(2)),
            ("/items/1/seq", json!(4), Some(4)),
            ("/items/1/location_id", json!("loc_019aab3c-7d4e-7c1a-9f00-5b2e8d6a1c35"), Some(3)),
            ("/items/1/reserved_delta", json!(3), Some(3)),
            ("/items/1/on_hand", json!(4), Some(3)),
            ("/items/1/reserved", json!(6), Some(3)),
            ("/items/1/hash", json!(null), None),
            ("/claim/seq", json!(2), Some(3)),
            ("/claim/on_hand", json!(6), None),
            ("/claim/reserved", json!(1), None),
            ("/claim/locations", json!([]), None),
            ("/claim/chain", json!(null), None),
            ("/claim/chain/head", json!("0".repeat(64)), None),
            ("/claim/chain/length", json!(3), None),
            ("/claim/chain/begins_at", json!(3), None),
            ("/claim/chain/opening", json!(1), None),
            ("/claim/chain/received", json!(4), None),
            ("/claim/chain/sold", json!(1), None),
            ("/claim/chain/returned", json!(1), None),
            ("/claim/chain/corrected", json!(1), None),
            ("/claim", json!(null), None),
            ("/sku", json!("AUR-39"), None),
        ] {
            let mut page = example();
            *page.pointer_mut(pointer).unwrap() = value.clone();
            let found = verdict(page, None).expect_err(&format!("{pointer} {value}"));
            // An entry that claims another place is named by that, one that lost its seal by the one behind it.
            let named = if pointer == "/items/0/seq" { Some(1) } else { seq };
            let named = if pointer == "/items/0/hash" { Some(2) } else { named };
            assert_eq!(found.seq, named, "{pointer} {value}: {found}");
        }
        for (from, to) in [(0, 1), (1, 2)] {
            let mut page = example();
            page["items"].as_array_mut().unwrap().drain(from..to);
            assert!(verdict(page, None).is_err(), "without entry {from}");
        }
    }
}
