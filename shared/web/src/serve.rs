//! One request through a service's routes: the platform goes in, problems are written, conditions are met, the line is logged.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};

use api::{
    Problem,
    call::HEALTH_PATH,
    headers,
    problem::{self, codes},
};
use platform::{
    Platform,
    log::{self, Hop},
};

use crate::{
    Error, Result, conditional,
    handler::Asked,
    routes::{Found, Routes},
};

/// What a line of the log calls a request that no route answers.
const NO_ROUTE: &str = "(none)";

/// Answers one request. Never fails: what goes wrong is a problem in the answer and an error in the log.
pub async fn serve<P: Platform>(
    platform: &P,
    routes: &Routes<P>,
    request: Request<Bytes>,
) -> Response<Bytes> {
    let write: WriteProblem =
        |problem, parts, request_id| problem_response(problem, parts.uri.path(), request_id);
    serve_pages(platform, routes, write, request).await
}

/// Writes a problem down for whoever asked, by the id of the request.
pub type WriteProblem = fn(&Problem, &Parts, &str) -> Response<Bytes>;

/// The same for people: problems are written as `write` does.
pub async fn serve_pages<P: Platform>(
    platform: &P,
    routes: &Routes<P>,
    write: WriteProblem,
    request: Request<Bytes>,
) -> Response<Bytes> {
    let started = platform.now();
    let (parts, body) = request.into_parts();
    let mut route = NO_ROUTE;
    let answer = answer(platform, routes, &parts, body, &mut route).await;
    let error = answer.as_ref().err().and_then(Error::fault).map(ToString::to_string);
    let response =
        answer.unwrap_or_else(|error| write(&error.problem(), &parts, &platform.context().request_id));
    let mut response = meet_condition(finished(response, &parts.method), &parts.method, &parts.headers);

    let ms = platform.now().since(started);
    if let Ok(timing) = HeaderValue::from_str(&format!("{};dur={ms}", platform.context().service)) {
        response.headers_mut().insert(headers::SERVER_TIMING, timing);
    }
    let (method, status) = (Some(parts.method.as_str()), Some(response.status().as_u16()));
    log::hop(platform, Hop { route, method, status, ms: Some(ms), error: error.as_deref() });
    response
}

async fn answer<P: Platform>(
    platform: &P,
    routes: &Routes<P>,
    parts: &Parts,
    body: Bytes,
    route: &mut &'static str,
) -> Result<Response<Bytes>> {
    if platform.context().hops > headers::HOPS_MAX {
        return Err(Problem::new(codes::loop_detected).into());
    }
    let path = parts.uri.path();
    if path == HEALTH_PATH {
        *route = HEALTH_PATH;
        return Ok(Response::new(Bytes::from_static(b"{\"status\":\"ok\"}")));
    }
    match routes.find(&parts.method, path) {
        Found::Handler { template, call, params } => {
            *route = template;
            call(Asked { platform, parts, body, params: params.into_iter() })?.await
        }
        Found::OtherMethods(allow) => Err(Problem::new(codes::method_not_allowed).allow(&allow).into()),
        Found::Nothing => Err(Problem::not_found().into()),
    }
}

/// `HEAD` is told how long the body is that `GET` would get.
fn finished(mut response: Response<Bytes>, method: &Method) -> Response<Bytes> {
    if method == Method::HEAD {
        let length = HeaderValue::from(response.body().len());
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
        *response.body_mut() = Bytes::new();
    }
    response
}

/// A problem as an HTTP answer.
pub fn problem_response(problem: &Problem, instance: &str, request_id: &str) -> Response<Bytes> {
    let mut response = problem_answer(problem, problem::CONTENT_TYPE, problem.to_json(instance, request_id));
    if problem.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Styles, scripts and pictures of our own, forms that go to us, and nothing else; in nobody's frame.
const SHOP_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// What a browser lets a page of the shop do.
pub fn protect_page(all: &mut HeaderMap) {
    all.insert(header::CONTENT_SECURITY_POLICY, SHOP_POLICY);
    // Where a form comes from is told to us, and nothing to anybody else.
    all.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

/// A problem as a page for people.
pub fn problem_page(problem: &Problem, html: String) -> Response<Bytes> {
    problem_answer(problem, "text/html; charset=utf-8", html.into_bytes())
}

fn problem_answer(problem: &Problem, kind: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    all.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s {
        all.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.is_replayed {
        all.insert(headers::IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    if let Some(allow) = problem.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
        all.insert(header::ALLOW, allow);
    }
    response
}

/// 304 for a read whose answer the caller has already.
pub fn meet_condition(
    mut response: Response<Bytes>,
    method: &Method,
    request: &http::HeaderMap,
) -> Response<Bytes> {
    let is_read = method == Method::GET || method == Method::HEAD;
    let etag = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok());
    if is_read
        && response.status() == StatusCode::OK
        && etag.is_some_and(|etag| conditional::is_known(request, etag))
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Bytes::new();
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}
