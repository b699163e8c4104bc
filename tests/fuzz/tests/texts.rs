//! Words, headers and addresses: what is accepted has one way to be written, and reads back from it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::{catalog::ProductsQuery, cursor, merge_patch, trace::TraceParent};
use bytes::Bytes;
use domain::{
    Currency, Sku, Timestamp,
    account::{Locale, OneTimeCode, RECOVERY_CODE_LENGTH},
    address::Country,
    card,
    catalog::{Slug, search},
    id::{CartId, UserId},
    order_number::OrderNumber,
    text::Email,
};
use edge::message;
use fuzz::{Input, target};
use http::{HeaderMap, Method, Response, StatusCode, header};
use serde_json::Value;
use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

/// Whoever accepts a text accepts what it makes of it, and makes the same of that.
fn settled<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(written.parse::<T>().ok().as_ref(), Some(&value), "{text:?}");
    }
}

const WORDS: [&str; 10] = [
    "ada@example.com",
    "DIVER-300-BLK",
    "crt_cd26f7f7-28d1-80cb-bb4d-12682eca422a",
    "usr_cd26f7f7-28d1-80cb-bb4d-12682eca422a",
    "diver-300",
    "EUR",
    "DE",
    "de-AT",
    "2026-11-23T09:00:00.000Z",
    "M-0000-0000",
];

target! {
    words, WORDS, |input: &Input, seeds: &[&str; 10]| {
        let text = input.text(seeds);
        settled::<Email>(&text);
        settled::<Sku>(&text);
        settled::<CartId>(&text);
        settled::<UserId>(&text);
        settled::<Slug>(&text);
        settled::<Currency>(&text);
        settled::<Country>(&text);
        settled::<Locale>(&text);
        settled::<OrderNumber>(&text);
        if let Ok(at) = Timestamp::parse_rfc3339(&text) {
            assert_eq!(Timestamp::parse_rfc3339(&at.to_rfc3339()), Ok(at), "{text}");
        }
    }
}

target! {
    traceparent, ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"], |input: &Input, seeds: &[&str; 1]| {
        settled::<TraceParent>(&input.text(seeds));
    }
}

target! {
    page_cursor, [cursor::encode(&(Timestamp::default(), UserId::derived(&["ada"])))], |input: &Input, seeds: &[String; 1]| {
        let text = input.text(seeds);
        if let Ok(place) = cursor::decode::<(Timestamp, UserId)>(&text) {
            assert_eq!(cursor::decode(&cursor::encode(&place)), Ok(place), "{text}");
        }
    }
}

const CODES: [&str; 4] = ["123456", " 123-456 ", "k7f3-9qdx-a4m2-0000", "K7F3 9QDX A4M2 0000"];

target! {
    /// What is typed for a second factor: read without its spaces and hyphens, and only by that.
    one_time_codes, CODES, |input: &Input, seeds: &[&str; 4]| {
        let text = input.text(seeds);
        let typed: String = text.chars().filter(|c| *c != ' ' && *c != '-').collect();
        let is_app = typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit());
        let is_recovery =
            typed.len() == RECOVERY_CODE_LENGTH && typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let Ok(code) = OneTimeCode::try_from(text.clone()) else {
            assert!(!is_app && !is_recovery, "{text:?} is a code");
            return;
        };
        assert!(is_app || is_recovery, "{text:?} is none");
        assert_eq!(code.is_of_app(), is_app, "{text:?}");
        // Typed in whatever way, it is the same code: it is compared as it is written.
        assert!(code.as_str().eq_ignore_ascii_case(&typed), "{text:?}");
        for again in [code.as_str().to_owned(), text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
            assert_eq!(OneTimeCode::try_from(again).as_ref(), Ok(&code), "{text:?}");
        }
        assert_eq!(format!("{code:?}"), "OneTimeCode(..)");
    }
}

const CARDS: [&str; 4] = [
    "4111 1111 1111 1111",
    "paid with 5555-5555-5555-4444, thanks",
    r#"{"id":"crt_41111111-1111-7111-8111-111111111111","note":"378282246310005"}"#,
    "4242\u{a0}4242\u{2013}4242 4242",
];

target! {
    /// No number is left, and nothing but digits is touched.
    card_numbers, CARDS, |input: &Input, seeds: &[&str; 4]| {
        let text = input.text(seeds);
        let masked = card::mask(&text);
        assert!(!card::find_card_number(&masked), "{text} {masked}");
        assert_eq!(card::mask(&masked), masked, "{text}");
        assert_eq!(masked != text, card::find_card_number(&text), "{text}");
        let is_same = |(a, b): (char, char)| a == b || (a.is_ascii_digit() && b == '*');
        assert!(text.chars().count() == masked.chars().count() && text.chars().zip(masked.chars()).all(is_same));
    }
}

const QUERIES: [&str; 3] = [
    "q=divers+watch&in_stock=true&sort=price&limit=10",
    "brand=halden&brand=b&option.Size=38&attr.Movement=automatic&min_price=1&max_price=9&currency=USD",
    "category=watches&cursor=AAAA&status=draft",
];

target! {
    /// The catalogue's own query; what it accepts it accepts again from the same pairs.
    product_query, QUERIES, |input: &Input, seeds: &[&str; 3]| {
        let text = input.text(seeds);
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let parse = |pairs: &[(String, String)]| {
            ProductsQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        };
        if parse(&pairs).is_ok() {
            let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let again: Vec<_> = form_urlencoded::parse(again.as_bytes()).into_owned().collect();
            assert!(parse(&again).is_ok(), "{text}");
        }
        for word in search::words(&text) {
            search::stems(&word);
        }
    }
}

target! {
    /// A patch that is applied again changes nothing (RFC 7396).
    patches, [r#"{"a":{"b":1,"c":[1,null]},"d":"x"} {"a":{"b":null,"e":{"f":null}},"d":[2]}"#], |input: &Input, seeds: &[&str; 1]| {
        let text = input.text(seeds);
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        if let (Some(Ok(mut target)), Some(Ok(patch))) = (values.next(), values.next()) {
            merge_patch::merge(&mut target, patch.clone());
            let once = target.clone();
            merge_patch::merge(&mut target, patch);
            assert_eq!(target, once, "{text}");
        }
    }
}

fn packed() -> Vec<String> {
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, "application/json".parse().unwrap())]);
    [b"{\"a\":\"\\u00e4 %\"}".as_slice(), b"", b"\xff"].map(|body| message::pack(&headers, body).0).into()
}

target! {
    /// What travels between our own parts: whatever comes out of a text goes in again, and comes out the same.
    packed_message, packed(), |input: &Input, seeds: &Vec<String>| {
        let text = input.text(seeds);
        let unpacked = message::unpack(&text);
        let (headers, body) = (message::read_headers(unpacked.fields), unpacked.body.unwrap_or_default());
        let (again, apart) = message::pack(&headers, &body);
        let back = message::unpack(&again);
        assert_eq!(back.body.as_deref().unwrap_or(apart), &body[..], "{text:?}");
        let readable = headers.values().filter(|value| value.to_str().is_ok()).count();
        assert_eq!(message::read_headers(back.fields).len(), readable, "{text:?}");
    }
}

target! {
    /// `If-None-Match`: an answer is left out or it is whole, and only for who has it.
    conditions, ["\"7-abc\"", "W/\"7-abc\", \"8\"", "*"], |input: &Input, seeds: &[&str; 3]| {
        let Ok(value) = header::HeaderValue::from_bytes(&input.bytes(seeds)) else { return };
        let says_tag = value.as_bytes() == b"*" || value.to_str().is_ok_and(|text| text.contains("\"7-abc\""));
        let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, value.clone())]);
        let mut response = Response::new(Bytes::from_static(b"body"));
        response.headers_mut().insert(header::ETAG, "\"7-abc\"".parse().unwrap());
        let response = web::meet_condition(response, &Method::GET, &request);
        match response.status() {
            StatusCode::NOT_MODIFIED => assert!(response.body().is_empty() && (says_tag || value.as_bytes().trim_ascii() == b"*"), "{value:?}"),
            status => assert!(status == StatusCode::OK && &response.body()[..] == b"body"),
        }
    }
}
