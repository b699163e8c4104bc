//! What browsers are told: whose pages may call, and what an answer may do.

use api::routes;
use http::Method;
use journeys::journey;
use kit::{Answer, Shop, World, client::Ask, mounts::Inside, seed::DIVER};
use std::sync::Arc;

const SHOP: &str = "https://shop.example";

fn product() -> String {
    format!("/v1/products/{}", DIVER.slug)
}

fn open_to_one(world: &Arc<World>) -> Shop<Inside> {
    world.set_var("ALLOWED_ORIGINS", "https://m.example, https://shop.example");
    world.client()
}

fn preflight(shop: &Shop<Inside>, path: &str, origin: &str) -> Ask<Inside> {
    let ask = shop.ask(Method::OPTIONS, path).header("origin", origin);
    ask.header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "x-cart-token")
}

fn cors(answer: &Answer) -> Vec<(&str, &str)> {
    let all = answer.headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control-"));
    all.map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
}

/// What of an answer is the same for every request.
fn without_ids(answer: &Answer) -> Vec<String> {
    let changing = ["x-request-id", "traceparent", "server-timing", "age"];
    let all = answer.headers.iter().filter(|(name, _)| !changing.contains(&name.as_str()));
    all.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
}

#[test]
fn a_page_of_an_allowed_origin_may_call_and_read() {
    journey(async |world| {
        let shop = open_to_one(&world);
        let ok = || shop.get(product());
        let missing = || shop.get("/v1/products/none");
        let refused = || shop.get("/v1/orders");
        let nowhere = || shop.get("/nowhere");
        for (status, ask) in
            [(200, &ok as &dyn Fn() -> Ask<Inside>), (404, &missing), (401, &refused), (404, &nowhere)]
        {
            // The second time the first may come from the router's memory: whoever asked before must not matter.
            for origin in [SHOP, "https://m.example", SHOP] {
                let answer = ask().header("origin", origin).send().await.expect(status);
                assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
                assert_eq!(answer.header("vary"), Some("Origin"));
                let readable = answer.header("access-control-expose-headers").unwrap();
                for name in
                    ["etag", "location", "ratelimit", "retry-after", "x-request-id", "idempotency-replayed"]
                {
                    assert!(readable.split(", ").any(|one| one == name), "{name}");
                }
                assert_eq!(answer.header("access-control-allow-credentials"), None);
            }
        }
        let known = ok().send().await.expect(200).header("etag").map(str::to_owned).unwrap();
        let unchanged = ok().header("origin", SHOP).header("if-none-match", known).send().await.expect(304);
        assert_eq!(unchanged.header("access-control-allow-origin"), Some(SHOP));
    });
}

#[test]
fn a_preflight_is_answered_at_the_router() {
    journey(async |world| {
        let shop = open_to_one(&world);
        world.calls.begin();
        for route in routes::ALL {
            let answer = preflight(&shop, route.template, SHOP).send().await.expect(204);
            assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
            let methods = answer.header("access-control-allow-methods").unwrap();
            assert!(methods.split(", ").any(|one| one == route.method.as_str()), "{methods}");
            assert_eq!(answer.header("allow"), Some(methods));
            let headers = answer.header("access-control-allow-headers").unwrap();
            for name in [
                "authorization",
                "content-type",
                "idempotency-key",
                "if-match",
                "x-cart-token",
                "x-order-token",
            ] {
                assert!(headers.split(", ").any(|one| one == name), "{name}");
            }
            assert_eq!(answer.header("access-control-max-age"), Some("7200"));
            assert_eq!(answer.header("vary"), Some("Origin"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
        preflight(&shop, "/nowhere", SHOP).send().await.refused(404, "not_found");
        let picture = preflight(&shop, "/images/x.svg", SHOP).send().await.expect(204);
        assert_eq!(picture.header("access-control-allow-methods"), Some("GET, HEAD, OPTIONS"));
        assert_eq!(world.calls.end(), [], "no service was asked");

        // Asked what there is, and not whether a page may.
        let options = shop.ask(Method::OPTIONS, product()).header("origin", SHOP).send().await.expect(204);
        assert_eq!(options.header("access-control-allow-methods"), None);
        assert!(options.header("allow").is_some());
    });
}

#[test]
fn nobody_else_is_told_anything() {
    journey(async |world| {
        let shop = world.client();
        let plain = shop.get(product()).send().await.expect(200);
        assert_eq!((cors(&plain), plain.header("vary")), (vec![], None));
        let named = shop.get(product()).header("origin", SHOP).send().await.expect(200);
        assert_eq!(without_ids(&plain), without_ids(&named), "no origin is allowed unless one is named");
        let options = preflight(&shop, &product(), SHOP).send().await.expect(204);
        assert_eq!((cors(&options), options.header("vary")), (vec![], None));

        let shop = open_to_one(&world);
        let unnamed = shop.get(product()).send().await.expect(200);
        let foreign = shop.get(product()).header("origin", "https://evil.example").send().await.expect(200);
        assert_eq!(without_ids(&unnamed), without_ids(&foreign));
        assert_eq!(
            (cors(&foreign), foreign.header("vary")),
            (vec![], Some("Origin")),
            "a cache must tell them apart"
        );
        let options = preflight(&shop, &product(), "https://evil.example").send().await.expect(204);
        assert_eq!(cors(&options), vec![]);
        assert!(options.header("allow").is_some());
    });
}

#[test]
fn every_answer_says_what_it_may_do() {
    journey(async |world| {
        let shop = world.client();
        for path in [product(), "/v1/nowhere".to_owned(), "/v1/orders".to_owned(), "/health".to_owned()] {
            let answer = shop.get(path).send().await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("strict-transport-security"), None, "it is plain HTTP here");
            assert_eq!(answer.header("content-security-policy"), None, "JSON shows nothing");
        }
        let page = shop.get("/dev/mailbox").header("accept", "text/html").send().await.expect(200);
        let policy = page.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "style-src 'unsafe-inline'"] {
            assert!(policy.split("; ").any(|one| one == part), "{policy}");
        }
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));

        world.set_var("ENVIRONMENT", "production");
        for path in [product(), "/nowhere".to_owned(), "/health".to_owned()] {
            let answer = shop.get(path).send().await;
            assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
        }
    });
}
