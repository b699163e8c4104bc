//! Carts: lines, prices that move, goods that run out.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod sign_in;

use http::Method;
use serde_json::{Value, json};

use api::object::Ask;
use domain::{
    cart::{CART_LINES_MAX, CART_TTL_MS, CartCommand},
    holder::{Holder, TokenHash},
    id::OrderId,
    time::{DAY_MS, SECOND_MS},
};
use journeys::journey;
use kit::{
    CallKind, World,
    client::{Answer, Basket, Shop, Transport, Who},
    seed::{CURRENCIES, DIVER, DRESS, FIELD, Goods, LAST, NOTHING, product_body},
    token,
};

fn customer(name: &str) -> Who {
    Who::Customer(token::user(name))
}

/// The cart's lines as `SKU×quantity`.
fn lines(cart: &Answer) -> Vec<String> {
    let lines = cart.body["lines"].as_array().unwrap();
    lines.iter().map(|line| format!("{}×{}", line["sku"].as_str().unwrap(), line["quantity"])).collect()
}

fn problems(cart: &Answer) -> Vec<&str> {
    let lines = cart.body["lines"].as_array().unwrap();
    lines.iter().map(|line| line["problem"].as_str().unwrap_or("")).collect()
}

async fn set_prices<T: Transport>(shop: &Shop<T>, goods: &Goods, prices: [i64; 4]) {
    let body = product_body(&Goods { prices, ..*goods });
    let patch = json!({ "variants": body["variants"] });
    let path = format!("/v1/products/{}", goods.slug);
    shop.ask(Method::PATCH, path).as_staff().json(&patch).send().await.expect(200);
}

async fn claim<T: Transport>(shop: &Shop<T>, guest: &Basket, who: Who) -> Answer {
    let path = format!("/v1/carts/{}/claim", guest.id);
    shop.post(path).by(who).header("x-cart-token", guest.token.clone()).send().await
}

#[test]
fn a_guest_fills_and_empties_a_cart() {
    journey(async |world| {
        let shop = world.client();
        let made = shop.post("/v1/carts").send().await.expect(201);
        assert_eq!((made.text("/currency"), made.text("/country")), ("EUR", "DE"));
        assert_eq!(made.text("/token").len(), 43, "32 bytes, base64url");
        assert_eq!((made.number("/version"), made.number("/total/amount")), (1, 0));
        assert_eq!(made.header("cache-control"), Some("no-store"));

        let mut basket = shop.new_cart("EUR", "DE").await;
        let cart = shop.put(&mut basket, FIELD.sku, 2).await;
        assert_eq!(lines(&cart), ["FIELD-38-OLV×2"]);
        assert_eq!((cart.text("/lines/0/slug"), cart.text("/lines/0/problem")), (FIELD.slug, ""));
        assert_eq!(cart.number("/lines/0/total/amount"), 39_990);
        // 19 % within 399.90, and nothing for shipping from 100.00 on.
        assert_eq!((cart.number("/lines/0/tax_rate"), cart.number("/tax_total/amount")), (190_000, 6_385));
        assert_eq!((cart.number("/shipping_total/amount"), cart.number("/total/amount")), (0, 39_990));
        assert_eq!(cart.text("/shipping_options/1/id"), "express");
        assert!(cart.body.get("token").is_none(), "a token is told once");

        let same = shop.put(&mut basket, FIELD.sku, 2).await;
        assert_eq!(same.number("/version"), cart.number("/version"), "a repeat changes nothing");
        let cart = shop.put(&mut basket, FIELD.sku, 0).await;
        assert_eq!((lines(&cart), cart.number("/total/amount")), (vec![], 0));
        let gone = shop.ask(Method::DELETE, format!("/v1/carts/{}/lines/{}", basket.id, FIELD.sku));
        let gone = gone.header("x-cart-token", basket.token.clone()).send().await.expect(200);
        assert_eq!(gone.number("/version"), cart.number("/version"));
    });
}

#[test]
fn a_cart_is_its_holders_alone() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let other = shop.new_cart("EUR", "DE").await;
        for thief in [
            Basket { token: String::new(), ..basket.clone() },
            Basket { token: other.token.clone(), ..basket.clone() },
            Basket { token: String::new(), who: customer("thief"), ..basket.clone() },
            Basket { token: String::new(), who: Who::Admin, ..basket.clone() },
        ] {
            shop.read_cart(&thief).send().await.refused(404, "not_found");
            shop.set_line(&thief, FIELD.sku, 2).send().await.refused(404, "not_found");
            shop.change_cart(&thief, &json!({"country": "FR"})).send().await.refused(404, "not_found");
        }
        let stolen = claim(&shop, &Basket { token: other.token, ..basket.clone() }, customer("thief")).await;
        stolen.refused(404, "not_found");
        let stale = Basket { id: "crt_00000000-0000-7000-8000-000000000000".into(), ..basket.clone() };
        shop.read_cart(&stale).send().await.refused(404, "not_found");
        shop.get("/v1/carts/CART").send().await.refused(404, "not_found");
        shop.get("/v1/carts/me").send().await.refused(401, "unauthorized");
        assert_eq!(lines(&shop.read_cart(&basket).send().await), ["FIELD-38-OLV×1"]);
    });
}

#[test]
fn bad_input_is_named_and_changes_nothing() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let line = format!("/v1/carts/{}/lines/{}", basket.id, FIELD.sku);
        let cart = format!("/v1/carts/{}", basket.id);
        let cases: [(Method, &str, &str, &str); 18] = [
            (Method::PUT, &line, r#"{"quantity":100}"#, "/quantity out_of_range"),
            (Method::PUT, &line, r#"{"quantity":-1}"#, "/quantity invalid_type"),
            (Method::PUT, &line, r#"{"quantity":99999999999}"#, "/quantity invalid_type"),
            (Method::PUT, &line, r#"{"quantity":"1"}"#, "/quantity invalid_type"),
            (Method::PUT, &line, r#"{"quantity":1,"price":1}"#, "/price unknown_field"),
            (Method::PUT, &line, "{}", " required"),
            (Method::PUT, &line, "[1]", " invalid_type"),
            (Method::PATCH, &cart, r#"{"country":"AQ"}"#, "/country destination_not_served"),
            (Method::PATCH, &cart, r#"{"country":"germany"}"#, "/country invalid_country"),
            (Method::PATCH, &cart, r#"{"country":"US","region":"XX"}"#, "/region unknown_region"),
            (
                Method::PATCH,
                &cart,
                r#"{"shipping_option":"pigeon"}"#,
                "/shipping_option unknown_shipping_option",
            ),
            (Method::PATCH, &cart, r#"{"email":"nobody"}"#, "/email invalid_email"),
            (Method::PATCH, &cart, r#"{"currency":"USD"}"#, "/currency unknown_field"),
            (Method::PATCH, &cart, r#"{"postal_code":""}"#, "/postal_code required"),
            (Method::POST, "/v1/carts", r#"{"currency":"CHF"}"#, "/currency unsupported_currency"),
            (Method::POST, "/v1/carts", r#"{"country":"AQ"}"#, "/country destination_not_served"),
            (Method::POST, "/v1/carts", r#"{"lines":[]}"#, "/lines unknown_field"),
            (Method::POST, "/v1/carts", "[]", " invalid_type"),
        ];
        for (method, path, body, named) in cases {
            let ask = shop.ask(method, path).header("x-cart-token", basket.token.clone());
            let answer = ask.raw("application/json", body.to_owned()).send().await;
            let answer = answer.refused(422, "validation_failed");
            assert_eq!(
                format!("{} {}", answer.text("/errors/0/pointer"), answer.text("/errors/0/code")),
                named,
                "{body}"
            );
        }
        for body in ["", "{", "{\"quantity\":1", "\u{feff}{}"] {
            let ask = shop.ask(Method::PUT, line.clone()).header("x-cart-token", basket.token.clone());
            ask.raw("application/json", body.to_owned()).send().await.refused(400, "malformed_body");
        }
        let ask = shop.ask(Method::PUT, line.clone()).header("x-cart-token", basket.token.clone());
        ask.raw("text/plain", "1").send().await.refused(415, "unsupported_media_type");
        shop.set_line(&basket, "NO-SUCH-SKU", 1).send().await.refused(404, "unknown_sku");
        shop.set_line(&basket, &"X".repeat(65), 1).send().await.refused(404, "not_found");

        let after = shop.read_cart(&basket).send().await;
        assert_eq!(
            (lines(&after), after.number("/version")),
            (vec!["FIELD-38-OLV×1".to_owned()], basket.version)
        );
    });
}

#[test]
fn a_cart_has_at_most_fifty_lines() {
    journey(async |world| {
        let shop = world.client();
        let skus: Vec<String> = (0..=CART_LINES_MAX).map(|i| format!("MANY-{i:02}")).collect();
        for (number, some) in skus.chunks(30).enumerate() {
            let mut body = product_body(&FIELD);
            let variant = body["variants"][0].take();
            body["slug"] = format!("many-{number}").into();
            body["options"] = json!([{ "name": "Number", "values": some }]);
            body["variants"] = some
                .iter()
                .map(|sku| {
                    let mut variant = variant.clone();
                    variant["sku"] = sku.as_str().into();
                    variant["options"] = json!({ "Number": sku });
                    variant
                })
                .collect();
            shop.post("/v1/products").as_staff().json(&body).send().await.expect(201);
        }
        let mut basket = shop.new_cart("EUR", "DE").await;
        for sku in &skus[..CART_LINES_MAX] {
            shop.put(&mut basket, sku, 1).await;
        }
        shop.set_line(&basket, &skus[CART_LINES_MAX], 1).send().await.refused(422, "cart_full");
        let cart = shop.put(&mut basket, &skus[7], 3).await;
        assert_eq!(cart.body["lines"].as_array().unwrap().len(), CART_LINES_MAX);

        // Merging what does not fit loses nothing on either side.
        let user = customer("collector");
        let mine = shop.my_cart(token::user("collector")).await;
        shop.set_line(&mine, FIELD.sku, 1).send().await.expect(200);
        claim(&shop, &basket, user).await.refused(422, "cart_full");
        assert_eq!(
            shop.read_cart(&basket).send().await.body["lines"].as_array().unwrap().len(),
            CART_LINES_MAX
        );
        assert_eq!(lines(&shop.read_cart(&mine).send().await), ["FIELD-38-OLV×1"]);
    });
}

#[test]
fn what_is_too_dear_for_an_amount_is_refused() {
    journey(async |world| {
        let shop = world.client();
        set_prices(&shop, &FIELD, [4_000_000_000_000_000; 4]).await;
        for currency in CURRENCIES {
            let mut basket = shop.new_cart(currency, "HU").await;
            shop.put(&mut basket, FIELD.sku, 1).await;
            let refused = shop.set_line(&basket, FIELD.sku, 2).send().await.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), "/quantity");
            assert_eq!(lines(&shop.look(&mut basket).await), ["FIELD-38-OLV×1"]);
        }
    });
}

/// A changed price is shown, accepted by the next change, and never charged silently.
#[test]
fn a_price_that_moved_is_a_problem_until_the_next_change() {
    journey(async |world| {
        let shop = world.client();
        let mut basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 2), (DIVER.sku, 1)]).await;
        set_prices(&shop, &FIELD, [21_995, 23_999, 19_950, 36_800]).await;
        world.advance(3 * SECOND_MS).await;

        for _ in 0..2 {
            let cart = shop.look(&mut basket).await;
            assert_eq!(problems(&cart), ["price_changed", ""]);
            assert_eq!(cart.number("/lines/0/unit_price/amount"), 21_995);
            assert_eq!(cart.number("/lines/0/previous_unit_price/amount"), 19_995);
            assert_eq!(cart.number("/subtotal/amount"), 2 * 21_995 + 129_900);
            assert_eq!(
                (cart.text("/problems/0/code"), cart.text("/problems/0/sku")),
                ("price_changed", FIELD.sku)
            );
        }
        let cart = shop.put(&mut basket, DIVER.sku, 2).await;
        assert_eq!((problems(&cart), cart.body["problems"].clone()), (vec!["", ""], json!([])));
        let cart = shop.look(&mut basket).await;
        assert_eq!(
            (problems(&cart), cart.number("/subtotal/amount")),
            (vec!["", ""], 2 * 21_995 + 2 * 129_900)
        );
    });
}

#[test]
fn a_line_beyond_the_stock_is_kept_with_its_problem() {
    journey(async |world| {
        let shop = world.client();
        let mut basket = shop.new_cart("EUR", "DE").await;
        shop.put(&mut basket, LAST.sku, 2).await;
        shop.put(&mut basket, NOTHING.sku, 1).await;
        let cart = shop.put(&mut basket, FIELD.sku, 1).await;
        assert_eq!(problems(&cart), ["insufficient_stock", "out_of_stock", ""]);
        assert_eq!(cart.number("/lines/0/available"), 1);
        assert_eq!(cart.number("/subtotal/amount"), 2 * 450_000 + 990_000 + 19_995);
    });
}

/// dotnet/eShop#920: what the catalogue deleted stayed in baskets and orders.
#[test]
fn what_is_no_longer_sold_is_shown_and_not_counted() {
    journey(async |world| {
        let shop = world.client();
        let mut basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (FIELD.sku, 1)]).await;
        shop.ask(Method::DELETE, format!("/v1/products/{}", DIVER.slug)).as_staff().send().await;
        world.advance(3 * SECOND_MS).await;
        let cart = shop.look(&mut basket).await;
        assert_eq!(problems(&cart), ["unavailable", ""]);
        assert_eq!((cart.number("/lines/0/total/amount"), cart.number("/total/amount")), (0, 19_995));
        shop.set_line(&basket, DIVER.sku, 2).send().await.refused(404, "unknown_sku");
        let cart = shop.put(&mut basket, DIVER.sku, 0).await;
        assert_eq!((lines(&cart), problems(&cart)), (vec!["FIELD-38-OLV×1".to_owned()], vec![""]));
    });
}

#[test]
fn destination_and_shipping_decide_what_is_added() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("USD", "US", &[(FIELD.sku, 1)]).await;
        let patch = async |body: Value| shop.change_cart(&basket, &body).send().await.expect(200);
        let amounts = |cart: &Answer| {
            ["/subtotal/amount", "/shipping_total/amount", "/tax_total/amount", "/total/amount"]
                .map(|pointer| cart.number(pointer))
        };
        // California: 7.25 % on 219.99 and on 15.00, each rounded by itself.
        let cart = patch(json!({ "region": "CA" })).await;
        assert_eq!(amounts(&cart), [21_999, 1_500, 1_595 + 109, 25_203]);
        let cart = patch(json!({ "region": "OR" })).await;
        assert_eq!(amounts(&cart), [21_999, 1_500, 0, 23_499]);
        let cart = patch(json!({ "shipping_option": "express" })).await;
        assert_eq!(amounts(&cart), [21_999, 3_000, 0, 24_999]);
        let cart = patch(json!({ "shipping_option": null, "region": null })).await;
        assert_eq!(amounts(&cart), [21_999, 1_500, 0, 23_499]);
        assert_eq!(cart.text("/problems/0/code"), "region_required");
        // Another country forgets the state and asks for its own tax, on top of a list without it.
        let cart = patch(json!({ "country": "DE" })).await;
        assert_eq!((amounts(&cart), cart.body["region"].clone()), ([21_999, 0, 4_180, 26_179], Value::Null));
        assert_eq!(cart.body["problems"], json!([]));
    });
}

/// What an order does to a cart, without the order.
async fn tell(world: &World, basket: &Basket, command: CartCommand) {
    let ask = serde_json::to_vec(&Ask::Command { command, idempotency: None }).unwrap();
    let told = world.ask_object("CartObject", &basket.id, ask.into()).await.unwrap();
    assert!(told.body().starts_with(b"{\"replied\""), "{told:?}");
}

#[test]
fn while_an_order_holds_the_cart_nobody_changes_it() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let by = Holder { user: None, token: Some(TokenHash::of(&basket.token)) };
        let order = OrderId::derived(&["held"]);
        let version = u64::try_from(basket.version).unwrap();
        tell(&world, &basket, CartCommand::Claim { by, order, version }).await;

        for refused in [
            shop.set_line(&basket, FIELD.sku, 2).send().await,
            shop.set_line(&basket, FIELD.sku, 0).send().await,
            shop.change_cart(&basket, &json!({ "country": "FR" })).send().await,
            claim(&shop, &basket, customer("ada")).await,
        ] {
            let refused = refused.refused(409, "checkout_in_progress");
            assert_eq!(refused.text("/order_id"), order.to_string());
        }
        let mine = shop.my_cart(token::user("ada")).await;
        assert_eq!(lines(&shop.read_cart(&mine).send().await), Vec::<String>::new(), "nothing came over");
        let held = shop.read_cart(&basket).send().await;
        assert_eq!((lines(&held).len(), held.text("/order_id")), (1, order.to_string().as_str()));

        tell(&world, &basket, CartCommand::Settle { order }).await;
        let after = shop.read_cart(&basket).send().await;
        assert_eq!((lines(&after).len(), after.text("/order_id")), (0, order.to_string().as_str()));
        shop.set_line(&basket, FIELD.sku, 2).send().await.expect(200);
    });
}

#[test]
fn a_cart_unused_for_thirty_days_is_gone_and_a_used_one_is_not() {
    journey(async |world| {
        let shop = world.client();
        let mut looked_at = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        let forgotten = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        world.advance(20 * DAY_MS).await;
        shop.look(&mut looked_at).await;
        world.settle().await;
        world.advance(11 * DAY_MS).await;
        shop.read_cart(&forgotten).send().await.refused(404, "not_found");
        shop.set_line(&forgotten, FIELD.sku, 1).send().await.refused(404, "not_found");
        assert_eq!(lines(&shop.look(&mut looked_at).await), ["FIELD-38-OLV×1"]);
        world.advance(CART_TTL_MS + DAY_MS).await;
        shop.read_cart(&looked_at).send().await.refused(404, "not_found");
        assert!(!world.names_of("CartObject").contains(&forgotten.id), "nothing of it is kept");
    });
}

#[test]
fn looking_at_a_cart_writes_nothing() {
    journey(async |world| {
        let shop = world.client();
        let mut basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1)]).await;
        world.settle().await;
        world.calls.begin();
        shop.look(&mut basket).await;
        shop.read_cart(&Basket { token: "wrong".into(), ..basket.clone() }).send().await.expect(404);
        let unknown = Basket { id: "crt_00000000-0000-7000-8000-000000000000".into(), ..basket.clone() };
        shop.read_cart(&unknown).send().await.expect(404);
        world.settle().await;
        let made = world.calls.end();
        assert!(made.iter().all(|call| call.kind != CallKind::Storage), "{made:#?}");
        assert!(!world.names_of("CartObject").contains(&unknown.id));
    });
}

/// medusajs/medusa#10751, #13335 and #2465, vendurehq/vendure#226: a line took seconds, and longer the more lines there were.
#[test]
fn a_line_costs_one_call_of_the_cart_whatever_it_holds() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(FIELD.sku, 1), (DIVER.sku, 1), (DRESS.sku, 1)]).await;
        let calls = async |world: &World| {
            world.calls.begin();
            let quantity = u32::try_from(world.now().millis() % 90 + 2).unwrap();
            shop.set_line(&basket, FIELD.sku, quantity).send().await.expect(200);
            let made = world.calls.end();
            made.into_iter()
                .filter(|call| call.kind == CallKind::Fetch)
                .map(|call| call.what)
                .collect::<Vec<_>>()
        };
        assert_eq!(calls(&world).await.len(), 2, "router → carts → cart");
        world.advance(3 * SECOND_MS + 1).await;
        // Prices are asked for again: once for the line, once for the rest.
        assert_eq!(calls(&world).await.len(), 4);
    });
}
