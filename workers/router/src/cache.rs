//! Answers that anybody may see, kept in the isolate's memory for as long as their `s-maxage` says: a shared cache (RFC 9111).
//!
//! What is kept is for looking at; prices that are charged are read anew by the order.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use std::sync::Arc;

use domain::{DurationMs, Timestamp, time::SECOND_MS};
use platform::Platform;

#[derive(Clone)]
struct Kept {
    headers: HeaderMap,
    body: Bytes,
    at: Timestamp,
    fresh_until: Timestamp,
}

/// How long one who makes an old answer anew has for it, before the next one tries.
const RENEWAL_MS: DurationMs = 5 * SECOND_MS;

/// What was found.
pub struct Found {
    pub response: Response<Bytes>,
    /// It is older than it should be, and nobody is making it anew yet: whoever got this does.
    pub is_to_be_renewed: bool,
}

/// The cache's key, for a read that may be answered from it. What a service lets a shared cache keep is the same for every shopper, signed
/// in or not (RFC 9111, section 3.5); staff see what is true by now, and more than shoppers do.
pub fn key(request: &Request<Bytes>, is_staff: bool) -> Option<String> {
    let path_and_query = request.uri().path_and_query()?;
    (request.method() == Method::GET && !is_staff).then(|| path_and_query.as_str().to_owned())
}

/// A kept answer that is still fresh.
pub fn get<P: Platform>(platform: &P, key: &str) -> Option<Response<Bytes>> {
    let found = look(platform, key)?;
    (!found.is_to_be_renewed).then_some(found.response)
}

/// A kept answer that is still fresh, or that may be shown while it is made anew (RFC 5861, section 3).
pub fn look<P: Platform>(platform: &P, key: &str) -> Option<Found> {
    let now = platform.now();
    let kept = platform.memory().get::<Kept>(key, now)?;
    let is_to_be_renewed = kept.fresh_until <= now;
    if is_to_be_renewed {
        let taken = Kept { fresh_until: now.plus(RENEWAL_MS), ..Kept::clone(&kept) };
        let left_ms = stale_ms(&kept.headers).saturating_sub(now.since(kept.fresh_until));
        let bytes = kept.body.len();
        platform.memory().put(key.to_owned(), Arc::new(taken), bytes, now, left_ms.max(RENEWAL_MS));
    }
    let mut response = Response::new(kept.body.clone());
    *response.headers_mut() = kept.headers.clone();
    let age_s = now.since(kept.at).checked_div(SECOND_MS).unwrap_or(0);
    response.headers_mut().insert(header::AGE, HeaderValue::from(age_s));
    Some(Found { response, is_to_be_renewed })
}

/// Keeps an answer whose service says that a shared cache may.
pub fn put<P: Platform>(platform: &P, key: String, response: &Response<Bytes>) {
    // A cookie is somebody's.
    let is_anybodys =
        response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE);
    let Some(seconds) = directive_s(response.headers(), "s-maxage=").filter(|_| is_anybodys) else {
        return;
    };
    let (now, fresh_ms) = (platform.now(), seconds.saturating_mul(SECOND_MS));
    let (headers, body) = (response.headers().clone(), response.body().clone());
    let ttl_ms = fresh_ms.saturating_add(stale_ms(&headers));
    let kept = Kept { headers, body, at: now, fresh_until: now.plus(fresh_ms) };
    let bytes = kept.body.len();
    platform.memory().put(key, Arc::new(kept), bytes, now, ttl_ms);
}

/// How long it may be shown once it is no longer fresh.
fn stale_ms(headers: &HeaderMap) -> DurationMs {
    directive_s(headers, "stale-while-revalidate=").unwrap_or_default().saturating_mul(SECOND_MS)
}

fn directive_s(headers: &HeaderMap, name: &str) -> Option<u64> {
    let directives = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    directives.split(',').find_map(|directive| directive.trim().strip_prefix(name)?.parse().ok())
}
