//! Who calls, and the things they call about: all of them there, so that what is refused is refused for who asks.

use domain::{id::UserId, time::MINUTE_MS};
use journeys::journey;
use kit::{
    Answer, Basket, Placed, Shop, Snapshot, Who, World,
    mounts::{CALLER_KEYS, Inside, JWT_KEYS},
    seed::FIELD,
    token,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

const PASSWORD: &str = "correct horse battery";
pub const ADAS_EMAIL: &str = "ada@example.com";

/// By the name that templates and bodies have for it: `order`, `address`, `total`.
pub type Things = BTreeMap<&'static str, Value>;

/// Whose things a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Ada,
    Guest,
}

pub struct Furnished {
    pub snapshot: Snapshot,
    adas: Things,
    guests: Things,
    /// Access tokens, by name.
    tokens: BTreeMap<&'static str, String>,
    /// Another guest's own cart and order token.
    strangers: (String, String),
}

impl Furnished {
    pub fn things(&self, owner: Owner) -> &Things {
        match owner {
            Owner::Ada => &self.adas,
            Owner::Guest => &self.guests,
        }
    }

    /// Somebody's own access token.
    pub fn bearer(&self, name: &str) -> String {
        format!("Bearer {}", self.tokens[name])
    }

    /// The headers with a guest's proofs.
    pub fn guest_tokens(&self, is_owner: bool) -> [(&'static str, String); 2] {
        let text = |name| self.guests[name].as_str().unwrap().to_owned();
        let (cart, order) =
            if is_owner { (text("cart_token"), text("order_token")) } else { self.strangers.clone() };
        [("x-cart-token", cart), ("x-order-token", order)]
    }

    /// Both owners look at what is theirs: whatever a Worker remembers of it, it remembers now.
    pub async fn use_everything(&self, shop: &Shop<Inside>) {
        for (things, proofs) in [
            (&self.adas, vec![("authorization", self.bearer("ada"))]),
            (&self.guests, self.guest_tokens(true).into()),
        ] {
            let text = |name| things[name].as_str().unwrap();
            for path in [format!("/v1/carts/{}", text("cart")), format!("/v1/orders/{}", text("order"))] {
                let ask = shop.get(path);
                let ask = proofs.iter().fold(ask, |ask, (name, value)| ask.header(name, value.clone()));
                ask.send().await.expect(200);
            }
        }
    }

    /// What is no token of anybody's, however much it looks like an admin's, and why.
    pub fn bad_tokens(&self, world: &World) -> Vec<(&'static str, String)> {
        let ada: UserId = self.adas["user"].as_str().unwrap().parse().unwrap();
        let mint = |keys: &str, at| token::mint(keys, ada, "admin", at);
        let ago = domain::Timestamp::from_millis(world.now().millis() - 20 * MINUTE_MS as i64);
        let good = mint(JWT_KEYS, world.now());
        let (_, rest) = good.split_once('.').unwrap();
        let (claims, signature) = rest.split_once('.').unwrap();
        let theirs = &self.tokens["bob"];
        let (their_head, _) = theirs.split_once('.').unwrap();
        let their_signature = theirs.rsplit('.').next().unwrap();
        // {"alg":"none","kid":"test-1","typ":"JWT"}
        let none = "eyJhbGciOiJub25lIiwia2lkIjoidGVzdC0xIiwidHlwIjoiSldUIn0";
        vec![
            ("expired", mint(JWT_KEYS, ago)),
            ("another key", mint("test-1:bm9ib2R5J3Mga2V5LCBhbmQgYXMgbG9uZyBhcyBvdXJzLi4u", world.now())),
            ("the callers' key", mint(CALLER_KEYS, world.now())),
            ("alg none", format!("{none}.{claims}.")),
            ("alg none, signed", format!("{none}.{claims}.{signature}")),
            ("another's signature", format!("{their_head}.{claims}.{their_signature}")),
        ]
    }
}

/// The shop with everything in it that a route could be about.
pub fn furnished() -> &'static Furnished {
    static FURNISHED: LazyLock<Furnished> = LazyLock::new(|| journey(furnish));
    &FURNISHED
}

async fn register(shop: &Shop<Inside>, email: &str, roles: Value) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada Lovelace" });
    let made = shop.post("/v1/users").json(&body).send().await.expect(201);
    let patch = shop.ask(http::Method::PATCH, format!("/v1/users/{}", made.text("/id"))).by(Who::Admin);
    patch.json(&json!({ "roles": roles })).send().await.expect(200);
    made
}

async fn login(shop: &Shop<Inside>, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    shop.post("/v1/auth/login").json(&body).send().await.expect(200)
}

/// A cart with something in it.
async fn filled(shop: &Shop<Inside>, who: Who) -> Basket {
    match who {
        Who::Customer(user) => {
            let mut basket = shop.my_cart(user).await;
            shop.put(&mut basket, FIELD.sku, 2).await;
            basket
        }
        _ => shop.filled_cart("EUR", "DE", &[(FIELD.sku, 2)]).await,
    }
}

async fn bought(shop: &Shop<Inside>, who: Who, key: &str, card: &str) -> (Placed, Answer) {
    let basket = filled(shop, who).await;
    let answer = shop.place(&basket, key, card).send().await.expect(201);
    (basket.order(&answer), answer)
}

/// A shopper's orders that time does not change: one that was placed, and one that is on its way.
async fn lasting(shop: &Shop<Inside>, who: Who) -> Things {
    let (placed, _) = bought(shop, who, "placed", "pm_card_visa").await;
    let (shipped, _) = bought(shop, who, "shipped", "pm_card_visa").await;
    let parcel = shop.fulfil(&shipped, "parcel", &[(FIELD.sku, 2)]).send().await.expect(201);
    Things::from([
        ("order", json!(placed.id)),
        ("order_token", json!(placed.token)),
        ("shipped", json!(shipped.id)),
        ("fulfillment", parcel.body["id"].clone()),
    ])
}

/// What is over in a quarter of an hour: a payment that waits for its shopper, and a cart as they see it.
async fn fleeting(shop: &Shop<Inside>, who: Who, things: &mut Things) {
    // Bought as a guest: an order that waits keeps its cart, and a customer has but one.
    let (_, waiting) = bought(shop, Who::Guest, "waiting", "pm_card_authenticationRequired").await;
    let basket = filled(shop, who).await;
    things.extend([
        ("payment", waiting.body["payment"]["id"].clone()),
        ("client_secret", waiting.body["payment"]["client_secret"].clone()),
        ("cart", json!(basket.id)),
        ("cart_token", json!(basket.token)),
        ("version", json!(basket.version)),
        ("total", basket.total),
    ]);
}

async fn mail_of(shop: &Shop<Inside>, order: &Value) -> Value {
    let mails = shop.get("/v1/notifications?limit=100").as_staff().send().await.expect(200);
    let mails = mails.body["items"].as_array().unwrap().clone();
    mails.into_iter().find(|mail| mail["order_id"] == *order).unwrap()["id"].clone()
}

async fn furnish(world: Arc<World>) -> Furnished {
    let shop = world.client();
    let made = register(&shop, ADAS_EMAIL, json!(["customer"])).await;
    let ada = Who::Customer(made.text("/id").parse().unwrap());
    register(&shop, "bob@example.org", json!(["customer"])).await;
    register(&shop, "carl@example.net", json!(["customer", "staff"])).await;
    register(&shop, "dora@example.net", json!(["customer", "admin"])).await;
    let mut adas = lasting(&shop, ada).await;
    let mut guests = lasting(&shop, Who::Guest).await;
    let address = json!({ "name": "Ada Lovelace", "line1": "12 Row", "city": "Berlin", "country": "DE" });
    let address = shop.post("/v1/users/me/addresses").by(ada).json(&address).send().await.expect(201);
    // What they have in common: whose it is makes no difference to who may touch it.
    let spare = json!({ "slug": "spare", "name": "Spare" });
    shop.post("/v1/brands").as_staff().json(&spare).send().await.expect(201);
    shop.post("/v1/categories").as_staff().json(&spare).send().await.expect(201);
    let place = json!({ "name": "Spare", "country": "FR", "priority": 9 });
    let place = shop.post("/v1/locations").as_staff().json(&place).send().await.expect(201);
    let stocked = shop.get("/v1/locations").as_staff().send().await.expect(200);
    world.put_on_queue("order-events", "nobody can read this");
    world.at_rest().await;

    let letters = shop.get("/v1/dead-letters").by(Who::Admin).send().await.expect(200);
    let letter = &letters.body["items"][0]["id"];
    assert!(letter.is_string(), "{letters:?}");
    let mut tokens = BTreeMap::new();
    let mut refresh = Value::Null;
    for (name, email) in [
        ("ada", ADAS_EMAIL),
        ("bob", "bob@example.org"),
        ("staff", "carl@example.net"),
        ("admin", "dora@example.net"),
    ] {
        let pair = login(&shop, email).await;
        tokens.insert(name, pair.text("/access_token").to_owned());
        if name == "ada" {
            refresh = pair.body["refresh_token"].clone();
        }
    }
    login(&shop, ADAS_EMAIL).await;
    let sessions = shop.get("/v1/auth/sessions").header("authorization", format!("Bearer {}", tokens["ada"]));
    let sessions = sessions.send().await.expect(200);
    let session = sessions.body["items"].as_array().unwrap().iter().find(|one| one["is_current"] == false);
    let session = session.unwrap()["id"].clone();
    for (who, things) in [(ada, &mut adas), (Who::Guest, &mut guests)] {
        fleeting(&shop, who, things).await;
        let notification = mail_of(&shop, &things["order"]).await;
        things.extend([
            ("notification", notification),
            ("user", made.body["id"].clone()),
            ("address", address.body["id"].clone()),
            ("session", session.clone()),
            ("letter", letter.clone()),
            ("location", place.body["id"].clone()),
            ("stocked", stocked.body["items"][0]["id"].clone()),
            ("product", json!("dress-36")),
            ("sku", json!(FIELD.sku)),
            ("category", json!("spare")),
            ("brand", json!("spare")),
            ("provider", json!("test")),
        ]);
    }
    adas.extend([("password", json!(PASSWORD)), ("refresh_token", refresh)]);
    let (_, other) = bought(&shop, Who::Guest, "another", "pm_card_visa").await;
    let other_cart = filled(&shop, Who::Guest).await;
    let strangers = (other_cart.token, other.text("/token").to_owned());
    world.settle().await;
    Furnished { snapshot: world.snapshot(), adas, guests, tokens, strangers }
}
