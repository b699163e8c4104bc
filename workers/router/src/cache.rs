//! Answers that anybody may see, kept in the isolate's memory for as long as their `s-maxage` says: a shared cache (RFC 9111).
//!
//! What is kept is for looking at; prices that are charged are read anew by the order.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use std::sync::Arc;

use domain::{Timestamp, time::SECOND_MS};
use platform::Platform;

struct Kept {
    headers: HeaderMap,
    body: Bytes,
    at: Timestamp,
}

/// The cache's key, for a read that may be answered from it. What a service lets a shared cache keep is the same for every shopper, signed
/// in or not (RFC 9111, section 3.5); staff see what is true by now, and more than shoppers do.
pub fn key(request: &Request<Bytes>, is_staff: bool) -> Option<String> {
    let path_and_query = request.uri().path_and_query()?;
    (request.method() == Method::GET && !is_staff).then(|| path_and_query.as_str().to_owned())
}

/// A kept answer that is still fresh.
pub fn get<P: Platform>(platform: &P, key: &str) -> Option<Response<Bytes>> {
    let now = platform.now();
    let kept = platform.memory().get::<Kept>(key, now)?;
    let mut response = Response::new(kept.body.clone());
    *response.headers_mut() = kept.headers.clone();
    let age_s = now.since(kept.at).checked_div(SECOND_MS).unwrap_or(0);
    response.headers_mut().insert(header::AGE, HeaderValue::from(age_s));
    Some(response)
}

/// Keeps an answer whose service says that a shared cache may.
pub fn put<P: Platform>(platform: &P, key: String, response: &Response<Bytes>) {
    // A cookie is somebody's.
    let is_anybodys =
        response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE);
    let Some(seconds) = shared_max_age_s(response.headers()).filter(|_| is_anybodys) else {
        return;
    };
    let now = platform.now();
    let kept = Kept { headers: response.headers().clone(), body: response.body().clone(), at: now };
    let bytes = kept.body.len();
    platform.memory().put(key, Arc::new(kept), bytes, now, seconds.saturating_mul(SECOND_MS));
}

fn shared_max_age_s(headers: &HeaderMap) -> Option<u64> {
    let directives = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    directives.split(',').find_map(|directive| directive.trim().strip_prefix("s-maxage=")?.parse().ok())
}
