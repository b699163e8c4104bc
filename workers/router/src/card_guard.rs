//! Card numbers never enter the shop: a shopper's request that carries one is refused before anything reads or logs it.

use bytes::Bytes;
use http::Uri;
use serde_json::Value;

use api::{
    Problem,
    problem::codes,
    routes::{Access, Route},
};
use domain::card::find_card_number;

/// Refuses a shopper's request whose query values or JSON strings hold a card number.
pub fn check(route: &Route, uri: &Uri, body: &Bytes) -> Result<(), Problem> {
    if matches!(route.access, Access::Staff | Access::Admin | Access::Provider) {
        return Ok(());
    }
    let query = uri.query().unwrap_or_default();
    let in_query = may_hold_one(query.as_bytes())
        && form_urlencoded::parse(query.as_bytes())
            .any(|(name, value)| !is_exempt(&name) && holds_one(&value));
    // Parsed only when the bytes hold enough digits; what is not JSON is refused by the service.
    let in_body =
        may_hold_one(body) && serde_json::from_slice(body).is_ok_and(|body: Value| any_string(&body));
    let in_form = route.service.makes_pages()
        && may_hold_one(body)
        && form_urlencoded::parse(body).any(|(name, value)| !is_exempt(&name) && holds_one(&value));
    if in_query || in_body || in_form { Err(Problem::new(codes::card_data_refused)) } else { Ok(()) }
}

/// Thirteen digits anywhere: the fewest that a card number has.
fn may_hold_one(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= 13
}

/// Fields whose values are ours or a carrier's, and may look like anything.
fn is_exempt(field: &str) -> bool {
    matches!(field, "id" | "sku" | "tracking_number" | "cursor") || field.ends_with("_id")
}

/// `crt_0192…`: an id of ours is no card number, whatever its digits.
fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, rest)| prefix.len() == 3 && rest.len() == 36)
}

fn holds_one(text: &str) -> bool {
    !is_id(text) && find_card_number(text)
}

fn any_string(value: &Value) -> bool {
    match value {
        Value::String(text) => holds_one(text),
        Value::Array(items) => items.iter().any(any_string),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let exempt = is_exempt(name) && value.is_string();
            !exempt && any_string(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::routes;

    const CARD: &str = "4111 1111 1111 1111";

    fn refused(route: &Route, uri: &str, body: &str) -> bool {
        check(route, &uri.parse().unwrap(), &Bytes::from(body.to_owned())).is_err()
    }

    #[test]
    fn a_shoppers_card_number_is_refused_wherever_it_stands() {
        for body in [
            format!(r#"{{"payment_method":"{CARD}"}}"#),
            format!(r#"{{"shipping_address":{{"name":"x {CARD} y"}}}}"#),
            r#"{"notes":["4111-1111-1111-1111"]}"#.to_owned(),
        ] {
            assert!(refused(routes::ORDER_PLACE, "/v1/orders", &body), "{body}");
        }
        assert!(refused(routes::PRODUCTS_LIST, "/v1/products?q=4111111111111111", ""));
    }

    #[test]
    fn what_only_looks_like_one_passes() {
        let id = r#"{"cart_id":"crt_41111111-1111-7111-8111-111111111111","sku":"4111111111111111"}"#;
        assert!(!refused(routes::ORDER_PLACE, "/v1/orders", id));
        assert!(!refused(routes::ORDER_PLACE, "/v1/orders", r#"{"phone":"+49 4111 1111 1111 1112"}"#));
        let tracking = format!(r#"{{"carrier":"{CARD}"}}"#);
        assert!(!refused(routes::ORDER_FULFIL, "/v1/orders/x/fulfillments", &tracking), "a staff route");
    }
}
