//! Messages and effects that gave up.

use http::Method;
use serde_json::json;

use api::identity::Role;
use domain::time::HOUR_MS;
use kit::{Plan, run};

use crate::inventory::shop::{Shop, hint};

#[test]
fn a_message_that_gave_up_is_kept_listed_and_sent_again() {
    run(async {
        let shop = Shop::new();
        let admin = [Role::Admin];
        shop.0.put_on_queue("order-events-dlq", r#"{"id":"x"}"#);
        shop.0.at_rest().await;
        shop.0.put_on_queue("stock-events", "this is no envelope");
        shop.0.at_rest().await;

        let letters = shop.all("/v1/dead-letters", &admin).await;
        let queues: Vec<_> = letters.iter().map(|letter| letter["queue"].as_str().unwrap()).collect();
        assert_eq!(queues, ["stock-events", "order-events"], "newest first");
        assert!(letters.iter().all(|letter| letter.get("body").is_none() && letter["status"] == "new"));
        assert_eq!(shop.all("/v1/dead-letters?queue=order-events&limit=1", &admin).await.len(), 1);
        assert_eq!(shop.all("/v1/dead-letters?status=replayed", &admin).await.len(), 0);

        let path = format!("/v1/dead-letters/{}/replay", letters[0]["id"].as_str().unwrap());
        let replayed = shop.call(&admin, None, Method::POST, &path, None).await.unwrap();
        assert_eq!((replayed.status, &replayed.body["status"]), (202, &json!("replayed")));
        let denied = shop.call(&[Role::Staff], None, Method::POST, &path, None).await.unwrap();
        assert_eq!(denied.status, 403);
        shop.0.at_rest().await;
        let back = shop.all("/v1/dead-letters?queue=stock-events", &admin).await;
        assert_eq!(back.len(), 1, "it is the same letter");
        assert_eq!((&back[0]["status"], &back[0]["replays"]), (&json!("new"), &json!(1)), "it came back");
        let unknown = "/v1/dead-letters/dlt_00000000-0000-7000-8000-000000000000/replay";
        assert_eq!(shop.call(&admin, None, Method::POST, unknown, None).await.unwrap().status, 404);

        shop.0.advance(91 * 24 * HOUR_MS).await;
        shop.0.tick().await;
        assert_eq!(shop.all("/v1/dead-letters", &admin).await.len(), 0, "nothing is kept for ever");
    });
}

#[test]
fn an_effect_that_was_given_up_is_a_dead_letter_and_its_replay_does_it() {
    run(async {
        let shop = Shop::new();
        let admin = [Role::Admin];
        let berlin = shop.location("Berlin", 1).await;
        shop.0.calls.begin();
        shop.0.calls.plan(Plan::Down { what: "stock → CATALOG_EVENTS".into(), until_ms: 40 * HOUR_MS });
        shop.adjust("AUR-38", &berlin, 3).await;
        shop.0.at_rest().await;
        shop.0.calls.end();
        assert_eq!(hint(), None);

        let letters = shop.all("/v1/dead-letters", &admin).await;
        assert_eq!(letters.len(), 1, "{:?}", shop.0.errors());
        assert_eq!(
            (&letters[0]["type"], &letters[0]["queue"]),
            (&json!("effect_parked"), &json!("stock-events"))
        );
        let path = format!("/v1/dead-letters/{}/replay", letters[0]["id"].as_str().unwrap());
        assert_eq!(shop.call(&admin, None, Method::POST, &path, None).await.unwrap().status, 202);
        shop.0.at_rest().await;
        assert_eq!(hint(), Some(3));
        assert_eq!(shop.all("/v1/dead-letters?status=new", &admin).await.len(), 0);
    });
}
