//! What a handler answers: a body, a status and the few headers that mean something.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use api::headers;
use platform::Fault;

use crate::{Result, handler::Respond};

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

fn respond(
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    kind: &'static str,
    body: String,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl<T: Serialize> Respond for Answer<T> {
    fn respond(self) -> Result<Response<Bytes>> {
        let body = api::json::write(&self.body)
            .map_err(|error| Fault::defect(format!("answer cannot be written: {error}")))?;
        Ok(respond(self.status, self.headers, "application/json", body))
    }
}

/// A body that is text already, as a database or a saved reply gave it.
impl Answer<String> {
    pub fn into_raw(self) -> Response<Bytes> {
        respond(self.status, self.headers, "application/json", self.body)
    }

    /// A page for a browser.
    pub fn into_html(self) -> Response<Bytes> {
        respond(self.status, self.headers, "text/html; charset=utf-8", self.body)
    }

    pub fn raw_with_status(status: u16, body: String) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK), ..Self::ok(body) }
    }
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

impl Respond for NoContent {
    fn respond(self) -> Result<Response<Bytes>> {
        Ok(empty(StatusCode::NO_CONTENT))
    }
}

/// 202, and nothing that could be told yet.
#[derive(Debug)]
pub struct Accepted;

impl Respond for Accepted {
    fn respond(self) -> Result<Response<Bytes>> {
        Ok(empty(StatusCode::ACCEPTED))
    }
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
