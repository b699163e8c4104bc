//! From a product's page to the order's.

use journeys::journey;
use kit::{
    Page,
    seed::{DIVER, FIELD},
};

use crate::pages::{Visitor, visitor};

const ADDRESS: [(&str, &str); 6] = [
    ("email", "grace@example.com"),
    ("name", "Grace Hopper"),
    ("line1", "Invalidenstraße 44"),
    ("postal_code", "10115"),
    ("city", "Berlin"),
    ("country", "DE"),
];

/// Puts one piece into the cart.
pub async fn put(visitor: &Visitor, slug: &str) -> Page {
    let product = visitor.open(&format!("/products/{slug}")).await.expect(200);
    visitor.press(&product, "Add to cart", &[]).await.expect(200)
}

/// From a filled cart to the last page before the order.
pub async fn review(visitor: &Visitor, method: &str) -> Page {
    let address = visitor.open("/checkout").await.expect(200);
    let shipping = visitor.press(&address, "Go on to shipping", &ADDRESS).await.expect(200);
    let payment = visitor.press(&shipping, "Go on to payment", &[]).await.expect(200);
    visitor.press(&payment, "Go on to review", &[("payment_method", method)]).await.expect(200)
}

#[test]
fn a_guest_buys_without_scripts() {
    journey(async |world| {
        let visitor = visitor(&world);
        let cart = put(&visitor, DIVER.slug).await;
        assert_eq!((cart.path.as_str(), cart.text("h1").as_str()), ("/cart?added=1", "Your cart"));
        assert_eq!(cart.texts(".lines h3").len(), 1);
        assert!(cart.text(".count").starts_with('1'), "{}", cart.text(".count"));
        let review = review(&visitor, "pm_card_visa").await;
        assert_eq!(review.text("h1"), "Is everything right?");
        assert!(review.text(".facts").contains("Invalidenstraße 44"));
        let total = review.text(".totals__sum dd");
        let order = visitor.press(&review, &format!("Order and pay {total}"), &[]).await.expect(200);
        assert_eq!(order.text("h1"), "Thank you");
        assert!(order.text(".lead").contains("grace@example.com"));
        assert_eq!(order.text(".totals__sum dd"), total);
        // The same page again is the order as it stands, and the cart is empty.
        world.settle().await;
        let again = visitor.open(order.path.split('?').next().unwrap()).await.expect(200);
        assert!(again.text(".state").contains("Placed"));
        assert!(again.text(".timeline").contains("Your payment was taken."));
        assert_eq!(visitor.open("/cart").await.expect(200).text("h1"), "Your cart is empty");
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn the_last_page_sent_twice_is_one_order() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let review = review(&visitor, "pm_card_visa").await;
        let first = visitor.press(&review, "Order and pay", &[]).await.expect(200);
        // By an impatient hand, or by whoever goes back and sends it again.
        let second = visitor.press(&review, "Order and pay", &[]).await.expect(200);
        assert_eq!(first.path, second.path);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_bank_that_asks_is_answered_on_the_orders_page() {
    for (answer, heading) in [("Yes, it is me", "Thank you"), ("No, stop the payment", "Order ")] {
        journey(async move |world| {
            let visitor = visitor(&world);
            put(&visitor, DIVER.slug).await;
            let review = review(&visitor, "pm_card_authenticationRequired").await;
            let waiting = visitor.press(&review, "Order and pay", &[]).await.expect(200);
            assert_eq!(waiting.text("#bank"), "Your bank asks");
            let order = visitor.press(&waiting, answer, &[]).await.expect(200);
            assert!(order.text("h1").starts_with(heading), "{}", order.text("main"));
            world.at_rest().await;
            world.assert_books_balance().await;
        });
    }
}

#[test]
fn a_declined_card_leads_back_to_the_payment() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let declined = review(&visitor, "pm_card_chargeDeclined").await;
        let payment = visitor.press(&declined, "Order and pay", &[]).await.expect(200);
        assert_eq!(payment.text("h1"), "How will you pay?");
        assert!(payment.text(".notice--bad").contains("did not agree"));
        let other = visitor.press(&payment, "Go on to review", &[("payment_method", "pm_card_visa")]).await;
        let order = visitor.press(&other.expect(200), "Order and pay", &[]).await.expect(200);
        assert_eq!(order.text("h1"), "Thank you");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn what_changed_meanwhile_is_shown_before_it_is_bought() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let stale = review(&visitor, "pm_card_visa").await;
        // In another tab.
        put(&visitor, FIELD.slug).await;
        let shown = visitor.press(&stale, "Order and pay", &[]).await.expect(409);
        assert!(shown.text(".notice--bad").contains("Something changed"), "{}", shown.text("main"));
        assert_eq!(shown.texts(".lines li").len(), 2);
        let order = visitor.press(&shown, "Order and pay", &[]).await.expect(200);
        assert_eq!(order.text("h1"), "Thank you");
    });
}

#[test]
fn an_order_that_has_not_left_is_cancelled_by_its_buyer() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let review = review(&visitor, "pm_card_visa").await;
        let order = visitor.press(&review, "Order and pay", &[]).await.expect(200);
        let cancelled = visitor.press(&order, "Cancel this order", &[]).await.expect(200);
        assert!(cancelled.text(".state").contains("Cancelled"));
        assert!(!cancelled.source.contains("/cancel\""), "once is enough");
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_cart_says_what_stands_in_the_way() {
    journey(async |world| {
        let visitor = visitor(&world);
        let cart = put(&visitor, DIVER.slug).await;
        let many = visitor.press(&cart, "Change", &[("quantity", "99")]).await.expect(200);
        assert!(many.text(".notice--warn").starts_with("Only "), "{}", many.text("main"));
        assert!(many.attribute("button[disabled]", "aria-describedby").contains("blocked"));
        let wrong = visitor.press(&many, "Change", &[("quantity", "a hundred")]).await.expect(422);
        assert!(wrong.text(".error-summary").contains("Choose 1 to 99."));
        assert_eq!(visitor.open("/checkout/review").await.expect(200).path, "/checkout");
        let empty = visitor.press(&wrong, "Remove", &[]).await.expect(200);
        assert_eq!(empty.text("h1"), "Your cart is empty");
    });
}

#[test]
fn an_address_that_cannot_be_right_comes_back_with_what_is_wrong() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let address = visitor.open("/checkout").await.expect(200);
        let fields = [
            ("email", "nobody"),
            ("name", "Grace <Hopper>"),
            ("line1", "1"),
            ("city", "X"),
            ("country", "US"),
        ];
        let back = visitor.press(&address, "Go on to shipping", &fields).await.expect(422);
        assert_eq!(back.attribute("#email", "aria-invalid"), "true");
        assert_eq!(back.text("#email-error"), "This is no e-mail address.");
        assert_eq!(back.attribute("#name", "value"), "Grace <Hopper>", "what was typed is kept");
        let fields = [("email", "grace@example.com")];
        let back = visitor.press(&back, "Go on to shipping", &fields).await.expect(422);
        assert!(back.text("#region-error").contains("state or province"), "{}", back.text("main"));
        let shipping = visitor.press(&back, "Go on to shipping", &[("region", "NY")]).await.expect(200);
        assert_eq!(shipping.text("h1"), "How shall it travel?");
    });
}

#[test]
fn a_guest_opens_their_order_by_the_mails_link_in_another_browser() {
    journey(async |world| {
        let here = visitor(&world);
        put(&here, DIVER.slug).await;
        let page = review(&here, "pm_card_visa").await;
        let order = here.press(&page, "Order and pay", &[]).await.expect(200);
        let id = order.path.trim_start_matches("/orders/").split('?').next().unwrap().to_owned();
        world.settle().await;
        let shop = world.client();
        let list = shop.get("/dev/mailbox").send().await.expect(200);
        let mail = shop.get(format!("/dev/mailbox/{}", list.text("/items/0/id"))).send().await.expect(200);
        let (link, token) = mail.text("/text").split_once('#').unwrap();
        let token = token.split_whitespace().next().unwrap();
        assert!(link.ends_with(&format!("/orders/{id}/open")), "{link}");

        let there = visitor(&world);
        there.open(&format!("/orders/{id}")).await.expect(404);
        let page = there.open(&format!("/orders/{id}/open")).await.expect(200);
        for wrong in ["", "rubbish", "\"; Path=/"] {
            let refused = there.press(&page, "Show my order", &[("token", wrong)]).await.expect(422);
            assert_eq!(refused.attribute("#token", "aria-invalid"), "true", "{wrong:?}");
        }
        let opened = there.press(&page, "Show my order", &[("token", token)]).await.expect(200);
        assert_eq!(opened.path, format!("/orders/{id}"));
        assert!(opened.text("h1").starts_with("Order M-"));
    });
}
