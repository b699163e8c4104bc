//! A shopper who signs in: one cart, and the guest's lines in it once. They register, log in and out as shoppers do, where and when they like.

use futures::future::{join, join_all};
use http::Method;
use serde_json::json;

use domain::time::MINUTE_MS;
use journeys::{journey, journey_with_seed, persist, survives};
use kit::{
    Chaos,
    client::{Answer, Ask, Basket, Placed, Shop, Who, order_body},
    mounts::Inside,
    seed::{DIVER, DRESS, FIELD},
};

use super::{claim, customer, lines, problems};

type Client = Shop<Inside>;

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const PASSWORD: &str = "correct horse battery";
const NOTHING: [&str; 0] = [];

fn login(shop: &Client, email: &str) -> Ask<Inside> {
    shop.post("/v1/auth/login").json(&json!({ "email": email, "password": PASSWORD }))
}

/// A browser or an app with which somebody is signed in.
struct Device {
    shop: Client,
    bearer: String,
    refresh: String,
}

impl Device {
    fn of(shop: &Client, pair: &Answer) -> Self {
        let bearer = format!("Bearer {}", pair.text("/access_token"));
        Self { shop: shop.clone(), bearer, refresh: pair.text("/refresh_token").to_owned() }
    }

    async fn login(shop: &Client, email: &str) -> Self {
        Self::of(shop, &login(shop, email).send().await.expect(200))
    }

    /// Of somebody who has just opened an account.
    async fn register(shop: &Client, email: &str) -> Self {
        let account = json!({ "email": email, "password": PASSWORD, "name": "Somebody" });
        shop.post("/v1/users").json(&account).send().await.expect(201);
        Self::login(shop, email).await
    }

    async fn refreshed(&self) -> Self {
        let body = json!({ "refresh_token": self.refresh });
        Self::of(&self.shop, &self.shop.post("/v1/auth/refresh").json(&body).send().await.expect(200))
    }

    async fn log_out(self) {
        self.ask(Method::POST, "/v1/auth/logout").send().await.expect(204);
        let body = json!({ "refresh_token": self.refresh });
        self.shop.post("/v1/auth/refresh").json(&body).send().await.expect(401);
    }

    fn ask(&self, method: Method, path: impl Into<String>) -> Ask<Inside> {
        self.shop.ask(method, path).header("authorization", self.bearer.as_str())
    }

    fn claim(&self, guest: &Basket) -> Ask<Inside> {
        let ask = self.ask(Method::POST, format!("/v1/carts/{}/claim", guest.id));
        ask.header("x-cart-token", guest.token.as_str())
    }

    async fn cart(&self) -> Answer {
        self.ask(Method::GET, "/v1/carts/me").send().await.expect(200)
    }

    async fn put(&self, sku: &str, quantity: u32) -> Answer {
        let path = format!("/v1/carts/{}/lines/{sku}", self.cart().await.text("/id"));
        self.ask(Method::PUT, path).json(&json!({ "quantity": quantity })).send().await.expect(200)
    }

    /// Orders what an answer shows of their cart.
    fn order(&self, cart: &Answer, key: &str, payment_method: &str) -> Ask<Inside> {
        let body = order_body(&Basket::of(cart, Who::Guest), payment_method);
        self.ask(Method::POST, "/v1/orders").key(key).json(&body)
    }
}

async fn assert_empty(shop: &Client, guest: &Basket) {
    assert_eq!(lines(&shop.read_cart(guest).send().await.expect(200)), NOTHING);
}

#[test]
fn a_signed_in_shopper_has_exactly_one_cart() {
    journey(async |world| {
        let shop = world.client();
        let phone = Device::register(&shop, ADA).await;
        let laptop = Device::login(&shop, ADA).await;
        let mine = phone.cart().await;
        let made = laptop.ask(Method::POST, "/v1/carts").send().await.expect(201);
        assert_eq!((made.text("/id"), made.text("/currency")), (mine.text("/id"), "EUR"));
        assert!(made.body.get("token").is_none());
        // An empty cart takes another currency, one with lines does not.
        let make = |currency| laptop.ask(Method::POST, "/v1/carts").json(&json!({ "currency": currency }));
        let made = make("USD").send().await.expect(201);
        assert_eq!((made.text("/id"), made.text("/currency")), (mine.text("/id"), "USD"));
        let cart = phone.put(FIELD.sku, 1).await;
        assert_eq!(cart.number("/lines/0/unit_price/amount"), FIELD.prices[1]);
        make("EUR").send().await.refused(409, "wrong_currency");
        assert_eq!(lines(&laptop.cart().await), ["FIELD-38-OLV×1"]);
        let bob = Device::register(&shop, BOB).await;
        assert_ne!(bob.cart().await.text("/id"), mine.text("/id"));
    });
}

/// medusajs/medusa#9755 and vendurehq/vendure#3153: the guest's cart could not be claimed, lines in both carts were lost.
#[test]
fn a_guest_who_signs_in_keeps_every_line_once() {
    journey(async |world| {
        let shop = world.client();
        let phone = Device::register(&shop, ADA).await;
        let mine = phone.put(FIELD.sku, 2).await;
        // Somewhere else she has not signed in yet.
        let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 1)]).await;
        let laptop = Device::login(&shop, ADA).await;

        let all = ["FIELD-38-OLV×5", "DRESS-36-WHT×1"];
        let refreshed = laptop.refreshed().await;
        for device in [&laptop, &laptop, &refreshed, &phone] {
            let cart = device.claim(&guest).send().await.expect(200);
            assert_eq!((lines(&cart), cart.text("/id")), (all.map(str::to_owned).to_vec(), mine.text("/id")));
            assert_empty(&shop, &guest).await;
        }
        // Who is signed in no more claims nothing.
        world.advance(16 * MINUTE_MS).await;
        laptop.claim(&guest).send().await.refused(401, "unauthorized");
        claim(&shop, &guest, Who::Guest).await.refused(401, "unauthorized");
        let laptop = refreshed.refreshed().await;
        // One's own cart is claimed already.
        let own = Basket::of(&laptop.cart().await, Who::Guest);
        assert_eq!(lines(&laptop.ask(Method::POST, format!("/v1/carts/{}/claim", own.id)).send().await), all);
        laptop.log_out().await;

        // What they do there next shows nothing of the account, and brings nothing twice.
        let next = shop.new_cart("EUR", "DE").await;
        assert_ne!(next.id, own.id);
        assert_empty(&shop, &next).await;
        for token in [String::new(), guest.token.clone(), next.token.clone()] {
            shop.read_cart(&Basket { token, ..own.clone() }).send().await.refused(404, "not_found");
        }
        let laptop = Device::login(&shop, ADA).await;
        for basket in [&next, &guest] {
            assert_eq!(lines(&laptop.claim(basket).send().await.expect(200)), all);
        }
        assert_eq!(lines(&laptop.cart().await), all);
    });
}

/// vendurehq/vendure#263: the second login took the first one's cart.
#[test]
fn the_next_one_to_sign_in_takes_nothing_of_the_one_before() {
    journey(async |world| {
        let shop = world.client();
        let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3)]).await;
        let ada = Device::register(&shop, ADA).await;
        let hers = Basket::of(&ada.claim(&guest).send().await.expect(200), Who::Guest);
        ada.log_out().await;

        let bob = Device::register(&shop, BOB).await;
        assert_eq!(lines(&bob.claim(&guest).send().await.expect(200)), NOTHING);
        bob.claim(&Basket { token: guest.token.clone(), ..hers }).send().await.refused(404, "not_found");
        bob.put(DRESS.sku, 1).await;
        let ada = Device::login(&shop, ADA).await;
        assert_eq!(lines(&ada.claim(&guest).send().await.expect(200)), ["FIELD-38-OLV×3"]);
        assert_eq!(lines(&bob.cart().await), ["DRESS-36-WHT×1"]);
    });
}

/// A browser that is signed out keeps the cart that it had as a guest, which fills again.
#[test]
fn a_cart_that_fills_again_after_a_claim_comes_along_again() {
    journey(async |world| {
        let shop = world.client();
        let mut guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 2)]).await;
        let ada = Device::register(&shop, ADA).await;
        ada.claim(&guest).send().await.expect(200);
        ada.log_out().await;
        for (quantity, all) in [(2, "FIELD-38-OLV×5"), (2, "FIELD-38-OLV×7"), (5, "FIELD-38-OLV×12")] {
            shop.put(&mut guest, FIELD.sku, quantity).await;
            let ada = Device::login(&shop, ADA).await;
            for _ in 0..2 {
                let cart = ada.claim(&guest).send().await.expect(200);
                assert_eq!(lines(&cart), [all, "DRESS-36-WHT×2"]);
            }
            assert_empty(&shop, &guest).await;
            ada.log_out().await;
        }
    });
}

#[test]
fn claims_at_the_same_time_bring_every_line_once() {
    for number in 0..8 {
        journey_with_seed(number, async |world| {
            let shop = world.client();
            let phone = Device::register(&shop, ADA).await;
            phone.put(FIELD.sku, 2).await;
            let laptop = Device::login(&shop, ADA).await;
            let one = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 1)]).await;
            let other = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 4)]).await;
            world.unleash(Chaos { jitter: true, ..Chaos::default() });

            let claims =
                [(&phone, &one), (&laptop, &one), (&laptop, &one), (&phone, &other), (&laptop, &other)];
            let claims = join_all(claims.map(|(device, guest)| device.claim(guest).send()));
            // And in one of them something changes meanwhile.
            let (claims, put) = join(claims, shop.set_line(&one, DIVER.sku, 1).send()).await;
            put.expect(200);
            for claimed in claims {
                claimed.expect(200);
            }
            // What came too late for all of them is still there.
            let mut all = lines(&phone.claim(&one).send().await.expect(200));
            all.sort_unstable();
            assert_eq!(all, ["DIVER-300-BLK×1", "DRESS-36-WHT×1", "FIELD-38-OLV×9"], "{number}");
            for guest in [&one, &other] {
                assert_empty(&shop, guest).await;
            }
        });
    }
}

#[test]
fn a_line_that_comes_during_a_claim_is_in_one_of_the_carts() {
    journey(async |world| {
        let shop = world.client();
        let ada = Device::register(&shop, ADA).await;
        world.unleash(Chaos { jitter: true, ..Chaos::default() });
        let mut left_behind = 0;
        for round in 1..=24 {
            let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
            // The claim has a longer way: now and then it is given a start.
            let head_start = world.chance.below(120);
            let put = async {
                world.advance(head_start).await;
                shop.set_line(&guest, DRESS.sku, 1).send().await
            };
            let (claimed, put) = join(ada.claim(&guest).send(), put).await;
            put.expect(200);
            let all = |dresses| vec![format!("FIELD-38-OLV×{round}"), format!("DRESS-36-WHT×{dresses}")];
            let left = lines(&shop.read_cart(&guest).send().await.expect(200));
            // Nothing is in both of them, and what was claimed is told.
            if left.is_empty() {
                assert_eq!(lines(&claimed.expect(200)), all(round));
            } else {
                assert_eq!(left, ["DRESS-36-WHT×1"]);
                left_behind += 1;
            }
            assert_eq!(lines(&ada.claim(&guest).send().await.expect(200)), all(round));
        }
        assert!((1..24).contains(&left_behind), "it is always the same one that wins");
    });
}

/// medusajs/medusa#9755: an order lost the customer who had signed in for it.
#[test]
fn what_was_a_guests_is_ordered_by_the_customer() {
    journey(async |world| {
        let shop = world.client();
        let guest = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let phone = Device::register(&shop, ADA).await;
        let cart = phone.claim(&guest).send().await.expect(200);
        let placed = phone.order(&cart, "hers", "pm_card_visa").send().await.expect(201);
        world.settle().await;

        let laptop = Device::login(&shop, ADA).await;
        let list = laptop.ask(Method::GET, "/v1/orders").send().await.expect(200);
        assert_eq!(list.text("/items/0/id"), placed.text("/id"));
        let path = format!("/v1/orders/{}", placed.text("/id"));
        laptop.ask(Method::GET, &path).send().await.expect(200);
        let bob = Device::register(&shop, BOB).await;
        bob.ask(Method::GET, &path).send().await.refused(404, "not_found");
        let as_guest =
            Placed { id: placed.text("/id").to_owned(), token: guest.token.clone(), who: Who::Guest };
        shop.read_order(&as_guest).send().await.refused(404, "not_found");
        assert_eq!(lines(&laptop.claim(&guest).send().await.expect(200)), NOTHING);
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

/// vendurehq/vendure#3773: a payment of the old cart that had failed blocked the login, in which the carts were merged.
#[test]
fn whatever_becomes_of_an_order_its_shopper_signs_in_and_claims() {
    journey(async |world| {
        let shop = world.client();
        let phone = Device::register(&shop, ADA).await;
        let cart = phone.put(FIELD.sku, 1).await;
        phone.order(&cart, "declined", "pm_card_chargeDeclined").send().await.expect(402);
        let guest = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 1)]).await;
        world.calls.begin();
        let laptop = Device::login(&shop, ADA).await;
        let asked: Vec<_> = world.calls.end().into_iter().map(|call| call.name().to_lowercase()).collect();
        assert!(!asked.is_empty() && !asked.iter().any(|name| name.contains("cart")), "{asked:?}");
        let cart = laptop.claim(&guest).send().await.expect(200);
        assert_eq!(lines(&cart), ["FIELD-38-OLV×1", "DRESS-36-WHT×1"]);

        // One that waits for its shopper holds the cart, and neither them nor what they chose since.
        let waiting =
            laptop.order(&cart, "waiting", "pm_card_authenticationRequired").send().await.expect(201);
        laptop.log_out().await;
        let guest = shop.filled_cart("EUR", "DE", &[(DRESS.sku, 2)]).await;
        let laptop = Device::login(&shop, ADA).await;
        laptop.claim(&guest).send().await.refused(409, "checkout_in_progress");
        assert_eq!(lines(&shop.read_cart(&guest).send().await.expect(200)), ["DRESS-36-WHT×2"]);
        let cancel = laptop.ask(Method::POST, format!("/v1/orders/{}/cancel", waiting.text("/id"))).key("c");
        cancel.json(&json!({ "reason": "changed my mind" })).send().await.expect(200);
        world.settle().await;
        let cart = laptop.claim(&guest).send().await.expect(200);
        assert_eq!(lines(&cart), ["FIELD-38-OLV×1", "DRESS-36-WHT×3"]);
    });
}

/// Whatever is lost on the way from the password to the cart, the next try ends it.
#[test]
fn signing_in_and_claiming_survives_every_outage() {
    survives(
        async |world| {
            let shop = world.client();
            Device::register(&shop, ADA).await.put(FIELD.sku, 2).await;
            shop.filled_cart("EUR", "DE", &[(FIELD.sku, 3), (DRESS.sku, 1)]).await
        },
        |world, guest| async move {
            let shop = world.client();
            let pair = persist(&world, || login(&shop, ADA)).await.expect(200);
            let laptop = Device::of(&shop, &pair);
            // As a browser that does not know whether it has done so.
            for _ in 0..2 {
                let cart = persist(&world, || laptop.claim(&guest)).await.expect(200);
                assert_eq!(lines(&cart), ["FIELD-38-OLV×5", "DRESS-36-WHT×1"]);
            }
            let left = persist(&world, || shop.read_cart(&guest)).await.expect(200);
            assert_eq!(lines(&left), NOTHING);
        },
    );
}
