//! Pages that are everybody's: answered from the router's memory, and never with anything of somebody's in them.

use journeys::journey;
use kit::seed::DIVER;

use crate::{buying::put, visitor};

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
