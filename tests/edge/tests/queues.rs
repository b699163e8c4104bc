//! Messages on the real queues: repeated, out of order, unreadable. Each queue has one consumer; what it gives up telemetry keeps.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use serde_json::{Value, json};

use edge_tests::{
    Who, get,
    goods::Goods,
    harness::{enqueue, rows, tick},
    post,
    purchase::{awaiting, bought, confirm},
    unique, until,
};

const QUEUES: [(&str, &str); 5] = [
    ("order-events", "ORDER_EVENTS"),
    ("payment-events", "PAYMENT_EVENTS"),
    ("notification-events", "NOTIFICATION_EVENTS"),
    ("stock-events", "STOCK_EVENTS"),
    ("catalog-events", "CATALOG_EVENTS"),
];

const SCHEDULES: [(&str, &str); 7] = [
    ("auth", "* * * * *"),
    ("catalog", "17 * * * *"),
    ("inventory", "* * * * *"),
    ("notifications", "* * * * *"),
    ("payments", "* * * * *"),
    ("telemetry", "17 * * * *"),
    ("users", "17 * * * *"),
];

/// Telemetry may produce to every queue, to put dead letters back.
fn send(binding: &str, messages: &[String]) {
    enqueue("telemetry", binding, messages);
}

fn envelope(id: &str, kind: &str, data: &Value) -> String {
    json!({
        "id": id,
        "type": kind,
        "version": 1,
        "occurred_at": "2026-11-22T12:00:00.000Z",
        "traceparent": null,
        "data": data,
    })
    .to_string()
}

/// An id of an event that nobody has seen.
fn event_id() -> String {
    let digits: String = unique("").bytes().map(|byte| format!("{byte:02x}")).collect();
    let digits = format!("{digits:0>32}");
    let digits = &digits[digits.len() - 32..];
    format!(
        "evt_{}-{}-7{}-8{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

/// The letter that telemetry keeps of a message, once there is one.
fn dead_letter(body: &str) -> String {
    until("the dead letter", || {
        let found = rows("telemetry", "select id from dead_letters where body = ?1", &[body]);
        found.first().map(|row| row["id"].as_str().unwrap().to_owned())
    })
}

fn listed(queue: &str, id: &str) -> Value {
    let mut path = format!("/v1/dead-letters?queue={queue}&limit=100");
    loop {
        let page = get(&path).by(Who::Admin).send().expect(200);
        if let Some(letter) = page.items().iter().find(|letter| letter["id"] == id) {
            return letter.clone();
        }
        let cursor = page.body["next_cursor"].as_str().unwrap_or_else(|| panic!("{id} is not listed"));
        path = format!("/v1/dead-letters?queue={queue}&limit=100&cursor={cursor}");
    }
}

/// The news that the list of orders was made from, as if it had come `later` changes later.
fn order_news(order: &str, later: i64, status: &str) -> String {
    let row = rows("orders", "select seq, summary from orders where id = ?1", &[order]).remove(0);
    let mut summary: Value = serde_json::from_str(row["summary"].as_str().unwrap()).unwrap();
    summary["status"] = status.into();
    let seq = row["seq"].as_i64().unwrap() + later;
    envelope(&event_id(), "order_changed", &json!({ "order": order, "seq": seq, "summary": summary }))
}

fn listed_status(email: &str) -> String {
    let found = get(&format!("/v1/orders?email={email}")).as_staff().send().expect(200);
    assert_eq!(found.items().len(), 1, "{found:?}");
    found.items()[0]["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_list_of_orders_bears_repeats_and_any_order() {
    let goods = Goods::new(2);
    let ((basket, order, _), (other_basket, other, _)) = (bought(&[(&goods, 1)]), bought(&[(&goods, 1)]));
    for (basket, order) in [(&basket, &order), (&other_basket, &other)] {
        until("its own news are in", || {
            let news = rows("orders", "select order_id from order_skus where order_id = ?1", &[&order.id]);
            (!news.is_empty()).then_some(())
        });
        assert_eq!(listed_status(&basket.email), "placed");
    }
    let newer = order_news(&order.id, 1_000, "completed");
    let older = order_news(&order.id, 999, "cancelled");
    let oldest = order_news(&order.id, -1, "pending");
    let last = order_news(&other.id, 1_000, "completed");
    send("ORDER_EVENTS", &[newer.clone(), older.clone(), newer.clone(), oldest, newer, older, last]);
    until("the last of them was handled", || {
        (listed_status(&other_basket.email) == "completed").then_some(())
    });
    assert_eq!(listed_status(&basket.email), "completed");
}

#[test]
fn the_list_of_stock_and_the_hints_in_the_catalogue_bear_repeats_and_any_order() {
    let goods = Goods::new(3);
    let available =
        || get(&format!("/v1/products/{}", goods.slug)).as_staff().send().body["variants"][0].clone();
    until("the catalogue has heard of the stock", || (available()["available"] == true).then_some(()));
    let snapshot = |seq: u64, on_hand: i64| {
        let data = json!({
            "sku": goods.sku, "seq": seq, "at": "2026-11-22T12:00:00.000Z", "on_hand": on_hand, "reserved": 0,
            "available": on_hand, "locations": [],
        });
        envelope(&event_id(), "stock_changed", &data)
    };
    let hint = |seq: u64, available: u32| {
        let data = json!({ "sku": goods.sku, "seq": seq, "available": available });
        envelope(&event_id(), "stock_hint_changed", &data)
    };
    let (newer, older) = (snapshot(1_000, 77), snapshot(999, 55));
    send("STOCK_EVENTS", &[newer.clone(), older.clone(), newer, older]);
    let (newer, older) = (hint(1_000, 0), hint(999, 9));
    send("CATALOG_EVENTS", &[newer.clone(), older.clone(), newer, older]);
    // A message is given up after several tries, with pauses: by then what came before it is long done.
    let poison = unique("after the snapshots");
    send("STOCK_EVENTS", std::slice::from_ref(&poison));
    dead_letter(&poison);
    let row = rows("inventory", "select seq, on_hand from stock where sku = ?1", &[&goods.sku]).remove(0);
    assert_eq!((row["seq"].as_i64(), row["on_hand"].as_i64()), (Some(1_000), Some(77)));
    until("the newer hint", || (available()["stock_hint"] == "out").then_some(()));
    // Copies for showing: the object still sells what it has.
    assert_eq!(goods.stock(), (3, 0, 3));
}

#[test]
fn a_notification_that_comes_again_is_one_mail() {
    let goods = Goods::new(2);
    let ((basket, order, _), (_, other, _)) = (bought(&[(&goods, 1)]), bought(&[(&goods, 1)]));
    let sent = |order: &str| {
        until("the mail is sent", || {
            let sql = "select event_id, message from notifications where order_id = ?1 and status = 'sent'";
            rows("notifications", sql, &[order]).into_iter().next()
        })
    };
    let (first, other) = (sent(&order.id), sent(&other.id));
    let again = |row: &Value, id: &str| {
        let message: Value = serde_json::from_str(row["message"].as_str().unwrap()).unwrap();
        envelope(id, "order_notification", &message)
    };
    let repeat = again(&first, first["event_id"].as_str().unwrap());
    let last = event_id();
    send("NOTIFICATION_EVENTS", &[repeat.clone(), repeat.clone(), repeat, again(&other, &last)]);
    until("the last of them was sent", || {
        let sql = "select id from notifications where event_id = ?1 and status = 'sent'";
        rows("notifications", sql, &[&last]).pop()
    });
    let mails = get(&format!("/dev/mailbox?to={}", basket.email)).send().expect(200);
    assert_eq!(mails.items().len(), 1, "{mails:?}");
}

#[test]
fn old_news_of_a_payment_change_nothing() {
    let goods = Goods::new(1);
    let (_, order, answer) = awaiting(&[(&goods, 1)]);
    confirm(&answer, "succeed").send().expect(200);
    until("the order is placed", || {
        (order.read().send().expect(200).text("/status") == "placed").then_some(())
    });
    let nothing = json!({ "amount": 0, "currency": "EUR" });
    let late = |status: &str| {
        let payment = json!({
            "id": answer.text("/payment/id"), "provider": "test", "status": status,
            "amount": answer.body["total"], "captured": nothing, "refunded": nothing,
        });
        envelope(&event_id(), "payment_changed", &json!({ "order": order.id, "payment": payment }))
    };
    let poison = unique("after the news");
    let news = ["requires_action", "declined", "voided", "authorized"].map(late);
    send("PAYMENT_EVENTS", &news);
    send("PAYMENT_EVENTS", &news);
    send("PAYMENT_EVENTS", std::slice::from_ref(&poison));
    dead_letter(&poison);
    let seen = order.read().send().expect(200);
    assert_eq!((seen.text("/status"), seen.text("/payment_status")), ("placed", "captured"));
    assert_eq!(goods.stock(), (0, 0, 0));
    goods.assert_ledger_replays();
}

#[test]
fn what_nobody_can_read_is_kept_listed_and_sent_again() {
    let poison: Vec<String> =
        QUEUES.iter().map(|(queue, _)| unique(&format!("{{ no envelope, {queue}"))).collect();
    for ((_, binding), body) in QUEUES.iter().zip(&poison) {
        send(binding, std::slice::from_ref(body));
    }
    let letters: Vec<String> = poison.iter().map(|body| dead_letter(body)).collect();
    for ((queue, _), id) in QUEUES.iter().zip(&letters) {
        let letter = listed(queue, id);
        assert_eq!((letter["queue"].as_str(), letter["status"].as_str()), (Some(*queue), Some("new")));
        assert_eq!((&letter["event_id"], &letter["type"]), (&Value::Null, &Value::Null));
        assert!(letter.get("body").is_none(), "it may be about a person");
    }

    let path = format!("/v1/dead-letters/{}/replay", letters[0]);
    post(&path).by(Who::Staff).send().refused(403, "forbidden");
    let replayed = post(&path).by(Who::Admin).send().expect(202);
    assert_eq!((replayed.text("/status"), replayed.number("/replays")), ("replayed", 1));
    until("it came back", || (listed(QUEUES[0].0, &letters[0])["status"] == "new").then_some(()));
    assert_eq!(listed(QUEUES[0].0, &letters[0])["replays"], 1, "it is the same letter");
    assert_eq!(rows("telemetry", "select id from dead_letters where body = ?1", &[&poison[0]]).len(), 1);
}

#[test]
fn a_known_kind_with_unreadable_data_is_kept_and_holds_up_nobody() {
    let goods = Goods::new(1);
    let (basket, order, _) = bought(&[(&goods, 1)]);
    let bad = event_id();
    let unreadable = envelope(&bad, "order_changed", &json!({ "order": "ord_nonsense", "seq": -1 }));
    // From a sender that is newer than this shop: let be.
    let unknown = envelope(&event_id(), "order_teleported", &json!({ "to": "the moon" }));
    until("its own news are in", || {
        rows("orders", "select order_id from order_skus where order_id = ?1", &[&order.id]).pop()
    });
    let good = order_news(&order.id, 1_000, "completed");
    send("ORDER_EVENTS", &[unreadable.clone(), unknown.clone(), good]);
    until("the good one was handled", || (listed_status(&basket.email) == "completed").then_some(()));
    let letter = listed("order-events", &dead_letter(&unreadable));
    assert_eq!(
        (letter["event_id"].as_str(), letter["type"].as_str()),
        (Some(bad.as_str()), Some("order_changed"))
    );
    assert_eq!(
        rows("telemetry", "select id from dead_letters where body = ?1", &[&unknown]),
        [] as [Value; 0]
    );
}

#[test]
fn a_dead_letter_that_can_be_handled_by_now_is_handled_by_its_replay() {
    let goods = Goods::new(1);
    let (basket, order, _) = bought(&[(&goods, 1)]);
    until("its own news are in", || {
        rows("orders", "select order_id from order_skus where order_id = ?1", &[&order.id]).pop()
    });
    // As if the list could not be written until its consumer gave up.
    let news = order_news(&order.id, 1_000, "completed");
    enqueue("order-object", "ORDER_EVENTS_DLQ", std::slice::from_ref(&news));
    let id = dead_letter(&news);
    assert_eq!(listed_status(&basket.email), "placed");
    post(&format!("/v1/dead-letters/{id}/replay")).by(Who::Admin).send().expect(202);
    until("it was handled", || (listed_status(&basket.email) == "completed").then_some(()));
    assert_eq!(listed("order-events", &id)["status"], "replayed");
    post("/v1/dead-letters/dlt_00000000-0000-7000-8000-000000000000/replay")
        .by(Who::Admin)
        .send()
        .refused(404, "not_found");
}

/// Every Worker with a schedule bears it at any moment.
#[test]
fn schedules_fire_and_change_nothing_that_is_at_rest() {
    let goods = Goods::new(1);
    let (_, order, _) = bought(&[(&goods, 1)]);
    for (worker, cron) in SCHEDULES {
        tick(worker, cron);
    }
    assert_eq!(order.read().send().expect(200).text("/status"), "placed");
    assert_eq!(goods.stock(), (0, 0, 0));
}
