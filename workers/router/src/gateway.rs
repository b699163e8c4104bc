//! One request through the gateway.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header, uri::PathAndQuery,
};

use api::{
    Problem, Service, headers,
    identity::Caller,
    pages::{self as shop_pages, ASSETS_PREFIX, is_of_shop},
    problem::codes,
    routes::{self, Access, Found, IMPORT_BODY_MAX, Route},
};
use platform::{
    Failure, Platform,
    log::{self, Hop},
};

use crate::{
    cache, card_guard,
    cors::{self, Origin},
    forward, health, pages, protect,
    rate::{self, Counted},
    token,
};

/// The longest body of any route, in bytes: what is longer is not read.
pub const BODY_CEILING: usize = IMPORT_BODY_MAX;
/// The longest path and query, in bytes.
const ADDRESS_MAX: usize = 8 * 1024;
/// All headers together, in bytes.
const HEADERS_MAX: usize = 32 * 1024;
/// Where files are, what the log calls them all, and how long anybody keeps one: pictures never change under their name, and what pages load
/// is asked for by what it holds.
const FILES: [(&str, &str, &str); 2] = [
    ("/images/", "/images/*", "public, max-age=86400, s-maxage=300"),
    (ASSETS_PREFIX, "/assets/*", "public, max-age=31536000, immutable, s-maxage=300"),
];
const FILE_METHODS: &str = "GET, HEAD, OPTIONS";
/// The contract changes with each deployment.
const DOCUMENT_CACHE: &str = "public, max-age=60, s-maxage=60";
/// Its files among the assets.
const OPENAPI_FILE: &str = "/openapi.json";
const DOCS_FILE: &str = "/docs.html";

/// What came of a request: an answer, or why there is none.
pub struct Outcome {
    pub route: &'static str,
    pub answer: Result<Response<Bytes>, Failure>,
    pub is_staff: bool,
    pub counted: Option<Counted>,
    /// Whether somebody looks at it.
    pub is_page: bool,
}

impl Outcome {
    /// What no route of a service was asked for.
    pub fn of(route: &'static str, answer: Result<Response<Bytes>, Failure>) -> Self {
        Self { route, answer, is_staff: false, counted: None, is_page: false }
    }
}

/// Answers one request. Never fails: what goes wrong is a problem in the answer and an error in the log.
pub async fn handle<P: Platform>(platform: &P, request: Request<Bytes>) -> Response<Bytes> {
    let started = platform.now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let origin = Origin::of(platform, request.headers());
    // A path of the shop's may end in a page that says no.
    let asked = is_of_shop(&path).then(|| pages::Asked::of(&request));
    let outcome = route_and_answer(platform, &origin, request).await;

    let request_id = &platform.context().request_id;
    let mut error = None;
    let mut response = match outcome.answer {
        Ok(answer) => answer,
        Err(failure) => {
            let (problem, is_ours) = match failure {
                Failure::Problem(problem) => (*problem, true),
                Failure::Fault(fault) => {
                    error = Some(fault.to_string());
                    (fault.problem(), false)
                }
            };
            match asked.filter(|_| outcome.is_page) {
                Some(asked) => pages::problem(platform, asked, &problem, is_ours).await,
                None => {
                    // A path can be anything that anybody typed: it is bounded and masked before it is sent back.
                    let instance: String = path.chars().take(256).collect();
                    web::problem_response(&problem, &domain::card::mask(&instance), request_id)
                }
            }
        }
    };
    let ms = platform.now().since(started);
    let is_local = platform.is_local();
    protect::tell(is_local, response.headers_mut());
    origin.tell(response.headers_mut());
    if let Some(counted) = outcome.counted {
        counted.tell(response.headers_mut());
    }
    finish(platform, response.headers_mut(), outcome.is_staff || is_local, ms);
    if method == Method::HEAD {
        *response.body_mut() = Bytes::new();
    }
    let status = Some(response.status().as_u16());
    let hop = Hop {
        route: outcome.route,
        method: Some(known(&method)),
        status,
        ms: Some(ms),
        error: error.as_deref(),
    };
    log::hop(platform, hop);
    response
}

/// A method may be any word; the log has only those that mean something.
fn known(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "(other)",
    }
}

async fn route_and_answer<P: Platform>(platform: &P, origin: &Origin, request: Request<Bytes>) -> Outcome {
    let unrouted = |answer| Outcome::of("(none)", answer);
    if let Err(problem) = check_size(request.uri(), request.headers()) {
        return unrouted(Err(problem.into()));
    }
    let method = request.method().clone();
    let options = |allow: &str| options(allow, origin, request.headers());
    let path = request.uri().path();
    if let Some((_, name, cache)) = FILES.into_iter().find(|(prefix, ..)| path.starts_with(prefix)) {
        if method == Method::OPTIONS {
            return Outcome::of(name, Ok(options(FILE_METHODS)));
        }
        if method != Method::GET && method != Method::HEAD {
            let problem = Problem::new(codes::method_not_allowed).allow(FILE_METHODS);
            return Outcome::of(name, Err(problem.into()));
        }
        let path = request.uri().path_and_query().map_or(path, PathAndQuery::as_str);
        return Outcome::of(name, asset(platform, path, cache, &request).await);
    }
    let route = match routes::find(method.as_str(), request.uri().path()) {
        Found::Route(route) => route,
        Found::OtherMethods(allow) if method == Method::OPTIONS => return unrouted(Ok(options(&allow))),
        Found::OtherMethods(allow) => {
            return unrouted(Err(Problem::new(codes::method_not_allowed).allow(&allow).into()));
        }
        Found::Nothing if method == Method::OPTIONS => {
            let found = shop_pages::find(method.as_str(), request.uri().path());
            return unrouted(match found {
                Found::OtherMethods(allow) => Ok(options(&allow)),
                _ => Err(Problem::not_found().into()),
            });
        }
        Found::Nothing if is_of_shop(request.uri().path()) => {
            return Outcome { is_page: true, ..pages::answer(platform, request).await };
        }
        Found::Nothing => return unrouted(Err(Problem::not_found().into())),
    };
    let caller = caller(platform, route, request.headers());
    let is_staff = caller.as_ref().is_ok_and(Caller::is_staff);
    let counted = rate::count(platform, route, caller.as_ref().ok(), request.headers()).await;
    let answer = match counted.and_then(|counted| counted.refusal()) {
        Some(problem) => Err(problem.into()),
        None => answer(platform, route, request, caller).await,
    };
    Outcome { is_staff, counted, ..Outcome::of(route.template, answer) }
}

async fn answer<P: Platform>(
    platform: &P,
    route: &'static Route,
    request: Request<Bytes>,
    caller: Result<Caller, Failure>,
) -> Result<Response<Bytes>, Failure> {
    if route.service == Service::Router {
        return own_answer(platform, route, &request).await;
    }
    if request.body().len() > route.body_max {
        let detail = format!("at most {} bytes", route.body_max);
        return Err(Problem::new(codes::payload_too_large).detail(detail).into());
    }
    card_guard::check(route, request.uri(), request.body())?;
    let caller = caller?;
    let key = (route.access == Access::Public).then(|| cache::key(&request, caller.is_staff())).flatten();
    if let Some(kept) = key.as_deref().and_then(|key| cache::get(platform, key)) {
        return Ok(conditional(kept, request.headers()));
    }
    let conditions = key.is_some().then(|| request.headers().clone());
    let mut request = request;
    if conditions.is_some() {
        // The whole answer is wanted, to be kept; whether this caller has it already is seen below.
        request.headers_mut().remove(header::IF_NONE_MATCH);
    }
    let response = forward::to_service(platform, route, &caller, request).await?;
    if let Some(key) = key {
        cache::put(platform, key, &response);
    }
    Ok(match conditions {
        Some(conditions) => conditional(response, &conditions),
        None => response,
    })
}

/// What the router answers itself is nobody's: no token is looked at.
async fn own_answer<P: Platform>(
    platform: &P,
    route: &Route,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Failure> {
    if route == routes::OPENAPI_READ {
        asset(platform, OPENAPI_FILE, DOCUMENT_CACHE, request).await
    } else if route == routes::DOCS_READ {
        asset(platform, DOCS_FILE, DOCUMENT_CACHE, request).await
    } else {
        Ok(health::answer(platform).await?)
    }
}

fn check_size(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    if uri.path_and_query().map_or(0, |path| path.as_str().len()) > ADDRESS_MAX {
        return Err(Problem::new(codes::uri_too_long));
    }
    let size =
        headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len())).sum::<usize>();
    if size > HEADERS_MAX { Err(Problem::new(codes::too_many_headers)) } else { Ok(()) }
}

/// Who is calling, by their bearer token. None is a guest; a wrong one is refused, so that nobody shops as a guest by mistake.
/// Who asks to be let in is nobody yet: a client must not be refused a new token for showing its old one. A payment provider proves itself
/// by its signature, and whatever else it shows is not ours.
fn caller<P: Platform>(platform: &P, route: &Route, headers: &HeaderMap) -> Result<Caller, Failure> {
    let now = platform.now();
    let request_id = &platform.context().request_id;
    let is_let_in =
        route.service == Service::Auth && route.access == Access::Public && route != routes::EMAIL_VERIFY;
    let is_at_the_door = is_let_in || route.access == Access::Provider;
    let Some(value) = headers.get(header::AUTHORIZATION).filter(|_| !is_at_the_door) else {
        return Ok(Caller::guest(request_id.clone(), now));
    };
    // The scheme's name has no case (RFC 9110, section 11.1).
    let bearer = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    bearer
        .map(|bearer| token::caller(platform, bearer))
        .transpose()?
        .flatten()
        .ok_or_else(|| Problem::new(codes::unauthorized).detail("the access token is not valid").into())
}

/// A file of the assets' Worker, remembered like any public answer.
async fn asset<P: Platform>(
    platform: &P,
    path: &str,
    cache_control: &'static str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Failure> {
    let key = cache::key(request, false).map(|_| path.to_owned());
    if let Some(kept) = key.as_deref().and_then(|key| cache::get(platform, key)) {
        return Ok(conditional(kept, request.headers()));
    }
    let mut response = forward::to_assets(platform, path, request).await?;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(Problem::not_found().into());
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    if let Some(key) = key {
        cache::put(platform, key, &response);
    }
    Ok(response)
}

fn options(methods: &str, origin: &Origin, request: &HeaderMap) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(allow) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    cors::preflight(origin, methods, request, response.headers_mut());
    response
}

pub fn conditional(response: Response<Bytes>, conditions: &HeaderMap) -> Response<Bytes> {
    web::meet_condition(response, &Method::GET, conditions)
}

/// The headers of every answer.
fn finish<P: Platform>(platform: &P, all: &mut HeaderMap, shows_timing: bool, ms: u64) {
    let context = platform.context();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            all.insert(HeaderName::from_static(name), value);
        }
    };
    set(headers::REQUEST_ID, &context.request_id);
    set(headers::TRACEPARENT, &context.trace.to_string());
    if shows_timing {
        let behind =
            all.get(headers::SERVER_TIMING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let timing =
            if behind.is_empty() { format!("router;dur={ms}") } else { format!("router;dur={ms}, {behind}") };
        if let Ok(timing) = HeaderValue::from_str(&timing) {
            all.insert(headers::SERVER_TIMING, timing);
        }
    } else {
        all.remove(headers::SERVER_TIMING);
    }
}
