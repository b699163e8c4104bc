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

/// Lets a service be away until so long from now.
fn away(world: &Arc<World>, what: &str, ms: DurationMs) {
    world.calls.begin();
    let until_ms = world.age_ms() + ms;
    world.calls.plan(Plan::Down { what: what.to_owned(), until_ms });
}

fn calls_to(world: &Arc<World>, what: &str) -> usize {
    world.calls.made().iter().filter(|call| call.name().contains(what)).count()
}

#[test]
fn a_service_that_keeps_failing_is_left_alone_until_it_is_back() {
    journey(async |world| {
        let shop = world.client();
        let list = |limit: u32| shop.get(format!("/v1/products?limit={limit}"));
        away(&world, "router → CATALOG", 7_000);
        for number in 1..=5 {
            let refused = list(number).send().await.refused(503, "service_unavailable");
            assert_eq!(refused.header("retry-after"), Some("1"), "call {number}");
        }
        assert!(
            world.errors().iter().any(|line| line.contains("catalog keeps failing")),
            "{:?}",
            world.errors()
        );
        // Callers are told at once; the others go on.
        for _ in 0..20 {
            let refused = list(6).send().await.refused(503, "service_unavailable");
            assert_eq!(refused.header("retry-after"), Some("5"));
        }
        assert_eq!(calls_to(&world, "router → CATALOG"), 5);
        shop.new_cart("EUR", "DE").await;

        // After its rest one call tries, and fails: it rests again.
        world.advance(4_500).await;
        assert_eq!(list(6).send().await.refused(503, "service_unavailable").header("retry-after"), Some("1"));
        assert_eq!(calls_to(&world, "router → CATALOG"), 5);
        world.advance(500).await;
        list(6).send().await.refused(503, "service_unavailable");
        list(6).send().await.refused(503, "service_unavailable");
        assert_eq!(calls_to(&world, "router → CATALOG"), 6);

        // The next one finds it well.
        world.advance(5_000).await;
        for number in 1..=20 {
            list(number).send().await.expect(200);
        }
        assert_eq!(calls_to(&world, "router → CATALOG"), 26);
    });
}

#[test]
fn while_one_tries_nobody_else_does() {
    journey(async |world| {
        let shop = world.client();
        away(&world, "router → CATALOG", 1_000);
        for number in 1..=5 {
            shop.get(format!("/v1/products?limit={number}")).send().await.expect(503);
        }
        world.advance(5_000).await;
        slow(&world, "router → CATALOG", 3_000);
        let trial = shop.get("/v1/products?limit=1").send();
        let other = async {
            world.advance(1_000).await;
            let refused = shop.get("/v1/products?limit=2").send().await.refused(503, "service_unavailable");
            assert_eq!(refused.header("retry-after"), Some("1"));
        };
        let (trial, ()) = futures::join!(trial, other);
        trial.expect(200);
        shop.get("/v1/products?limit=2").send().await.expect(200);
    });
}

#[test]
fn one_that_does_not_answer_in_time_fails_and_one_that_refuses_does_not() {
    journey(async |world| {
        let shop = world.client();
        for number in 0..50 {
            shop.get(format!("/v1/products/none-{number}")).send().await.refused(404, "not_found");
            shop.get("/v1/products?limit=0").send().await.expect(422);
        }
        shop.get("/v1/products?limit=1").send().await.expect(200);

        // What went well just before would count against so few.
        world.advance(30_000).await;
        slow(&world, "router → CATALOG", 11_000);
        let calls = (0..5).map(|number| shop.get(format!("/v1/products?limit=2&q=x{number}")).send());
        for answer in futures::future::join_all(calls).await {
            answer.refused(503, "service_unavailable");
        }
        let began = world.now();
        let refused = shop.get("/v1/products?limit=3").send().await.refused(503, "service_unavailable");
        assert_eq!((refused.header("retry-after"), world.now().since(began)), (Some("5"), 0));
        // Health asks for itself.
        world.calls.end();
        shop.get("/health").send().await.expect(200);
    });
}

#[test]
fn a_service_that_answers_with_faults_of_its_own_is_failing() {
    journey(async |world| {
        let shop = world.client();
        away(&world, "catalog → d1", 1_000);
        for number in 1..=5 {
            shop.get(format!("/v1/products?limit={number}")).send().await.refused(503, "service_unavailable");
        }
        let asked = calls_to(&world, "router → CATALOG");
        shop.get("/v1/products?limit=6").send().await.refused(503, "service_unavailable");
        assert_eq!((asked, calls_to(&world, "router → CATALOG")), (5, 5));
        world.advance(5_000).await;
        shop.get("/v1/products?limit=6").send().await.expect(200);
    });
}
