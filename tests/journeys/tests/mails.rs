//! What a shopper finds in their mailbox: each mail once, about their order, with the right figures.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

use domain::time::{HOUR_MS, MINUTE_MS};
use journeys::journey;
use kit::{
    Answer, Basket, Chaos, Placed, Shop, Who, World,
    mounts::Inside,
    seed::{DIVER, FIELD},
};

type Client = Shop<Inside>;

async fn buy(shop: &Client, method: &str) -> (Basket, Answer) {
    let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 1), (FIELD.sku, 2)]).await;
    let answer = shop.place(&basket, "buy", method).send().await;
    (basket, answer)
}

fn order_of((basket, answer): &(Basket, Answer)) -> Placed {
    Client::placed(basket, answer)
}

/// All mails there are, oldest first: template, subject and text.
async fn mails(world: &World, shop: &Client) -> Vec<(String, String, String)> {
    world.settle().await;
    let sent = shop.get("/v1/notifications?limit=100").as_staff().send().await.expect(200);
    let mut mails = Vec::new();
    for row in sent.body["items"].as_array().unwrap().iter().rev() {
        assert_eq!((&row["status"], &row["tries"]), (&json!("sent"), &json!(1)), "{row}");
        let mail = shop.get(format!("/dev/mailbox/{}", row["id"].as_str().unwrap())).send().await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        mails.push((text(&row["template"]), mail.text("/subject").to_owned(), mail.text("/text").to_owned()));
    }
    mails
}

async fn templates(world: &World, shop: &Client) -> Vec<String> {
    mails(world, shop).await.into_iter().map(|(template, ..)| template).collect()
}

fn shown(money: &Value) -> String {
    serde_json::from_value::<domain::Money>(money.clone()).unwrap().display()
}

#[test]
fn an_order_is_confirmed_shipped_and_refunded_by_mail() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let bought = buy(&shop, "pm_card_visa").await;
        let (order, placed) = (order_of(&bought), bought.1.expect(201));
        world.settle().await;
        shop.fulfil(&order, "send", &[(FIELD.sku, 2)]).send().await.expect(201);
        world.settle().await;
        let body = json!({ "amount": { "amount": 1_234, "currency": "EUR" }, "reason": "a scratch", "restock": false });
        shop.refund(&order, "refund", &body).send().await.expect(201);

        let all = mails(&world, &shop).await;
        let (number, total) = (placed.text("/number"), shown(&placed.body["total"]));
        for ((template, subject, text), (expected, says)) in all.iter().zip([
            ("order_confirmed", total.as_str()),
            ("order_shipped", "00340434161094042557"),
            ("refund_issued", "12.34 EUR"),
        ]) {
            assert_eq!(template, expected);
            assert!(subject.contains(number), "{subject}");
            assert!(text.contains(says) && text.contains(number) && text.contains("Ada Lovelace"), "{text}");
        }
        assert_eq!(all.len(), 3);
    });
}

#[test]
fn a_cancelled_order_says_what_is_given_back() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let bought = buy(&shop, "pm_card_visa").await;
        let total = shown(&bought.1.body["total"]);
        shop.cancel(&order_of(&bought), "stop").send().await.expect(200);
        let all = mails(&world, &shop).await;
        let (template, _, text) = all.iter().find(|(template, ..)| template == "order_cancelled").unwrap();
        assert!(text.contains(&format!("We give {total} back")), "{template}: {text}");
        assert!(!text.contains("You have not been charged"));
    });
}

#[test]
fn a_payment_that_fails_after_the_shopper_left_is_told_by_mail() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        let bought = buy(&shop, "pm_card_authenticationRequired").await;
        let payment = bought.1.body["payment"].clone();
        let (id, secret) = (payment["id"].as_str().unwrap(), payment["client_secret"].as_str().unwrap());
        shop.confirm(id, secret, "fail").send().await.expect(200);
        assert_eq!(templates(&world, &shop).await, ["payment_failed"]);

        let forgotten = buy(&shop, "pm_card_authenticationRequired").await;
        assert_eq!(forgotten.1.text("/status"), "awaiting_payment");
        world.advance(20 * MINUTE_MS).await;
        assert_eq!(templates(&world, &shop).await, ["payment_failed", "payment_failed"]);
    });
}

#[test]
fn whoever_is_told_at_once_gets_no_mail() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        buy(&shop, "pm_card_chargeDeclined").await.1.refused(402, "payment_declined");
        world.advance(HOUR_MS).await;
        assert_eq!(templates(&world, &shop).await, [""; 0]);
    });
}

#[test]
fn messages_that_come_twice_and_in_any_order_make_each_mail_once() {
    journey(async |world: Arc<World>| {
        world.unleash(Chaos::ROUGH);
        let shop = world.client();
        let bought = buy(&shop, "pm_card_visa").await;
        let order = order_of(&bought);
        shop.fulfil(&order, "a", &[(FIELD.sku, 1)]).send().await.expect(201);
        shop.fulfil(&order, "b", &[(FIELD.sku, 1)]).send().await.expect(201);
        let mut found = templates(&world, &shop).await;
        found.sort_unstable();
        assert_eq!(found, ["order_confirmed", "order_shipped", "order_shipped"]);
    });
}

#[test]
fn nobody_but_staff_reads_what_was_sent() {
    journey(async |world: Arc<World>| {
        let shop = world.client();
        shop.ask(Method::GET, "/v1/notifications").send().await.refused(401, "unauthorized");
        let customer = kit::token::user("ada");
        shop.get("/v1/notifications").by(Who::Customer(customer)).send().await.refused(403, "forbidden");
    });
}
