//! Products, one by one and by the line.

use serde_json::{Value, json};

use crate::catalog::shop::{Shop, Who, watch};
use kit::run;

#[test]
fn a_product_is_made_read_changed_and_archived() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let made = shop.staff("POST", "/v1/products", watch("tide", "Tide", "halden", "divers", 1_000)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.body["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), format!("/v1/products/{id}"));
        shop.stock("tide-S", 3, 1).await;

        let seen = shop.get("/v1/products/tide").await;
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert_eq!(seen.header("cache-control"), "public, max-age=5, s-maxage=5");
        assert_eq!(seen.body["brand"]["name"], "Halden");
        assert_eq!(seen.body["categories"][0]["slug"], "divers");
        assert_eq!(seen.body["price_range"]["max"], json!({"amount": 1_040, "currency": "EUR"}));
        assert_eq!(
            (&seen.body["variants"][0]["stock_hint"], &seen.body["variants"][1]["stock_hint"]),
            (&json!("out"), &json!("low"))
        );
        assert_eq!(shop.get(&format!("/v1/products/{id}")).await.text, seen.text);

        let patched = shop
            .staff(
                "PATCH",
                &format!("/v1/products/{id}"),
                json!({"name": "Tide II", "attributes": {"Jewels": null, "Glass": "Sapphire"}}),
            )
            .await;
        assert_eq!(patched.status, 200, "{}", patched.text);
        assert_eq!(
            patched.body["attributes"],
            json!({"Movement": "Quartz", "Limited": false, "Glass": "Sapphire"})
        );
        assert!(patched.header("etag").starts_with("\"2-EUR-"), "{}", patched.header("etag"));
        assert_eq!(patched.header("cache-control"), "no-store");
        let seen = shop.get("/v1/products/tide").await;
        assert_eq!(seen.text, patched.text);

        assert_eq!(shop.staff("DELETE", "/v1/products/tide", Value::Null).await.status, 204);
        let seen = shop.get("/v1/products/tide").await;
        assert_eq!(
            (seen.status, &seen.body["status"], &seen.body["variants"][1]["available"]),
            (200, &json!("archived"), &json!(false))
        );
        assert_eq!(shop.get("/v1/products").await.slugs(), [] as [&str; 0]);
        let back = shop.staff("PATCH", "/v1/products/tide", json!({"status": "active"})).await;
        assert_eq!(back.refusal(), "409 status_change_refused");
    });
}

#[test]
fn drafts_are_for_staff_only() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let mut draft = watch("secret", "Secret", "halden", "divers", 1_000);
        draft["status"] = json!("draft");
        draft["variants"] = json!([]);
        assert_eq!(shop.staff("POST", "/v1/products", draft).await.status, 201);
        assert_eq!(shop.get("/v1/products/secret").await.refusal(), "404 not_found");
        assert_eq!(shop.get("/v1/products?q=secrat").await.body["corrected_q"], Value::Null);
        let seen = shop.staff("GET", "/v1/products/secret", Value::Null).await;
        assert_eq!((seen.status, seen.header("cache-control")), (200, "no-store"));
        assert_eq!(shop.staff("GET", "/v1/products?status=draft", Value::Null).await.slugs(), ["secret"]);
        assert_eq!(shop.get("/v1/products?status=draft").await.refusal(), "403 forbidden");
        let early = shop.staff("PATCH", "/v1/products/secret", json!({"status": "active"})).await;
        assert_eq!(early.refusal(), "422 validation_failed /variants");
    });
}

#[test]
fn what_a_reader_has_already_is_not_sent_again() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        let tag = |told: &crate::catalog::shop::Told| told.header("etag").to_owned();
        let first = tag(&shop.get("/v1/products/tide").await);
        let again = |etag: String| {
            let shop = &shop;
            async move {
                shop.send(Who::Guest, "GET", "/v1/products/tide", &[("if-none-match", &etag)], vec![])
                    .await
                    .status
            }
        };
        assert_eq!(again(first.clone()).await, 304);
        assert_eq!(again(format!("W/{first}")).await, 304);
        assert_ne!(tag(&shop.get("/v1/products/tide?currency=JPY").await), first);
        // Stock makes no new version, but another answer.
        shop.stock("tide-L", 9, 1).await;
        assert_eq!(again(first.clone()).await, 200);

        let stale = shop
            .staff_with("PATCH", "/v1/products/tide", &[("if-match", "\"7-EUR\"")], json!({"name": "X"}))
            .await;
        assert_eq!(
            (stale.refusal(), &stale.body["version"]),
            ("412 precondition_failed".to_owned(), &json!(1))
        );
        let weak = format!("W/{first}");
        let fresh =
            shop.staff_with("PATCH", "/v1/products/tide", &[("if-match", &weak)], json!({"name": "X"})).await;
        assert_eq!(fresh.status, 200, "{}", fresh.text);
        let gone = shop.staff_with("DELETE", "/v1/products/tide", &[("if-match", &first)], Value::Null).await;
        assert_eq!(gone.refusal(), "412 precondition_failed");
    });
}

#[test]
fn what_makes_no_sense_is_refused_by_its_pointer_and_changes_nothing() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        let before = shop.get("/v1/products/tide").await.text;
        for (patch, refusal) in [
            (json!({"colour": "red"}), "422 validation_failed /colour"),
            (json!({"name": ""}), "422 validation_failed /name"),
            (json!({"name": null}), "422 validation_failed"),
            (json!({"brand": "nobody"}), "422 validation_failed /brand"),
            (json!({"categories": ["nowhere"]}), "422 validation_failed /categories"),
            (json!({"slug": "a b"}), "422 validation_failed /slug"),
            (
                json!({"variants": [{"sku": "tide-L", "title": "L", "options": {"Strap": "Rubber"}, "prices": [{"amount": 1, "currency": "EUR"}]}]}),
                "422 validation_failed /variants/0/options/Strap",
            ),
            (json!({"variants": [{"sku": "!", "title": "L"}]}), "422 validation_failed /variants/0/sku"),
            (json!({"attributes": {"Glass": 1.5}}), "422 validation_failed /attributes/Glass"),
            (json!([]), "422 validation_failed"),
        ] {
            let refused = shop.staff("PATCH", "/v1/products/tide", patch.clone()).await;
            assert_eq!(refused.refusal(), refusal, "{patch}: {}", refused.text);
        }
        assert_eq!(shop.get("/v1/products/tide").await.text, before);
        for (method, path) in [
            ("POST", "/v1/products"),
            ("PATCH", "/v1/products/tide"),
            ("DELETE", "/v1/products/tide"),
            ("GET", "/v1/products/export"),
            ("POST", "/v1/products/import"),
        ] {
            assert_eq!(shop.send(Who::Guest, method, path, &[], vec![]).await.status, 401, "{method} {path}");
        }
        for path in ["/v1/products/none", "/v1/products/prd_x", "/v1/products/Bad!"] {
            assert_eq!(shop.get(path).await.refusal(), "404 not_found", "{path}");
        }
    });
}

#[test]
fn a_key_makes_one_product() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let key = [("idempotency-key", "k1")];
        let body = watch("tide", "Tide", "halden", "divers", 1_000);
        let first = shop.staff_with("POST", "/v1/products", &key, body.clone()).await;
        shop.staff("PATCH", "/v1/products/tide", json!({"name": "Other"})).await;
        let again = shop.staff_with("POST", "/v1/products", &key, body.clone()).await;
        assert_eq!(
            (again.status, &again.text, again.header("idempotency-replayed")),
            (201, &first.text, "true")
        );
        assert_eq!(again.header("etag"), first.header("etag"));
        let other =
            shop.staff_with("POST", "/v1/products", &key, watch("ebb", "Ebb", "halden", "divers", 1)).await;
        assert_eq!(other.refusal(), "422 idempotency_key_reused");
        assert_eq!(shop.staff("POST", "/v1/products", body).await.refusal(), "409 slug_taken");
    });
}

#[test]
fn a_sku_belongs_to_one_product_for_ever() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        let thief = |sku: &str| {
            let mut body = watch("ebb", "Ebb", "halden", "divers", 1_000);
            body["variants"][0]["sku"] = json!(sku);
            body
        };
        let refused = shop.staff("POST", "/v1/products", thief("tide-L")).await;
        assert_eq!((refused.refusal(), &refused.body["sku"]), ("409 sku_taken".to_owned(), &json!("tide-L")));
        // Even once it is no longer offered.
        let one = shop.get("/v1/products/tide").await;
        let mut rest = watch("tide", "Tide", "halden", "divers", 1_000)["variants"].clone();
        rest.as_array_mut().unwrap().remove(0);
        assert_eq!(shop.staff("PATCH", "/v1/products/tide", json!({"variants": rest})).await.status, 200);
        assert_eq!(one.body["variants"].as_array().unwrap().len(), 2);
        assert_eq!(shop.staff("POST", "/v1/products", thief("tide-L")).await.refusal(), "409 sku_taken");
        let quotes = quote(&shop, &["tide-L", "tide-S", "none"], "EUR").await;
        assert_eq!(quotes, [("tide-L".to_owned(), 1_000, false, 0), ("tide-S".to_owned(), 1_040, true, 0)]);
        // And it may come back.
        assert_eq!(shop.import(&[watch("tide", "Tide", "halden", "divers", 900)]).await.body["updated"], 1);
        assert_eq!(quote(&shop, &["tide-L"], "EUR").await, [("tide-L".to_owned(), 900, true, 0)]);
    });
}

/// SKU, price, sellable, available.
async fn quote(shop: &Shop, skus: &[&str], currency: &str) -> Vec<(String, i64, bool, u64)> {
    let told =
        shop.staff("POST", "/internal/catalog/quote", json!({"skus": skus, "currency": currency})).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let mut quotes: Vec<_> = told.body["quotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|quote| {
            let price = quote["unit_price"]["amount"].as_i64().unwrap();
            let (sellable, available) =
                (quote["is_sellable"].as_bool().unwrap(), quote["available"].as_u64().unwrap());
            (quote["sku"].as_str().unwrap().to_owned(), price, sellable, available)
        })
        .collect();
    quotes.sort();
    quotes
}

#[test]
fn a_quote_knows_price_stock_and_whether_it_is_sold() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.stock("tide-L", 99, 4).await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        assert_eq!(
            shop.get("/v1/products?in_stock=true").await.slugs(),
            ["tide"],
            "stock came before the product"
        );
        assert_eq!(quote(&shop, &["tide-L"], "JPY").await, [("tide-L".to_owned(), 160_000, true, 99)]);
        assert_eq!(quote(&shop, &["tide-L"], "USD").await, [("tide-L".to_owned(), 0, false, 99)]);
        // An older hint changes nothing, a newer one does.
        shop.stock("tide-L", 50, 3).await;
        assert_eq!(quote(&shop, &["tide-L"], "EUR").await[0].3, 99);
        shop.stock("tide-L", 0, 5).await;
        assert_eq!(quote(&shop, &["tide-L"], "EUR").await[0].3, 0);
        assert_eq!(shop.get("/v1/products?in_stock=true").await.slugs(), [] as [&str; 0]);
        assert!(shop.get("/v1/products/tide").await.header("etag").starts_with("\"1-"), "no new version");
        shop.staff("DELETE", "/v1/products/tide", Value::Null).await;
        assert!(!quote(&shop, &["tide-L"], "EUR").await[0].2);
        let many: Vec<String> = (0..51).map(|n| format!("S{n}")).collect();
        let told =
            shop.staff("POST", "/internal/catalog/quote", json!({"skus": many, "currency": "EUR"})).await;
        assert_eq!(told.refusal(), "422 validation_failed /skus");
    });
}

/// D1 answers one query at a time, so how many a read takes is how many shoppers it serves.
#[test]
fn a_read_is_one_call_to_the_database() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        for path in [
            "/v1/products/tide",
            "/v1/products?q=tide&category=divers",
            "/v1/categories",
            "/v1/brands/halden",
        ] {
            shop.world.calls.begin();
            assert_eq!(shop.get(path).await.status, 200);
            assert_eq!(shop.world.calls.end().len(), 1, "{path}");
        }
        shop.world.calls.begin();
        quote(&shop, &["tide-L", "tide-S"], "EUR").await;
        assert_eq!(shop.world.calls.end().len(), 1, "a quote");
        shop.world.calls.begin();
        shop.import(&[
            watch("ebb", "Ebb", "halden", "divers", 1),
            watch("flow", "Flow", "orrery", "deep", 1),
        ])
        .await;
        assert_eq!(shop.world.calls.end().len(), 2, "an import looks up and writes");
    });
}

#[test]
fn an_import_reports_each_line_and_does_the_good_ones() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let tide = watch("tide", "Tide", "halden", "divers", 1_000);
        let mut thief = watch("thief", "Thief", "halden", "divers", 1_000);
        thief["variants"][0]["sku"] = json!("tide-L");
        let lines = [
            tide.to_string(),
            String::new(),
            "{not json".to_owned(),
            watch("lost", "Lost", "nobody", "divers", 1).to_string(),
            tide.to_string(),
            thief.to_string(),
            watch("ebb", "Ebb", "orrery", "straps", 500).to_string(),
            r#"{"slug": "x", "colour": 1}"#.to_owned(),
        ];
        let report = shop.import_text(&lines.join("\r\n")).await;
        assert_eq!(report.status, 200, "{}", report.text);
        assert_eq!((&report.body["created"], &report.body["failed"]), (&json!(2), &json!(5)));
        let told: Vec<String> = report.body["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| {
                format!(
                    "{} {} {}",
                    line["line"],
                    line["status"].as_str().unwrap(),
                    line["code"].as_str().unwrap_or("")
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "1 created ",
                "3 failed malformed_body",
                "4 failed validation_failed",
                "5 failed slug_taken",
                "6 failed sku_taken",
                "7 created ",
                "8 failed validation_failed"
            ]
        );
        let mut slugs =
            shop.get("/v1/products").await.slugs().into_iter().map(str::to_owned).collect::<Vec<_>>();
        slugs.sort();
        assert_eq!(slugs, ["ebb", "tide"]);

        let again = shop.import(&[watch("ebb", "Ebb", "orrery", "straps", 700)]).await;
        assert_eq!(
            (&again.body["updated"], &again.body["lines"][0]["status"]),
            (&json!(1), &json!("updated"))
        );
        assert_eq!(shop.get("/v1/products/ebb").await.body["price_range"]["min"]["amount"], 700);

        let too_many = "{}\n".repeat(501);
        assert_eq!(shop.import_text(&too_many).await.refusal(), "422 validation_failed");
        assert_eq!(
            shop.send(
                Who::Staff,
                "POST",
                "/v1/products/import",
                &[("content-type", "application/x-ndjson")],
                vec![0xff]
            )
            .await
            .refusal(),
            "400 malformed_body"
        );
        assert_eq!(
            shop.send(Who::Staff, "POST", "/v1/products/import", &[("content-type", "text/csv")], vec![])
                .await
                .refusal(),
            "415 unsupported_media_type"
        );
    });
}

#[test]
fn what_is_exported_can_be_imported() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        let lines: Vec<Value> =
            (0..5).map(|n| watch(&format!("w{n}"), "W", "halden", "deep", 100 + n)).collect();
        shop.import(&lines).await;
        let (mut cursor, mut text) = (String::new(), String::new());
        loop {
            let page = shop.staff("GET", &format!("/v1/products/export?limit=2{cursor}"), Value::Null).await;
            assert_eq!((page.status, page.header("content-type")), (200, "application/x-ndjson"));
            text.push_str(&page.text);
            let next = page.header("x-next-cursor").to_owned();
            if next.is_empty() {
                break;
            }
            assert!(page.header("link").contains(&next));
            cursor = format!("&cursor={next}");
        }
        let exported: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(exported.len(), 5);
        let before = shop.get("/v1/products/w3").await.body["variants"].clone();
        let report = shop.import(&exported).await;
        assert_eq!(
            (&report.body["updated"], &report.body["failed"]),
            (&json!(5), &json!(0)),
            "{}",
            report.text
        );
        assert_eq!(shop.get("/v1/products/w3").await.body["variants"], before);
    });
}
