//! Every journey again, with every single call that leaves a Worker or an object failing before and after it took effect, arriving late,
//! or being the last thing that its caller ever did. Whoever asks again with the same key is answered as if nothing had happened.
#![allow(clippy::arithmetic_side_effects, clippy::panic, clippy::unwrap_used)]

use journeys::{persist, survives};
use kit::{
    Basket,
    seed::{DIVER, DRESS, FIELD},
};

#[test]
fn a_purchase() {
    survives(
        |world| async move { world.client().filled_cart("EUR", "DE", &[(DIVER.sku, 1), (DRESS.sku, 3)]).await },
        |world, basket: Basket| async move {
            let shop = world.client();
            let answer = persist(&world, || shop.place(&basket, "k", "pm_card_visa")).await.expect(201);
            assert_eq!(answer.text("/status"), "placed");
            let again = persist(&world, || shop.place(&basket, "k", "pm_card_visa")).await.expect(201);
            assert_eq!(again.text("/id"), answer.text("/id"));
        },
    );
}

#[test]
fn a_declined_payment() {
    survives(
        |world| async move { world.client().filled_cart("USD", "US", &[(FIELD.sku, 2)]).await },
        |world, basket: Basket| async move {
            let shop = world.client();
            let ask = || shop.place(&basket, "k", "pm_card_chargeDeclined");
            persist(&world, ask).await.refused(402, "payment_declined");
        },
    );
}
