//! Whatever is lost on the way, she is forgotten within the hour; and nobody has to ask twice.

use journeys::{journey, journey_with_seed, persist, survives};
use kit::{Chaos, Outage, Plan, seed::FIELD};
use std::sync::Arc;

use super::*;

/// Something of hers in every service, with an order that is over and one that is not.
async fn alive(world: &Arc<World>) -> (Person, Placed) {
    let shop = world.client();
    let ada = ADA.register(&shop).await;
    ada.login(&shop, PASSWORD).send().await.expect(200);
    ada.add_address(&shop, "home").send().await.expect(201);
    let order = ada.buy(&shop, "k", &[(FIELD.sku, 1)]).await;
    let cancel = shop.post(format!("/v1/orders/{}/cancel", order.id)).by(ada.who()).key("c");
    cancel.json(&json!({ "reason": "Lovelace" })).send().await.expect(200);
    ada.cart(&shop, &[(FIELD.sku, 1)]).await;
    world.at_rest().await;
    pass(world, HOUR_MS).await;
    (ada, order)
}

/// Only that she is being forgotten is known any more, and by nobody but users.
fn is_forgotten(world: &World, ada: &Person) -> bool {
    ada.found(world).iter().all(|found| found.starts_with("meridian-users erasures"))
}

/// Less than the hour after which all is done again: each part comes to its end by itself.
async fn is_forgotten_soon(world: &World, ada: &Person) {
    for _ in 0..9 {
        if is_forgotten(world, ada) {
            return;
        }
        pass(world, 5 * MINUTE_MS).await;
    }
    panic!("{:#?}", ada.found(world));
}

#[test]
fn an_erasure_survives_every_outage() {
    survives(
        |world: Arc<World>| async move { alive(&world).await },
        |world, (ada, order)| async move {
            let shop = world.client();
            persist(&world, || ada.delete_me(&shop)).await.expect(204);
            world.settle().await;
            is_forgotten_soon(&world, &ada).await;
            let seen = persist(&world, || shop.get(format!("/v1/orders/{}", order.id)).as_staff()).await;
            assert_eq!((seen.text("/status"), seen.text("/email")), ("cancelled", "erased@erased.invalid"));
        },
    );
}

#[test]
fn whoever_got_no_answer_need_not_ask_again() {
    for (what, outage) in [
        ("users → d1", Outage::After),
        ("users → d1", Outage::CrashAfter),
        ("users → AUTH", Outage::Before),
        ("users → AUTH", Outage::CrashBefore),
        ("users → AUTH", Outage::CrashAfter),
    ] {
        journey(async |world| {
            let shop = world.client();
            let (ada, _) = alive(&world).await;
            world.calls.begin();
            world.calls.plan(Plan::First { what: what.to_owned(), outage });
            assert_eq!(ada.delete_me(&shop).send().await.status, 503, "{outage:?} {what}");
            world.calls.end();
            is_forgotten_soon(&world, &ada).await;
        });
    }
}

/// While an order is being placed, its cart and its shopper go.
#[test]
fn an_order_that_is_being_placed_meanwhile_is_whole_or_not_at_all() {
    let mut ends = std::collections::BTreeSet::new();
    for seed in 0..24 {
        ends.insert(journey_with_seed(seed, async |world| {
            let shop = world.client();
            let ada = ADA.register(&shop).await;
            let cart = ada.cart(&shop, &[(FIELD.sku, 1)]).await;
            world.unleash(Chaos::ROUGH);
            let order = async {
                world.advance(seed * 5).await;
                ada.place(&shop, &cart, "k", "pm_card_visa").send().await
            };
            let erasure = async {
                world.advance(60).await;
                ada.delete_me(&shop).send().await.expect(204)
            };
            let (order, _) = futures::join!(order, erasure);
            assert!(matches!(order.status, 201 | 202 | 404), "{order:?}");
            if order.status != 404 {
                deliver(&shop, &cart.order(&order), &[(FIELD.sku, 1)]).await;
            }
            days(&world, 6).await;
            assert_eq!(ada.found(&world), [""; 0]);
            world.assert_books_balance().await;
            order.status
        }));
    }
    assert!(ends.contains(&201) && ends.contains(&404), "{ends:?}");
}

#[test]
fn nobody_waits_for_who_is_down() {
    for (service, knows) in [
        ("CARTS", Some("CartObject")),
        ("ORDERS", Some("OrderObject")),
        // The order itself has told them.
        ("NOTIFICATIONS", None),
        ("TELEMETRY", None),
    ] {
        journey(async |world| {
            let shop = world.client();
            let (ada, _) = alive(&world).await;
            world.calls.begin();
            let until_ms = world.age_ms() + 30 * MINUTE_MS;
            world.calls.plan(Plan::Down { what: format!("users → {service}"), until_ms });
            ada.delete_me(&shop).send().await.expect(204);
            pass(&world, 20 * MINUTE_MS).await;
            ada.login(&shop, PASSWORD).send().await.refused(401, "invalid_credentials");
            assert!(knows.is_none_or(|place| ada.is_found_in(&world, place)), "{service} was down");
            assert_eq!(rounds(&world), r#"[{"rounds":0}]"#, "{service} was not waited for");
            pass(&world, 20 * MINUTE_MS).await;
            assert!(is_forgotten(&world, &ada), "{:#?}", ada.found(&world));
            assert_eq!(rounds(&world), r#"[{"rounds":1}]"#);
        });
    }
}

fn rounds(world: &World) -> String {
    let rounds = platform::sql("select rounds from erasures");
    world.database("meridian-users").transact(&[rounds]).unwrap()[0].json.clone()
}
