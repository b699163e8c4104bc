//! Bodies, parsed once: past here no value can be wrong.

use axum::{
    body::to_bytes,
    extract::{FromRequest, OptionalFromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Segment, Track};

use api::{
    json,
    problem::{FieldError, Problem, codes},
};

use crate::{Error, Result};

/// A JSON body of type `T`. Its type refuses what is out of range and, for public bodies, unknown fields.
pub struct Json<T>(pub T);

/// A body as it came: what a signature covers, or lines that are parsed one by one.
pub struct Raw(pub Bytes);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Problem::new(codes::unsupported_media_type).detail("send application/json").into());
        }
        Ok(Self(parse_object(&whole(request).await?)?))
    }
}

/// A body that may be left out altogether; one that is there must be right.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return <Self as FromRequest<S>>::from_request(request, state).await.map(Some);
        }
        if whole(request).await?.is_empty() {
            Ok(None)
        } else {
            Err(Problem::new(codes::unsupported_media_type).detail("send application/json").into())
        }
    }
}

/// Every body of ours is an object; serde alone would take a list of the fields' values for one.
fn parse_object<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let is_list = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if is_list {
        check_json(body)?;
        let mut problem = Problem::new(codes::validation_failed);
        problem.errors.push(field_error(String::new(), "invalid_type: must be an object"));
        return Err(problem.into());
    }
    parse_json(body)
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        Ok(Self(whole(request).await?))
    }
}

async fn whole(request: Request) -> Result<Bytes> {
    // The router has bounded it, and it is in memory already.
    to_bytes(request.into_body(), usize::MAX).await.map_err(|_| Problem::new(codes::malformed_body).into())
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// Whether bytes are missing or wrong, it is not JSON; nothing of the body is repeated.
fn not_json() -> Problem {
    Problem::new(codes::malformed_body).detail("the body is not valid JSON")
}

fn check_json(body: &[u8]) -> Result<()> {
    let is_json = std::str::from_utf8(body).is_ok() && serde_json::from_slice::<IgnoredAny>(body).is_ok();
    if is_json { Ok(()) } else { Err(not_json().into()) }
}

/// 400 for what is not JSON, 422 with a pointer for JSON that is not a `T`.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    check_json(body)?;
    let mut track = Track::new();
    let mut reader = serde_json::Deserializer::from_slice(body);
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let outcome = T::deserialize(json::Objects(tracked));
    outcome.map_err(|error| {
        // serde_json's own guard: nested deeper than anything of ours.
        if error.to_string().starts_with("recursion limit exceeded") {
            return not_json().into();
        }
        let mut problem = Problem::new(codes::validation_failed);
        problem.errors.push(field_error(pointer(&track.path()), &error.to_string()));
        problem.into()
    })
}

/// RFC 6901, from the body's root.
fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
            // A variant is not a place in the document.
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .fold(String::new(), |pointer, part| pointer + "/" + &part)
}

/// Takes our own `code: detail` apart; what serde says itself gets the code for a wrong shape.
pub(crate) fn field_error(pointer: String, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or(message);
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
    // A rejected value may be long or personal; its type's own words never repeat it, serde's may.
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
            (r#"[{"quantity":1,"quantity":2}]"#, 422, "/0 duplicate_field"),
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
            (r#"[{"quantity":1}] x"#, 400, ""),
            ("", 400, ""),
        ];
        for (body, status, error) in cases {
            assert_eq!(refused(body), (status, error.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_list_is_no_body() {
        let problem = parse_object::<Line>(b" [1, null]").unwrap_err().problem();
        assert_eq!((problem.status(), problem.errors[0].code.as_str()), (422, "invalid_type"));
        let unfinished = "[".repeat(60_000);
        for broken in ["[1, null", "[\"\\x\"]", unfinished.as_str()] {
            assert_eq!(parse_object::<Line>(broken.as_bytes()).unwrap_err().problem().status(), 400);
        }
        assert!(parse_object::<Line>(br#"{"quantity":1}"#).is_ok());
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
