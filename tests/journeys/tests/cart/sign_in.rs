//! A shopper who signs in: one cart, and the guest's lines in it once.

use serde_json::json;

use journeys::journey;
use kit::{
    Outage, Plan,
    client::{Basket, Who},
    seed::{DIVER, DRESS, FIELD},
    token,
};

use super::{claim, customer, lines, problems};

#[test]
fn a_signed_in_shopper_has_exactly_one_cart() {
    journey(async |world| {
        let shop = world.client();
        let (user, who) = (token::user("ada"), customer("ada"));
        let mine = shop.my_cart(user).await;
        let made = shop.post("/v1/carts").by(who).send().await.expect(201);
        assert_eq!((made.text("/id"), made.text("/currency")), (mine.id.as_str(), "EUR"));
        assert!(made.body.get("token").is_none());
        // An empty cart takes another currency, one with lines does not.
        let usd = json!({ "currency": "USD" });
        let made = shop.post("/v1/carts").by(who).json(&usd).send().await.expect(201);
        assert_eq!((made.text("/id"), made.text("/currency")), (mine.id.as_str(), "USD"));
        let cart = shop.set_line(&mine, FIELD.sku, 1).send().await.expect(200);
        assert_eq!(cart.number("/lines/0/unit_price/amount"), FIELD.prices[1]);
        let eur = json!({ "currency": "EUR" });
        shop.post("/v1/carts").by(who).json(&eur).send().await.refused(409, "wrong_currency");
        assert_eq!(lines(&shop.get("/v1/carts/me").by(who).send().await), ["FIELD-38-OLV×1"]);
        assert_ne!(shop.my_cart(token::user("bob")).await.id, mine.id);
    });
}

/// medusajs/medusa#9755, vendurehq/vendure#3153 and #263: the guest's cart could not be claimed, lines in both carts were lost, the
/// second login took the first one's cart.
#[test]
fn a_guest_who_signs_in_keeps_every_line_once() {
    journey(async |world| {
        let shop = world.client();
        let mine = shop.my_cart(token::user("ada")).await;
        shop.set_line(&mine, FIELD.sku, 2).send().await.expect(200);
        let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 1)]).await;

        for _ in 0..2 {
            let cart = claim(&shop, &guest, customer("ada")).await.expect(200);
            assert_eq!(cart.text("/id"), mine.id);
            assert_eq!(lines(&cart), ["FIELD-38-OLV×5", "DRESS-36-WHT×1"]);
        }
        assert_eq!(lines(&shop.read_cart(&guest).send().await.expect(200)), Vec::<String>::new());
        let bobs = claim(&shop, &guest, customer("bob")).await.expect(200);
        assert_eq!(lines(&bobs), Vec::<String>::new());
        // One's own cart is claimed already.
        let own = Basket { token: String::new(), ..mine };
        assert_eq!(lines(&claim(&shop, &own, customer("ada")).await.expect(200)).len(), 2);
        claim(&shop, &guest, Who::Guest).await.refused(401, "unauthorized");
    });
}

#[test]
fn a_new_customer_goes_on_where_the_guest_was() {
    journey(async |world| {
        let shop = world.client();
        let guest = shop.filled_cart("USD", "US", &[(FIELD.sku, 1)]).await;
        let cart = claim(&shop, &guest, customer("new")).await.expect(200);
        assert_eq!((cart.text("/currency"), cart.text("/region")), ("USD", "CA"));
        assert_eq!((lines(&cart), problems(&cart)), (vec!["FIELD-38-OLV×1".to_owned()], vec![""]));

        // A cart with lines keeps its currency; what comes to it is priced in that.
        let guest = shop.filled_cart("JPY", "JP", &[(DIVER.sku, 1)]).await;
        let cart = claim(&shop, &guest, customer("new")).await.expect(200);
        assert_eq!(lines(&cart), ["FIELD-38-OLV×1", "DIVER-300-BLK×1"]);
        assert_eq!((cart.number("/subtotal/amount"), problems(&cart)), (21_999 + 139_900, vec!["", ""]));
    });
}

/// vendurehq/vendure#3773: what went wrong in a merge blocked the login. Here whatever is lost on the way, the next try ends it.
#[test]
fn a_claim_survives_every_lost_call() {
    for outage in Outage::ALL {
        for serial in 0.. {
            let has_struck = journey(async |world| {
                let shop = world.client();
                let mine = shop.my_cart(token::user("ada")).await;
                shop.set_line(&mine, FIELD.sku, 2).send().await.expect(200);
                let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 1)]).await;
                world.settle().await;

                world.calls.begin();
                world.calls.plan(Plan::At { serial, outage });
                let path = format!("/v1/carts/{}/claim", guest.id);
                let ask = shop.post(path).by(customer("ada")).header("x-cart-token", guest.token.clone());
                let first = ask.attempt().await;
                let has_struck = world.calls.has_struck();
                world.calls.end();
                if !has_struck {
                    assert_eq!(first.unwrap().status, 200);
                }
                let cart = claim(&shop, &guest, customer("ada")).await.expect(200);
                assert_eq!(lines(&cart), ["FIELD-38-OLV×5", "DRESS-36-WHT×1"], "{outage:?} at call {serial}");
                assert_eq!(lines(&shop.read_cart(&guest).send().await.expect(200)), Vec::<String>::new());
                has_struck
            });
            if !has_struck {
                break;
            }
        }
    }
}
