//! Buying: the whole way from an empty cart to the mail, in every currency, and each way it can be refused.
#![allow(clippy::arithmetic_side_effects, clippy::panic, clippy::unwrap_used)]

use journeys::journey;
use kit::{
    Shop,
    seed::{DIVER, DRESS, FIELD, NOTHING},
};

#[test]
fn a_shopper_buys_in_every_currency() {
    journey(async |world| {
        let shop = world.client();
        for (currency, country) in [("EUR", "DE"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")] {
            let basket = shop.filled_cart(currency, country, &[(DIVER.sku, 1), (FIELD.sku, 2)]).await;
            let answer =
                shop.place(&basket, &format!("buy-{currency}"), "pm_card_visa").send().await.expect(201);
            assert_eq!(answer.text("/status"), "placed");
            assert_eq!(answer.text("/payment_status"), "captured");
            assert_eq!(answer.body["total"], basket.total);
            let order = Shop::<kit::mounts::Inside>::placed(&basket, &answer);
            let again = shop.read_order(&order).send().await.expect(200);
            assert_eq!(again.text("/number"), answer.text("/number"));
        }
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), Vec::<String>::new());
    });
}

#[test]
fn what_is_sold_out_cannot_be_bought() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (DRESS.sku, 4), (NOTHING.sku, 1)]).await;
        let answer = shop.place(&basket, "k", "pm_card_visa").send().await.refused(409, "out_of_stock");
        println!("{answer:?}");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
