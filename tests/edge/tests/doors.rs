//! What follows from the kind of a route alone, tried of every route there is: whom it is for, its methods, and how its body must look.

// What should not happen may panic, and says what it was.
#![allow(clippy::panic, clippy::unwrap_used)]

use api::{
    Service,
    routes::{self, Access, Method, Route},
};
use serde_json::json;

use edge_tests::{Who, ask, get};

/// A path of a route, with something in the place of each parameter.
fn some_path(route: &Route) -> String {
    let ids = [
        ("{user}", "usr_"),
        ("{address}", "adr_"),
        ("{location}", "loc_"),
        ("{cart}", "crt_"),
        ("{order}", "ord_"),
        ("{fulfillment}", "ful_"),
        ("{payment}", "pay_"),
        ("{notification}", "ntf_"),
        ("{letter}", "dlt_"),
        ("{session}", "ses_"),
    ];
    let names =
        [("{product}", "x"), ("{category}", "x"), ("{brand}", "x"), ("{sku}", "X"), ("{provider}", "test")];
    let path = names.iter().fold(route.template.to_owned(), |path, (name, value)| path.replace(name, value));
    ids.iter().fold(path, |path, (name, prefix)| {
        path.replace(name, &format!("{prefix}00000000-0000-7000-8000-000000000000"))
    })
}

#[test]
fn every_route_is_for_whom_it_is_for() {
    for route in routes::ALL {
        let (method, path) = (route.method.as_str(), some_path(route));
        let call = |who: Who| ask(method, &path).by(who).json(&json!({})).key("k").send();
        let refused_to = |who: Who, status: u16, code: &str| {
            let refused = call(who).refused(status, code);
            if status == 401 {
                assert_ne!(refused.header("www-authenticate"), "", "{refused:?}");
            }
        };
        if route.method == Method::Get {
            // A GET has no body: asked below without one.
            continue;
        }
        match route.access {
            Access::Public | Access::Shopper | Access::Provider => {}
            Access::Customer => refused_to(Who::Guest, 401, "unauthorized"),
            Access::Staff => {
                refused_to(Who::Guest, 401, "unauthorized");
                refused_to(Who::Customer, 403, "forbidden");
            }
            Access::Admin => {
                refused_to(Who::Guest, 401, "unauthorized");
                refused_to(Who::Customer, 403, "forbidden");
                refused_to(Who::Staff, 403, "forbidden");
            }
        }
    }
    for route in routes::ALL.iter().filter(|route| route.method == Method::Get) {
        let path = some_path(route);
        let (guests, customers, staff) = match route.access {
            Access::Public | Access::Shopper | Access::Provider => (None, None, None),
            Access::Customer => (Some(401), None, None),
            Access::Staff => (Some(401), Some(403), None),
            Access::Admin => (Some(401), Some(403), Some(403)),
        };
        for (who, status) in [(Who::Guest, guests), (Who::Customer, customers), (Who::Staff, staff)] {
            if let Some(status) = status {
                get(&path).by(who).send().expect(status);
            }
        }
        // A wrong token is refused by every service: nobody shops as a guest by mistake. What the router answers itself is nobody's.
        if route.service != Service::Router {
            get(&path).header("authorization", "Bearer nonsense").send().refused(401, "unauthorized");
        }
    }
}

#[test]
fn every_path_names_its_methods_and_every_body_must_be_json() {
    for route in routes::ALL {
        let path = some_path(route);
        let refused = ask("PURGE", &path).send().refused(405, "method_not_allowed");
        assert!(refused.header("allow").contains(route.method.as_str()), "{refused:?}");
        let options = ask("OPTIONS", &path).send().expect(204);
        assert_eq!(options.header("allow"), refused.header("allow"));
        if route.method == Method::Get {
            let head = ask("HEAD", &path).by(Who::Admin).send();
            let whole = get(&path).by(Who::Admin).send();
            assert_eq!((head.status, head.body.as_str()), (whole.status, Some("")), "{path}");
        }
        if !TAKES_JSON.contains(route) {
            continue;
        }
        let call = || ask(route.method.as_str(), &path).by(Who::Admin).key("k");
        call().raw("application/json", "{").send().refused(400, "malformed_body");
        call().raw("application/json", "[]").send().refused(422, "validation_failed");
        call().raw("text/plain", "{}").send().refused(415, "unsupported_media_type");
        call().json(&json!({ "no_such_field": 1 })).send();
        let large = format!("{{\"name\":\"{}\"}}", "x".repeat(route.body_max));
        call().raw("application/json", large).send().refused(413, "payload_too_large");
    }
}

/// The routes whose body is JSON of a type of ours.
const TAKES_JSON: &[&Route] = &[
    routes::PRODUCT_CREATE,
    routes::CATEGORY_CREATE,
    routes::BRAND_CREATE,
    routes::INVENTORY_ADJUST,
    routes::INVENTORY_SPREAD,
    routes::LOCATION_CREATE,
    routes::LOCATION_PATCH,
    routes::CART_CREATE,
    routes::CART_PATCH,
    routes::CART_LINE_SET,
    routes::ORDER_PLACE,
    routes::ORDER_CANCEL,
    routes::ORDER_FULFIL,
    routes::ORDER_REFUND,
    routes::PAYMENT_CONFIRM,
    routes::PRODUCT_PATCH,
    routes::CATEGORY_PATCH,
    routes::BRAND_PATCH,
];
