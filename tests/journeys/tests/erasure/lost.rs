//! An order that forgets after the last round has nobody to ask again: it has its mails and the dead letters about it forget by itself.

use journeys::journey;
use kit::{Plan, seed::FIELD};

use super::*;

/// Somebody whose account is long gone, and their order, which was sent and delivered just now.
async fn delivered(world: &World, shop: &Shop<Inside>, outage: Option<&str>) -> (Person, Placed) {
    let ada = ADA.register(shop).await;
    let order = ada.buy(shop, "k", &[(FIELD.sku, 1)]).await;
    world.at_rest().await;
    ada.delete_me(shop).send().await.expect(204);
    days(world, 6).await;
    world.calls.begin();
    if let Some(outage) = outage {
        down(world, outage, 10 * MINUTE_MS);
    }
    deliver(shop, &order, &[(FIELD.sku, 1)]).await;
    pass(world, 15 * MINUTE_MS).await;
    (ada, order)
}

fn down(world: &World, what: &str, span_ms: u64) {
    world.calls.plan(Plan::Down { what: what.to_owned(), until_ms: world.age_ms() + span_ms });
}

fn letters(world: &World) -> Vec<String> {
    let letters = platform::sql("select type from dead_letters order by type");
    let rows = world.database("meridian-telemetry").transact(&[letters]).unwrap()[0].rows::<Value>().unwrap();
    rows.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect()
}

/// For longer than a queue tries.
#[test]
fn mails_forget_however_long_notifications_are_down() {
    for outage in ["notifications → d1", "order → NOTIFICATIONS"] {
        journey(async |world| {
            let shop = world.client();
            let (ada, _) = delivered(&world, &shop, None).await;
            assert!(
                ada.is_found_in(&world, "meridian-notifications notifications"),
                "she hears of her parcel"
            );
            down(&world, outage, 3 * HOUR_MS);
            pass(&world, 4 * HOUR_MS).await;
            assert_eq!(ada.found(&world), [""; 0], "{outage}");
        });
    }
}

/// They have her address, and nothing by which a round would find them.
#[test]
fn dead_letters_forget_with_their_order() {
    for outage in ["notifications → d1", "orders → d1"] {
        journey(async |world| {
            let shop = world.client();
            let (ada, order) = delivered(&world, &shop, Some(outage)).await;
            assert!(ada.is_found_in(&world, "meridian-telemetry dead_letters"), "{outage}");
            down(&world, "telemetry → d1", 3 * HOUR_MS);
            pass(&world, 4 * HOUR_MS).await;
            assert_eq!(ada.found(&world), [""; 0], "{outage}");
            let list = shop.get("/v1/orders").as_staff().send().await.expect(200);
            assert_eq!(list.text("/items/0/id"), order.id);
            assert_eq!(list.text("/items/0/email"), "erased@erased.invalid", "{outage}");
        });
    }
}

/// A queue held it for days, and the next one too.
#[test]
fn a_dead_letter_that_comes_late_is_not_kept() {
    journey(async |world| {
        let shop = world.client();
        let (ada, order) = delivered(&world, &shop, Some("notifications → d1")).await;
        let body = platform::sql("select body from dead_letters");
        let found = world.database("meridian-telemetry").transact(&[body]).unwrap();
        let body = found[0].rows::<Value>().unwrap()[0]["body"].as_str().unwrap().to_owned();
        pass(&world, 2 * HOUR_MS).await;
        assert_eq!(letters(&world), [""; 0]);
        for wait in [0, 8] {
            days(&world, wait).await;
            world.put_on_queue("notification-events-dlq", &body);
            world.put_on_queue("notification-events-dlq", &format!("torn {body}"));
            world.settle().await;
            assert_eq!(ada.found(&world), [""; 0]);
        }
        // What names nobody is kept: somebody has to see to the money.
        let data = json!({ "order": order.id, "payment": {} });
        let news = json!({ "id": "evt_01980000-0000-7000-8000-000000000001", "type": "payment_changed", "version": 1,
                           "occurred_at": "2026-11-23T09:00:00Z", "traceparent": null, "data": data });
        world.put_on_queue("payment-events-dlq", &news.to_string());
        world.settle().await;
        assert_eq!(letters(&world), ["payment_changed"]);
        days(&world, 11).await;
        let known = platform::sql("select * from erased_orders");
        let known = world.database("meridian-telemetry").transact(&[known]).unwrap();
        assert_eq!(known[0].json, "[]", "what can come no more need not be known");
    });
}

/// Else the list would know her for ever: an operator may send it again, and the order does.
#[test]
fn the_news_that_an_order_has_forgotten_stays_and_is_sent_again() {
    for is_replayed in [true, false] {
        journey(async |world| {
            let shop = world.client();
            let (ada, _) = delivered(&world, &shop, None).await;
            down(&world, "orders → d1", 2 * HOUR_MS);
            pass(&world, 2 * HOUR_MS).await;
            assert!(ada.is_found_in(&world, "meridian-orders orders"));
            assert_eq!(letters(&world), ["order_changed"]);
            if is_replayed {
                let list = shop.get("/v1/dead-letters").by(Who::Admin).send().await.expect(200);
                let replay = format!("/v1/dead-letters/{}/replay", list.text("/items/0/id"));
                shop.post(replay).by(Who::Admin).send().await.expect(202);
                world.settle().await;
            } else {
                pass(&world, HOUR_MS + 5 * MINUTE_MS).await;
            }
            assert_eq!(ada.found(&world), [""; 0], "replayed: {is_replayed}");
        });
    }
}

/// What waits to be confirmed is an effect, and holds nothing of anybody.
#[test]
fn what_is_told_again_after_forgetting_names_nobody() {
    const QUEUES: [&str; 2] = ["order-events", "notification-events"];
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        world.at_rest().await;
        let order = ada.buy(&shop, "k", &[(FIELD.sku, 1)]).await;
        QUEUES.iter().for_each(|queue| world.broker.lose_next(queue, 1_000_000));
        deliver(&shop, &order, &[(FIELD.sku, 1)]).await;
        ada.delete_me(&shop).send().await.expect(204);
        pass(&world, 3 * HOUR_MS).await;
        assert!(!ada.is_found_in(&world, "OrderObject"), "{:?}", ada.found(&world));
        assert!(ada.is_found_in(&world, "meridian-orders orders"), "the list has not heard of it");
        QUEUES.iter().for_each(|queue| world.broker.lose_next(queue, 0));
        days(&world, 6).await;
        assert_eq!(ada.found(&world), [""; 0]);
        let list = shop.get("/v1/orders").as_staff().send().await.expect(200);
        assert_eq!(list.text("/items/0/email"), "erased@erased.invalid");
    });
}
