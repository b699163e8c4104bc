//! What staff do is written down: who did what to what, when, and what came of it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use journeys::{journey, persist, survives};
use kit::{Placed, Plan, Who, World, seed::DIVER, token};
use serde_json::{Value, json};
use std::sync::Arc;

async fn order(world: Arc<World>) -> Placed {
    let shop = world.client();
    let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
    basket.order(&shop.place(&basket, "k", "pm_card_visa").send().await.expect(201))
}

async fn lines(world: &Arc<World>, filter: &str) -> Vec<Value> {
    let shop = world.client();
    let page = shop.get(format!("/v1/audit-lines?{filter}")).by(Who::Admin).send().await.expect(200);
    page.body["items"].as_array().unwrap().clone()
}

#[test]
fn every_action_leaves_a_line_with_who_and_when() {
    journey(async |world| {
        let order = order(Arc::clone(&world)).await;
        let shop = world.client();
        shop.get(format!("/v1/orders/{}", order.id)).as_staff().send().await.expect(200);
        let too_much = json!({ "amount": { "amount": 999_999_999, "currency": "EUR" } });
        shop.refund(&order, "much", &too_much).send().await.refused(409, "refund_exceeds_captured");
        world.advance(1_000).await;
        shop.refund(&order, "all", &json!({})).send().await.expect(201);
        world.settle().await;

        let of_order = lines(&world, &format!("subject={}", order.id)).await;
        let said: Vec<_> =
            of_order.iter().map(|line| (line["action"].as_str().unwrap(), &line["status"])).collect();
        let action = "POST /v1/orders/{order}/refunds";
        assert_eq!(said, [(action, &json!(201)), (action, &json!(409))], "the newest first, and no read");
        for line in &of_order {
            assert_eq!(line["user_id"], token::user("staff").to_string());
        }
        assert!(of_order[0]["at"].as_str() > of_order[1]["at"].as_str());
        assert_eq!(lines(&world, &format!("user_id={}", token::user("ada"))).await, [] as [Value; 0]);
        // However its address was written, it is the same order.
        let path = format!("/v1/orders/{}/refunds", order.id.replacen('o', "%6F", 1));
        shop.post(path).as_staff().key("again").json(&json!({})).send().await;
        assert_eq!(lines(&world, &format!("subject={}", order.id)).await.len(), 3);
        // A shopper's own doings are nobody's business.
        shop.cancel(&order, "c").send().await;
        assert_eq!(lines(&world, &format!("subject={}", order.id)).await.len(), 3);
    });
}

#[test]
fn what_cannot_be_written_down_is_not_done() {
    journey(async |world| {
        let order = order(Arc::clone(&world)).await;
        world.calls.begin();
        world.calls.plan(Plan::Down { what: "router → TELEMETRY".to_owned(), until_ms: u64::MAX });
        world.client().refund(&order, "all", &json!({})).send().await.expect(503);
        world.calls.end();
        let seen = world.client().read_order(&order).send().await.expect(200);
        assert_eq!(seen.number("/refunded_total/amount"), 0);
        assert_eq!(seen.body["refunds"], json!([]));
    });
}

#[test]
fn whatever_fails_nothing_is_done_without_its_line() {
    survives(order, |world, order| async move {
        let shop = world.client();
        persist(&world, || shop.refund(&order, "all", &json!({}))).await.expect(201);
        world.settle().await;
        let shown = || shop.get(format!("/v1/audit-lines?subject={}", order.id)).by(Who::Admin);
        let lines = persist(&world, shown).await.expect(200);
        assert!(!lines.body["items"].as_array().unwrap().is_empty());
    });
}
