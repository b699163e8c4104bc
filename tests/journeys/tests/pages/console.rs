//! The console, as staff use it whose browser runs no scripts.

use http::Method;
use journeys::journey;
use kit::{
    Browser, World, mounts,
    seed::{DIVER, FIELD},
    token,
};
use serde_json::json;
use std::sync::Arc;

use crate::pages::{
    Visitor,
    buying::{put, review},
    visitor,
};

/// Somebody who works here, and has just signed in.
fn clerk(world: &Arc<World>, role: &str) -> Visitor {
    let clerk = visitor(world);
    let access = token::mint(mounts::JWT_KEYS, token::user(role), role, world.now());
    clerk.set_cookie("__Host-access", &access);
    clerk
}

/// Where the console shows what a guest has just ordered.
async fn ordered(world: &Arc<World>, slug: &str) -> String {
    let guest = visitor(world);
    put(&guest, slug).await;
    let page = review(&guest, "pm_card_visa").await;
    let order = guest.press(&page, "Order and pay", &[]).await.expect(200);
    world.settle().await;
    let id = order.path.trim_start_matches("/orders/").split('?').next().unwrap().to_owned();
    format!("/admin/orders/{id}")
}

#[test]
fn whoever_does_not_work_here_sees_nothing_of_it() {
    journey(async |world| {
        let order = ordered(&world, DIVER.slug).await;
        let id = order.rsplit('/').next().unwrap().to_owned();
        let paths = api::pages::ALL.iter().filter(|page| page.template.starts_with("/admin"));
        for page in paths {
            let path = page.template.replace("{order}", &id);
            let method: Method = page.method.as_str().parse().unwrap();
            let guest = visitor(&world);
            let led = guest.fetch(method.clone(), &path, None).await;
            let is_led =
                led.status == 303 && led.headers["location"].to_str().unwrap().starts_with("/sign-in");
            // A form without its proof is refused before anybody asks who sends it.
            assert!(is_led || (led.status == 403 && method == Method::POST), "{path}: {}", led.status);
            let customer = clerk(&world, "customer");
            customer.fetch(method.clone(), &path, None).await.expect(403);
            if page.access == api::routes::Access::Admin {
                clerk(&world, "staff").fetch(method, &path, None).await.expect(403);
            }
        }
        assert!(!visitor(&world).open("/").await.expect(200).source.contains("/admin"));
    });
}

#[test]
fn an_order_is_found_sent_delivered_and_paid_back_in_part() {
    journey(async |world| {
        let order = ordered(&world, DIVER.slug).await;
        let clerk = clerk(&world, "staff");
        let list = clerk.open("/admin").await.expect(200);
        assert_eq!((list.path.as_str(), list.texts("tbody tr").len()), ("/admin/orders", 1));
        let none = clerk.press(&list, "Filter", &[("status", "cancelled")]).await.expect(200);
        assert_eq!(none.texts("tbody tr").len(), 0);
        let found =
            clerk.press(&none, "Filter", &[("status", "placed"), ("sku", DIVER.sku)]).await.expect(200);
        let page = clerk.open(&found.attribute("tbody a", "href")).await.expect(200);
        assert_eq!(page.path, order);

        let bare = clerk.press(&page, "Send it", &[]).await.expect(422);
        assert_eq!(bare.texts(".error-summary li").len(), 2, "carrier and number");
        let parcel = [("carrier", "DHL"), ("tracking_number", "00340434161094042557")];
        let sent = clerk.press(&page, "Send it", &parcel).await.expect(200);
        assert!(sent.text("main").contains("00340434161094042557"));
        assert!(sent.text("main").contains("cannot be cancelled"));
        // The same form once more, as by the back button: the same parcel.
        let again = clerk.press(&page, "Send it", &parcel).await.expect(200);
        assert_eq!(again.texts("h2").iter().filter(|heading| heading.starts_with("Parcel")).count(), 1);
        let there = clerk.press(&again, "It was delivered", &[]).await.expect(200);
        assert!(there.text("main").contains("Delivered"));

        let unsure = clerk.press(&there, "Refund", &[("amount", "10.50")]).await.expect(422);
        assert_eq!(unsure.attribute(".error-summary a", "href"), "#sure_refund");
        let empty = clerk.press(&there, "Refund", &[("sure_refund", "yes")]).await.expect(422);
        assert!(empty.text("#amount-error").contains("Fill this in"), "nothing is not everything");
        let wild =
            clerk.press(&there, "Refund", &[("amount", "a lot"), ("sure_refund", "yes")]).await.expect(422);
        assert!(wild.text("#amount-error").contains("no amount"));
        let some = [("amount", "10,50"), ("refund_reason", "A scratch"), ("sure_refund", "yes")];
        let back = clerk.press(&there, "Refund", &some).await.expect(200);
        assert!(back.text("main").contains("A scratch"));
        assert!(back.text("dl.totals").contains("−€10.50"), "{}", back.text("dl.totals"));
        let too_much = [("amount", "99999"), ("sure_refund", "yes")];
        let refused = clerk.press(&back, "Refund", &too_much).await.expect(409);
        assert!(refused.text("[role=alert]").contains("More than was paid"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_is_cancelled_and_lines_are_paid_back_and_put_back() {
    journey(async |world| {
        let clerk = clerk(&world, "admin");
        let page = clerk.open(&ordered(&world, DIVER.slug).await).await.expect(200);
        let unsure = clerk.press(&page, "Cancel", &[]).await.expect(422);
        let sure = [("sure_cancel", "yes"), ("cancel_reason", "Asked by phone")];
        let cancelled = clerk.press(&unsure, "Cancel", &sure).await.expect(200);
        assert!(cancelled.text("main").contains("Asked by phone"));
        assert_eq!(cancelled.text("h1 + p .state"), "cancelled");

        let page = clerk.open(&ordered(&world, FIELD.slug).await).await.expect(200);
        let sku = page.attribute("input[id^='back.']", "name");
        let lines = [(sku.as_str(), "1"), ("restock", "true"), ("sure_refund", "yes")];
        let back = clerk.press(&page, "Refund", &lines).await.expect(200);
        assert!(back.text("main").contains("refunded"));
        world.settle().await;
        let seen = clerk.open(&back.path).await.expect(200);
        let actions = seen.texts("#audit tbody tr");
        assert_eq!(actions.len(), 1, "{actions:?}");
        assert!(actions[0].contains("POST /admin/orders/{order}/refund"), "{actions:?}");
        assert!(actions[0].contains(&token::user("admin").to_string()));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn a_product_is_made_priced_sold_and_archived() {
    journey(async |world| {
        let clerk = clerk(&world, "staff");
        let page = clerk.open("/admin/products/new").await.expect(200);
        let fields = [
            ("name", "Harbour Lamp"),
            ("slug", "harbour-lamp"),
            ("status", "active"),
            ("description", "A lamp for a harbour."),
            ("attributes", "Glass: Thick\nModel: \"1904\"\nWatts: 40"),
            ("options", "Colour: Brass, Black"),
            ("images", "/images/lamp.svg | A brass lamp"),
            ("variants.0.sku", "LAMP-BRASS"),
            ("variants.0.title", "Brass"),
            ("variants.0.options", "Colour: Brass"),
            ("variants.0.weight_grams", "900"),
            ("variants.0.price.EUR", "149.50"),
            ("variants.0.price.JPY", "24000"),
            ("variants.0.before.EUR", "189"),
        ];
        let mut wrong = fields;
        wrong[11] = ("variants.0.price.EUR", "a lot");
        let typed = clerk.press(&page, "Save", &wrong).await.expect(422);
        assert_eq!(typed.attribute(".error-summary a", "href"), "#variants.0.price.EUR");
        assert_eq!(
            typed.attribute("input[name='variants.0.sku']", "value"),
            "LAMP-BRASS",
            "what was typed stays"
        );
        let saved = clerk.press(&page, "Save", &fields).await.expect(200);
        assert!(saved.path.starts_with("/admin/products/harbour-lamp"));
        for (name, value) in
            [("price.EUR", "149.50"), ("price.JPY", "24000"), ("before.EUR", "189.00"), ("price.USD", "")]
        {
            assert_eq!(
                saved.attribute(&format!("input[name='variants.0.{name}']"), "value"),
                value,
                "{name}"
            );
        }
        assert_eq!(saved.text("textarea[name=attributes]"), "Glass: Thick Model: \"1904\" Watts: 40");
        let shown = visitor(&world).open("/products/harbour-lamp").await.expect(200);
        assert!(shown.text("main").contains("€149.50"), "{}", shown.text("main"));

        let fewer = [("attributes", "Glass: Thin"), ("variants.0.before.EUR", "")];
        let changed = clerk.press(&saved, "Save", &fewer).await.expect(200);
        assert_eq!(changed.text("textarea[name=attributes]"), "Glass: Thin");
        assert_eq!(changed.attribute("input[name='variants.0.before.EUR']", "value"), "");
        // Somebody who had it open before that would take the change back unknowingly.
        let late = clerk.press(&saved, "Save", &[("name", "Old")]).await.expect(422);
        assert!(late.text("[role=alert]").contains("Somebody else has changed it"));

        clerk.press(&changed, "Archive", &[]).await.expect(422);
        let gone = clerk.press(&changed, "Archive", &[("sure", "yes")]).await.expect(200);
        assert!(gone.text("[role=status]").contains("archived"));
    });
}

#[test]
fn stock_is_booked_and_its_ledger_read() {
    journey(async |world| {
        let clerk = clerk(&world, "staff");
        let list = clerk.open("/admin/stock").await.expect(200);
        assert!(!list.texts("tbody tr").is_empty());
        let page = clerk.press(&list, "Filter", &[("sku", DIVER.sku)]).await.expect(200);
        assert_eq!(page.path, format!("/admin/stock/{}", DIVER.sku));
        let before: i64 = page.text("dl.facts dd").parse().unwrap();
        let booked = clerk
            .press(&page, "Book", &[("delta", "3"), ("note", "Found behind the shelf")])
            .await
            .expect(200);
        assert_eq!(booked.text("dl.facts dd"), (before + 3).to_string());
        assert!(booked.text("#ledger tbody tr").contains("Found behind the shelf"));
        // Sent twice, booked once.
        let again = clerk
            .press(&page, "Book", &[("delta", "3"), ("note", "Found behind the shelf")])
            .await
            .expect(200);
        assert_eq!(again.text("dl.facts dd"), (before + 3).to_string());
        let none = clerk.press(&again, "Book", &[("delta", "-99999")]).await.expect(422);
        assert!(none.text("main").contains("There are not that many pieces"), "{}", none.text("main"));

        let places = clerk.open("/admin/locations").await.expect(200);
        let fields = [("name", "Attic"), ("country", "DE"), ("priority", "9")];
        let added = clerk.press(&places, "Add a location", &fields).await.expect(200);
        assert!(added.texts("h2").contains(&"Attic".to_owned()));
        let kept = clerk.press(&places, "Remove", &[("sure", "yes")]).await.expect(422);
        assert!(kept.text("[role=alert]").contains("Something still lies there"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn mails_are_sent_again_letters_replayed_and_all_of_it_is_in_the_book() {
    journey(async |world| {
        ordered(&world, DIVER.slug).await;
        let clerk = clerk(&world, "admin");
        let mails = clerk.open("/admin/mails").await.expect(200);
        assert!(mails.text("tbody").contains("order"), "{}", mails.text("tbody"));
        let again = clerk.press(&mails, "Send again", &[]).await;
        assert!([200, 409].contains(&again.status), "{}", again.status);
        world.put_on_queue("order-events", "rubbish");
        world.settle().await;
        let letters = clerk.open("/admin/dead-letters").await.expect(200);
        assert_eq!(letters.texts("tbody tr").len(), 1, "{}", letters.text("main"));
        let replayed = clerk.press(&letters, "Replay", &[]).await.expect(200);
        assert!(replayed.text("[role=status]").contains("sent to its queue again"));
        world.settle().await;
        let book = clerk.open("/admin/audit").await.expect(200);
        let lines = book.texts("tbody tr");
        assert!(
            lines[0].contains("/admin/dead-letters/{letter}/replay") && lines[1].contains("/admin/mails")
        );
        let narrowed = clerk.press(&book, "Filter", &[("subject", "ntf_none")]).await.expect(200);
        assert_eq!(narrowed.texts("tbody tr").len(), 0);
    });
}

#[test]
fn an_admin_gives_rights_closes_accounts_and_erases_them() {
    journey(async |world| {
        let account =
            json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
        world.client().post("/v1/users").json(&account).send().await.expect(201);
        let clerk = clerk(&world, "admin");
        let list = clerk.open("/admin/customers").await.expect(200);
        let found = clerk.press(&list, "Filter", &[("email", "ada@example.com")]).await.expect(200);
        let page = clerk.open(&found.attribute("tbody a", "href")).await.expect(200);
        assert_eq!(page.text("h1"), "ada@example.com");
        let token = page.attribute("input[name=form_token]", "value");
        let tag = page.attribute("input[name=tag]", "value").replace('"', "%22");
        let body = format!("form_token={token}&tag={tag}&roles=customer&roles=staff&is_disabled=true");
        clerk.fetch(Method::POST, &page.path, Some(body)).await.expect(303);
        let changed = clerk.open(&page.path).await.expect(200);
        assert_eq!(changed.texts("input[name=roles][checked]").len(), 2);
        assert!(changed.text("main").contains("Disabled"));
        clerk.press(&changed, "Erase", &[]).await.expect(422);
        let gone = clerk.press(&changed, "Erase", &[("sure", "yes")]).await.expect(200);
        assert!(gone.text("[role=status]").contains("erased"));
        clerk.open(&page.path).await.expect(404);
        world.at_rest().await;
    });
}

#[test]
fn the_console_is_there_in_german_too() {
    journey(async |world| {
        let clerk = Browser::new(kit::mounts::Inside(Arc::clone(&world)), "de");
        let access = token::mint(mounts::JWT_KEYS, token::user("staff"), "staff", world.now());
        clerk.set_cookie("__Host-access", &access);
        assert_eq!(clerk.open("/admin/products").await.expect(200).text("h1"), "Artikel");
    });
}

#[test]
fn who_saves_over_anothers_change_of_rights_is_told() {
    journey(async |world| {
        let account =
            json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
        world.client().post("/v1/users").json(&account).send().await.expect(201);
        let clerk = clerk(&world, "admin");
        let list = clerk.open("/admin/customers?email=ada@example.com").await.expect(200);
        let page = clerk.open(&list.attribute("tbody a", "href")).await.expect(200);
        clerk.press(&page, "Save", &[("is_disabled", "true")]).await.expect(200);
        let late = clerk.press(&page, "Save", &[]).await.expect(422);
        assert!(late.text("[role=alert]").contains("Somebody else has changed it"));
        assert!(clerk.open(&page.path).await.expect(200).text("main").contains("Disabled"));
    });
}

#[test]
fn a_text_keeps_its_paragraphs_as_a_browser_sends_it() {
    journey(async |world| {
        let clerk = clerk(&world, "staff");
        let page = clerk.open(&format!("/admin/products/{}", DIVER.slug)).await.expect(200);
        let saved = clerk.press(&page, "Save", &[("description", "One.\r\n\r\nTwo.")]).await.expect(200);
        assert!(saved.source.contains("One.\n\nTwo."));
    });
}

#[test]
fn a_parcel_is_still_sent_after_what_was_sent_came_back() {
    journey(async |world| {
        let shop = world.client();
        let basket = shop.filled_cart("EUR", "DE", &[(DIVER.sku, 2)]).await;
        let order = basket.order(&shop.place(&basket, "k", "pm_card_visa").send().await.expect(201));
        shop.fulfil(&order, "f", &[(DIVER.sku, 1)]).send().await.expect(201);
        let back = json!({ "lines": [{ "sku": DIVER.sku, "quantity": 1 }], "restock": true });
        shop.refund(&order, "r", &back).send().await.expect(201);
        world.settle().await;
        let clerk = clerk(&world, "staff");
        let page = clerk.open(&format!("/admin/orders/{}", order.id)).await.expect(200);
        assert_eq!(page.attribute("input[id^='send.']", "value"), "1");
        let bare = [("carrier", "DHL"), ("tracking_number", " ")];
        let refused = clerk.press(&page, "Send it", &bare).await.expect(422);
        assert_eq!(refused.attribute("#carrier", "value"), "DHL", "what was typed stays");
        let parcel = [("tracking_number", "1")];
        let sent = clerk.press(&refused, "Send it", &parcel).await.expect(200);
        assert_eq!(sent.texts("input[id^='send.']").len(), 0);
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_order_is_dealt_with_while_others_who_know_of_it_are_away() {
    journey(async |world| {
        let order = ordered(&world, DIVER.slug).await;
        let clerk = clerk(&world, "admin");
        world.calls.begin();
        for service in ["NOTIFICATIONS", "TELEMETRY"] {
            world.calls.plan(kit::Plan::Down { what: format!("console → {service}"), until_ms: u64::MAX });
        }
        let page = clerk.open(&order).await.expect(200);
        assert!(page.text("#mails").contains("Not to be had right now"));
        clerk.press(&page, "Refund", &[("amount", "1"), ("sure_refund", "yes")]).await.expect(200);
        world.calls.end();
    });
}

#[test]
fn a_filter_that_cannot_be_is_said_to_be_wrong_and_stays() {
    journey(async |world| {
        let clerk = clerk(&world, "admin");
        for (path, field, typed) in [
            ("/admin/orders", "email", "nobody"),
            ("/admin/mails", "order_id", "M-1"),
            ("/admin/audit", "user_id", "Ada"),
        ] {
            let list = clerk.open(&format!("{path}?{field}={typed}")).await.expect(422);
            assert!(list.text("[role=alert]").contains("A filter is not right"), "{path}");
            assert_eq!(list.attribute(&format!("#{field}"), "value"), typed);
        }
    });
}

#[test]
fn what_thousands_want_is_shared_out_and_each_objects_ledger_read() {
    journey(async |world| {
        let clerk = clerk(&world, "staff");
        let page = clerk.open(&format!("/admin/stock/{}", DIVER.sku)).await.expect(200);
        assert_eq!(page.attribute("#shards", "value"), "1");
        let booked = clerk.press(&page, "Book", &[("delta", "600")]).await.expect(200);
        for (shards, wrong) in [("17", "#shards"), ("", "#shards")] {
            let refused = clerk.press(&booked, "Share out", &[("shards", shards)]).await.expect(422);
            assert_eq!(refused.attribute(wrong, "aria-invalid"), "true");
        }
        let shared = clerk.press(&booked, "Share out", &[("shards", "3")]).await.expect(200);
        assert_eq!(shared.attribute("#shards", "value"), "3");
        world.advance(10_000).await;
        let there = clerk.open(&format!("/admin/stock/{}?shard=2", DIVER.sku)).await.expect(200);
        assert_eq!(there.text("dl.facts dd"), booked.text("dl.facts dd"));
        assert_eq!(there.text("nav.row [aria-current=page]"), "Object 2");
        assert!(there.text("#ledger tbody tr").contains("moved_in"));
        let never = clerk.open("/admin/stock/NEVER-SEEN").await.expect(200);
        assert!(never.texts("#shards").is_empty());
    });
}

#[test]
fn the_first_pieces_of_something_new_are_booked() {
    journey(async |world| {
        let clerk = clerk(&world, "staff");
        let page = clerk.open("/admin/stock/NEVER-SEEN").await.expect(200);
        let booked = clerk.press(&page, "Book", &[("delta", "7")]).await.expect(200);
        assert_eq!(booked.text("dl.facts dd"), "7");
    });
}
