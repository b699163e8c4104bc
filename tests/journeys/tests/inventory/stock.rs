//! A SKU's stock: what is told of it, how it is adjusted, and that it is never sold twice.

use http::Method;
use serde_json::{Value, json};

use api::identity::Role;
use domain::{
    id::ReservationId,
    stock::StockCommand,
    time::{MINUTE_MS, SECOND_MS},
};
use kit::{Outage, Plan, World, run};

use crate::inventory::shop::{HINTS, Shop, hint};

#[test]
fn a_shopper_learns_whether_there_is_enough_and_staff_learn_everything() {
    run(async {
        let shop = Shop::new();
        let berlin = shop.location("Berlin", 1).await;
        assert_eq!(shop.adjust("AUR-38", &berlin, 12).await.status, 201);
        shop.reserve("AUR-38", "ada", 1).await;

        let guest = |sku: &'static str| {
            let path = format!("/v1/inventory/{sku}");
            let shop = &shop;
            async move { shop.call(&[], None, Method::GET, &path, None).await.unwrap() }
        };
        let seen = guest("AUR-38").await;
        assert_eq!(seen.body, json!({"sku": "AUR-38", "available": 10, "available_is_capped": true}));
        shop.reserve("AUR-38", "bob", 2).await;
        assert_eq!(
            guest("AUR-38").await.body,
            json!({"sku": "AUR-38", "available": 9, "available_is_capped": false})
        );

        let level = shop.get("/v1/inventory/AUR-38").await.body;
        let locations = json!([{"location_id": berlin, "on_hand": 12, "reserved": 3}]);
        assert_eq!(
            (&level["on_hand"], &level["reserved"], &level["available"]),
            (&json!(12), &json!(3), &json!(9))
        );
        assert_eq!(level["locations"], locations);

        assert_eq!((guest("NONE").await.status, guest("a%20b").await.status), (404, 404));
        let unused = shop.0.rows_of("StockObject", "NONE").map(|rows| rows.writes());
        assert_eq!(unused, Some(0), "asking for an unknown SKU writes nothing");
    });
}

/// The simulator found it: staff were told that there is not enough, and forty seconds later the booking arrived and found some.
#[test]
fn a_booking_that_was_refused_does_not_come_true_when_it_arrives_once_more() {
    run(async {
        let shop = Shop::new();
        let berlin = shop.location("Berlin", 1).await;
        let path = "/v1/inventory/AUR-38/adjustments";
        let loss = json!({"location_id": berlin, "delta": -1, "reason": "damaged"});
        let book = || shop.call(&[Role::Staff], Some("k"), Method::POST, path, Some(&loss));
        shop.0.calls.begin();
        shop.0.calls.plan(Plan::First { what: "inventory → STOCK".into(), outage: Outage::Late });
        assert_eq!(book().await.unwrap().status, 503);
        shop.0.calls.end();
        assert_eq!(book().await.unwrap().code(), "insufficient_stock");
        assert_eq!(shop.adjust("AUR-38", &berlin, 5).await.status, 201);
        shop.0.advance(MINUTE_MS).await;
        assert_eq!(shop.get("/v1/inventory/AUR-38").await.body["on_hand"], 5);
    });
}

#[test]
fn an_adjustment_is_booked_once_per_key() {
    run(async {
        let shop = Shop::new();
        let berlin = shop.location("Berlin", 1).await;
        let path = "/v1/inventory/AUR-38/adjustments";
        let body = json!({"location_id": berlin, "delta": 5, "reason": "received", "note": "first delivery"});
        let post = |key: &'static str, body: Value| {
            let shop = &shop;
            async move { shop.call(&[Role::Staff], Some(key), Method::POST, path, Some(&body)).await.unwrap() }
        };

        let first = post("k1", body.clone()).await;
        assert_eq!((first.status, first.is_replayed()), (201, false));
        assert_eq!((&first.body["kind"], &first.body["delta"]), (&json!("received"), &json!(5)));
        assert_eq!((&first.body["on_hand"], &first.body["note"]), (&json!(5), &json!("first delivery")));

        let again = post("k1", body.clone()).await;
        assert_eq!((again.status, again.is_replayed(), &again.body), (201, true, &first.body));
        let other = post("k1", json!({"location_id": berlin, "delta": 6, "reason": "received"})).await;
        assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"));
        post("k2", body).await;
        assert_eq!(shop.get("/v1/inventory/AUR-38").await.body["on_hand"], 10);

        shop.reserve("AUR-38", "ada", 8).await;
        let damage = json!({"location_id": berlin, "delta": -3, "reason": "damaged"});
        let refused = post("k3", damage.clone()).await;
        assert_eq!((refused.status, refused.code()), (409, "insufficient_stock"));
        assert_eq!((&refused.body["on_hand"], &refused.body["reserved"]), (&json!(10), &json!(8)));
        shop.adjust("AUR-38", &berlin, 90).await;
        let repeated = post("k3", damage).await;
        assert_eq!((repeated.status, repeated.is_replayed()), (409, true), "a refusal is kept for its key");
    });
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    run(async {
        let shop = Shop::new();
        let berlin = shop.location("Berlin", 1).await;
        let nowhere = "loc_00000000-0000-7000-8000-000000000000";
        let cases = [
            (
                json!({"location_id": nowhere, "delta": 1, "reason": "received"}),
                "/location_id",
                "unknown_location",
            ),
            (json!({"location_id": "x", "delta": 1, "reason": "received"}), "/location_id", "invalid_id"),
            (json!({"location_id": berlin, "delta": 0, "reason": "received"}), "/delta", "out_of_range"),
            (json!({"location_id": berlin, "delta": 1e18, "reason": "received"}), "/delta", "invalid_type"),
            (
                json!({"location_id": berlin, "delta": 2_000_000_000, "reason": "received"}),
                "/delta",
                "out_of_range",
            ),
            (json!({"location_id": berlin, "delta": 1, "reason": "found"}), "/reason", "invalid_type"),
            (json!({"location_id": berlin, "delta": 1}), "", "required"),
            (
                json!({"location_id": berlin, "delta": 1, "reason": "counted", "sku": "X"}),
                "/sku",
                "unknown_field",
            ),
            (
                json!({"location_id": berlin, "delta": 1, "reason": "counted", "note": ""}),
                "/note",
                "required",
            ),
        ];
        for (body, pointer, code) in cases {
            let refused = shop.staff(Method::POST, "/v1/inventory/X/adjustments", body.clone()).await;
            let error = &refused.body["errors"][0];
            assert_eq!(refused.status, 422, "{body} {refused:?}");
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{body}");
        }
        assert_eq!(shop.get("/v1/inventory/X").await.status, 404);
        for (path, roles, status) in [
            ("/v1/inventory/X/ledger", vec![], 401),
            ("/v1/inventory/X/ledger", vec![Role::Customer], 403),
            ("/v1/inventory/X/ledger", vec![Role::Staff], 404),
            ("/v1/inventory", vec![Role::Customer], 403),
            ("/v1/inventory?low_stock=perhaps", vec![Role::Staff], 422),
            ("/v1/inventory?limit=101", vec![Role::Staff], 422),
            ("/v1/inventory?cursor=rubbish", vec![Role::Staff], 422),
            ("/v1/locations", vec![], 401),
            ("/v1/dead-letters", vec![Role::Staff], 403),
        ] {
            let answer = shop.call(&roles, None, Method::GET, path, None).await.unwrap();
            assert_eq!(answer.status, status, "{path} {roles:?} {answer:?}");
        }
    });
}

#[test]
fn the_ledger_pages_newest_first_and_replays_to_today() {
    run(async {
        let shop = Shop::new();
        let (berlin, osaka) = (shop.location("Berlin", 1).await, shop.location("Osaka", 2).await);
        for delta in 1..=12 {
            shop.adjust("AUR-38", &berlin, delta).await;
            shop.adjust("AUR-38", &osaka, 1).await;
        }
        shop.reserve("AUR-38", "ada", 80).await;
        let id = ReservationId::derived(&["ada", "AUR-38"]);
        shop.command("AUR-38", StockCommand::Commit { id }).await;

        let ledger = shop.all("/v1/inventory/AUR-38/ledger?limit=7", &[Role::Staff]).await;
        assert_eq!(
            ledger.len(),
            24 + 2 + 2,
            "adjustments, and one entry per location for the reservation and the sale"
        );
        assert!(ledger.is_sorted_by(|a, b| a["seq"].as_u64() > b["seq"].as_u64()), "newest first");
        let level = shop.get("/v1/inventory/AUR-38").await.body;
        for place in level["locations"].as_array().unwrap() {
            let mut entries = ledger.iter().filter(|entry| entry["location_id"] == place["location_id"]);
            let sum: i64 = entries.clone().map(|entry| entry["delta"].as_i64().unwrap()).sum();
            let newest = entries.next().unwrap();
            assert_eq!((&newest["on_hand"], &newest["reserved"]), (&place["on_hand"], &place["reserved"]));
            assert_eq!(json!(sum), place["on_hand"]);
        }
    });
}

/// Named in the issue trackers of others: medusajs/medusa#16825, vendurehq/vendure#3508 (the last pieces sold twice), and
/// medusajs/medusa#14987 (available at all locations, reserved from the first).
#[test]
fn two_hundred_buyers_of_a_hundred_pieces_leave_none_and_owe_none() {
    run(async {
        let shop = Shop::new();
        for (name, priority) in [("Berlin", 1), ("Osaka", 2), ("Austin", 3)] {
            let location = shop.location(name, priority).await;
            shop.adjust("AUR-38", &location, if priority == 1 { 34 } else { 33 }).await;
        }
        let buyers: Vec<String> = (0..200).map(|buyer| format!("buyer {buyer}")).collect();
        let told =
            futures::future::join_all(buyers.iter().map(|buyer| shop.reserve("AUR-38", buyer, 1))).await;
        let sold =
            told.iter().filter(|told| told["replied"]["reply"]["reservation"]["status"] == "held").count();
        let refused =
            told.iter().filter(|told| told["refused"]["refusal"]["out_of_stock"].is_object()).count();
        assert_eq!((sold, refused), (100, 100));
        shop.settle().await;
        assert_eq!(hint(), Some(0));

        shop.0.advance(31 * MINUTE_MS).await;
        shop.settle().await;
        let level = shop.get("/v1/inventory/AUR-38").await.body;
        assert_eq!(
            (&level["reserved"], &level["available"]),
            (&json!(0), &json!(100)),
            "nothing stays reserved"
        );
        assert_eq!(hint(), Some(99), "the catalogue counts no further");
    });
}

/// One adjustment under one key, asked for until it is answered, while one call of it is lost or kills whoever makes it.
#[test]
fn an_adjustment_counts_once_however_its_calls_end() {
    let before = run(async {
        let shop = Shop::new();
        shop.location("Berlin", 1).await;
        shop.0.at_rest().await;
        shop.0.snapshot()
    });
    let play = |plan: Option<Plan>| {
        run(async {
            HINTS.take();
            let shop = Shop(World::restore(&before));
            let berlin = shop.get("/v1/locations").await.items()[0]["id"].clone();
            shop.0.calls.begin();
            plan.clone().into_iter().for_each(|plan| shop.0.calls.plan(plan));
            let body = json!({"location_id": berlin, "delta": 5, "reason": "received"});
            for attempt in 0.. {
                assert!(attempt < 10, "{plan:?} never ends");
                let path = "/v1/inventory/AUR-38/adjustments";
                let answer = shop.call(&[Role::Staff], Some("k1"), Method::POST, path, Some(&body)).await;
                match answer {
                    Some(answer) if answer.status < 500 => {
                        assert_eq!((answer.status, &answer.body["on_hand"]), (201, &json!(5)), "{plan:?}");
                        break;
                    }
                    _ => shop.0.advance(SECOND_MS).await,
                }
            }
            shop.0.at_rest().await;
            let calls = shop.0.calls.end();
            assert_eq!(shop.get("/v1/inventory/AUR-38").await.body["on_hand"], 5, "{plan:?}");
            assert_eq!(shop.get("/v1/inventory/AUR-38/ledger").await.items().len(), 1, "{plan:?}");
            assert_eq!(shop.get("/v1/inventory").await.items()[0]["available"], 5, "{plan:?}");
            assert_eq!(hint(), Some(5), "{plan:?}");
            calls.len()
        })
    };
    let calls = play(None);
    assert!(calls >= 6, "{calls}");
    for serial in 0..calls {
        for outage in Outage::ALL {
            play(Some(Plan::At { serial, outage }));
        }
    }
}
