//! What a handler answers: a body, a status and the few headers that mean something.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use api::headers;
use platform::Fault;

use crate::Error;

/// A JSON answer.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    body: T,
    headers: Vec<(HeaderName, String)>,
}

impl<T> Answer<T> {
    pub fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body, headers: Vec::new() }
    }

    pub fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(body) }
    }

    /// 202: it goes on by itself; ask at `location`.
    pub fn accepted(body: T, location: &str) -> Self {
        Self { status: StatusCode::ACCEPTED, ..Self::ok(body) }.header(header::LOCATION, location)
    }

    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// `tag` without its quotes: `7-EUR`.
    pub fn etag(self, tag: &str) -> Self {
        self.header(header::ETAG, format!("\"{tag}\""))
    }

    /// Staff answers, and whatever belongs to one caller.
    pub fn no_store(self) -> Self {
        self.header(header::CACHE_CONTROL, "no-store")
    }

    /// Anybody's, for `seconds` in a shared cache: the router's.
    pub fn shared(self, seconds: u32) -> Self {
        self.header(header::CACHE_CONTROL, format!("public, max-age={seconds}, s-maxage={seconds}"))
    }

    /// Says whether this is the first answer again.
    pub fn replayed(self, is_replayed: bool) -> Self {
        if is_replayed {
            self.header(HeaderName::from_static(headers::IDEMPOTENCY_REPLAYED), "true")
        } else {
            self
        }
    }
}

fn respond(status: StatusCode, headers: Vec<(HeaderName, String)>, body: Vec<u8>) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match api::json::write(&self.body) {
            Ok(body) => respond(self.status, self.headers, body.into_bytes()),
            Err(error) => {
                Error::from(Fault::defect(format!("answer cannot be written: {error}"))).into_response()
            }
        }
    }
}

/// A body that is JSON already, as a database or a saved reply gave it.
impl Answer<String> {
    pub fn into_raw(self) -> Response {
        respond(self.status, self.headers, self.body.into_bytes())
    }

    pub fn raw_with_status(status: u16, body: String) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK), ..Self::ok(body) }
    }
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
