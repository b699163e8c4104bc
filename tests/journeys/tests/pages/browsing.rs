//! Looking round.

use http::Method;
use journeys::journey;
use kit::{
    Browser, Page,
    mounts::Inside,
    seed::{DIVER, FIELD},
};

use crate::pages::visitor;

#[test]
fn every_page_has_its_landmarks_and_its_policy() {
    journey(async |world| {
        let visitor = visitor(&world);
        let product = format!("/products/{}", DIVER.slug);
        for path in [
            "/",
            "/products",
            &product,
            "/cart",
            "/sign-in",
            "/sign-up",
            "/forgotten-password",
            "/no/such/page",
        ] {
            let page = visitor.open(path).await;
            assert_eq!(page.status, if path.starts_with("/no") { 404 } else { 200 }, "{path}");
            assert_eq!(page.attribute("html", "lang"), "en");
            for landmark in ["header", "main#main", "footer", "h1", "title", ".skip-link"] {
                assert_eq!(page.texts(landmark).len(), 1, "{path} {landmark}");
            }
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
                "{path}: {policy}"
            );
            assert!(!page.source.contains("style=\"") && !page.source.contains("onclick"), "{path}");
        }
    });
}

#[test]
fn lists_are_searched_narrowed_and_sorted() {
    journey(async |world| {
        let visitor = visitor(&world);
        let home = visitor.open("/").await.expect(200);
        let found = visitor.press(&home, "Search", &[("q", "diver")]).await.expect(200);
        assert!(found.text("h1").contains("diver"));
        assert!(!found.texts(".card h3").is_empty(), "{}", found.text("main"));
        let none = visitor.press(&home, "Search", &[("q", "xyzzyplugh")]).await.expect(200);
        assert!(none.text(".empty").contains("Nothing here fits"));
        let all = visitor.open("/products").await.expect(200);
        let dear = visitor.press(&all, "Show", &[("min_price", "1")]).await.expect(200);
        assert!(dear.text(".chips").contains("From €1.00"), "{}", dear.text("main"));
        let cheapest = visitor.press(&dear, "Sort", &[("sort", "price")]).await.expect(200);
        assert!(cheapest.path.contains("min_price=1&"), "{}", cheapest.path);
        // What nobody can want is not held against them.
        for odd in [
            "/products?category=a&category=b",
            "/products?min_price=9&max_price=1",
            "/products?sort=price&cursor=rubbish",
        ] {
            visitor.open(odd).await.expect(200);
        }
        let undone = visitor.open(&cheapest.attribute(".chips a", "href")).await.expect(200);
        assert!(!undone.path.contains("min_price"), "{}", undone.path);
    });
}

#[test]
fn the_shop_speaks_german_to_whoever_asks_and_remembers_a_choice() {
    journey(async |world| {
        let visitor = Browser::new(Inside(std::sync::Arc::clone(&world)), "de-AT,en;q=0.5");
        let page = visitor.open(&format!("/products/{}", FIELD.slug)).await.expect(200);
        assert_eq!(page.attribute("html", "lang"), "de");
        assert!(page.text(".price").ends_with('€'), "{}", page.text(".price"));
        let english = visitor.open(&page.attribute(".tools a[hreflang=en]", "href")).await.expect(200);
        assert_eq!(
            (english.attribute("html", "lang").as_str(), english.path.as_str()),
            ("en", page.path.as_str())
        );
        assert_eq!(visitor.open("/cart").await.expect(200).text("h1"), "Your cart is empty");
        let dollars = visitor.press(&english, "Show", &[("currency", "USD")]).await.expect(200);
        assert!(dollars.text(".price").starts_with('$'), "{}", dollars.text(".price"));
        let cart = visitor.press(&dollars, "Add to cart", &[]).await.expect(200);
        assert!(cart.text(".totals__sum dd").starts_with('$'), "{}", cart.text("main"));
    });
}

#[test]
fn what_is_not_there_is_said_on_a_page() {
    journey(async |world| {
        let visitor = visitor(&world);
        for path in
            ["/nothing", "/products/nothing", "/categories/nothing", "/makers/nothing", "/orders/nothing"]
        {
            let page = visitor.open(path).await.expect(404);
            assert_eq!(page.text("h1"), "There is nothing here", "{path}");
        }
        let refused = visitor.fetch(Method::DELETE, "/cart", None).await.expect(405);
        assert_eq!(refused.headers["allow"], "GET, HEAD, POST, OPTIONS");
        let options = visitor.fetch(Method::OPTIONS, "/cart", None).await.expect(204);
        assert_eq!(options.headers["allow"], "GET, HEAD, POST, OPTIONS");
        let head = visitor.fetch(Method::HEAD, "/cart", None).await.expect(200);
        assert_eq!(head.source, "");
        // The API's own paths stay the API's.
        let refused = world.client().get("/v1/nothing").send().await.refused(404, "not_found");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    });
}

#[test]
fn search_engines_and_whoever_is_sent_a_page_learn_what_it_is() {
    journey(async |world| {
        let visitor = visitor(&world);
        let robots = visitor.open("/robots.txt").await.expect(200).source;
        assert!(
            robots.contains("Disallow: /account\n")
                && robots.contains("Sitemap: http://shop.example/sitemap.xml")
        );
        let addresses = |page: &Page| -> Vec<String> {
            let parts = page.source.split("<loc>").skip(1);
            parts.map(|part| part.split("</loc>").next().unwrap().to_owned()).collect()
        };
        let mut found = Vec::new();
        for map in addresses(&visitor.open("/sitemap.xml").await.expect(200)) {
            let path = map.strip_prefix("http://shop.example").unwrap();
            found.extend(addresses(&visitor.open(path).await.expect(200)));
        }
        for path in ["/", "/products", "/makers/halden", &format!("/products/{}", DIVER.slug)] {
            assert!(found.contains(&format!("http://shop.example{path}")), "{path}: {found:?}");
        }
        for address in &found {
            visitor.open(address.strip_prefix("http://shop.example").unwrap()).await.expect(200);
        }
        visitor.open("/sitemaps/nobody.xml").await.expect(404);
        visitor.open("/sitemaps/halden").await.expect(404);

        let page = visitor.open(&format!("/products/{}?version=x", DIVER.slug)).await.expect(200);
        let address = format!("http://shop.example/products/{}", DIVER.slug);
        assert_eq!(page.attribute("link[rel=canonical]", "href"), address);
        assert_eq!(page.attribute("meta[property='og:url']", "content"), address);
        assert!(page.attribute("meta[property='og:image']", "content").ends_with(".png"));
        let told: serde_json::Value =
            serde_json::from_str(&page.text("script[type='application/ld+json']")).unwrap();
        assert_eq!(told["@graph"][0]["@type"], "Product");
        assert_eq!(told["@graph"][0]["offers"][0]["priceCurrency"], "EUR");
        assert_eq!(told["@graph"][1]["@type"], "BreadcrumbList");
        let searched = visitor.open("/products?q=diver").await.expect(200);
        assert_eq!(
            searched.attribute("link[rel=canonical]", "href"),
            "",
            "what somebody searched for is theirs"
        );
        let filtered = visitor.open("/products?in_stock=true").await.expect(200);
        assert_eq!(filtered.attribute("link[rel=canonical]", "href"), "http://shop.example/products");
    });
}
