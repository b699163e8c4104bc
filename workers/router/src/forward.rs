//! What of a request goes on to a service, and what of its answer comes back.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri, header};

use api::{
    Problem, Service, headers,
    identity::{Caller, sign},
    problem::codes,
    routes::{ANSWER_MAX_MS, Access, Route},
};
use platform::{Failure, Fault, Platform, key_ring, wire::outgoing};

use crate::{audit, rate, reach};

/// Request headers that services read. Nothing else goes in, so nobody can send an internal one.
const PASSED: [HeaderName; 8] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static(headers::CART_TOKEN),
    HeaderName::from_static(headers::ORDER_TOKEN),
    HeaderName::from_static(headers::IDEMPOTENCY_KEY),
];

/// What pages read besides: whose they are, and where a form comes from.
const OF_PAGES: [HeaderName; 4] =
    [header::COOKIE, header::HOST, header::ORIGIN, HeaderName::from_static("sec-fetch-site")];

/// Sends a request on to its route's service, with the router's word on who is calling.
pub async fn to_service<P: Platform>(
    platform: &P,
    route: &Route,
    caller: &Caller,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Failure> {
    let keys = key_ring(platform, "CALLER_KEYS")?;
    let word = sign(caller, &keys).ok_or_else(|| Fault::defect("the caller cannot be signed"))?;
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let mut builder =
        outgoing(platform, parts.method, path_and_query(&parts.uri)).header(headers::CALLER, word);
    if let Some(to) = builder.headers_mut() {
        pass(&parts.headers, route, to)?;
    }
    let request = builder.body(body).map_err(|error| Fault::defect(format!("request: {error}")))?;
    // Whatever can be refused here has been by now.
    let action = audit::begin(platform, route, caller, &method, &path).await?;
    let answer = reach::service(platform, route.service, request, route.answer_max_ms).await;
    audit::end(platform, action, &answer);
    answer
}

fn pass(from: &HeaderMap, route: &Route, to: &mut HeaderMap) -> Result<(), Problem> {
    for name in PASSED {
        if let Some(value) = from.get(&name) {
            // Left out on the way, a condition or a key would be none: better refused.
            if value.to_str().is_err() {
                return Err(Problem::new(codes::header_invalid).detail(format!("{name} must be ASCII")));
            }
            to.insert(name, value.clone());
        }
    }
    if route.service.makes_pages() {
        for name in OF_PAGES {
            if let Some(value) = from.get(&name) {
                to.insert(name, value.clone());
            }
        }
    }
    if route.service == Service::Auth || route.service.makes_pages() {
        // It names a session by its browser, and counts tries by where they come from.
        if let Some(agent) = from.get(header::USER_AGENT) {
            to.insert(header::USER_AGENT, agent.clone());
        }
        if let Ok(place) = HeaderValue::from_str(&rate::network(from)) {
            to.insert(HeaderName::from_static(headers::CLIENT_PLACE), place);
        }
    }
    if route.access == Access::Provider {
        let signatures = from.iter().filter(|(name, _)| name.as_str().ends_with("-signature"));
        to.extend(signatures.map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(())
}

/// Pictures and the contract come from the assets' own Worker, as they are.
pub async fn to_assets<P: Platform>(
    platform: &P,
    path: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Failure> {
    let mut builder = outgoing(platform, request.method().clone(), path);
    if let (Some(to), Some(etag)) = (builder.headers_mut(), request.headers().get(header::IF_NONE_MATCH)) {
        to.insert(header::IF_NONE_MATCH, etag.clone());
    }
    let request = builder.body(Bytes::new()).map_err(|error| Fault::defect(format!("request: {error}")))?;
    reach::service(platform, Service::Assets, request, ANSWER_MAX_MS).await
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}
