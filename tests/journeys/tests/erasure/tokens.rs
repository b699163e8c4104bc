//! Who may ask for it, how often, and what an access token can still do that outlives its account.

use futures::future::join_all;
use journeys::journey;
use kit::{seed::FIELD, token::user};

use super::*;

fn delete(shop: &Shop<Inside>, id: UserId) -> Ask<Inside> {
    shop.ask(Method::DELETE, format!("/v1/users/{id}")).by(Who::Admin)
}

#[test]
fn an_admin_forgets_somebody_once_and_bears_repeats() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        for _ in 0..3 {
            delete(&shop, ada.id).send().await.expect(204);
        }
        shop.get(format!("/v1/users/{}", ada.id)).by(Who::Admin).send().await.refused(404, "not_found");
        assert_eq!(count(&shop.get("/v1/users").by(Who::Admin).send().await.expect(200)), 0);
        for _ in 0..2 {
            delete(&shop, user("nobody")).send().await.refused(404, "not_found");
        }
        days(&world, 6).await;
        assert_eq!(
            world.database("meridian-users").transact(&[platform::sql("select * from erasures")]).unwrap()[0]
                .json,
            "[]"
        );
        delete(&shop, ada.id).send().await.refused(404, "not_found");
    });
}

/// Whichever of them reaches auth first, and whatever the schedule does in between: it stays on record until the last round.
#[test]
fn several_who_ask_at_once_are_one_erasure() {
    for number in 0..12 {
        journeys::journey_with_seed(number, async |world| {
            let shop = world.client();
            let ada = ADA.register(&shop).await;
            world.settle().await;
            world.unleash(kit::Chaos { jitter: true, ..kit::Chaos::default() });
            let (answers, ()) =
                futures::join!(join_all((0..3).map(|_| delete(&shop, ada.id).send())), world.tick());
            // Who finds the account gone already may be told so.
            assert!(answers.iter().all(|answer| matches!(answer.status, 204 | 404)), "{answers:?}");
            assert!(answers.iter().any(|answer| answer.status == 204), "{answers:?}");
            world.settle().await;
            let erasures =
                world.database("meridian-users").transact(&[platform::sql("select * from erasures")]);
            assert_ne!(erasures.unwrap()[0].json, "[]", "with {number}");
            ada.add_address(&shop, "k").send().await.refused(404, "not_found");
        });
    }
}

#[test]
fn the_last_admin_stays() {
    journey(async |world| {
        let shop = world.client();
        let (ada, eve) = (ADA.register(&shop).await, EVE.register(&shop).await);
        let appoint = |id: UserId| {
            let path = format!("/v1/users/{id}");
            shop.ask(Method::PATCH, path).by(Who::Admin).json(&json!({ "roles": ["customer", "admin"] }))
        };
        appoint(ada.id).send().await.expect(200);
        world.settle().await;
        let before = world.everything();
        ada.delete_me(&shop).send().await.refused(409, "last_admin");
        delete(&shop, ada.id).send().await.refused(409, "last_admin");
        // As if it had never been asked for.
        ada.add_address(&shop, "k").send().await.expect(201);
        pass(&world, HOUR_MS).await;
        let gone: Vec<_> = before.iter().filter(|kept| !world.everything().contains(kept)).collect();
        assert!(gone.iter().all(|kept| kept.place.ends_with("login_tries")), "{gone:?}");
        appoint(eve.id).send().await.expect(200);
        ada.delete_me(&shop).send().await.expect(204);
        eve.delete_me(&shop).send().await.refused(409, "last_admin");
    });
}

#[test]
fn an_old_token_brings_nothing_back() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        ada.add_address(&shop, "before").send().await.expect(201);
        ada.delete_me(&shop).send().await.expect(204);
        world.settle().await;

        let name = shop.ask(Method::PATCH, "/v1/users/me").by(ada.who()).json(&json!({ "name": "Lovelace" }));
        name.send().await.refused(404, "not_found");
        ada.add_address(&shop, "after").send().await.refused(404, "not_found");
        // Nor is the first answer repeated.
        ada.add_address(&shop, "before").send().await.refused(404, "not_found");
        assert_eq!(count(&shop.get("/v1/users/me/addresses").by(ada.who()).send().await.expect(200)), 0);
        // What others take from it goes when no token can be alive any more.
        let order = ada.buy(&shop, "late", &[(FIELD.sku, 1)]).await;
        let cancel = shop.post(format!("/v1/orders/{}/cancel", order.id)).by(ada.who()).key("c");
        cancel.json(&json!({})).send().await.expect(200);
        ada.cart(&shop, &[(FIELD.sku, 1)]).await;
        world.settle().await;
        assert!(ada.is_found_in(&world, "OrderObject") && ada.is_found_in(&world, "CartObject"));
        pass(&world, 3 * HOUR_MS).await;
        let found = ada.found(&world);
        assert!(found.iter().all(|found| found.starts_with("meridian-users erasures")), "{found:#?}");
        days(&world, 6).await;
        assert_eq!(ada.found(&world), [""; 0]);
        world.assert_books_balance().await;
    });
}

#[test]
fn what_was_read_before_is_not_written_after() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        // Both at once: whoever comes first, nothing of her is left.
        let name = shop.ask(Method::PATCH, "/v1/users/me").by(ada.who()).json(&json!({ "name": "Lovelace" }));
        let (_, _, _) =
            futures::join!(name.send(), ada.delete_me(&shop).send(), ada.add_address(&shop, "k").send());
        pass(&world, 2 * HOUR_MS).await;
        assert!(ada.found(&world).iter().all(|found| found.starts_with("meridian-users erasures")));
    });
}
