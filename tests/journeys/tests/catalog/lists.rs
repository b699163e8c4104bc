//! Lists: filters, orders, pages, facets and words.

use serde_json::{Value, json};

use crate::catalog::shop::{Shop, watch};
use kit::run;

/// `tide` 1000 and `abyss` 3000 are Halden's divers, `orbit` 2000 an Orrery watch, `nato` 50 a strap.
async fn shop() -> Shop {
    let shop = Shop::new().with_taxonomy().await;
    let mut nato = watch("nato", "Nato Strap", "orrery", "straps", 50);
    nato["variants"].as_array_mut().unwrap().pop();
    nato["description"] = json!("A strap for a tide of watches. Chronomètre.");
    let report = shop
        .import(&[
            watch("tide", "Tide", "halden", "divers", 1_000),
            watch("orbit", "Orbit Tidewater", "orrery", "watches", 2_000),
            watch("abyss", "Abyss", "halden", "deep", 3_000),
            nato,
        ])
        .await;
    assert_eq!(report.body["created"], 4, "{}", report.text);
    shop
}

#[test]
fn every_filter_narrows_and_filters_add_up() {
    run(async {
        let shop = shop().await;
        shop.stock("tide-L", 2, 1).await;
        for (query, expected) in [
            ("", vec!["nato", "abyss", "orbit", "tide"]),
            ("category=watches", vec!["abyss", "orbit", "tide"]),
            ("category=divers", vec!["abyss", "tide"]),
            ("category=nowhere", vec![]),
            ("brand=halden", vec!["abyss", "tide"]),
            ("brand=halden&brand=orrery", vec!["nato", "abyss", "orbit", "tide"]),
            ("brand=nobody", vec![]),
            ("min_price=1041", vec!["abyss", "orbit"]),
            ("min_price=1040&max_price=2000", vec!["orbit", "tide"]),
            ("max_price=49", vec![]),
            ("in_stock=true", vec!["tide"]),
            ("option.Strap=Steel", vec!["abyss", "orbit", "tide"]),
            ("option.Strap=Steel&option.Strap=Leather", vec!["nato", "abyss", "orbit", "tide"]),
            ("attr.Movement=Automatic", vec!["abyss", "orbit"]),
            ("attr.Jewels=24&attr.Limited=false&option.Strap=Steel", vec!["abyss", "orbit", "tide"]),
            ("attr.Movement=Hamster", vec![]),
            (
                "category=watches&brand=halden&attr.Movement=Automatic&min_price=1&in_stock=false",
                vec!["abyss"],
            ),
            ("q=tide&category=divers&option.Strap=Steel", vec!["tide"]),
            ("currency=JPY&min_price=200000&sort=price", vec!["orbit", "abyss"]),
            ("currency=USD", vec![]),
        ] {
            let told = shop.get(&format!("/v1/products?{query}")).await;
            assert_eq!(told.slugs(), expected, "{query}");
            assert_eq!(told.body["total"], expected.len(), "{query}");
            assert_eq!(told.body["next_cursor"], Value::Null, "{query}");
        }
    });
}

#[test]
fn every_order_is_the_same_page_by_page_and_survives_inserts() {
    run(async {
        let shop = shop().await;
        for (query, expected) in [
            ("sort=newest", vec!["nato", "abyss", "orbit", "tide"]),
            ("sort=price", vec!["nato", "tide", "orbit", "abyss"]),
            ("sort=-price", vec!["abyss", "orbit", "tide", "nato"]),
            ("sort=name", vec!["abyss", "nato", "orbit", "tide"]),
            ("sort=name&category=watches", vec!["abyss", "orbit", "tide"]),
            ("sort=-price&brand=orrery", vec!["orbit", "nato"]),
            ("sort=price&q=tide", vec!["nato", "tide", "orbit"]),
            ("sort=name&q=tide", vec!["nato", "orbit", "tide"]),
            ("q=tide", vec!["tide", "orbit", "nato"]),
            ("sort=name&option.Strap=Steel", vec!["abyss", "orbit", "tide"]),
        ] {
            assert_eq!(shop.get(&format!("/v1/products?{query}")).await.slugs(), expected, "{query}");
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = shop.get(&format!("/v1/products?{query}&limit=1{cursor}")).await;
                seen.extend(page.slugs().into_iter().map(str::to_owned));
                assert_eq!(page.body["total"], expected.len(), "{query}");
                let Some(next) = page.body["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, expected, "{query} by one");
        }
        // What comes in front of a page after it was read does not push anything onto the next one.
        let first = shop.get("/v1/products?limit=2").await;
        shop.import(&[watch("newest", "Newest", "halden", "divers", 10)]).await;
        let next = first.body["next_cursor"].as_str().unwrap();
        assert_eq!(shop.get(&format!("/v1/products?limit=2&cursor={next}")).await.slugs(), ["orbit", "tide"]);
    });
}

#[test]
fn facets_count_what_was_found() {
    run(async {
        let shop = shop().await;
        shop.stock("abyss-S", 20, 1).await;
        let all = shop.get("/v1/products?limit=1").await;
        assert_eq!(all.facet("brand"), ["halden:2", "orrery:2"]);
        assert_eq!(all.facet("category"), ["watches:3", "divers:2", "deep:1", "straps:1"]);
        assert_eq!(all.facet("option.Strap"), ["Leather:4", "Steel:3"]);
        assert_eq!(all.facet("attr.Movement"), ["Automatic:2", "Quartz:2"]);
        assert_eq!(all.facet("in_stock"), ["true:1"]);
        assert_eq!((&all.body["total"], &all.body["total_is_capped"]), (&json!(4), &json!(false)));
        let brand =
            all.body["facets"].as_array().unwrap().iter().find(|facet| facet["name"] == "brand").unwrap();
        assert_eq!(brand["values"][1]["label"], "Orrery & Sons");
        let some = shop.get("/v1/products?q=tide&attr.Movement=Quartz").await;
        assert_eq!(
            (some.facet("brand"), some.facet("option.Strap")),
            (vec!["halden:1".into(), "orrery:1".into()], vec!["Leather:2".to_owned(), "Steel:1".into()])
        );
    });
}

#[test]
fn words_are_found_by_their_beginnings_without_accents_and_with_one_typo() {
    run(async {
        let shop = shop().await;
        for (q, expected, corrected) in [
            ("TIDE", vec!["tide", "orbit", "nato"], None),
            ("orb", vec!["orbit"], None),
            ("halden ab", vec!["abyss"], None),
            ("chronometre", vec!["nato"], None),
            ("chronomètr", vec!["nato"], None),
            ("orrery sons", vec!["nato", "orbit"], None),
            ("hadlen", vec!["abyss", "tide"], Some("halden")),
            ("haldn tide", vec!["tide"], Some("halden tide")),
            ("abys orbit", vec![], None),
            ("abbyss", vec!["abyss"], Some("abyss")),
            ("xyzzy", vec![], None),
            ("halden xyzzy", vec![], None),
            ("\"*!(", vec![], None),
            ("NOT AND OR", vec![], None),
            ("ab\" OR \"x", vec![], None),
        ] {
            let told = shop.get(&format!("/v1/products?q={}", encoded(q))).await;
            assert_eq!(told.slugs(), expected, "{q}");
            assert_eq!(told.body["corrected_q"].as_str(), corrected, "{q}");
        }
        // A corrected list has pages, too.
        let first = shop.get("/v1/products?q=hadlen&limit=1").await;
        let next = first.body["next_cursor"].as_str().unwrap();
        assert_eq!(shop.get(&format!("/v1/products?q=hadlen&limit=1&cursor={next}")).await.slugs(), ["tide"]);
    });
}

#[test]
fn a_question_that_makes_no_sense_is_refused_by_its_parameter() {
    run(async {
        let shop = Shop::new();
        for (query, refusal) in [
            ("limit=101", "422 validation_failed ?limit"),
            ("sort=cheap&currency=XXX", "422 validation_failed ?sort ?currency"),
            ("cursor=x", "422 validation_failed ?cursor"),
            ("colour=red", "422 validation_failed ?colour"),
        ] {
            assert_eq!(shop.get(&format!("/v1/products?{query}")).await.refusal(), refusal, "{query}");
        }
        assert_eq!(
            shop.get("/v1/products").await.slugs(),
            [] as [&str; 0],
            "an empty shop has an empty list"
        );
    });
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
