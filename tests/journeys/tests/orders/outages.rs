//! What happens to an order after the sale, with every single call lost, late or the last thing that its caller ever did.

use serde_json::json;

use super::*;
use journeys::{persist, survives};
use kit::{
    client::pieces,
    seed::{DRESS, FIELD},
};

#[test]
fn a_cancelled_sale() {
    survives(
        async |world| bought(&world.client(), "k", &[(DRESS.sku, 3), (FIELD.sku, 1)]).await.0,
        |world, order: Placed| async move {
            let shop = world.client();
            let cancelled = persist(&world, || shop.cancel(&order, "c")).await.expect(200);
            assert_eq!(
                (cancelled.text("/status"), cancelled.text("/payment_status")),
                ("cancelled", "refunded")
            );
        },
    );
}

#[test]
fn a_refund_whose_goods_come_back() {
    survives(
        async |world| bought(&world.client(), "k", &[(DRESS.sku, 3)]).await.0,
        |world, order: Placed| async move {
            let shop = world.client();
            let body = json!({ "lines": pieces(&[(DRESS.sku, 2)]), "restock": true });
            let refund = persist(&world, || shop.refund(&order, "r", &body)).await.expect(201);
            assert_eq!(refund.number("/amount/amount"), 2 * DRESS.prices[0]);
            let seen = persist(&world, || shop.read_order(&order)).await.expect(200);
            assert_eq!(seen.body["refunds"].as_array().unwrap().len(), 1);
        },
    );
}

#[test]
fn a_parcel() {
    survives(
        async |world| bought(&world.client(), "k", &[(FIELD.sku, 2)]).await.0,
        |world, order: Placed| async move {
            let shop = world.client();
            persist(&world, || shop.fulfil(&order, "f", &[(FIELD.sku, 2)])).await.expect(201);
            let seen = persist(&world, || shop.read_order(&order)).await.expect(200);
            assert_eq!(seen.text("/fulfillment_status"), "fulfilled");
        },
    );
}
