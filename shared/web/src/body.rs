//! Bodies, parsed once: past here no value can be wrong.

use bytes::Bytes;
use http::header;
use serde::de::DeserializeOwned;

use api::{
    json::{self, JsonError},
    problem::{FieldError, Problem, codes},
};

use crate::{
    Error, Result,
    handler::{Asked, Take},
};

/// A JSON body of type `T`. Its type refuses what is out of range and, for public bodies, unknown fields.
pub struct Json<T>(pub T);

/// A body as it came: what a signature covers, or lines that are parsed one by one.
pub struct Raw(pub Bytes);

impl<T: DeserializeOwned, P> Take<P> for Json<T> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        parse_json(asked.json_body()?).map(Self)
    }
}

/// A body that may be left out altogether; one that is there must be right.
impl<T: DeserializeOwned, P> Take<P> for Option<Json<T>> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let is_there = asked.parts.headers.contains_key(header::CONTENT_TYPE) || !asked.body.is_empty();
        if is_there { Json::take(asked).map(Some) } else { Ok(None) }
    }
}

impl<P> Take<P> for Raw {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        Ok(Self(asked.body.clone()))
    }
}

/// 400 for what is not JSON, 422 with a pointer for JSON that is not a `T`.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    json::read(body).map_err(|error| refused(body, &error))
}

/// A wrong value may stand before whatever makes the body no JSON at all; nothing of it is repeated then.
#[cold]
fn refused(body: &[u8], error: &JsonError) -> Error {
    if !error.is_json() || !json::is_json(body) {
        return Problem::new(codes::malformed_body).detail("the body is not valid JSON").into();
    }
    invalid(error.pointer().to_owned(), error)
}

/// 422 for what `pointer` names.
pub(crate) fn invalid(pointer: String, error: &JsonError) -> Error {
    let mut problem = Problem::new(codes::validation_failed);
    problem.errors.push(field_error(pointer, error.message()));
    problem.into()
}

/// Takes our own `code: detail` apart; what serde says itself gets the code for a wrong shape.
fn field_error(pointer: String, message: &str) -> FieldError {
    let own = message.split_once(": ").filter(|(code, _)| {
        !code.is_empty()
            && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit())
    });
    let (code, detail) = match own {
        Some((code, detail)) => (code, detail),
        None if message.starts_with("unknown field") => ("unknown_field", message),
        None if message.starts_with("missing field") => ("required", message),
        None if message.starts_with("duplicate field") => ("duplicate_field", message),
        None => ("invalid_type", message),
    };
    // A name that we do not know may be long.
    FieldError { pointer, code: code.to_owned(), detail: detail.chars().take(200).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Money, Quantity};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[allow(dead_code)]
        quantity: Quantity,
        #[allow(dead_code)]
        price: Option<Money>,
    }

    fn refused(body: &str) -> (u16, String) {
        let problem = parse_json::<Vec<Line>>(body.as_bytes()).unwrap_err().problem();
        let error = problem
            .errors
            .first()
            .map(|error| format!("{} {}", error.pointer, error.code))
            .unwrap_or_default();
        (problem.status(), error)
    }

    #[test]
    fn a_wrong_field_is_named_by_its_pointer() {
        let cases = [
            (r#"[{"quantity":0}]"#, 422, "/0/quantity out_of_range"),
            (r#"[{"quantity":1},{"quantity":"x"}]"#, 422, "/1/quantity invalid_type"),
            (r#"[{"quantity":-1}]"#, 422, "/0/quantity invalid_type"),
            (r#"[{"quantity":1,"colour":2}]"#, 422, "/0/colour unknown_field"),
            (r#"[{"quantity":1,"quantity":2}]"#, 422, "/0/quantity duplicate_field"),
            (r#"[{}]"#, 422, "/0 required"),
            (
                r#"[{"quantity":1,"price":{"amount":9007199254740992,"currency":"EUR"}}]"#,
                422,
                "/0/price out_of_range",
            ),
            (
                r#"[{"quantity":1,"price":{"amount":1,"currency":"XXX"}}]"#,
                422,
                "/0/price/currency unsupported_currency",
            ),
            (r#"[{"quantity":1}"#, 400, ""),
            (r#"[{"quantity":0}"#, 400, ""),
            (r#"[{"quantity":0},x]"#, 400, ""),
            (r#"[{"quantity":1}] x"#, 400, ""),
            ("", 400, ""),
        ];
        for (body, status, error) in cases {
            assert_eq!(refused(body), (status, error.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_list_is_no_body() {
        let problem = parse_json::<Line>(b" [1, null]").unwrap_err().problem();
        assert_eq!((problem.status(), problem.errors[0].code.as_str()), (422, "invalid_type"));
        let unfinished = "[".repeat(60_000);
        for broken in ["[1, null", "[\"\\x\"]", unfinished.as_str()] {
            assert_eq!(parse_json::<Line>(broken.as_bytes()).unwrap_err().problem().status(), 400);
        }
        assert!(parse_json::<Line>(br#"{"quantity":1}"#).is_ok());
    }

    #[test]
    fn deep_and_broken_bodies_are_refused_before_they_cost_anything() {
        let deep = format!("[{}", "[".repeat(100_000));
        assert_eq!(refused(&deep).0, 400);
        let closed = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        for body in [&deep, &closed] {
            assert_eq!(parse_json::<serde_json::Value>(body.as_bytes()).unwrap_err().problem().status(), 400);
        }
        assert_eq!(parse_json::<Vec<Line>>(b"\"\xff\xfe\"").unwrap_err().problem().status(), 400);
    }
}
