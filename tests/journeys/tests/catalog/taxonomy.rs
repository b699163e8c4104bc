//! Categories and brands.

use serde_json::{Value, json};

use crate::catalog::shop::{Shop, watch};
use kit::run;

#[test]
fn brands_are_made_renamed_and_kept_while_in_use() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "divers", 1_000)]).await;
        assert_eq!(shop.get("/v1/brands").await.slugs(), ["halden", "orrery"]);
        let taken = shop.staff("POST", "/v1/brands", json!({"slug": "halden", "name": "X"})).await;
        assert_eq!(taken.refusal(), "409 slug_taken");
        let taken = shop.staff("PATCH", "/v1/brands/orrery", json!({"slug": "halden"})).await;
        assert_eq!(taken.refusal(), "409 slug_taken");
        assert_eq!(
            shop.staff("DELETE", "/v1/brands/halden", Value::Null).await.refusal(),
            "409 brand_in_use"
        );
        assert_eq!(shop.staff("DELETE", "/v1/brands/orrery", Value::Null).await.status, 204);
        assert_eq!(shop.get("/v1/brands/orrery").await.status, 404);

        let renamed = shop.staff("PATCH", "/v1/brands/halden", json!({"name": "Norrland"})).await;
        assert_eq!((renamed.status, &renamed.body["slug"]), (200, &json!("halden")));
        assert_eq!(shop.get("/v1/products/tide").await.body["brand"]["name"], "Norrland");
        assert_eq!(shop.get("/v1/products?q=norrland").await.slugs(), ["tide"]);
        assert_eq!(shop.get("/v1/products?q=halden").await.slugs(), [] as [&str; 0]);
    });
}

#[test]
fn the_tree_has_no_circles_and_moves_with_its_products() {
    run(async {
        let shop = Shop::new().with_taxonomy().await;
        shop.import(&[watch("tide", "Tide", "halden", "deep", 1_000)]).await;
        let watches = shop.get("/v1/categories/watches").await;
        assert_eq!(watches.body["parent_id"], Value::Null);
        let inside = shop.get("/v1/categories?parent=watches").await;
        assert_eq!(
            (inside.slugs(), &inside.body["items"][0]["parent_id"]),
            (vec!["divers"], &watches.body["id"])
        );

        let patch = |slug: &'static str, body: Value| {
            let shop = &shop;
            async move { shop.staff("PATCH", &format!("/v1/categories/{slug}"), body).await }
        };
        assert_eq!(patch("watches", json!({"parent_id": "deep"})).await.refusal(), "409 category_cycle");
        assert_eq!(
            patch("deep", json!({"parent_id": "nowhere"})).await.refusal(),
            "422 validation_failed /parent_id"
        );
        assert_eq!(patch("deep", json!({"slug": "straps"})).await.refusal(), "409 slug_taken");

        assert_eq!(shop.get("/v1/products?category=watches").await.slugs(), ["tide"]);
        let moved = patch("divers", json!({"parent_id": "straps", "position": 3})).await;
        assert_eq!((moved.status, &moved.body["position"]), (200, &json!(3)), "{}", moved.text);
        assert_eq!(shop.get("/v1/products?category=watches").await.slugs(), [] as [&str; 0]);
        assert_eq!(shop.get("/v1/products?category=straps").await.slugs(), ["tide"]);
        assert_eq!(shop.get("/v1/products").await.facet("category"), ["deep:1", "divers:1", "straps:1"]);
        assert_eq!(patch("divers", json!({"parent_id": null})).await.body["parent_id"], Value::Null);
        assert_eq!(shop.get("/v1/products?category=straps").await.slugs(), [] as [&str; 0]);

        for (slug, refusal) in [("divers", "409 category_in_use"), ("deep", "409 category_in_use")] {
            assert_eq!(
                shop.staff("DELETE", &format!("/v1/categories/{slug}"), Value::Null).await.refusal(),
                refusal
            );
        }
        assert_eq!(shop.staff("DELETE", "/v1/categories/straps", Value::Null).await.status, 204);
        assert_eq!(shop.get("/v1/categories?limit=2").await.slugs().len(), 2);
    });
}

#[test]
fn the_tree_has_a_bottom() {
    run(async {
        let shop = Shop::new();
        let mut parent = Value::Null;
        for level in 0..6 {
            let body = json!({"slug": format!("l{level}"), "name": "L", "parent_id": parent});
            parent = shop.staff("POST", "/v1/categories", body).await.body["id"].clone();
        }
        let below = shop
            .staff("POST", "/v1/categories", json!({"slug": "l6", "name": "L", "parent_id": parent}))
            .await;
        assert_eq!(below.refusal(), "422 validation_failed /parent_id");
        let key = [("idempotency-key", "a")];
        let first =
            shop.staff_with("POST", "/v1/categories", &key, json!({"slug": "top", "name": "T"})).await;
        let again =
            shop.staff_with("POST", "/v1/categories", &key, json!({"slug": "top", "name": "T"})).await;
        assert_eq!((first.status, again.status, &first.text), (201, 201, &again.text));
    });
}
