//! The purchase over HTTP: from the cart to the mail, and everything that keeps a cart from becoming an order.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use serde_json::json;
use std::thread;

use edge_tests::{
    Who, get,
    goods::{Goods, PRICES},
    purchase::{Basket, Placed, awaiting, bought, confirm, pieces},
    unique, until,
};

/// Tax of an amount that includes it, and of one that does not, rounded half up.
fn tax_within(amount: i64, rate_ppm: i64) -> i64 {
    let divisor = 1_000_000 + rate_ppm;
    (amount * rate_ppm * 2 + divisor) / (divisor * 2)
}

fn tax_on(amount: i64, rate_ppm: i64) -> i64 {
    (amount * rate_ppm + 500_000) / 1_000_000
}

#[test]
fn a_watch_is_bought_in_every_currency_down_to_the_mail() {
    for (currency, country, price, rate_ppm, includes_tax) in [
        ("EUR", "DE", PRICES[0], 190_000, true),
        ("USD", "US", PRICES[1], 40_000, false),
        ("GBP", "GB", PRICES[2], 200_000, true),
        ("JPY", "JP", PRICES[3], 100_000, true),
    ] {
        let goods = Goods::new(3);
        let basket = Basket::filled(currency, country, &[(&goods, 2)]);
        let answer = basket.place(&unique("order"), "pm_card_visa").send().expect(201);
        assert_eq!(answer.header("location"), format!("/v1/orders/{}", answer.text("/id")));
        assert_eq!((answer.text("/status"), answer.text("/payment_status")), ("placed", "captured"));

        let line = answer.body["lines"][0].clone();
        assert_eq!((line["sku"].as_str(), line["quantity"].as_i64()), (Some(goods.sku.as_str()), Some(2)));
        assert_eq!(line["unit_price"], json!({ "amount": price, "currency": currency }));
        assert_eq!(line["tax_rate"].as_i64(), Some(rate_ppm));
        let tax = if includes_tax { tax_within(price * 2, rate_ppm) } else { tax_on(price * 2, rate_ppm) };
        assert_eq!(line["tax"], json!({ "amount": tax, "currency": currency }));
        assert_eq!(answer.body["prices_include_tax"], includes_tax);
        assert_eq!(answer.number("/subtotal/amount"), price * 2);
        let shipping = answer.number("/shipping_total/amount");
        let extra = if includes_tax { 0 } else { answer.number("/tax_total/amount") };
        assert_eq!(answer.number("/total/amount"), price * 2 + shipping + extra);
        assert_eq!(answer.body["total"], basket.total, "what the cart had said");

        let order = Placed::of(&answer);
        assert_eq!(goods.stock(), (1, 0, 1));
        goods.assert_ledger_replays();
        let payment = order.payment();
        assert_eq!(payment.text("/status"), "captured");
        assert_eq!(payment.body["captured"], answer.body["total"]);

        let mail = until("the mail", || {
            let mails = get(&format!("/dev/mailbox?to={}", basket.email)).send().expect(200);
            mails.items().first().cloned()
        });
        let mail = get(&format!("/dev/mailbox/{}", mail["id"].as_str().unwrap())).send().expect(200);
        for part in ["/subject", "/text", "/html"] {
            assert!(mail.text(part).contains(answer.text("/number")), "{mail:?}");
        }
        assert!(mail.text("/text").contains(&goods.slug), "{mail:?}");
    }
}

#[test]
fn the_timeline_tells_each_step_of_a_purchase() {
    let (_, order, _) = bought(&[(&Goods::new(1), 1)]);
    assert_eq!(
        order.event_types(),
        [
            "order_received",
            "cart_claimed",
            "stock_reserved",
            "payment_authorized",
            "stock_committed",
            "payment_captured",
            "order_placed",
        ]
    );
}

#[test]
fn a_signed_in_shopper_sees_the_order_in_their_list_right_after_buying() {
    let goods = Goods::new(5);
    let mut mine = Basket::of(&get("/v1/carts/me").by(Who::Customer).send().expect(200));
    for _ in 0..2 {
        mine.look();
        mine.put(&goods.sku, 1);
        let answer = mine.place(&unique("order"), "pm_card_visa").send().expect(201);
        assert_eq!(answer.text("/token"), "", "a customer needs none");
        let listed = get("/v1/orders").by(Who::Customer).send().expect(200);
        assert_eq!(listed.items()[0]["id"], answer.body["id"]);
        assert_eq!(listed.items()[0]["status"], "placed");
    }
    until("staff find them by what was sold", || {
        let found = get(&format!("/v1/orders?sku={}", goods.sku)).as_staff().send().expect(200);
        (found.items().len() == 2).then_some(())
    });
    get("/v1/orders").send().refused(401, "unauthorized");
}

#[test]
fn a_declined_card_says_why_and_leaves_nothing_behind() {
    let goods = Goods::new(1);
    let basket = Basket::filled("EUR", "DE", &[(&goods, 1)]);
    for (method, decline_code) in [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
    ] {
        let refused = basket.place(method, method).send().refused(402, "payment_declined");
        assert_eq!(refused.text("/decline_code"), decline_code);
        until("the goods are back", || (goods.stock() == (1, 0, 1)).then_some(()));
    }
    basket.place("another card", "pm_card_visa").send().expect(201);
    assert_eq!(goods.stock(), (0, 0, 0));
    goods.assert_ledger_replays();
}

#[test]
fn an_order_waits_for_the_shopper_to_authenticate_and_is_placed_once_they_did() {
    let goods = Goods::new(1);
    let (basket, order, answer) = awaiting(&[(&goods, 1)]);
    assert_eq!(answer.text("/payment/next_action/type"), "confirm", "{answer:?}");
    assert_eq!(goods.stock(), (1, 1, 0), "kept for them");
    let changed = basket.set_line(&goods.sku, 2).send().refused(409, "checkout_in_progress");
    assert_eq!(changed.text("/order_id"), order.id);

    let mut guess = answer.clone();
    guess.body["payment"]["client_secret"] = "pi_guess_secret".into();
    confirm(&guess, "succeed").send().refused(404, "not_found");
    for _ in 0..2 {
        confirm(&answer, "succeed").send().expect(200);
    }
    let placed = until("the order is placed", || {
        let order = order.read().send().expect(200);
        (order.text("/status") == "placed").then_some(order)
    });
    assert_eq!(placed.text("/payment_status"), "captured");
    assert_eq!(placed.text("/payment/client_secret"), "");
    assert_eq!(goods.stock(), (0, 0, 0));
    goods.assert_ledger_replays();
}

#[test]
fn a_failed_authentication_ends_the_order_and_frees_the_cart() {
    let goods = Goods::new(1);
    let (basket, order, answer) = awaiting(&[(&goods, 1)]);
    confirm(&answer, "fail").send().expect(200);
    let failed = until("the order has failed", || {
        let order = order.read().send().expect(200);
        (order.text("/status") == "failed").then_some(order)
    });
    assert_eq!(failed.text("/failure_code"), "payment_declined");
    until("the goods are back", || (goods.stock() == (1, 0, 1)).then_some(()));
    until("the cart is free", || {
        let placed = basket.place("again", "pm_card_visa").send();
        (placed.status == 201).then_some(())
    });
    goods.assert_ledger_replays();
}

#[test]
fn what_is_short_is_named_with_what_is_left() {
    let (plenty, scarce) = (Goods::new(9), Goods::new(2));
    let mut basket = Basket::filled("EUR", "DE", &[(&plenty, 1), (&scarce, 3)]);
    let refused = basket.place("k", "pm_card_visa").send().refused(409, "out_of_stock");
    assert_eq!(refused.body["items"], json!([{ "sku": scarce.sku, "available": 2 }]));
    until("everything is back", || (plenty.stock().1 == 0 && scarce.stock().1 == 0).then_some(()));
    until("the cart is free", || (basket.set_line(&scarce.sku, 2).send().status == 200).then_some(()));
    basket.look();
    basket.place("k2", "pm_card_visa").send().expect(201);
    assert_eq!((plenty.stock(), scarce.stock()), ((8, 0, 8), (0, 0, 0)));
}

#[test]
fn a_price_that_changed_meanwhile_is_told_and_never_charged() {
    let goods = Goods::new(1);
    let mut basket = Basket::filled("EUR", "DE", &[(&goods, 1)]);
    let mut dearer = PRICES;
    dearer[0] += 10_000;
    goods.set_prices(dearer);
    let refused = basket.place("k", "pm_card_visa").send().refused(409, "cart_changed");
    assert_eq!(refused.number("/cart/lines/0/unit_price/amount"), dearer[0]);
    assert_ne!(refused.body["cart"]["total"], basket.total);
    assert_eq!(goods.stock(), (1, 0, 1));

    // At the new price, once the cart shows it.
    until("the cart shows the new price", || {
        let cart = basket.look();
        (cart.number("/lines/0/unit_price/amount") == dearer[0]).then_some(())
    });
    assert_eq!(basket.total, refused.body["cart"]["total"]);
    let placed = basket.place("k2", "pm_card_visa").send().expect(201);
    assert_eq!(placed.body["total"], basket.total);
}

#[test]
fn an_older_version_of_the_cart_is_not_ordered() {
    let goods = Goods::new(2);
    let mut basket = Basket::filled("EUR", "DE", &[(&goods, 1)]);
    let old = basket.clone();
    basket.put(&goods.sku, 2);
    let refused = old.place("k", "pm_card_visa").send().refused(409, "cart_changed");
    assert_eq!(refused.number("/cart/version"), basket.version);
    assert_eq!(refused.body["cart"]["total"], basket.total);
}

#[test]
fn an_empty_cart_is_no_order() {
    Basket::new("EUR", "DE").place("k", "pm_card_visa").send().refused(409, "cart_empty");
}

#[test]
fn a_cart_is_ordered_once() {
    let goods = Goods::new(5);
    let (basket, order, _) = bought(&[(&goods, 1)]);
    let second = basket.place("another key", "pm_card_visa").send().refused(409, "already_ordered");
    assert_eq!(second.text("/order_id"), order.id);
    let (basket, waiting, _) = awaiting(&[(&goods, 1)]);
    let second = basket.place("another key", "pm_card_visa").send().refused(409, "already_ordered");
    assert_eq!(second.text("/order_id"), waiting.id);
    waiting.cancel("c").send().expect(200);
}

#[test]
fn a_key_repeats_its_answer_and_stands_for_one_body() {
    let goods = Goods::new(5);
    let basket = Basket::filled("EUR", "DE", &[(&goods, 1)]);
    let first = basket.place("k", "pm_card_visa").send().expect(201);
    assert!(!first.is_replayed() && !first.text("/token").is_empty());
    let again = basket.place("k", "pm_card_visa").send().expect(201);
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body, "the token too");
    basket.place("k", "pm_card_mastercard").send().refused(422, "idempotency_key_reused");
    assert_eq!(goods.stock(), (4, 0, 4));

    // A refusal is kept as well.
    let nothing = Goods::new(0);
    let basket = Basket::filled("EUR", "DE", &[(&nothing, 1)]);
    let first = basket.place("k", "pm_card_visa").send().refused(409, "out_of_stock");
    let again = basket.place("k", "pm_card_visa").send().refused(409, "out_of_stock");
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.body["items"], first.body["items"]);

    basket
        .checkout()
        .json(&basket.order_body("pm_card_visa"))
        .send()
        .refused(400, "idempotency_key_required");
}

#[test]
fn a_cancelled_order_gives_goods_and_money_back() {
    let goods = Goods::new(2);
    let (_, order, _) = bought(&[(&goods, 2)]);
    let first = order.cancel("c").send().expect(200);
    assert_eq!((first.text("/status"), first.text("/payment_status")), ("cancelled", "refunded"));
    let again = order.cancel("c").send().expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    until("the goods are back", || (goods.stock() == (2, 0, 2)).then_some(()));
    goods.assert_ledger_replays();
    let payment = order.payment();
    assert_eq!(payment.body["refunded"], payment.body["captured"]);

    // Before the money was taken it is only let go.
    let (basket, waiting, _) = awaiting(&[(&goods, 1)]);
    let answer = waiting.cancel("c").send().expect(200);
    assert_eq!((answer.text("/status"), answer.text("/payment_status")), ("cancelled", "voided"));
    basket.place("k2", "pm_card_visa").send().expect(201);
}

#[test]
fn parcels_add_up_complete_the_order_and_are_told_by_mail() {
    let (one, two) = (Goods::new(2), Goods::new(1));
    let (basket, order, _) = bought(&[(&one, 2), (&two, 1)]);
    let first = order.fulfil("f1", &[(&one, 1)]).send().expect(201);
    assert!(order.fulfil("f1", &[(&one, 1)]).send().expect(201).is_replayed());
    let too_many = order.fulfil("f2", &[(&one, 2)]).send().refused(409, "too_many_pieces");
    assert_eq!((too_many.text("/sku"), too_many.number("/left")), (one.sku.as_str(), 1));
    order.cancel("c").send().refused(409, "already_fulfilled");
    assert_eq!(order.read().send().expect(200).text("/fulfillment_status"), "partially_fulfilled");

    let second = order.fulfil("f3", &[(&one, 1), (&two, 1)]).send().expect(201);
    for parcel in [&first, &second] {
        let path = format!("/v1/orders/{}/fulfillments/{}/delivered", order.id, parcel.text("/id"));
        edge_tests::post(&path).as_staff().send().expect(201);
    }
    let seen = order.read().send().expect(200);
    assert_eq!((seen.text("/status"), seen.text("/fulfillment_status")), ("completed", "delivered"));
    until("a mail for the order and one for each parcel", || {
        let mails = get(&format!("/dev/mailbox?to={}", basket.email)).send().expect(200);
        (mails.items().len() == 3).then_some(())
    });
}

#[test]
fn refunds_never_pay_back_more_than_was_captured() {
    let goods = Goods::new(3);
    let (_, order, answer) = bought(&[(&goods, 3)]);
    let total = answer.number("/total/amount");
    let by_line = json!({ "lines": pieces(&[(&goods, 1)]), "reason": "too small", "restock": true });
    let first = order.refund("r1", &by_line).send().expect(201);
    assert_eq!((first.text("/status"), first.number("/amount/amount")), ("succeeded", PRICES[0]));
    assert!(order.refund("r1", &by_line).send().expect(201).is_replayed());
    order.refund("r1", &json!({})).send().refused(422, "idempotency_key_reused");

    // Two at once, each for more than half of what is left.
    let half = json!({ "amount": { "amount": (total - PRICES[0]) * 6 / 10, "currency": "EUR" } });
    let (one, two) = thread::scope(|scope| {
        let one = scope.spawn(|| order.refund("a", &half).send().status);
        let two = scope.spawn(|| order.refund("b", &half).send().status);
        (one.join().unwrap(), two.join().unwrap())
    });
    assert_eq!([one.min(two), one.max(two)], [201, 409]);
    order.refund("r2", &json!({ "restock": true })).send().expect(201);
    order.refund("r3", &json!({})).send().refused(409, "nothing_to_refund");
    let seen = order.read().send().expect(200);
    assert_eq!(seen.text("/payment_status"), "refunded");
    assert_eq!(seen.number("/refunded_total/amount"), total);
    assert_eq!(order.payment().number("/refunded/amount"), total);
    until("all of them are back", || (goods.stock() == (3, 0, 3)).then_some(()));
    goods.assert_ledger_replays();
}

#[test]
fn who_waits_for_the_next_event_gets_it_when_it_happens() {
    let (_, order, answer) = awaiting(&[(&Goods::new(1), 1)]);
    let told = order.timeline("").send().expect(200);
    let last = told.items().last().unwrap()["seq"].as_i64().unwrap();
    let nothing = order.timeline(&format!("?after={last}&wait=1")).send().expect(200);
    assert_eq!(nothing.items().len(), 0);
    let heard = thread::scope(|scope| {
        let waiting = scope.spawn(|| order.timeline(&format!("?after={last}&wait=20")).send().expect(200));
        confirm(&answer, "succeed").send().expect(200);
        waiting.join().unwrap()
    });
    assert_eq!(heard.items()[0]["type"], "payment_authorized", "{heard:?}");
}

#[test]
fn a_stranger_sees_neither_cart_nor_order() {
    let (basket, order, _) = bought(&[(&Goods::new(1), 1)]);
    let stranger = Basket { token: "not-their-token".into(), ..basket };
    stranger.read().send().refused(404, "not_found");
    stranger.place("k", "pm_card_visa").send().refused(404, "not_found");
    for stranger in [
        Placed { token: "not-their-token".into(), ..order.clone() },
        // The signed-in shopper, whose order it is not.
        Placed { token: String::new(), ..order },
    ] {
        stranger.read().send().refused(404, "not_found");
        stranger.timeline("").send().refused(404, "not_found");
        stranger.cancel("c").send().refused(404, "not_found");
    }
}
