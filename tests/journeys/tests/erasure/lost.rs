//! An order that forgets after the last round has nobody to ask again: it has its mails forget by itself.

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
