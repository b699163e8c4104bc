//! Buying: the whole way from an empty cart to the mail, in every currency, and each way it can be refused.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use journeys::journey;
use kit::{
    Who,
    seed::{DIVER, DRESS, FIELD, NOTHING},
    token::user,
};
use serde_json::json;

#[test]
fn a_shopper_buys_in_every_currency() {
    journey(async |world| {
        let shop = world.client();
        for (currency, country) in [("EUR", "DE"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")] {
            let basket = shop.filled_cart(currency, country, &[(DIVER.sku, 1), (FIELD.sku, 2)]).await;
            let key = format!("buy-{currency}");
            let answer = shop.place(&basket, &key, "pm_card_visa").send().await.expect(201);
            assert_eq!(answer.text("/status"), "placed");
            assert_eq!(answer.text("/payment_status"), "captured");
            assert_eq!(answer.text("/fulfillment_status"), "unfulfilled");
            assert_eq!(answer.body["total"], basket.total);
            assert!(!answer.is_replayed());

            let order = basket.order(&answer);
            let read = shop.read_order(&order).send().await.expect(200);
            assert_eq!(read.text("/number"), answer.text("/number"));
            assert_eq!(read.body["total"], basket.total);
        }
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn the_cart_is_empty_afterwards_and_remembers_the_order() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        world.settle().await;
        let cart = shop.read_cart(&basket).send().await.expect(200);
        assert_eq!(cart.body["lines"], json!([]));
        assert_eq!(cart.text("/order_id"), answer.text("/id"));
        // Emptied, it may be filled again, and bought again.
        let mut basket = basket;
        shop.put(&mut basket, FIELD.sku, 1).await;
        let second = shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        assert_ne!(second.text("/id"), answer.text("/id"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_customer_sees_the_order_in_the_list_at_once_and_nobody_else_does() {
    journey(async |world| {
        let shop = world.client();
        let ada = user("ada");
        let mut basket = shop.my_cart(ada).await;
        shop.put(&mut basket, DIVER.sku, 2).await;
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        let mine = shop.get("/v1/orders").by(Who::Customer(ada)).send().await.expect(200);
        assert_eq!(mine.text("/items/0/id"), answer.text("/id"));

        let eve = Who::Customer(user("eve"));
        let hers = shop.get("/v1/orders").by(eve).send().await.expect(200);
        assert_eq!(hers.body["items"], json!([]));
        let path = format!("/v1/orders/{}", answer.text("/id"));
        shop.get(path.as_str()).by(eve).send().await.refused(404, "not_found");
        shop.get(path.as_str()).send().await.refused(404, "not_found");
        shop.get(path.as_str()).as_staff().send().await.expect(200);
    });
}

#[test]
fn a_guest_needs_the_token_to_see_the_order() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        let order = basket.order(&answer);
        assert!(order.token.len() >= 32);
        shop.read_order(&order).send().await.expect(200);
        let stranger = kit::Placed { token: "wrong".to_owned(), ..order.clone() };
        shop.read_order(&stranger).send().await.refused(404, "not_found");
        // And nobody else's cart is ordered.
        let other = kit::Basket { token: "wrong".to_owned(), ..basket.clone() };
        shop.place(&other, "k3", "pm_card_visa").send().await.refused(404, "not_found");
    });
}

#[test]
fn what_is_sold_out_cannot_be_bought() {
    journey(async |world| {
        let shop = world.client();
        let lines = [(DIVER.sku, 1), (DRESS.sku, 4), (NOTHING.sku, 1)];
        let basket = shop.filled_cart("EUR", "DE", &lines).await;
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        let left: Vec<_> = answer.body["items"].as_array().unwrap().iter().collect();
        assert_eq!(left.len(), 2, "{answer:?}");
        assert!(left.contains(&&json!({ "sku": DRESS.sku, "available": 3 })));
        assert!(left.contains(&&json!({ "sku": NOTHING.sku, "available": 0 })));
        // The refusal is this key's for ever, and the cart is the shopper's again.
        let again = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        assert!(again.is_replayed());
        let mut basket = basket;
        shop.put(&mut basket, NOTHING.sku, 0).await;
        shop.put(&mut basket, DRESS.sku, 3).await;
        shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_declined_card_buys_nothing() {
    journey(async |world| {
        let shop = world.client();
        for (method, code) in [
            ("pm_card_chargeDeclined", "generic_decline"),
            ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ] {
            let basket = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 3)]).await;
            let answer = shop.place(&basket, "k", method).send().await.refused(402, "payment_declined");
            assert_eq!(answer.text("/decline_code"), code);
            // The same cart with another card.
            let level = shop.get(format!("/v1/inventory/{}", DRESS.sku)).as_staff().send().await;
            assert_eq!((level.number("/on_hand"), level.number("/reserved")), (3, 0));
        }
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn a_price_that_changed_meanwhile_is_never_charged() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        let dearer = kit::seed::Goods { prices: [139_900, 149_900, 124_900, 229_500], ..DIVER };
        let body = json!({ "variants": kit::seed::product_body(&dearer)["variants"] });
        let product = shop.get(format!("/v1/products/{}", DIVER.slug)).as_staff().send().await.expect(200);
        shop.ask(http::Method::PATCH, format!("/v1/products/{}", product.text("/id")))
            .as_staff()
            .json(&body)
            .send()
            .await
            .expect(200);
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "cart_changed");
        assert_eq!(answer.number("/cart/lines/0/unit_price/amount"), 139_900, "{answer:?}");
        // Prices that are only shown may be two seconds old.
        world.advance(3_000).await;
        let mut basket = basket;
        let shown = shop.look(&mut basket).await;
        assert_eq!(shown.text("/lines/0/problem"), "price_changed");
        let bought = shop.place(&basket, "k2", "pm_card_visa").send().await.expect(201);
        assert_eq!(bought.number("/lines/0/unit_price/amount"), 139_900);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_is_of_the_cart_that_the_shopper_saw() {
    journey(async |world| {
        let shop = world.client();
        let seen = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        let mut basket = seen.clone();
        shop.put(&mut basket, FIELD.sku, 1).await;
        let answer = shop.place(&seen, "k", "pm_card_visa").send().await.refused(409, "cart_changed");
        assert_eq!(answer.body["cart"]["lines"].as_array().unwrap().len(), 2, "{answer:?}");
        let cheaper = kit::Basket { total: json!({ "amount": 1, "currency": "EUR" }), ..basket.clone() };
        shop.place(&cheaper, "k2", "pm_card_visa").send().await.refused(409, "cart_changed");
        shop.place(&basket, "k3", "pm_card_visa").send().await.expect(201);

        let empty = shop.new_cart("EUR", "DE").await;
        shop.place(&empty, "k", "pm_card_visa").send().await.refused(409, "cart_empty");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_key_stands_for_one_body_and_is_asked_for() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1)]).await;
        let first = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        let again = shop.place(&basket, "k", "pm_card_visa").send().await.expect(201);
        assert_eq!((first.text("/id"), first.text("/token")), (again.text("/id"), again.text("/token")));
        assert!(again.is_replayed());
        shop.place(&basket, "k", "pm_card_chargeDeclined")
            .send()
            .await
            .refused(422, "idempotency_key_reused");
        let body = kit::client::order_body(&basket, "pm_card_visa");
        shop.post("/v1/orders")
            .header("x-cart-token", basket.token.clone())
            .json(&body)
            .send()
            .await
            .refused(400, "idempotency_key_required");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
