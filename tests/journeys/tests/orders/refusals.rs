//! What keeps a cart from becoming an order, told as api.md has it; and what a repeated key answers.

use serde_json::json;

use super::*;
use journeys::journey;
use kit::{
    client::{Who, order_body},
    seed::{DIVER, DRESS, FIELD, NOTHING},
    token,
};

#[test]
fn what_is_short_is_named_with_what_is_left() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (DRESS.sku, 4), (NOTHING.sku, 1)]).await;
        let refused = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        let mut items = refused.body["items"].as_array().unwrap().clone();
        items.sort_by_key(|item| item["sku"].to_string());
        assert_eq!(
            items,
            [json!({ "sku": DRESS.sku, "available": 3 }), json!({ "sku": NOTHING.sku, "available": 0 }),]
        );
        // The cart is the shopper's again, and buys what there is.
        let mut basket = basket;
        shop.put(&mut basket, NOTHING.sku, 0).await;
        shop.put(&mut basket, DRESS.sku, 3).await;
        shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn another_version_or_total_is_answered_with_the_cart_as_it_is() {
    journey(async |world| {
        let shop = world.client();
        let mut basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let old = basket.clone();
        shop.put(&mut basket, FIELD.sku, 2).await;
        let refused = shop.place(&old, "k1", "pm_card_visa").send().await.refused(409, "cart_changed");
        assert_eq!(refused.body["cart"]["version"], basket.version);
        assert_eq!(refused.body["cart"]["total"], basket.total);

        // Of a total that is wrong the right one is told, for where the order goes: no tax in Hong Kong, but dearer to send.
        let mut body = order_body(&basket, "pm_card_visa");
        body["shipping_address"]["country"] = "HK".into();
        let asked =
            shop.post("/v1/orders").key("k2").header("x-cart-token", basket.token.clone()).json(&body);
        let refused = asked.send().await.refused(409, "cart_changed");
        assert_ne!(refused.body["cart"]["total"], basket.total);
        assert_eq!(refused.body["cart"]["tax_total"]["amount"], 0);

        // And with that one it is bought.
        body["expected_total"] = refused.body["cart"]["total"].clone();
        let asked =
            shop.post("/v1/orders").key("k3").header("x-cart-token", basket.token.clone()).json(&body);
        asked.send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_cart_is_ordered_once_and_an_empty_one_never() {
    journey(async |world| {
        let shop = world.client();
        let empty = shop.new_cart("EUR", "DE").await;
        shop.place(&empty, "k0", "pm_card_visa").send().await.refused(409, "cart_empty");

        let (basket, waiting, _) = awaiting(&shop, "k1", &[(FIELD.sku, 1)]).await;
        let second = shop.place(&basket, "k2", "pm_card_visa").send().await.refused(409, "already_ordered");
        assert_eq!(second.text("/order_id"), waiting.id);
        let changed = shop.set_line(&basket, FIELD.sku, 2).send().await.refused(409, "checkout_in_progress");
        assert_eq!(changed.text("/order_id"), waiting.id);

        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let first = shop.place(&basket, "k3", "pm_card_visa").send().await.expect(201);
        let second = shop.place(&basket, "k4", "pm_card_visa").send().await.refused(409, "already_ordered");
        assert_eq!(second.text("/order_id"), first.text("/id"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_declined_card_says_why_and_leaves_nothing_behind() {
    journey(async |world| {
        let shop = world.client();
        for (method, decline_code) in [
            ("pm_card_chargeDeclined", "generic_decline"),
            ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ] {
            let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
            let refused = shop.place(&basket, method, method).send().await.refused(402, "payment_declined");
            assert_eq!(refused.text("/decline_code"), decline_code);
            // The same cart with another card.
            shop.place(&basket, "another", "pm_card_visa").send().await.expect(201);
        }
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_cart_of_somebody_else_does_not_exist() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let stranger = Basket { token: "not-their-token".into(), ..basket.clone() };
        shop.place(&stranger, "k", "pm_card_visa").send().await.refused(404, "not_found");
        let nobody = Basket { token: String::new(), ..basket.clone() };
        shop.place(&nobody, "k", "pm_card_visa").send().await.refused(404, "not_found");
        let unknown = Basket { id: "crt_01980000-0000-7000-8000-000000000000".into(), ..basket };
        shop.place(&unknown, "k", "pm_card_visa").send().await.refused(404, "not_found");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_key_repeats_its_answer_and_stands_for_one_body() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let first = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert!(!first.is_replayed() && !first.text("/token").is_empty());
        assert_eq!(first.header("location"), Some(format!("/v1/orders/{}", first.text("/id")).as_str()));
        let again = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert!(again.is_replayed());
        assert_eq!(again.body, first.body, "the token too");
        shop.place(&basket, "k", "pm_card_mastercard").send().await.refused(422, "idempotency_key_reused");

        // A refusal is kept as well, for ever.
        let basket = shop.filled_cart("EUR", "DE", &[(NOTHING.sku, 1)]).await;
        let first = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        let again = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        assert!(!first.is_replayed() && again.is_replayed());
        assert_eq!(again.body["items"], first.body["items"]);

        // Another shopper's same key is another key.
        let other = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        assert!(!shop.place(&other, "k", "pm_card_visa").send().await.expect(201).is_replayed());
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn two_at_once_with_one_key_are_one_order() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let one = shop.place(&basket, "k", "pm_card_visa");
        let two = shop.place(&basket, "k", "pm_card_visa");
        let (one, two) = futures::join!(one.send(), two.send());
        let (one, two) = (one.expect(201), two.expect(201));
        assert_eq!(one.body, two.body);
        assert!(one.is_replayed() != two.is_replayed(), "one of them is the first");
        world.at_rest().await;
        assert_eq!(world.orders().await.len(), 1);
        world.assert_books_balance().await;
    });
}

#[test]
fn a_signed_in_shopper_buys_their_own_cart() {
    journey(async |world| {
        let shop = world.client();
        let ada = token::user("ada");
        let mut basket = shop.my_cart(ada).await;
        shop.put(&mut basket, FIELD.sku, 1).await;
        let order = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert_eq!(order.text("/token"), "", "a customer needs none");
        let listed = shop.get("/v1/orders").by(Who::Customer(ada)).send().await.expect(200);
        assert_eq!(listed.body["items"][0]["id"], order.body["id"], "right after buying");
        // The emptied cart is filled and ordered again.
        shop.look(&mut basket).await;
        shop.put(&mut basket, FIELD.sku, 2).await;
        shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
