//! The public proof that a SKU was never oversold: read as anybody reads it, and verified by the verifier of `cargo xtask verify-proof`, which
//! shares no code with the shop.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../xtask/src/proof/verify.rs"]
mod verify;

use futures::FutureExt;
use serde_json::{Value, json};
use std::{collections::BTreeSet, panic::AssertUnwindSafe, sync::Arc};

use journeys::journey;
use kit::{
    CallKind, World,
    client::pieces,
    seed::{DIVER, FIELD, adjust},
    token::user,
};
use platform::sql;
use verify::{Flaw, Report, Verifier};

/// Longer than the router remembers a page.
const FORGOTTEN_MS: u64 = 6_000;

fn path(sku: &str, limit: u32) -> String {
    format!("/v1/inventory/{sku}/proof?limit={limit}")
}

/// Every page, as a guest is shown it.
async fn read(world: &Arc<World>, sku: &str, limit: u32) -> Vec<Value> {
    let shop = world.client();
    let mut pages = vec![shop.get(path(sku, limit)).send().await.expect(200).body];
    while let Some(cursor) = pages.last().unwrap()["next_cursor"].as_str() {
        let next = format!("{}&cursor={cursor}", path(sku, limit));
        pages.push(shop.get(next).send().await.expect(200).body);
    }
    pages
}

fn verdict(sku: &str, pages: &[Value], since: Option<&str>) -> Result<Report, Flaw> {
    let mut verifier = Verifier::new(sku, &since.iter().map(|head| (*head).to_owned()).collect());
    for page in pages {
        verifier.take(serde_json::from_value(page.clone()).unwrap())?;
    }
    let report = verifier.finish()?;
    assert_eq!(report.found.len(), since.iter().len(), "a head that was written down");
    Ok(report)
}

async fn proven(world: &Arc<World>, sku: &str) -> Result<Report, Flaw> {
    world.advance(FORGOTTEN_MS).await;
    verdict(sku, &read(world, sku, 3).await, None)
}

/// What can happen to a watch. Answers what nobody may be told: ids, keys, notes and names.
async fn live(world: &Arc<World>) -> Vec<String> {
    let shop = world.client();
    let places = shop.get("/v1/locations").as_staff().send().await.expect(200);
    let place = places.text("/items/0/id").to_owned();
    let mut secrets = Vec::new();
    // Kept, cancelled, refunded with the goods coming back, and never paid.
    for (key, method, status) in [
        ("kept", "pm_card_visa", 201),
        ("cancelled", "pm_card_visa", 201),
        ("refunded", "pm_card_visa", 201),
        ("declined", "pm_card_chargeDeclined", 402),
    ] {
        let mut basket = shop.my_cart(user(key)).await;
        shop.put(&mut basket, DIVER.sku, 2).await;
        let answer = shop.place(&basket, key, method).send().await.expect(status);
        secrets.push(user(key).to_string());
        if status != 201 {
            continue;
        }
        let order = basket.order(&answer);
        secrets.extend([order.id.clone(), answer.text("/number").to_owned()]);
        match key {
            "cancelled" => drop(shop.cancel(&order, "c").send().await.expect(200)),
            "refunded" => {
                let body = json!({ "lines": pieces(&[(DIVER.sku, 1)]), "restock": true });
                let refund = shop.refund(&order, "r", &body).send().await.expect(201);
                secrets.push(refund.text("/id").to_owned());
            }
            _ => {}
        }
    }
    let body = json!({ "location_id": place, "delta": -1, "reason": "damaged", "note": "Grace dropped it" });
    let adjustments = format!("/v1/inventory/{}/adjustments", DIVER.sku);
    shop.post(adjustments).as_staff().key("dropped").json(&body).send().await.expect(201);
    secrets.push("Grace dropped it".to_owned());
    // And what only staff are shown of it.
    let ledger =
        shop.get(format!("/v1/inventory/{}/ledger?limit=100", DIVER.sku)).as_staff().send().await.expect(200);
    for line in ledger.body["items"].as_array().unwrap() {
        secrets.push(line["ref"].as_str().unwrap().to_owned());
    }
    secrets
}

#[test]
fn what_happened_to_a_watch_is_proven_to_anybody() {
    journey(async |world| {
        let shop = world.client();
        let before = proven(&world, DIVER.sku).await.unwrap();
        live(&world).await;
        world.at_rest().await;
        world.assert_books_balance().await;

        let level = shop.get(format!("/v1/inventory/{}", DIVER.sku)).as_staff().send().await.expect(200);
        for limit in [1, 3, 100] {
            world.advance(FORGOTTEN_MS).await;
            let pages = read(&world, DIVER.sku, limit).await;
            let report = verdict(DIVER.sku, &pages, Some(&before.chain.head)).unwrap();
            assert_eq!(report.on_hand, level.number("/on_hand"));
            assert_eq!((report.reserved, report.unsealed, report.beginnings.len()), (0, 0, 1));
            // Three orders of two were paid; one came back whole, of another one piece.
            assert_eq!((report.tally.sold, report.tally.returned, report.tally.corrected), (6, 3, -1));
            assert_eq!(report.tally.received, before.tally.received);
        }
    });
}

#[test]
fn a_proof_tells_of_nobody() {
    journey(async |world| {
        let secrets = live(&world).await;
        assert!(secrets.len() > 15, "{secrets:?}");
        world.advance(FORGOTTEN_MS).await;
        let pages = read(&world, DIVER.sku, 100).await;
        let shown = Value::from(pages.clone()).to_string();
        for secret in &secrets {
            assert!(!shown.contains(secret.as_str()), "{secret} is shown");
        }
        for prefix in ["ord_", "rsv_", "adj_", "ref_", "usr_"] {
            assert!(!shown.contains(prefix), "an id that begins with {prefix} is shown");
        }
        let fields: BTreeSet<&String> = pages
            .iter()
            .flat_map(|page| page["items"].as_array().unwrap())
            .flat_map(|item| item.as_object().unwrap().keys())
            .collect();
        let known = [
            "at",
            "commitment",
            "delta",
            "hash",
            "kind",
            "location_id",
            "on_hand",
            "opening",
            "reserved",
            "reserved_delta",
            "seq",
        ];
        assert_eq!(fields.into_iter().collect::<Vec<_>>(), known, "a new field is hashed, too");
    });
}

#[test]
fn a_page_that_is_read_while_goods_are_sold_belongs_to_its_first() {
    journey(async |world| {
        let shop = world.client();
        live(&world).await;
        world.advance(FORGOTTEN_MS).await;
        let first = shop.get(path(DIVER.sku, 2)).send().await.expect(200).body;
        let place = first["items"][0]["location_id"].as_str().unwrap().to_owned();
        let mut pages = vec![first];
        for number in 0.. {
            let Some(cursor) = pages.last().unwrap()["next_cursor"].as_str() else { break };
            let next = format!("{}&cursor={cursor}", path(DIVER.sku, 2));
            adjust(&shop, DIVER.sku, &place, 1, &format!("between {number}")).await;
            pages.push(shop.get(next).send().await.expect(200).body);
        }
        assert!(pages.len() > 5);
        verdict(DIVER.sku, &pages, None).unwrap();
    });
}

#[test]
fn who_reads_proofs_does_not_keep_the_object_from_selling() {
    journey(async |world| {
        let shop = world.client();
        let calls = async |path: String| {
            world.calls.begin();
            shop.get(path).send().await.expect(200);
            let made = world.calls.end();
            made.iter().filter(|call| call.kind == CallKind::Fetch && call.what == "STOCK").count()
        };
        world.advance(FORGOTTEN_MS).await;
        assert_eq!(calls(path(DIVER.sku, 1)).await, 2, "the totals and a page");
        assert_eq!(calls(path(DIVER.sku, 1)).await, 0, "it is remembered");
        let first = shop.get(path(DIVER.sku, 1)).send().await.expect(200);
        let next = format!("{}&cursor={}", path(DIVER.sku, 1), first.text("/next_cursor"));
        assert_eq!(calls(next).await, 1, "a later page asks for its entries alone");
        assert_eq!(first.header("cache-control"), Some("public, max-age=5, s-maxage=5"));
        shop.get(path(DIVER.sku, 101)).send().await.refused(422, "validation_failed");
        shop.get(format!("{}&from=7", path(DIVER.sku, 1))).send().await.refused(422, "validation_failed");
        shop.get(path("NO-SUCH-SKU", 1)).send().await.refused(404, "not_found");
        // A cursor that somebody made up: [18446744073709551615,18446744073709551615].
        let forged = "WzE4NDQ2NzQ0MDczNzA5NTUxNjE1LDE4NDQ2NzQ0MDczNzA5NTUxNjE1XQ";
        let nothing = shop.get(format!("{}&cursor={forged}", path(DIVER.sku, 1))).send().await.expect(200);
        assert_eq!(
            nothing.body,
            json!({ "sku": DIVER.sku, "shard": 0, "claim": null, "items": [], "next_cursor": null })
        );
        let unknown = format!("{}&cursor={forged}", path("NO-SUCH-SKU", 1));
        shop.get(unknown).send().await.refused(404, "not_found");
        assert_eq!(world.errors(), [""; 0]);
    });
}

/// A row of the ledger, as it is stored.
#[derive(serde::Deserialize)]
struct Row {
    seq: u64,
    at: i64,
    data: String,
}

#[test]
fn a_row_that_somebody_changed_is_found() {
    journey(async |world| {
        live(&world).await;
        world.at_rest().await;
        let rows_of_it = world.rows_of("StockObject", DIVER.sku).unwrap();
        let stored = || {
            let all = sql("select seq, at, data from events order by seq");
            rows_of_it.transact(&[all]).unwrap()[0].rows::<Row>().unwrap()
        };
        let write = |row: &Row, at: i64, data: &str| {
            let update = sql("update events set at = ?2, data = ?3 where seq = ?1");
            rows_of_it.transact(&[update.bind(row.seq).bind(at).bind(data)]).unwrap();
        };
        let moved: Vec<Row> = stored().into_iter().filter(|row| row.data.contains("moved")).collect();
        assert!(moved.len() > 10);
        for row in &moved {
            let changed = |pointer: &str, value: Value| {
                let mut data: Value = serde_json::from_str(&row.data).unwrap();
                *data.pointer_mut(pointer).unwrap() = value;
                data.to_string()
            };
            for (at, data) in [
                (row.at + 1, row.data.clone()),
                (row.at, changed("/moved/entry/note", json!("another"))),
                (row.at, changed("/moved/entry/ref", json!("another"))),
                (row.at, changed("/moved/entry/order", json!("ord_00000000-0000-8000-8000-000000000000"))),
                (row.at, changed("/moved/entry/on_hand_delta", json!(1_000))),
                (row.at, changed("/moved/entry/on_hand", json!(1_000))),
                (row.at, changed("/moved/link/hash", json!("0".repeat(64)))),
            ] {
                write(row, at, &data);
                let found = proven(&world, DIVER.sku).await.unwrap_err();
                assert_eq!(found.seq, Some(row.seq), "{data}: {found}");
            }
            let removed = sql("delete from events where seq = ?1").bind(row.seq);
            rows_of_it.transact(&[removed]).unwrap();
            assert!(proven(&world, DIVER.sku).await.is_err(), "without entry {}", row.seq);
            let again = sql("insert into events (seq, at, data) values (?1, ?2, ?3)");
            let again = again.bind(row.seq).bind(row.at).bind(row.data.as_str());
            rows_of_it.transact(&[again]).unwrap();
        }
        proven(&world, DIVER.sku).await.unwrap();
        // The audit of every journey finds it, too.
        world.assert_books_balance().await;
        let row = &moved[3];
        write(row, row.at + 1, &row.data);
        let audit = AssertUnwindSafe(world.assert_books_balance()).catch_unwind().await;
        let told = *audit.unwrap_err().downcast::<String>().unwrap();
        let expected = format!("{}: entry {}: its hash is another", DIVER.sku, row.seq);
        assert!(told.contains(&expected), "{told}");
    });
}

#[test]
fn a_ledger_that_an_older_shop_wrote_is_sealed_from_the_next_movement_on() {
    journey(async |world| {
        let shop = world.client();
        let rows_of_it = world.rows_of("StockObject", FIELD.sku).unwrap();
        let (old, count) = (
            sql("update events set data = json_remove(data, '$.moved.link')"),
            "select count(*) as seq, \
             0 as at, '' as data from events where data like '%moved%'",
        );
        rows_of_it.transact(&[old, sql("update state set data = json_remove(data, '$.chain')")]).unwrap();
        let unsealed = rows_of_it.transact(&[sql(count)]).unwrap()[0].rows::<Row>().unwrap()[0].seq;
        world.evict("StockObject", FIELD.sku);

        let refused = proven(&world, FIELD.sku).await.unwrap_err();
        assert!(refused.why.contains("not sealed"), "{refused}");
        let proof = shop.get(path(FIELD.sku, 100)).send().await.expect(200);
        assert_eq!(proof.body["claim"]["chain"], Value::Null);
        assert_eq!(proof.body["items"][0]["hash"], Value::Null);

        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        let report = proven(&world, FIELD.sku).await.unwrap();
        assert_eq!((report.unsealed, report.chain.length), (unsealed, 2), "reserved and sold");
        assert_eq!(report.beginnings, [report.chain.begins_at]);
        assert_eq!(report.chain.tally.opening, report.on_hand + 1);
    });
}
