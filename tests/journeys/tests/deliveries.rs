//! What becomes of each message of a delivery, when many come at once.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use futures::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

use domain::id::EventId;
use kit::{
    Local, Sqlite, Wiring, Worker, World,
    config::{Consumer, Queues, ServiceBinding, Wrangler},
    run,
    wiring::Consume,
};
use platform::{Batch, Fault, Platform, sql};

const SCRIPT: &str = "meridian-listener";
const SENDER: &str = "meridian-sender";
const QUEUE: &str = "stock-events";
const TRIES: u32 = 3;

#[derive(Deserialize)]
struct Counted {
    number: i64,
}

/// Somebody who keeps positive numbers, adds up how often each was brought, and refuses what is called wrong.
async fn listen(batch: Batch<Local>) -> Batch<Local> {
    batch
        .write("counted", |counted: &Counted| {
            Ok(vec![
                sql("insert into numbers (number, brought) values (?1, 1) \
                     on conflict (number) do update set brought = brought + 1")
                .bind(counted.number),
            ])
        })
        .await
        .each("refused", |local: Local, _: serde_json::Value| async move {
            local.db()?;
            Err(Fault::unavailable("never"))
        })
        .await
}

fn world() -> World {
    let consumer = Consumer {
        queue: QUEUE.to_owned(),
        max_batch_size: 10,
        max_batch_timeout: 1,
        max_retries: TRIES,
        retry_delay: 1,
        max_concurrency: 1,
        dead_letter_queue: None,
    };
    let queues = Queues { consumers: vec![consumer], ..Queues::default() };
    let services = vec![ServiceBinding { binding: "AUTH".to_owned(), service: SENDER.to_owned() }];
    let config = Wrangler { name: SCRIPT.to_owned(), queues, services, ..Wrangler::default() };
    let mut listener =
        Worker::new("listener", config).consume(Consume::Events(|batch| listen(batch).boxed()));
    let sender = Worker::new("sender", Wrangler { name: SENDER.to_owned(), ..Wrangler::default() });
    let sender = sender.answer(|local, request| {
        async move {
            local.write_log(format!("told {} {:?}", request.uri().path(), request.body()));
            http::Response::new("null".into())
        }
        .boxed()
    });
    let numbers = Sqlite::empty();
    numbers
        .transact(&[sql("create table numbers (number integer primary key check (number > 0), \
                         brought integer not null) strict")])
        .unwrap();
    listener.database = Some(numbers.image());
    World::new(Arc::new(Wiring::default().worker(listener).worker(sender)), 1)
}

fn event(name: &str, kind: &str, data: serde_json::Value) -> String {
    json!({
        "id": EventId::derived(&[name]), "type": kind, "version": 1, "occurred_at": "2026-11-22T10:00:00Z",
        "traceparent": null, "tell": "service auth", "data": data,
    })
    .to_string()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    number: i64,
    brought: u32,
}

fn kept(world: &World) -> Vec<(i64, u32)> {
    let select = sql("select number, brought from numbers order by number");
    let rows: Vec<Row> = world.database(SCRIPT).transact(&[select]).unwrap()[0].rows().unwrap();
    rows.into_iter().map(|row| (row.number, row.brought)).collect()
}

fn lines(world: &World, kind: &str) -> usize {
    world.log_lines().iter().filter(|line| line.contains(&format!(r#""route":"{kind}""#))).count()
}

#[test]
fn one_that_cannot_be_written_does_not_hold_up_the_others() {
    run(async {
        let world = world();
        for (name, number) in [("a", 1), ("b", 0), ("c", 2)] {
            world.put_on_queue(QUEUE, &event(name, "counted", json!({ "number": number })));
        }
        world.at_rest().await;
        assert_eq!(kept(&world), [(1, 1), (2, 1)], "each once, though the delivery failed as a whole");
        let tries = usize::try_from(TRIES).unwrap() + 1;
        assert_eq!(lines(&world, "counted"), 2 + tries, "only the wrong one is tried again");
    });
}

#[test]
fn each_message_of_a_delivery_has_an_outcome_of_its_own() {
    run(async {
        let world = world();
        let tries = usize::try_from(TRIES).unwrap() + 1;
        for (name, kind, data) in [
            ("a", "refused", json!({})),
            ("b", "counted", json!({ "number": 7 })),
            ("c", "of_a_newer_sender", json!({})),
            ("d", "counted", json!({ "number": "seven" })),
            ("e", "counted", json!({ "number": 8 })),
        ] {
            world.put_on_queue(QUEUE, &event(name, kind, data));
        }
        world.at_rest().await;
        assert_eq!(kept(&world), [(7, 1), (8, 1)]);
        assert_eq!(lines(&world, "refused"), tries);
        assert_eq!(lines(&world, "counted"), 2 + tries, "what cannot be read is tried again by itself");
        assert_eq!(lines(&world, "of_a_newer_sender"), 1, "what nobody knows is let be");
    });
}

#[test]
fn whoever_sent_is_told_once_of_all_that_was_handled_and_of_nothing_else() {
    run(async {
        let world = world();
        for (name, kind, data) in [
            ("a", "refused", json!({})),
            ("b", "counted", json!({ "number": 7 })),
            ("c", "of_a_newer_sender", json!({})),
            ("d", "counted", json!({ "number": "seven" })),
            ("e", "counted", json!({ "number": 8 })),
            ("b", "counted", json!({ "number": 7 })),
        ] {
            world.put_on_queue(QUEUE, &event(name, kind, data));
        }
        world.at_rest().await;
        let lines = world.log_lines();
        let told: Vec<_> = lines.iter().filter(|line| line.starts_with("told /internal/confirm")).collect();
        let id = |name: &str| EventId::derived(&[name]).to_string();
        let named = |name: &str| told.iter().map(|line| line.matches(&id(name)).count()).sum::<usize>();
        assert_eq!((told.len(), ["a", "b", "c", "d", "e"].map(named)), (1, [0, 1, 0, 0, 1]), "{told:?}");
    });
}
