//! Who sees which order: its owner, staff, a guest with the token; and the lists and the timeline.

use std::collections::BTreeSet;

use super::*;
use journeys::journey;
use kit::{
    client::Who,
    seed::{DIVER, FIELD},
    token,
};

#[test]
fn an_order_is_shown_to_its_owner_and_to_staff_alone() {
    journey(async |world| {
        let shop = world.client();
        let (order, answer) = bought(&shop, "k", &[(FIELD.sku, 1)]).await;
        let path = format!("/v1/orders/{}", order.id);
        let seen = shop.read_order(&order).send().await.expect(200);
        assert_eq!(seen.text("/number"), answer.text("/number"));
        assert!(seen.text("/number").starts_with("M-"));
        assert_eq!(seen.text("/token"), "", "told once");
        shop.get(&path).as_staff().send().await.expect(200);

        for stranger in [
            shop.get(&path),
            shop.get(&path).header("x-order-token", "guessed"),
            shop.get(&path).by(Who::Customer(token::user("eve"))),
            shop.get(format!("{path}/events")),
            shop.get("/v1/orders/ord_01980000-0000-8000-8000-000000000000").as_staff(),
            shop.get("/v1/orders/nonsense").as_staff(),
            shop.post(format!("{path}/cancel")).key("c"),
        ] {
            stranger.send().await.refused(404, "not_found");
        }
        for (rest, body) in [
            ("/fulfillments", r#"{"lines":[{"sku":"A","quantity":1}],"carrier":"x","tracking_number":"y"}"#),
            ("/refunds", "{}"),
        ] {
            let ask = || shop.post(format!("{path}{rest}")).key("k").raw("application/json", body);
            ask().send().await.refused(401, "unauthorized");
            ask().by(Who::Customer(token::user("eve"))).send().await.refused(403, "forbidden");
        }
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_has_a_tag_that_changes_with_it() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop, "k", &[(FIELD.sku, 1)]).await;
        world.settle().await;
        let first = shop.read_order(&order).send().await.expect(200);
        let tag = first.header("etag").unwrap().to_owned();
        shop.read_order(&order).header("if-none-match", tag.clone()).send().await.expect(304);
        shop.fulfil(&order, "f", &[(FIELD.sku, 1)]).send().await.expect(201);
        let second = shop.read_order(&order).header("if-none-match", tag.clone()).send().await.expect(200);
        assert_ne!(second.header("etag"), Some(tag.as_str()));
        world.at_rest().await;
    });
}

#[test]
fn only_the_shopper_is_told_how_to_complete_a_payment() {
    journey(async |world| {
        let shop = world.client();
        let (_, order, answer) = awaiting(&shop, "k", &[(FIELD.sku, 1)]).await;
        assert!(!answer.text("/payment/client_secret").is_empty());
        assert!(!answer.text("/payment_deadline_at").is_empty());
        let theirs = shop.read_order(&order).send().await.expect(200);
        assert_eq!(theirs.text("/payment/client_secret"), answer.text("/payment/client_secret"));
        let path = format!("/v1/orders/{}", order.id);
        let staff = shop.get(&path).as_staff().send().await.expect(200);
        assert_eq!(staff.text("/payment/client_secret"), "");

        let secret = answer.text("/payment/client_secret");
        shop.confirm(answer.text("/payment/id"), secret, "succeed").send().await.expect(200);
        let done = shop.read_order(&order).send().await.expect(200);
        assert_eq!(done.text("/status"), "placed", "reading does not wait for a queue");
        assert_eq!(done.text("/payment/client_secret"), "");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn the_timeline_tells_the_purchase_and_no_secret() {
    journey(async |world| {
        let shop = world.client();
        let (order, _) = bought(&shop, "k", &[(FIELD.sku, 1)]).await;
        let told = shop.timeline(&order, "").send().await.expect(200);
        let types: Vec<&str> = told.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["type"].as_str().unwrap())
            .collect();
        assert_eq!(
            types,
            [
                "order_received",
                "cart_claimed",
                "stock_reserved",
                "payment_authorized",
                "stock_committed",
                "payment_captured",
                "order_placed"
            ]
        );
        for private in ["ada@example.com", "Analytical", "pm_card", "token", "secret"] {
            assert!(!told.body.to_string().contains(private), "{private}");
        }
        let last = told.number("/items/6/seq");
        let after = shop.timeline(&order, &format!("?after={}", last - 1)).send().await.expect(200);
        assert_eq!(after.body["items"].as_array().unwrap().len(), 1);
        let beyond = shop.timeline(&order, &format!("?after={}", u64::MAX)).send().await.expect(200);
        assert!(
            beyond.body["items"].as_array().unwrap().is_empty(),
            "whoever names a number that is none asks for nothing"
        );
        for bad in ["?after=-1", "?wait=21", "?wait=x", "?page=1"] {
            shop.timeline(&order, bad).send().await.refused(422, "validation_failed");
        }
        world.at_rest().await;
    });
}

#[test]
fn who_waits_for_the_next_event_gets_it_when_it_happens() {
    journey(async |world| {
        let shop = world.client();
        let (_, order, answer) = awaiting(&shop, "k", &[(FIELD.sku, 1)]).await;
        let told = shop.timeline(&order, "").send().await.expect(200);
        let last = told.body["items"].as_array().unwrap().last().unwrap()["seq"].as_i64().unwrap();
        let began = world.now();
        let waiting = shop.timeline(&order, &format!("?after={last}&wait=20"));
        let confirming = async {
            world.advance(5_000).await;
            // Looking at it only moves the machinery: that ends nobody's wait.
            shop.read_order(&order).send().await.expect(200);
            world.advance(5_000).await;
            let secret = answer.text("/payment/client_secret");
            shop.confirm(answer.text("/payment/id"), secret, "succeed").send().await.expect(200)
        };
        let (told, _) = futures::join!(waiting.send(), confirming);
        assert_eq!(told.expect(200).text("/items/0/type"), "payment_authorized");
        assert!(world.now().since(began) >= 10_000);

        world.settle().await;
        let began = world.now();
        let nothing = shop.timeline(&order, "?after=1000&wait=3").send().await.expect(200);
        assert_eq!(nothing.body["items"].as_array().unwrap().len(), 0);
        assert!(world.now().since(began) >= 3_000);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn shoppers_list_their_own_and_staff_find_everybodys() {
    journey(async |world| {
        let shop = world.client();
        let (ada, bob) = (token::user("ada"), token::user("bob"));
        let mut ids = Vec::new();
        for (user, key, sku) in
            [(ada, "1", FIELD.sku), (bob, "2", FIELD.sku), (ada, "3", DIVER.sku), (ada, "4", FIELD.sku)]
        {
            let mut basket = shop.my_cart(user).await;
            shop.put(&mut basket, sku, 1).await;
            let answer = shop.place(&basket, key, "pm_card_visa").send().await.expect(201);
            ids.push(answer.text("/id").to_owned());
            world.advance(60_000).await;
        }
        let cancelled = Placed { id: ids[3].clone(), token: String::new(), who: Who::Customer(ada) };
        shop.cancel(&cancelled, "c").send().await.expect(200);
        world.settle().await;

        let found = async |who: Who, query: &str| -> Vec<usize> {
            let page = shop.get(format!("/v1/orders{query}")).by(who).send().await.expect(200);
            let items = page.body["items"].as_array().unwrap().clone();
            items.iter().map(|item| ids.iter().position(|id| *id == item["id"]).unwrap()).collect()
        };
        let ada = Who::Customer(ada);
        assert_eq!(found(ada, "").await, [3, 2, 0], "newest first");
        assert_eq!(found(Who::Staff, "").await, [3, 2, 1, 0]);
        assert_eq!(found(Who::Staff, "?status=cancelled").await, [3]);
        assert_eq!(found(Who::Staff, "?status=placed").await, [2, 1, 0]);
        assert_eq!(found(Who::Staff, &format!("?sku={}", DIVER.sku)).await, [2]);
        let first = shop.get(format!("/v1/orders/{}", ids[0])).as_staff().send().await.expect(200);
        let number = first.text("/number").to_lowercase().replace('0', "o");
        assert_eq!(found(Who::Staff, &format!("?number={number}")).await, [0], "as it was heard");
        assert_eq!(found(Who::Customer(bob), &format!("?number={number}")).await, Vec::<usize>::new());
        assert_eq!(found(Who::Staff, "?email=ADA@example.com").await, [3, 2, 1, 0]);
        assert_eq!(found(Who::Staff, "?email=eve@example.com").await, Vec::<usize>::new());
        let third = shop.get("/v1/orders?limit=2").as_staff().send().await.expect(200);
        let at = third.text("/items/1/placed_at").to_owned();
        assert_eq!(found(Who::Staff, &format!("?from={at}")).await, [3, 2]);
        assert_eq!(found(Who::Staff, &format!("?to={at}")).await, [1, 0]);

        let mut seen = BTreeSet::new();
        let mut path = "/v1/orders?limit=3".to_owned();
        loop {
            let page = shop.get(&path).as_staff().send().await.expect(200);
            seen.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            path = format!("/v1/orders?limit=3&cursor={cursor}");
        }
        assert_eq!(seen.len(), 4);
        shop.get("/v1/orders").send().await.refused(401, "unauthorized");
        for bad in [
            "?status=lost",
            "?number=M-1",
            "?sku=no%20sku",
            "?from=yesterday",
            "?limit=101",
            "?cursor=x",
            "?q=1",
        ] {
            shop.get(format!("/v1/orders{bad}")).as_staff().send().await.refused(422, "validation_failed");
        }
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}
