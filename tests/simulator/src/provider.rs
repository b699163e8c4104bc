//! What the payment provider does by itself: it tells of every change, early, late, twice and in any order; now and then it lets go of money that
//! was held, or hears from the shopper's bank before the shop does.

use futures::{StreamExt, stream::FuturesUnordered};
use kit::{Chance, World, mounts::TEST_WEBHOOK_SECRET};
use serde_json::{Value, json};
use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use domain::DurationMs;
use platform::sql;

use crate::diary::{Diary, PROVIDER};

/// Goes on until `is_closed`, and then until the last message has been delivered.
pub async fn work(world: &Arc<World>, diary: &Diary, seed: u64, is_closed: &Cell<bool>) {
    let chance = Chance::new(seed ^ 0x7072_6f76_6964_6572);
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut deliveries = FuturesUnordered::new();
    let books = world.database("meridian-payments");
    let mut writes_seen = 0;
    loop {
        let pause = world.advance(20 + chance.below(1_500));
        futures::join!(pause, async {
            // Whatever is due meanwhile is delivered.
            let mut due = std::pin::pin!(world.advance(20));
            while let futures::future::Either::Right((Some(()), _)) =
                futures::future::select(due.as_mut(), deliveries.next()).await
            {}
        });
        if is_closed.get() {
            break;
        }
        act_alone(world, diary, &chance);
        if books.writes() == writes_seen {
            continue;
        }
        writes_seen = books.writes();
        for (key, object) in objects(world) {
            if known.get(&key) == Some(&object) {
                continue;
            }
            known.insert(key, object.clone());
            for _ in 0..chance.below(3) {
                let longest: DurationMs = [1, 500, 30_000, 1_000_000][chance.below(4) as usize];
                deliveries.push(deliver(world, object.clone(), chance.below(longest), chance.next()));
            }
        }
    }
    while deliveries.next().await.is_some() {}
}

/// The provider's own objects, as its messages show them.
fn objects(world: &World) -> Vec<(String, Value)> {
    let books = world.database("meridian-payments");
    let read = |text: &'static str| -> Vec<Value> {
        books
            .transact(&[sql(text)])
            .and_then(|results| results[0].rows())
            .expect("the provider reads its books")
    };
    let intents =
        read("select id, payment_id, status, amount, captured, currency, decline_code from test_intents");
    let refunds = read(
        "select r.id as id, r.refund_id as refund_id, r.status as status, i.payment_id as payment_id \
         from test_refunds r join test_intents i on i.id = r.intent_id",
    );
    let intents = intents.into_iter().map(|row| {
        let object = json!({
            "object": "payment_intent", "id": row["id"], "status": row["status"],
            "currency": row["currency"].as_str().unwrap_or_default().to_lowercase(),
            "amount": row["amount"], "amount_received": row["captured"],
            "client_secret": "told to the shop alone",
            "last_payment_error": { "decline_code": row["decline_code"] },
            "metadata": { "payment_id": row["payment_id"] },
        });
        (row["id"].to_string(), object)
    });
    let refunds = refunds.into_iter().map(|row| {
        let object = json!({
            "object": "refund", "id": row["id"], "status": row["status"],
            "metadata": { "payment_id": row["payment_id"], "refund_id": row["refund_id"] },
        });
        (row["id"].to_string(), object)
    });
    intents.chain(refunds).collect()
}

/// One message, tried a few times as providers do.
async fn deliver(world: &Arc<World>, object: Value, after_ms: DurationMs, id: u64) {
    world.advance(after_ms).await;
    let body =
        json!({ "id": format!("evt_{id:016x}"), "type": "object.updated", "data": { "object": object } });
    let body = body.to_string();
    for _ in 0..4 {
        let signature = payments::sign(body.as_bytes(), TEST_WEBHOOK_SECRET, world.now());
        let sent = world
            .client()
            .post("/v1/payments/webhooks/test")
            .header(payments::SIGNATURE_HEADER, signature)
            .raw("application/json", body.clone())
            .attempt()
            .await;
        if sent.is_ok_and(|answer| answer.status < 300) {
            return;
        }
        world.advance(10_000).await;
    }
}

/// Once in a while a bank lets go of what it held, or a shopper confirms without coming back.
fn act_alone(world: &World, diary: &Diary, chance: &Chance) {
    let (from, to) = match chance.below(60) {
        0 => ("requires_capture", "canceled"),
        1 => ("requires_action", "requires_capture"),
        2 => ("requires_action", "canceled"),
        _ => return,
    };
    let change = sql(
        "update test_intents set status = ?2 where id = (select min(id) from test_intents where status = ?1) returning payment_id",
    );
    let books = world.database("meridian-payments");
    let changed = books.transact(&[change.bind(from).bind(to)]).expect("the provider writes its books");
    let changed: Vec<Value> = changed[0].rows().expect("rows");
    for row in changed {
        diary.note(world, PROVIDER, format!("{}: {from} becomes {to}", row["payment_id"]), "");
    }
}
