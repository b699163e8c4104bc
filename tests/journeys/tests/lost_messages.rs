//! A queue takes a message and loses it: it expires, or whoever holds it is killed. Whoever published it does so again, until it is
//! confirmed; and says so where nobody ever confirms.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::event::Queue;
use domain::time::MINUTE_MS;
use journeys::journey;
use kit::{
    CallKind, Outage, Placed, Plan, Who, World,
    seed::{DIVER, FIELD},
};
use platform::sql;
use serde_json::{Value, json};
use std::sync::Arc;

/// More than anybody publishes.
const FOR_EVER: usize = 1_000_000;

/// Alarms and schedules for a while.
async fn pass(world: &World, minutes: u64) {
    for _ in 0..minutes {
        world.advance(MINUTE_MS).await;
        world.tick().await;
        world.settle().await;
    }
}

fn rows(world: &World, script: &str, text: &'static str) -> Vec<Value> {
    world.database(script).transact(&[sql(text)]).unwrap()[0].rows().unwrap()
}

fn texts(world: &World, script: &str, text: &'static str) -> Vec<String> {
    rows(world, script, text).iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

async fn buy(world: &Arc<World>, method: &str) -> (Placed, kit::Answer) {
    let shop = world.client();
    let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (FIELD.sku, 2)]).await;
    let answer = shop.place(&basket, "k", method).send().await.expect(201);
    (basket.order(&answer), answer)
}

async fn register(world: &Arc<World>) {
    let body = json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
    world.client().post("/v1/users").json(&body).send().await.expect(201);
}

/// How the order stands in the list.
fn listed(world: &World) -> Vec<String> {
    texts(world, "meridian-orders", "select status as text from orders")
}

fn mailed(world: &World) -> Vec<String> {
    let query = "select template as text from notifications where status = 'sent' order by template";
    texts(world, "meridian-notifications", query)
}

/// What the stock object has, and what the two copies say.
async fn pieces(world: &Arc<World>) -> (u64, u64, u64) {
    let shop = world.client();
    let level = shop.get(format!("/v1/inventory/{}", DIVER.sku)).as_staff().send().await.expect(200);
    let of = |script: &str, text: &'static str| {
        let found = rows(world, script, text);
        found.iter().find(|row| row["sku"] == DIVER.sku).unwrap()["n"].as_u64().unwrap()
    };
    (
        u64::try_from(level.number("/available")).unwrap(),
        of("meridian-inventory", "select sku, on_hand - reserved as n from stock"),
        of("meridian-catalog", "select sku, available as n from stock_hints"),
    )
}

async fn letters(world: &Arc<World>) -> Vec<(String, String)> {
    let list = world.client().get("/v1/dead-letters?limit=100").by(Who::Admin).send().await.expect(200);
    let letters = list.body["items"].as_array().unwrap().iter();
    letters
        .filter(|one| one["status"] == "new")
        .map(|one| (one["type"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned()))
        .collect()
}

async fn replay_all(world: &Arc<World>) {
    for (_, id) in letters(world).await {
        let path = format!("/v1/dead-letters/{id}/replay");
        world.client().post(path).by(Who::Admin).send().await.expect(202);
    }
}

fn lost(world: &World, queue: Queue) {
    assert_eq!(world.broker.still_to_lose(queue.name()), 0, "nothing was lost");
}

#[test]
fn the_list_hears_of_an_order_that_nobody_looks_at() {
    journey(async |world| {
        let (order, _) = buy(&world, "pm_card_visa").await;
        pass(&world, 1).await;
        world.broker.lose_next(Queue::OrderEvents.name(), 1);
        let shop = world.client();
        // A parcel: nobody but the queue tells the list.
        shop.fulfil(&order, "f", &[(DIVER.sku, 1), (FIELD.sku, 2)]).send().await.expect(201);
        world.settle().await;
        lost(&world, Queue::OrderEvents);
        pass(&world, 3).await;
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_hears_of_its_payment() {
    journey(async |world| {
        world.broker.lose_next(Queue::PaymentEvents.name(), 1);
        let (_, answer) = buy(&world, "pm_card_authenticationRequired").await;
        let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
        world.client().confirm(payment, secret, "succeed").send().await.expect(200);
        world.settle().await;
        lost(&world, Queue::PaymentEvents);
        assert_eq!(listed(&world), ["awaiting_payment"]);
        // Long before its deadline, at which it would ask.
        pass(&world, 4).await;
        assert_eq!(listed(&world), ["placed"]);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn mails_go_out_once() {
    journey(async |world| {
        world.broker.lose_next(Queue::NotificationEvents.name(), 2);
        buy(&world, "pm_card_visa").await;
        register(&world).await;
        world.settle().await;
        lost(&world, Queue::NotificationEvents);
        assert_eq!(mailed(&world), [""; 0]);
        pass(&world, 4).await;
        assert_eq!(mailed(&world), ["order_confirmed", "verify_email"]);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn stock_and_hints_are_right_without_another_change() {
    // Of one of the two there are more than the catalogue counts.
    for (queue, count) in [(Queue::StockEvents, 2), (Queue::CatalogEvents, 1)] {
        journey(async |world| {
            world.broker.lose_next(queue.name(), count);
            buy(&world, "pm_card_visa").await;
            pass(&world, 1).await;
            lost(&world, queue);
            pass(&world, 4).await;
            let (is, list, hint) = pieces(&world).await;
            assert_eq!((list, hint), (is, is), "{queue:?}");
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

/// As a local queue is.
#[test]
fn everything_that_waited_may_be_forgotten_at_once() {
    for wait_ms in [0, 200, 600, 900] {
        journey(async |world| {
            let (order, _) = buy(&world, "pm_card_visa").await;
            register(&world).await;
            world.advance(wait_ms).await;
            let mut lost = world.broker.lose_all();
            let shop = world.client();
            shop.cancel(&order, "c").send().await.expect(200);
            world.advance(wait_ms).await;
            lost += world.broker.lose_all();
            world.evict_all();
            assert!(lost > 0, "{wait_ms}");
            world.at_rest().await;
            assert_eq!(mailed(&world).iter().filter(|mail| *mail == "verify_email").count(), 1);
            world.assert_books_balance().await;
        });
    }
}

#[test]
fn a_confirmation_that_is_lost_only_brings_a_repeat() {
    let confirmations = [
        "orders → ORDER",
        "inventory → STOCK",
        "catalog → STOCK",
        "orders → PAYMENTS /internal/confirm",
        "notifications → AUTH /internal/confirm",
        "order → NOTIFICATIONS /internal/notifications/known",
    ];
    for what in confirmations {
        for outage in [Outage::Before, Outage::After, Outage::CrashBefore, Outage::CrashAfter, Outage::Late] {
            journey(async |world| {
                let begin = || {
                    world.calls.begin();
                    world.calls.plan(Plan::First { what: what.to_owned(), outage });
                };
                let (_, answer) = buy(&world, "pm_card_authenticationRequired").await;
                if what.contains("/internal/") {
                    begin();
                }
                let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
                world.client().confirm(payment, secret, "succeed").send().await.expect(200);
                register(&world).await;
                if !what.contains("/internal/") {
                    // Whoever asks objects from here on is a consumer.
                    begin();
                }
                pass(&world, 10).await;
                assert!(world.calls.has_struck(), "{what}");
                world.calls.end();
                world.at_rest().await;
                assert_eq!(mailed(&world), ["order_confirmed", "verify_email"], "{what} {outage:?}");
                world.assert_books_balance().await;
            });
        }
    }
}

#[test]
fn what_is_lost_for_ever_is_a_dead_letter_and_its_replay_tells_it() {
    for (queue, kinds) in [
        (Queue::OrderEvents, ["effect_parked"].as_slice()),
        (Queue::StockEvents, &["effect_parked"]),
        (Queue::CatalogEvents, &["effect_parked"]),
        (Queue::NotificationEvents, &["account_notification", "effect_parked"]),
        (Queue::PaymentEvents, &["payment_changed"]),
    ] {
        journey(async |world| {
            world.broker.lose_next(queue.name(), FOR_EVER);
            let (_, answer) = buy(&world, "pm_card_authenticationRequired").await;
            let (payment, secret) = (answer.text("/payment/id"), answer.text("/payment/client_secret"));
            world.client().confirm(payment, secret, "succeed").send().await.expect(200);
            register(&world).await;
            world.at_rest().await;
            let mut found: Vec<String> = letters(&world).await.into_iter().map(|(kind, _)| kind).collect();
            found.sort();
            found.dedup();
            assert_eq!(found, kinds, "{queue:?}");
            world.broker.lose_next(queue.name(), 0);
            replay_all(&world).await;
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

/// Handled at the first try, or at the last before it is given up: nobody is left waiting, and nothing is told twice.
#[test]
fn a_dead_letter_whose_event_was_handled_meanwhile_is_one_letter_and_may_be_replayed() {
    journey(async |world| {
        world.calls.begin();
        // Each time it is published it is tried six times, and gives up.
        let until_ms = world.age_ms() + 10 * MINUTE_MS;
        world.calls.plan(Plan::Down { what: "notifications → d1".into(), until_ms });
        buy(&world, "pm_card_visa").await;
        pass(&world, 8).await;
        let before = letters(&world).await;
        assert_eq!(before.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["order_notification"]);
        world.at_rest().await;
        world.calls.end();
        assert_eq!(mailed(&world), ["order_confirmed"], "it came right by itself");
        assert_eq!(letters(&world).await, before, "however often it gave up");
        replay_all(&world).await;
        world.at_rest().await;
        assert_eq!(mailed(&world), ["order_confirmed"]);
        world.assert_books_balance().await;
    });
}

/// What it costs: calls behind a purchase that there would not be if a queue never lost anything.
#[test]
fn a_purchase_is_confirmed_in_few_calls() {
    journey(async |world| {
        world.calls.begin();
        buy(&world, "pm_card_visa").await;
        pass(&world, 5).await;
        let made = world.calls.end();
        let count = |what: &str| {
            let calls = made.iter().filter(|call| call.kind == CallKind::Fetch && call.request.is_empty());
            calls.filter(|call| call.name() == what).count()
        };
        let told = ["orders → ORDER", "inventory → STOCK", "catalog → STOCK"].map(count);
        let asked = count("order → NOTIFICATIONS /internal/notifications/known");
        println!("two SKUs: {told:?} confirmations, {asked} questions");
        // One for the order; for each SKU one of each kind and second in which its stock changed.
        assert!(told[0] <= 1 && told[1] <= 4 && told[2] <= 4 && asked == 1, "{told:?} {asked}");
    });
}
