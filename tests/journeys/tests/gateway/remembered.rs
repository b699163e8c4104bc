//! What the router remembers: for every shopper, and for nobody who may see more.

use domain::time::MINUTE_MS;
use journeys::journey;
use kit::{Shop, Who, World, client::Ask, mounts::Inside, seed::DIVER, token::user};

/// How many calls an answer took beyond the router.
async fn calls(world: &World, ask: Ask<Inside>, status: u16) -> usize {
    world.calls.begin();
    ask.send().await.expect(status);
    world.settle().await;
    world.calls.end().iter().filter(|call| call.kind == kit::CallKind::Fetch).count()
}

fn read(shop: &Shop<Inside>, who: Who) -> Ask<Inside> {
    shop.get(format!("/v1/products/{}", DIVER.slug)).by(who)
}

#[test]
fn who_is_signed_in_is_served_what_anybody_was_and_the_other_way_round() {
    journey(async |world| {
        let shop = world.client();
        let customer = Who::Customer(user("ada"));
        for (first, second) in [(Who::Guest, customer), (customer, Who::Guest), (customer, customer)] {
            world.advance(MINUTE_MS).await;
            assert!(calls(&world, read(&shop, first), 200).await > 0, "{first:?}");
            assert_eq!(calls(&world, read(&shop, second), 200).await, 0, "{second:?} after {first:?}");
        }
    });
}

#[test]
fn staff_are_told_what_is_true_by_now_and_nobody_else_is_told_what_they_were() {
    journey(async |world| {
        let shop = world.client();
        for staff in [Who::Staff, Who::Admin] {
            world.advance(MINUTE_MS).await;
            assert!(calls(&world, read(&shop, staff), 200).await > 0);
            assert!(
                calls(&world, read(&shop, Who::Guest), 200).await > 0,
                "nothing was kept of staff's answer"
            );
            assert!(calls(&world, read(&shop, staff), 200).await > 0, "nor is staff told what was kept");
        }
    });
}

#[test]
fn a_bad_token_is_refused_whatever_is_remembered() {
    journey(async |world| {
        let shop = world.client();
        read(&shop, Who::Guest).send().await.expect(200);
        let forged = read(&shop, Who::Guest).header("authorization", "Bearer x.y.z");
        forged.send().await.refused(401, "unauthorized");
    });
}
