//! Pages that are everybody's: answered from the router's memory, and never with anything of somebody's in them.

use journeys::journey;
use kit::seed::DIVER;

use crate::pages::{buying::put, visitor};

#[test]
fn a_page_that_is_everybodys_is_made_once_and_holds_nobodys() {
    journey(async |world| {
        let (ada, bob) = (visitor(&world), visitor(&world));
        let path = format!("/products/{}", DIVER.slug);
        let first = bob.open(&path).await.expect(200);
        assert!(first.headers["cache-control"].to_str().unwrap().contains("s-maxage"));
        assert!(!first.headers.contains_key("set-cookie"));
        assert_eq!(first.attribute("[name=form_token]", "value"), "");

        put(&ada, DIVER.slug).await;
        let hers = ada.open(&path).await.expect(200);
        assert!(hers.text(".count").starts_with('1'));
        assert_eq!(hers.headers["cache-control"], "private, no-store");

        world.calls.begin();
        let his = bob.open(&path).await.expect(200);
        assert_eq!(his.source, first.source, "nothing of hers");
        assert_eq!(world.calls.end(), [], "from memory");
        // Another language is another page.
        let german = kit::Browser::new(kit::mounts::Inside(std::sync::Arc::clone(&world)), "de");
        assert_eq!(german.open(&path).await.expect(200).attribute("html", "lang"), "de");
    });
}

#[test]
fn no_cookie_of_somebodys_gets_into_a_page_that_is_everybodys() {
    journey(async |world| {
        for cookie in ["__Host-pieces", "__Host-cart", "__Host-orders", "__Host-checkout", "__Host-anything"]
        {
            let odd = visitor(&world);
            odd.set_cookie(cookie, "99999999");
            odd.open("/").await.expect(200);
            let page = visitor(&world).open("/").await.expect(200);
            assert!(!page.source.contains("99999999"), "{cookie}");
        }
    });
}

#[test]
fn an_old_page_is_shown_while_it_is_made_anew_and_no_longer() {
    journey(async |world| {
        let bob = visitor(&world);
        let path = format!("/products/{}", DIVER.slug);
        let first = bob.open(&path).await.expect(200);
        let name = first.text("h1");
        let patch = serde_json::json!({ "name": "Another name" });
        let ask = world.client().ask(http::Method::PATCH, format!("/v1/products/{}", DIVER.slug));
        ask.as_staff().json(&patch).send().await.expect(200);
        world.advance(31_000).await;
        let old = bob.open(&path).await.expect(200);
        assert_eq!((old.text("h1"), old.headers["age"].to_str().unwrap()), (name, "31"));
        world.settle().await;
        assert_eq!(bob.open(&path).await.expect(200).text("h1"), "Another name");
        // After more than that nobody is shown it.
        let patch = serde_json::json!({ "name": "A third name" });
        let ask = world.client().ask(http::Method::PATCH, format!("/v1/products/{}", DIVER.slug));
        ask.as_staff().json(&patch).send().await.expect(200);
        world.advance(95_000).await;
        assert_eq!(bob.open(&path).await.expect(200).text("h1"), "A third name");
    });
}

#[test]
fn what_the_gateway_refuses_is_said_on_a_page_in_the_visitors_words() {
    journey(async |world| {
        let german = kit::Browser::new(kit::mounts::Inside(std::sync::Arc::clone(&world)), "de");
        let page = german.fetch(http::Method::POST, "/products", None).await.expect(405);
        assert_eq!(page.attribute("html", "lang"), "de");
        assert_eq!(page.text("h1"), "Hier ist nichts");
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("style-src 'self'"));
        assert!(!page.attribute("link[rel=stylesheet]", "href").is_empty());
        let card = german.open("/products?q=4242424242424242").await.expect(422);
        assert!(card.text("main").contains("Kartennummer"), "{}", card.text("main"));
        world.calls.begin();
        world.calls.plan(kit::Plan::Down { what: "router → STOREFRONT".to_owned(), until_ms: u64::MAX });
        let away = german.open("/products").await;
        world.calls.end();
        assert_eq!(away.status, 503);
        assert!(away.source.contains("To the shop"), "{}", away.source);
    });
}
