//! Locations, and the list across SKUs.

use http::Method;
use serde_json::{Value, json};

use api::{event::Envelope, identity::Role, inventory::StockChanged};
use domain::{Timestamp, id::EventId, time::HOUR_MS};
use kit::{Chaos, Plan, run};

use crate::inventory::shop::{Answer, Shop};

#[test]
fn the_list_follows_the_objects_whatever_the_queue_does() {
    run(async {
        let shop = Shop::new();
        shop.0.unleash(Chaos::ROUGH);
        let (berlin, osaka) = (shop.location("Berlin", 1).await, shop.location("Osaka", 2).await);
        for n in 0..12 {
            let sku = format!("SKU-{n:02}");
            shop.adjust(&sku, &osaka, n).await;
            shop.adjust(&sku, &berlin, 20).await;
            shop.0.advance(1_500).await;
            shop.adjust(&sku, &berlin, -20).await;
        }
        shop.settle().await;

        let all = shop.all("/v1/inventory?limit=5", &[Role::Staff]).await;
        let seen: Vec<_> = all.iter().map(|row| (row["sku"].clone(), row["available"].clone())).collect();
        // Nothing can be corrected by 0 pieces, so the first SKU lies in Berlin only.
        let expected: Vec<_> = (0..12).map(|n| (json!(format!("SKU-{n:02}")), json!(n))).collect();
        assert_eq!(seen, expected);
        let places = json!([
            {"location_id": berlin, "on_hand": 0, "reserved": 0},
            {"location_id": osaka, "on_hand": 7, "reserved": 0},
        ]);
        assert_eq!(all[7]["locations"], places, "in the order of sourcing");

        let low = shop.all("/v1/inventory?low_stock=true&limit=2", &[Role::Staff]).await;
        let skus: Vec<_> = low.iter().map(|row| row["sku"].as_str().unwrap()).collect();
        assert_eq!(skus, ["SKU-00", "SKU-01", "SKU-02", "SKU-03", "SKU-04", "SKU-05"], "the scarcest first");

        // A snapshot of long ago comes late.
        let old = StockChanged {
            sku: "SKU-07".parse().unwrap(),
            shard: 0,
            seq: 1,
            at: Timestamp::from_millis(0),
            on_hand: 500,
            reserved: 0,
            available: 500,
            locations: Vec::new(),
        };
        let envelope = Envelope::new(EventId::derived(&["late"]), &old, shop.0.now(), None);
        shop.0.put_on_queue("stock-events", &serde_json::to_string(&envelope).unwrap());
        shop.settle().await;
        assert_eq!(shop.get("/v1/inventory?limit=100").await.items()[7]["on_hand"], 7);
    });
}

#[test]
fn a_new_priority_reaches_the_objects_even_when_they_could_not_be_reached() {
    run(async {
        let shop = Shop::new();
        let (berlin, osaka) = (shop.location("Berlin", 1).await, shop.location("Osaka", 2).await);
        for n in 0..60 {
            for location in [&berlin, &osaka] {
                shop.adjust(&format!("SKU-{n:02}"), location, 5).await;
            }
        }
        shop.settle().await;
        let first = |level: &Value| level["locations"][0]["location_id"].clone();
        assert_eq!(first(&shop.get("/v1/inventory/SKU-33").await.body), berlin);

        shop.0.calls.begin();
        shop.0.calls.plan(Plan::Down { what: "inventory → STOCK".into(), until_ms: HOUR_MS });
        let path = format!("/v1/locations/{berlin}");
        let patched = shop.staff(Method::PATCH, &path, json!({"priority": 9})).await;
        assert_eq!((patched.status, &patched.body["priority"]), (200, &json!(9)));
        shop.settle().await;
        assert!(shop.0.calls.has_struck());
        shop.0.calls.end();
        assert_eq!(first(&shop.get("/v1/inventory/SKU-33").await.body), berlin, "nobody could be told");

        shop.0.tick().await;
        for n in 0..60 {
            let sku = format!("/v1/inventory/SKU-{n:02}");
            assert_eq!(first(&shop.get(&sku).await.body), osaka, "{sku}");
        }
        let listed = shop.get("/v1/inventory?limit=100").await;
        assert!(listed.items().iter().all(|level| first(level) == osaka));
        let reserved = shop.reserve("SKU-33", "ada", 6).await;
        let taken = &reserved["replied"]["reply"]["reservation"]["allocations"];
        assert_eq!(*taken, json!([{"location": osaka, "quantity": 5}, {"location": berlin, "quantity": 1}]));
    });
}

#[test]
fn a_location_lives_until_it_is_empty() {
    run(async {
        let shop = Shop::new();
        let post = |key: &'static str, name: &'static str| {
            let shop = &shop;
            let body = json!({"name": name, "country": "JP", "priority": 3});
            async move {
                shop.call(&[Role::Staff], Some(key), Method::POST, "/v1/locations", Some(&body))
                    .await
                    .unwrap()
            }
        };
        let made = post("k1", "Osaka").await;
        let again = post("k1", "Osaka").await;
        assert_eq!((again.status, again.is_replayed(), &again.body), (201, true, &made.body));
        assert_eq!(post("k1", "Tokyo").await.code(), "idempotency_key_reused");
        shop.location("Berlin", 1).await;
        let names =
            |answer: &Answer| answer.items().iter().map(|place| place["name"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&shop.get("/v1/locations").await), ["Berlin", "Osaka"], "in the order of sourcing");

        let osaka = made.body["id"].as_str().unwrap();
        let path = format!("/v1/locations/{osaka}");
        let renamed = shop.staff(Method::PATCH, &path, json!({"name": "Ōsaka"})).await;
        assert_eq!(renamed.body, json!({"id": osaka, "name": "Ōsaka", "country": "JP", "priority": 3}));
        for bad in [
            json!({"name": null}),
            json!({"priority": 10_001}),
            json!({"country": "Japan"}),
            json!({"id": "x"}),
        ] {
            assert_eq!(shop.staff(Method::PATCH, &path, bad.clone()).await.status, 422, "{bad}");
        }

        shop.adjust("AUR-38", osaka, 2).await;
        shop.settle().await;
        let refused = shop.staff(Method::DELETE, &path, Value::Null).await;
        assert_eq!((refused.status, refused.code()), (409, "location_in_use"));
        shop.adjust("AUR-38", osaka, -2).await;
        shop.settle().await;
        assert_eq!(shop.staff(Method::DELETE, &path, Value::Null).await.status, 204);
        assert_eq!(shop.staff(Method::DELETE, &path, Value::Null).await.status, 404);
        assert_eq!(shop.staff(Method::PATCH, &path, json!({"priority": 1})).await.status, 404);
        assert_eq!(names(&shop.get("/v1/locations").await), ["Berlin"]);
        assert_eq!(shop.adjust("AUR-38", osaka, 1).await.status, 422, "nothing is brought there any more");
    });
}
