//! Looking around: what a shopper sees of the goods and of the stock before buying anything.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use journeys::journey;
use kit::seed::{ALL, DIVER, LAST, NOTHING};

#[test]
fn the_shop_shows_its_goods_in_every_currency() {
    journey(async |world| {
        let shop = world.client();
        for (currency, price) in kit::seed::CURRENCIES.into_iter().zip(DIVER.prices) {
            let product =
                shop.get(format!("/v1/products/{}?currency={currency}", DIVER.slug)).send().await.expect(200);
            assert_eq!(product.text("/variants/0/sku"), DIVER.sku);
            assert_eq!(product.number("/variants/0/price/amount"), price);
            assert_eq!(product.text("/variants/0/price/currency"), currency);
        }
        let list = shop.get("/v1/products?limit=100").send().await.expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), ALL.len());
    });
}

#[test]
fn hints_of_the_stock_reach_the_catalogue_by_themselves() {
    journey(async |world| {
        let shop = world.client();
        for (goods, hint) in [(DIVER, "in_stock"), (LAST, "low"), (NOTHING, "out")] {
            let product = shop.get(format!("/v1/products/{}", goods.slug)).send().await.expect(200);
            assert_eq!(product.text("/variants/0/stock_hint"), hint, "{}", goods.sku);
        }
        let level = shop.get(format!("/v1/inventory/{}", DIVER.sku)).as_staff().send().await.expect(200);
        assert_eq!((level.number("/on_hand"), level.number("/reserved")), (35, 0));
        let public = shop.get(format!("/v1/inventory/{}", DIVER.sku)).send().await.expect(200);
        assert_eq!(public.number("/available"), 10);
        let list = shop.get("/v1/inventory").as_staff().send().await.expect(200);
        // Nothing was ever booked in of the one that is sold out.
        assert_eq!(list.body["items"].as_array().unwrap().len(), ALL.len() - 1);
        assert_eq!(world.errors(), Vec::<String>::new());
    });
}

#[test]
fn a_cart_is_priced_for_where_it_goes() {
    journey(async |world| {
        let shop = world.client();
        for (index, (currency, country)) in
            [("EUR", "DE"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")].into_iter().enumerate()
        {
            let mut basket = shop.filled_cart(currency, country, &[(DIVER.sku, 2)]).await;
            let cart = shop.look(&mut basket).await;
            assert_eq!(cart.number("/lines/0/unit_price/amount"), DIVER.prices[index]);
            assert_eq!(cart.number("/subtotal/amount"), 2 * DIVER.prices[index]);
            assert_eq!(cart.body["prices_include_tax"], currency != "USD");
            assert!(cart.number("/tax_total/amount") > 0, "{cart:?}");
            assert_eq!(cart.body["problems"], serde_json::json!([]), "{cart:?}");
        }
    });
}
