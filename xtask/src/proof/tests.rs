//! A shop that says what the test wants, and what the command makes of it.

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

fn verdict(page: Value) -> Result<Report, verify::Flaw> {
    let mut verifier = Verifier::new("AUR-38", &BTreeSet::new());
    verifier.take(serde_json::from_value(page).unwrap())?;
    verifier.finish()
}

#[test]
fn the_example_of_the_page_holds() {
    let report = verdict(example()).unwrap();
    assert_eq!((report.on_hand, report.reserved, report.entries, report.unsealed), (5, 2, 2, 0));
    assert!(told("AUR-38", &report, &BTreeSet::new()).contains(&report.chain.head));
}

/// The same lines, and so the same hash, but another story.
#[test]
fn a_text_that_could_be_read_in_two_ways_is_refused() {
    let mut page = example();
    let entry = &mut page["items"][1];
    let (place, commitment) = (entry["location_id"].clone(), entry["commitment"].clone());
    entry["location_id"] = format!("{}\n0\n2\n5\n2", place.as_str().unwrap()).into();
    entry["commitment"] = "x".into();
    let flaw = verdict(page.clone()).unwrap_err();
    assert!(flaw.why.contains("no time, no id and no hash"), "{flaw}");
    page["items"][1]["location_id"] = place;
    page["items"][1]["commitment"] = format!("0\n{}", commitment.as_str().unwrap()).into();
    assert!(verdict(page).unwrap_err().why.contains("no time, no id and no hash"));
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
            let answer =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
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
        let found = verdict(page).expect_err(&format!("{pointer} {value}"));
        // An entry that claims another place is named by that, one that lost its seal by the one behind it.
        let named = if pointer == "/items/0/seq" { Some(1) } else { seq };
        let named = if pointer == "/items/0/hash" { Some(2) } else { named };
        assert_eq!(found.seq, named, "{pointer} {value}: {found}");
    }
    for (from, to) in [(0, 1), (1, 2)] {
        let mut page = example();
        page["items"].as_array_mut().unwrap().drain(from..to);
        assert!(verdict(page).is_err(), "without entry {from}");
    }
}

/// An object's proof with these movements at one place, sealed as it should be.
fn object(moves: &[(&str, i64)], under_way: i64, branches: &[u32]) -> Value {
    let place = "loc_019aab3c-7d4e-7c1a-9f00-5b2e8d6a1c34";
    // That of an empty opening.
    let mut head = "fcaf616cf90933a7071e31611403a5a76bed08bf7523a87a0b5e0f9cc2613727".to_owned();
    let (mut items, mut on_hand) = (Vec::new(), 0);
    for (seq, (kind, delta)) in (1..).zip(moves) {
        on_hand += delta;
        let mut entry = json!({
            "seq": seq, "at": "2026-11-22T15:04:05.007Z", "kind": kind, "location_id": place, "delta": delta,
            "reserved_delta": 0, "on_hand": on_hand, "reserved": 0, "commitment": "c0ffee",
        });
        head = verify::entry_hash(&head, &serde_json::from_value(entry.clone()).unwrap());
        entry["hash"] = json!(head);
        if seq == 1 {
            entry["opening"] = json!([]);
        }
        items.push(entry);
    }
    let of = |kinds: &[&str]| -> i64 {
        moves.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, delta)| delta).sum()
    };
    json!({
        "sku": "AUR-38", "items": items, "next_cursor": null,
        "claim": {
            "seq": moves.len(), "on_hand": on_hand, "reserved": 0, "under_way": under_way, "branches": branches,
            "locations": [{"location_id": place, "on_hand": on_hand, "reserved": 0}],
            "chain": {
                "head": head, "length": moves.len(), "begins_at": 1, "opening": 0, "received": of(&["received"]),
                "sold": 0, "returned": 0, "corrected": 0, "moved": of(&["moved_in", "moved_out"]),
            },
        },
    })
}

fn head_of(page: &Value) -> String {
    page["claim"]["chain"]["head"].as_str().unwrap().to_owned()
}

/// What the command makes of a SKU in several objects; where there is `None`, the object was never supplied.
fn read_all(objects: Vec<Option<Value>>, since: &[&str]) -> Result<Report> {
    let url = serve(move |path| {
        let shard = path.split_once("&shard=").map_or(0, |(_, shard)| shard.parse().unwrap());
        objects.get(shard).cloned().flatten()
    });
    let heads = since.iter().map(|head| (*head).to_owned()).collect();
    verify_with(&url, "AUR-38", &heads, Patience { readings: 3, pause: Duration::ZERO })
}

#[test]
fn the_objects_of_one_sku_are_added_up() {
    let home = object(&[("received", 300), ("moved_out", -100), ("moved_out", -20)], 20, &[1, 2]);
    let branch = object(&[("moved_in", 100)], 0, &[]);
    let heads = [head_of(&home), head_of(&branch)];
    let heads = heads.each_ref().map(String::as_str);
    let report = read_all(vec![Some(home.clone()), Some(branch.clone()), None], &heads).unwrap();
    assert_eq!((report.on_hand, report.under_way, report.tally.received), (280, 20, 300));
    let said = told("AUR-38", &report, &BTreeSet::new());
    assert!(said.contains(heads[1]) && said.contains("20 pieces are said to be on their way"), "{said}");

    let refused = |objects: Vec<Option<Value>>| read_all(objects, &[]).unwrap_err().to_string();
    let unknown = read_all(vec![Some(home.clone()), Some(branch.clone())], &[&"0".repeat(64)]);
    assert!(unknown.unwrap_err().to_string().contains("rewritten"));
    let mut tampered = branch.clone();
    tampered["items"][0]["delta"] = json!(99);
    assert!(refused(vec![Some(home.clone()), Some(tampered)]).contains("in shard 1"));
    let mut negative = home.clone();
    negative["claim"]["under_way"] = json!(-80);
    assert!(refused(vec![Some(negative), Some(branch.clone())]).contains("cannot be on their way"));

    let mut invented = home.clone();
    invented["claim"]["under_way"] = json!(50);
    assert!(
        refused(vec![Some(invented), Some(branch.clone())]).contains("on their way"),
        "a parcel that nobody sent"
    );
    let mut twice = home.clone();
    twice["claim"]["branches"] = json!([1, 1]);
    assert!(refused(vec![Some(twice), Some(branch.clone())]).contains("[1, 1]"));
    let again = refused(vec![Some(home.clone()), Some(branch.clone()), Some(branch.clone())]);
    assert!(again.contains("of another one"), "{again}");
    let mut hidden = home;
    hidden["claim"]["branches"] = json!([]);
    assert!(refused(vec![Some(hidden)]).contains("on their way"), "a branch that nobody may see");
}
