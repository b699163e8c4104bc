//! Every route of the contract: served by its service, and never confused by what it is sent. Whom each is for is in `access/table.txt`.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::{
    Service,
    routes::{self, Access, Route},
};
use bytes::Bytes;
use domain::id::{
    AddressId, CartId, DeadLetterId, FulfillmentId, LocationId, NotificationId, OrderId, PaymentId,
    SessionId, UserId,
};
use http::{Method, Request};
use journeys::journey;
use kit::{Answer, Shop, Who, client::Ask, mounts::Inside, seed::DIVER};
use std::collections::BTreeSet;

/// A path that could be, of things that are not there.
fn path(route: &Route) -> String {
    let id = &["somebody", "else"];
    route
        .template
        .replace("{product}", DIVER.slug)
        .replace("{category}", "watches")
        .replace("{brand}", "halden")
        .replace("{sku}", DIVER.sku)
        .replace("{provider}", "test")
        .replace("{cart}", &CartId::derived(id).to_string())
        .replace("{order}", &OrderId::derived(id).to_string())
        .replace("{location}", &LocationId::derived(id).to_string())
        .replace("{payment}", &PaymentId::derived(id).to_string())
        .replace("{fulfillment}", &FulfillmentId::derived(id).to_string())
        .replace("{notification}", &NotificationId::derived(id).to_string())
        .replace("{user}", &UserId::derived(id).to_string())
        .replace("{address}", &AddressId::derived(id).to_string())
        .replace("{session}", &SessionId::derived(id).to_string())
        .replace("{letter}", &DeadLetterId::derived(id).to_string())
}

fn ask(shop: &Shop<Inside>, route: &Route, who: Who) -> Ask<Inside> {
    let method: Method = route.method.as_str().parse().unwrap();
    shop.ask(method, path(route)).by(who).key("k")
}

fn takes_a_body(route: &Route) -> bool {
    matches!(route.method.as_str(), "POST" | "PUT" | "PATCH")
}

#[test]
fn every_route_is_served_by_its_service() {
    journey(async |world| {
        let templates: BTreeSet<_> =
            routes::ALL.iter().map(|route| (route.service, route.template)).collect();
        for (service, template) in templates {
            if service == Service::Router {
                world.client().get(template).send().await.expect(200);
                continue;
            }
            let routes: Vec<_> = routes::ALL.iter().filter(|route| route.template == template).collect();
            // A method that nobody serves: who knows the path answers which they do serve.
            let request = Request::builder().method("TRACE").uri(path(routes[0])).body(Bytes::new()).unwrap();
            let script = format!("meridian-{}", service.name());
            let response = world.request(&script, request).await.unwrap();
            assert_eq!(response.status(), 405, "{template} is not served by {script}");
            let allow = response.headers()["allow"].to_str().unwrap();
            for route in routes {
                let method = route.method.as_str();
                assert!(
                    allow.split(',').any(|allowed| allowed.trim() == method),
                    "{method} {template}: {allow}"
                );
            }
        }
    });
}

/// Whatever comes in, a problem goes out that says what is wrong: never a fault, and nothing is changed.
#[test]
fn no_route_is_confused_by_what_it_is_sent() {
    journey(async |world| {
        let shop = world.client();
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", Vec::new()),
            ("half a document", b"{\"a\":".to_vec()),
            ("a list", b"[]".to_vec()),
            ("a number", b"1e400".to_vec()),
            ("null", b"null".to_vec()),
            ("an unknown field", br#"{"no_such_field":1}"#.to_vec()),
            ("broken UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
            ("half a surrogate", br#"{"name":"\ud800"}"#.to_vec()),
            ("a NUL", br#"{"name":"\u0000"}"#.to_vec()),
            ("depth", deep.into_bytes()),
            ("two documents", b"{} {}".to_vec()),
            ("huge numbers", br#"{"quantity":99999999999999999999,"delta":9007199254740993}"#.to_vec()),
        ];
        let routes =
            routes::ALL.iter().filter(|route| takes_a_body(route) && route.service != Service::Router);
        for route in routes {
            for (name, body) in &bodies {
                for content_type in ["application/json", "text/plain"] {
                    let who = if route.access == Access::Admin { Who::Admin } else { Who::Staff };
                    let answer = ask(&shop, route, who).raw(content_type, body.clone()).send().await;
                    let what = format!("{name} to {} {}", route.method.as_str(), route.template);
                    assert!(answer.status < 500, "{what}: {answer:?}");
                    if answer.status >= 400 {
                        assert_problem(&answer, &what);
                    }
                }
            }
        }
        world.at_rest().await;
        world.assert_books_balance().await;
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn no_query_confuses_a_list() {
    journey(async |world| {
        let shop = world.client();
        let queries = [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=x",
            "limit=",
            "cursor=x",
            "cursor=%00",
            "cursor=AAAA",
            "no_such=1",
            "limit=1&limit=2",
            "q=%ff",
            "q=%22",
            "q=*",
            "q=%27%3B--",
            "min_price=-1",
            "sort=colour",
            "currency=XXX",
            "from=yesterday",
            "after=-1&wait=99",
            "%",
            "=",
            "&&&",
            "q=a%00b",
        ];
        for route in routes::ALL.iter().filter(|route| route.method.as_str() == "GET") {
            for query in queries {
                let who = if route.access == Access::Admin { Who::Admin } else { Who::Staff };
                let answer = shop.get(format!("{}?{query}", path(route))).by(who).send().await;
                assert!(answer.status < 500, "{} ?{query}: {answer:?}", route.template);
                if answer.status >= 400 {
                    assert_problem(&answer, query);
                }
            }
            let long = "x".repeat(9_000);
            let answer = shop.get(format!("{}?q={long}", path(route))).send().await;
            assert_eq!(answer.status, 414, "{}: {answer:?}", route.template);
        }
        assert_eq!(world.errors(), [""; 0]);
    });
}

#[test]
fn what_is_inside_cannot_be_reached_from_outside() {
    journey(async |world| {
        let shop = world.client();
        for path in
            ["/internal/catalog/quote", "/internal/payments/refund", "/internal/health", "/v2/products"]
        {
            shop.post(path).as_staff().send().await.refused(404, "not_found");
        }
        // What could be a page is answered as one.
        shop.post("//").as_staff().send().await.expect(404);
        // Nobody says who they are but by their token.
        let forged =
            shop.get("/v1/dead-letters").header("x-meridian-caller", "admin").header("x-meridian-hops", "0");
        forged.send().await.refused(401, "unauthorized");
    });
}

fn assert_problem(answer: &Answer, what: &str) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}: {answer:?}");
    assert_eq!(answer.number("/status"), i64::from(answer.status), "{what}: {answer:?}");
    assert!(!answer.code().is_empty() && !answer.text("/request_id").is_empty(), "{what}: {answer:?}");
    if answer.status == 422 && answer.code() == "validation_failed" {
        assert!(answer.body.pointer("/errors/0/pointer").is_some(), "{what}: {answer:?}");
    }
}
