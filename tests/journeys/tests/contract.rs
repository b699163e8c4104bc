//! The contract where it is read: a document and a page, both of this build. What it says is compared with every call of every journey.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use http::Method;
use journeys::journey;

#[test]
fn the_document_is_served_as_it_is_made() {
    journey(async |world| {
        let shop = world.client();
        let read = shop.get("/openapi.json").send().await.expect(200);
        assert_eq!(read.body, openapi::document());
        assert_eq!(read.header("content-type"), Some("application/json"));
        assert_eq!(read.header("cache-control"), Some("public, max-age=60, s-maxage=60"));
    });
}

#[test]
fn the_page_runs_nothing_and_fetches_nothing() {
    journey(async |world| {
        let read = world.client().get("/docs").send().await.expect(200);
        assert_eq!(read.body, openapi::page(&openapi::document()));
        let policy = read.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    });
}

#[test]
fn what_a_reader_has_is_not_sent_again() {
    journey(async |world| {
        let shop = world.client();
        for path in ["/openapi.json", "/docs"] {
            let tag = shop.get(path).send().await.expect(200).header("etag").unwrap().to_owned();
            let known = || shop.get(path).header("if-none-match", tag.clone());
            assert_eq!(known().send().await.expect(304).body, "");
            let head = shop.ask(Method::HEAD, path).send().await.expect(200);
            assert_eq!((head.header("etag"), head.body.as_str()), (Some(tag.as_str()), Some("")));
            let options = shop.ask(Method::OPTIONS, path).send().await.expect(204);
            assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS"));
            shop.post(path).send().await.refused(405, "method_not_allowed");
            // It is nobody's: who they are does not matter, nor what they ask for besides.
            let stranger = shop.get(format!("{path}?x=1")).header("authorization", "Bearer nonsense");
            stranger.send().await.expect(200);
        }
    });
}
