//! A rich life, and nothing left of it but the books.

use domain::account::RECOVERY_CODES;
use journeys::journey;
use kit::seed::{DIVER, DRESS, FIELD, LAST};
use std::collections::BTreeSet;

use super::*;

const NEW_PASSWORD: &str = "correct horse battery";

/// All that the shop lets somebody do, so that every table has something of them. Answers the orders.
async fn live(world: &World, shop: &Shop<Inside>, ada: &Person) -> Vec<Placed> {
    // Signing in, also wrongly, and a new password.
    ada.verify_address(world, shop).await;
    ada.login(shop, PASSWORD).send().await.expect(200);
    ada.login(shop, "not this one").send().await.refused(401, "invalid_credentials");
    let patch = |body: Value| shop.ask(Method::PATCH, "/v1/users/me").by(ada.who()).json(&body);
    let change = json!({ "password": NEW_PASSWORD, "current_password": PASSWORD, "locale": "en-GB" });
    patch(change).send().await.expect(200);
    let wrong = json!({ "email": "x@example.com", "current_password": PASSWORD });
    patch(wrong).send().await.refused(403, "wrong_password");
    let tokens = ada.login(shop, NEW_PASSWORD).send().await.expect(200);
    let refresh = json!({ "refresh_token": tokens.text("/refresh_token") });
    shop.post("/v1/auth/refresh").json(&refresh).send().await.expect(200);
    // A second factor, shown rightly by the app and without it, and wrongly.
    let (app, recovery_codes) = ada.enrol(world, shop, NEW_PASSWORD).await;
    world.advance(MINUTE_MS).await;
    for code in [&shown(&app, world), &recovery_codes[0]] {
        ada.login_with(shop, NEW_PASSWORD, code).send().await.expect(200);
    }
    let wrong = ada.login_with(shop, NEW_PASSWORD, "0000-0000-0000-0000");
    wrong.send().await.refused(401, "invalid_credentials");
    let reset = shop.post("/v1/auth/password-reset").json(&json!({ "email": ada.email() }));
    assert!(reset.send().await.status < 300);
    ada.add_address(shop, "home").send().await.expect(201);
    ada.add_address(shop, "work").send().await.expect(201);

    // A guest's cart becomes theirs; so does an empty one, of which only the address is known.
    for lines in [&[(FIELD.sku, 1)][..], &[]] {
        let guest = shop.filled_cart("EUR", "DE", lines).await;
        shop.change_cart(&guest, &json!({ "email": ada.email() })).send().await.expect(200);
        let claim = shop.post(format!("/v1/carts/{}/claim", guest.id)).by(ada.who());
        claim.header("x-cart-token", guest.token).send().await.expect(200);
    }

    // Bought, sent, delivered, and paid back in part.
    let sold = ada.buy(shop, "sold", &[(FIELD.sku, 2)]).await;
    let some =
        json!({ "amount": { "amount": 500, "currency": "EUR" }, "reason": "Mrs. Lovelace found a scratch" });
    shop.refund(&sold, "scratch", &some).send().await.expect(201);
    deliver(shop, &sold, &[(FIELD.sku, 2)]).await;
    // Given up, with a reason.
    let given_up = ada.buy(shop, "given up", &[(DIVER.sku, 1)]).await;
    let reason = json!({ "reason": "Lovelace, 12 Analytical Row, has moved" });
    let cancel = shop.post(format!("/v1/orders/{}/cancel", given_up.id)).by(ada.who()).key("c").json(&reason);
    cancel.send().await.expect(200);
    // Bought from a guest's cart that is nobody's afterwards.
    let mut guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
    shop.change_cart(&guest, &json!({ "email": ada.email(), "postal_code": "10115" }))
        .send()
        .await
        .expect(200);
    shop.look(&mut guest).await;
    let as_guest = ada.place(shop, &guest, "as a guest", "pm_card_visa").header("x-cart-token", &guest.token);
    let as_guest = guest.order(&as_guest.send().await.expect(201));
    let cancel = shop.post(format!("/v1/orders/{}/cancel", as_guest.id)).by(ada.who()).key("c");
    cancel.json(&json!({})).send().await.expect(200);
    // Refused: by the bank, by an empty shelf, and by a price that was not the shown one.
    let cart = ada.cart(shop, &[(FIELD.sku, 1)]).await;
    ada.place(shop, &cart, "declined", "pm_card_chargeDeclined").send().await.expect(402);
    let stale = Basket { version: cart.version - 1, ..cart.clone() };
    ada.place(shop, &stale, "stale", "pm_card_visa").send().await.refused(409, "cart_changed");
    let mut cart = ada.cart(shop, &[(LAST.sku, 1)]).await;
    shop.put(&mut cart, LAST.sku, 9).await;
    ada.place(shop, &cart, "too many", "pm_card_visa").send().await.refused(409, "out_of_stock");
    shop.put(&mut cart, LAST.sku, 0).await;
    // Never completed.
    let waiting = ada.cart(shop, &[(DRESS.sku, 1)]).await;
    let placed =
        ada.place(shop, &waiting, "waiting", "pm_card_authenticationRequired").send().await.expect(201);
    let waiting = waiting.order(&placed);
    world.advance(16 * MINUTE_MS).await;
    world.settle().await;

    // A cart that is still full, and a message about them that nobody could read.
    ada.cart(shop, &[(FIELD.sku, 1)]).await;
    let broken = json!({ "id": "evt_01980000-0000-7000-8000-000000000000", "type": "order_notification", "version": 1,
                         "occurred_at": "2026-11-23T09:00:00Z", "traceparent": null,
                         "data": { "user_id": ada.id, "order": { "email": ada.email() } } });
    world.put_on_queue("notification-events", &broken.to_string());
    world.at_rest().await;
    // The last mail of each order has gone out.
    pass(world, HOUR_MS).await;
    vec![sold, given_up, as_guest, waiting]
}

#[test]
fn nobody_is_found_anywhere_and_the_books_say_what_they_said() {
    journey(async |world| {
        let shop = world.client();
        let (ada, eve) = (ADA.register(&shop).await, EVE.register(&shop).await);
        eve.login(&shop, PASSWORD).send().await.expect(200);
        eve.add_address(&shop, "home").send().await.expect(201);
        let eves = eve.buy(&shop, "e", &[(FIELD.sku, 1)]).await;
        eve.cart(&shop, &[(DIVER.sku, 1)]).await;
        eve.verify_address(&world, &shop).await;
        let (_, eves_codes) = eve.enrol(&world, &shop, PASSWORD).await;
        let orders = live(&world, &shop, &ada).await;

        // Otherwise nothing below would prove anything.
        for place in [
            "meridian-auth accounts",
            "meridian-auth sessions",
            "meridian-auth known_places",
            "meridian-auth links",
            "meridian-auth second_factors",
            "meridian-auth recovery_codes",
            "meridian-users profiles",
            "meridian-users addresses",
            "meridian-users replies",
            "meridian-orders orders",
            "meridian-notifications notifications",
            "meridian-notifications mailbox",
            "meridian-telemetry dead_letters",
            "CartObject",
        ] {
            assert!(ada.is_found_in(&world, place), "{place} knows nothing of her");
        }
        for order in &orders {
            for table in ["state", "events", "replies"] {
                assert!(ada.is_found_in(&world, &format!("OrderObject {} {table}", order.id)), "{table}");
            }
        }
        // What nobody could tell to be hers by itself: her password's hash, what her app's secret is made of, and her recovery codes'.
        let secrets: Vec<String> = {
            let of_hers =
                [("password_hash", "accounts"), ("id", "second_factors"), ("hash", "recovery_codes")];
            let of_hers = of_hers.map(|(column, table)| {
                platform::sql(format!("select {column} as secret from {table} where user_id = '{}'", ada.id))
            });
            let found = world.database("meridian-auth").transact(&of_hers).unwrap();
            let rows =
                found.iter().flat_map(|found| serde_json::from_str::<Vec<Value>>(&found.json).unwrap());
            rows.map(|row| row["secret"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(secrets.len(), 1 + 1 + RECOVERY_CODES);
        let tries = |world: &World| {
            world.everything().iter().filter(|kept| kept.place.ends_with("login_tries")).count()
        };
        ada.login(&shop, PASSWORD).send().await.refused(401, "invalid_credentials");
        assert!(tries(&world) > 0);

        let books_before = {
            let mut all = Vec::new();
            for order in &orders {
                all.push(books(&shop, order).await);
            }
            all
        };
        let ledgers = |world: &World| -> BTreeSet<_> {
            let is_ledger = |place: &str| {
                let is_of_stock = place.starts_with("StockObject") && place.ends_with(" events");
                is_of_stock || place.starts_with("meridian-payments") || place == "meridian-inventory stock"
            };
            world.everything().into_iter().filter(|kept| is_ledger(&kept.place)).collect()
        };
        let ledgers_before = ledgers(&world);
        let eves_before: BTreeSet<_> = eve.found(&world).into_iter().collect();

        ada.delete_me(&shop).send().await.expect(204);
        world.settle().await;
        pass(&world, 10 * MINUTE_MS).await;

        // At once: nobody signs in, nobody finds her, her address is free again; all others are as they were.
        ada.login(&shop, NEW_PASSWORD).send().await.refused(401, "invalid_credentials");
        shop.get("/v1/users/me").by(ada.who()).send().await.refused(404, "not_found");
        assert_eq!(count(&by_email(&shop, &ada).send().await.expect(200)), 0);
        let found = ada.found(&world);
        let is_left = |found: &String| {
            // Who is being forgotten is on record until nothing can come back; what stands in no list forgets within a day.
            !found.starts_with("meridian-users erasures") && !found.starts_with("orderobject")
        };
        assert_eq!(found.iter().filter(|found| is_left(found)).collect::<Vec<_>>(), [""; 0]);
        let now: BTreeSet<_> = eve.found(&world).into_iter().collect();
        assert_eq!(eves_before.symmetric_difference(&now).collect::<Vec<_>>(), [""; 0], "hers is hers");
        assert_eq!(ledgers(&world).symmetric_difference(&ledgers_before).count(), 0);
        world.assert_books_balance().await;

        days(&world, 6).await;
        assert_eq!((ada.found(&world), tries(&world)), (vec![], 0));
        let everything = world.everything();
        assert!(!everything.iter().any(|kept| secrets.iter().any(|secret| kept.row.contains(secret))
            || kept.row.contains("Babbage") && !kept.row.contains("Onlooker")));
        for (order, before) in orders.iter().zip(&books_before) {
            assert_eq!(books(&shop, order).await, *before);
        }
        let moved: Vec<_> = ledgers(&world).symmetric_difference(&ledgers_before).cloned().collect();
        assert_eq!(moved, []);
        world.assert_books_balance().await;

        // The timeline of what is left can be read, and says that somebody was forgotten.
        let timeline =
            shop.get(format!("/v1/orders/{}/events", orders[0].id)).as_staff().send().await.expect(200);
        assert!(timeline.body.to_string().contains("shopper_forgotten"), "{timeline:?}");
        // A mail that went out is still known to have; it cannot be sent again.
        let mails = shop.get(format!("/v1/notifications?order_id={}", orders[0].id)).as_staff();
        let mails = mails.send().await.expect(200);
        assert!(count(&mails) >= 3);
        let resend = format!("/v1/notifications/{}/resend", mails.text("/items/0/id"));
        shop.post(resend).as_staff().send().await.refused(404, "not_found");

        let seen = shop.read_order(&eves).send().await.expect(200);
        assert_eq!(
            (seen.text("/email"), seen.text("/shipping_address/line1")),
            (eve.email().as_str(), eve.street)
        );
        eve.login(&shop, PASSWORD).send().await.refused(401, "second_factor_required");
        eve.login_with(&shop, PASSWORD, &eves_codes[0]).send().await.expect(200);
        // Whoever comes back is somebody new.
        let again = ADA.register(&shop).await;
        assert_ne!(again.id, ada.id);
        again.login(&shop, PASSWORD).send().await.expect(200);
        assert_eq!(count(&shop.get("/v1/orders").by(again.who()).send().await.expect(200)), 0);
        assert_eq!(world.errors().len(), 0, "{:#?}", world.errors());
    });
}
