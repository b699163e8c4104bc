//! Services that do not answer, or not in time.

use domain::DurationMs;
use journeys::journey;
use kit::{Plan, World, seed::DIVER};
use std::sync::Arc;

fn slow(world: &Arc<World>, what: &str, ms: DurationMs) {
    world.calls.begin();
    world.calls.plan(Plan::Slow { what: what.to_owned(), ms });
}

#[test]
fn who_waits_too_long_is_told_to_come_again() {
    journey(async |world| {
        let shop = world.client();
        slow(&world, "router → CATALOG", 9_000);
        let began = world.now();
        shop.get("/v1/products?limit=1").send().await.expect(200);
        assert_eq!(world.now().since(began), 9_000);

        slow(&world, "router → CATALOG", 11_000);
        let began = world.now();
        let refused = shop.get("/v1/products?limit=2").send().await.refused(503, "service_unavailable");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(world.now().since(began), 10_000);
        assert!(world.errors()[0].contains("catalog did not answer within 10000 ms"), "{:?}", world.errors());

        slow(&world, "router → CATALOG", 11_000);
        let began = world.now();
        shop.get("/health").send().await.refused(503, "service_unavailable");
        assert_eq!(world.now().since(began), 5_000);
    });
}

#[test]
fn what_waits_by_contract_may() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        // A payment that takes for ever: told of after 20 s, as it goes on.
        slow(&world, "order → PAYMENTS", 60_000);
        let began = world.now();
        let pending = shop.place(&basket, "k", "pm_card_visa").send().await.expect(202);
        assert_eq!(world.now().since(began), 20_000);
        world.calls.end();
        let order = basket.order(&pending);
        let began = world.now();
        let seq =
            shop.timeline(&order, "").send().await.expect(200).body["items"].as_array().map_or(0, Vec::len);
        shop.timeline(&order, &format!("?after={}&wait=20", 1_000 + seq)).send().await.expect(200);
        assert_eq!(world.now().since(began), 20_000);
    });
}

#[test]
fn what_nobody_waits_for_any_more_goes_on() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        slow(&world, "router → ORDERS", 26_000);
        shop.place(&basket, "k", "pm_card_visa").send().await.refused(503, "service_unavailable");
        world.calls.end();
        world.settle().await;
        let placed = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert!(placed.is_replayed(), "{placed:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
