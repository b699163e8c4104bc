//! Several at once, and calls that are lost: nothing is written twice, and nothing is written over unseen.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::catalog::shop::{Shop, Told, Who, watch};
use kit::{Chaos, Outage, Plan, run};

const JITTER: Chaos = Chaos { jitter: true, ..Chaos::CALM };

/// Runs a race ten times, each time with another order of events.
fn race(tell: impl AsyncFn(Shop)) {
    for seed in 0..10 {
        run(async {
            let shop = Shop::with_seed(seed).with_taxonomy().await;
            shop.world.unleash(JITTER);
            tell(shop).await;
        });
    }
}

fn statuses(told: &[Told]) -> Vec<u16> {
    let mut statuses: Vec<u16> = told.iter().map(|told| told.status).collect();
    statuses.sort_unstable();
    statuses
}

#[test]
fn changes_at_once_all_count_or_are_refused() {
    race(async |shop| {
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        let patches = (0..8)
            .map(|n| shop.staff("PATCH", "/v1/products/tide", json!({"attributes": {format!("A{n}"): n}})));
        let told = join_all(patches.collect::<Vec<_>>()).await;
        let done = told.iter().filter(|told| told.status == 200).count();
        assert!(
            done >= 3 && told.iter().all(|told| [200, 409].contains(&told.status)),
            "{:?}",
            statuses(&told)
        );
        let seen = shop.get("/v1/products/tide").await;
        for (n, told) in told.iter().enumerate() {
            assert_eq!(seen.body["attributes"][format!("A{n}")].is_null(), told.status != 200, "A{n}");
        }
        assert!(
            seen.header("etag").starts_with(&format!("\"{}-", done + 1)),
            "{} after {done}",
            seen.header("etag")
        );
    });
}

#[test]
fn one_key_twice_at_once_makes_one_product() {
    race(async |shop| {
        let key = [("idempotency-key", "k1")];
        let body = watch("tide", "Tide", "halden", "divers", 1_000);
        let both =
            join_all((0..4).map(|_| shop.staff_with("POST", "/v1/products", &key, body.clone()))).await;
        assert_eq!(statuses(&both), [201; 4]);
        assert!(both.iter().all(|told| told.text == both[0].text));
        assert_eq!(both.iter().filter(|told| told.header("idempotency-replayed") == "true").count(), 3);
        let top = json!({"slug": "top", "name": "Top"});
        for path in ["/v1/brands", "/v1/categories"] {
            let all = join_all((0..4).map(|_| shop.staff_with("POST", path, &key, top.clone()))).await;
            assert_eq!(statuses(&all), [201; 4], "{path}");
            assert!(all.iter().all(|told| told.text == all[0].text));
        }
    });
}

#[test]
fn two_products_that_want_one_sku_do_not_both_get_it() {
    race(async |shop| {
        let claim = |slug: &str| {
            let mut body = watch(slug, slug, "halden", "divers", 1_000);
            body["variants"][0]["sku"] = json!("SHARED");
            body
        };
        let (tide, ebb) = (claim("tide"), claim("ebb"));
        let told =
            join_all([shop.staff("POST", "/v1/products", tide), shop.staff("POST", "/v1/products", ebb)])
                .await;
        assert_eq!(statuses(&told), [201, 409]);
        assert_eq!(shop.get("/v1/products").await.slugs().len(), 1, "the other left nothing behind");
    });
}

#[test]
fn two_imports_of_the_same_products_leave_each_once() {
    race(async |shop| {
        let lines = |amount: i64| -> Vec<Value> {
            (0..20).map(|n| watch(&format!("w{n}"), "W", "halden", "divers", amount)).collect()
        };
        let (first, second) = (lines(100), lines(900));
        let told = join_all([shop.import(&first), shop.import(&second)]).await;
        assert_eq!(statuses(&told), [200, 200]);
        let created: u64 = told.iter().filter_map(|told| told.body["created"].as_u64()).sum();
        assert_eq!(created, 20);
        let list = shop.get("/v1/products?limit=100").await;
        assert_eq!(list.slugs().len(), 20);
        let prices: Vec<_> = list.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["price_range"]["min"]["amount"])
            .collect();
        assert!(prices.iter().all(|price| *price == prices[0]), "one after the other: {prices:?}");
    });
}

#[test]
fn two_moves_at_once_make_no_circle() {
    race(async |shop| {
        let into = |parent: &str| json!({"parent_id": parent});
        let (one, other) = (into("watches"), into("straps"));
        let told = join_all([
            shop.staff("PATCH", "/v1/categories/straps", one),
            shop.staff("PATCH", "/v1/categories/watches", other),
        ])
        .await;
        assert_eq!(statuses(&told), [200, 409]);
        shop.import(&[watch("tide", "Tide", "halden", "deep", 1_000)]).await;
        // The watches went into the straps, or the straps into the watches.
        let above = shop.get("/v1/products").await.facet("category");
        let won = usize::from(told[1].status == 200);
        assert_eq!(above.len(), 3 + won, "{above:?}");
        assert!(above.iter().all(|count| count.ends_with(":1")), "{above:?}");
    });
}

#[test]
fn hints_may_come_twice_and_in_any_order() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        shop.world.unleash(Chaos::ROUGH);
        for seq in [3, 1, 5, 2, 4] {
            let data = json!({"sku": "tide-L", "available": if seq == 5 { 0 } else { seq * 10 }, "seq": seq});
            let event = json!({
                "id": domain::id::EventId::derived(&[&seq.to_string()]), "type": "stock_hint_changed", "version": 1,
                "occurred_at": "2026-11-23T09:00:00.000Z", "traceparent": null, "data": data,
            });
            shop.world.put_on_queue("catalog-events", &event.to_string());
        }
        shop.world.settle().await;
        assert_eq!(shop.get("/v1/products/tide").await.body["variants"][0]["stock_hint"], "out");
        assert_eq!(shop.get("/v1/products?in_stock=true").await.slugs(), [] as [&str; 0]);
        assert_eq!(shop.world.errors(), Vec::<String>::new());
    });
}

/// Every call to the database lost before or after it took effect, or the Worker with it; then the same again with the same key.
#[test]
fn whatever_is_lost_a_repeat_ends_as_if_nothing_had_been() {
    run(async {
        let requests: [(&str, &str, Vec<u8>); 4] = [
            (
                "/v1/products",
                "application/json",
                watch("tide", "Tide", "halden", "divers", 1_000).to_string().into(),
            ),
            (
                "/v1/products/import",
                "application/x-ndjson",
                watch("tide", "Tide", "halden", "divers", 1_000).to_string().into(),
            ),
            ("/v1/brands", "application/json", br#"{"slug": "tide", "name": "Tide"}"#.to_vec()),
            (
                "/v1/categories",
                "application/json",
                br#"{"slug": "tide", "name": "Tide", "parent_id": "deep"}"#.to_vec(),
            ),
        ];
        for (path, kind, body) in requests {
            let mut struck = 0;
            for serial in 0.. {
                let mut has_struck = false;
                for outage in Outage::ALL {
                    let shop = Shop::new().with_taxonomy().await;
                    let extra = [("idempotency-key", "k"), ("content-type", kind)];
                    shop.world.calls.begin();
                    shop.world.calls.plan(Plan::At { serial, outage });
                    let first = shop.try_send(Who::Staff, "POST", path, &extra, body.clone()).await;
                    has_struck |= shop.world.calls.has_struck();
                    shop.world.calls.end();
                    let is_fine = first.as_ref().is_none_or(|told| [200, 201, 503].contains(&told.status));
                    assert!(is_fine, "{path} {serial} {outage:?}: {}", first.unwrap().text);
                    let again = shop.try_send(Who::Staff, "POST", path, &extra, body.clone()).await.unwrap();
                    assert!([200, 201].contains(&again.status), "{path} {serial} {outage:?}: {}", again.text);
                    if path == "/v1/products/import" {
                        assert_eq!(again.body["created"], 1, "{serial} {outage:?}: {}", again.text);
                    }
                    let list = path.trim_end_matches("/import");
                    let listed = shop.get(list).await;
                    let count = listed.slugs().iter().filter(|slug| **slug == "tide").count();
                    assert_eq!(count, 1, "{path} {serial} {outage:?}");
                }
                if !has_struck {
                    break;
                }
                struck += 1;
            }
            assert!(struck >= 2, "{path}: looked up and written");
        }
    });
}
