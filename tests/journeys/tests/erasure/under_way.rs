//! An order that is still to be sent needs its address, and forgets when it is over.

use journeys::journey;
use kit::seed::FIELD;

use super::*;

#[test]
fn an_order_under_way_is_sent_and_then_forgets() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        let order = ada.buy(&shop, "k", &[(FIELD.sku, 1)]).await;
        world.at_rest().await;
        ada.delete_me(&shop).send().await.expect(204);
        pass(&world, 2 * HOUR_MS).await;

        // It is nobody's any more, and can be sent.
        let path = format!("/v1/orders/{}", order.id);
        shop.get(&path).by(ada.who()).send().await.refused(404, "not_found");
        let seen = shop.get(&path).as_staff().send().await.expect(200);
        assert_eq!(seen.text("/shipping_address/line1"), ada.street);
        assert_eq!(count(&by_email(&shop, &ada).send().await.expect(200)), 1);
        let id = ada.id.to_string();
        let named: Vec<_> = world.everything().into_iter().filter(|kept| kept.row.contains(&id)).collect();
        assert!(named.iter().all(|kept| kept.place == "meridian-users erasures"), "{named:#?}");
        days(&world, 6).await;
        assert!(ada.is_found_in(&world, "OrderObject"));

        deliver(&shop, &order, &[(FIELD.sku, 1)]).await;
        world.settle().await;
        let mailbox = "/dev/mailbox?to=Ada.Lovelace%40Example.com";
        assert_eq!(count(&shop.get(mailbox).send().await.expect(200)), 1, "she hears of her parcel");
        let before = books(&shop, &order).await;
        pass(&world, 2 * HOUR_MS).await;
        assert_eq!(ada.found(&world), [""; 0]);
        assert_eq!(books(&shop, &order).await, before);
        world.at_rest().await;
        world.assert_books_balance().await;

        // Money can go back to where it came from; nobody is written to, and nothing comes back.
        let some = json!({ "amount": { "amount": 500, "currency": "EUR" } });
        shop.refund(&order, "r", &some).send().await.expect(201);
        pass(&world, HOUR_MS).await;
        assert_eq!(ada.found(&world), [""; 0]);
        let seen = shop.get(&path).as_staff().send().await.expect(200);
        assert_eq!(seen.number("/refunded_total/amount"), 500);
    });
}

/// More than one call takes on.
#[test]
fn every_one_of_many_orders_forgets() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        for number in 0..41 {
            let order = ada.buy(&shop, &number.to_string(), &[(FIELD.sku, 1)]).await;
            deliver(&shop, &order, &[(FIELD.sku, 1)]).await;
        }
        world.at_rest().await;
        pass(&world, HOUR_MS).await;
        ada.delete_me(&shop).send().await.expect(204);
        world.settle().await;
        let named = world.everything().into_iter().filter(|kept| kept.row.contains(&ada.id.to_string()));
        assert_eq!(named.map(|kept| kept.place).collect::<Vec<_>>(), ["meridian-users erasures"]);
        pass(&world, 5 * MINUTE_MS).await;
        world.assert_books_balance().await;
    });
}

/// A parcel that nobody reports as delivered has arrived after thirty days.
#[test]
fn an_order_does_not_wait_for_ever() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        let order = ada.buy(&shop, "k", &[(FIELD.sku, 1)]).await;
        shop.fulfil(&order, "f", &[(FIELD.sku, 1)]).send().await.expect(201);
        ada.delete_me(&shop).send().await.expect(204);
        days(&world, 29).await;
        assert!(ada.is_found_in(&world, "OrderObject"));
        days(&world, 2).await;
        assert_eq!(ada.found(&world), [""; 0]);
    });
}

/// The queue brings the mail after the order has forgotten, and twice.
#[test]
fn a_late_message_is_not_written_down() {
    journey(async |world| {
        let shop = world.client();
        let ada = ADA.register(&shop).await;
        let order = ada.buy(&shop, "k", &[(FIELD.sku, 1)]).await;
        let cancel = shop.post(format!("/v1/orders/{}/cancel", order.id)).by(ada.who()).key("c");
        cancel.json(&json!({})).send().await.expect(200);
        world.at_rest().await;
        let text =
            |row: &str| serde_json::from_str::<Value>(row).unwrap()["message"].as_str().unwrap().to_owned();
        let mail =
            world.everything().into_iter().find(|kept| kept.place == "meridian-notifications notifications");
        let mail: Value = serde_json::from_str(&text(&mail.unwrap().row)).unwrap();
        pass(&world, HOUR_MS).await;
        ada.delete_me(&shop).send().await.expect(204);
        pass(&world, HOUR_MS).await;
        for event in ["evt_01980000-0000-7000-8000-000000000001", "evt_01980000-0000-7000-8000-000000000002"]
        {
            let late = json!({ "id": event, "type": "order_notification", "version": 1,
                               "occurred_at": "2026-11-23T09:00:00Z", "traceparent": null, "data": mail });
            world.put_on_queue("notification-events", &late.to_string());
        }
        world.settle().await;
        assert!(!ada.is_found_in(&world, "meridian-notifications"));
    });
}
