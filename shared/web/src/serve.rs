//! One request through a service's routes: the platform goes in, problems are written, conditions are met, the line is logged.

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tower::ServiceExt;

use api::{
    Problem,
    call::HEALTH_PATH,
    headers,
    problem::{self, codes},
    routes::{self, Found},
};
use domain::DurationMs;
use platform::{
    Platform,
    log::{self, Hop},
};

use crate::{Error, conditional};

/// Answers one request. Never fails: what goes wrong is a problem in the answer and an error in the log.
pub async fn serve<P: Platform>(platform: &P, routes: &Router, request: Request<Bytes>) -> Response<Bytes> {
    let started = platform.now();
    let (mut parts, body) = request.into_parts();
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let conditions = parts.headers.clone();

    let mut response = if platform.context().hops > headers::HOPS_MAX {
        respond(&Error::from(Problem::new(codes::loop_detected)), &path, platform)
    } else if path == HEALTH_PATH {
        Response::new(Bytes::from_static(b"{\"status\":\"ok\"}"))
    } else {
        parts.extensions.insert(platform.clone());
        let routed = routes.clone().oneshot(Request::from_parts(parts, Body::from(body))).await;
        match routed {
            Ok(response) => finish(response, &path, platform).await,
            Err(never) => match never {},
        }
    };
    response = meet_condition(response, &method, &conditions);

    let ms = platform.now().since(started);
    if let Ok(timing) = HeaderValue::from_str(&format!("{};dur={ms}", platform.context().service)) {
        response.headers_mut().insert(headers::SERVER_TIMING, timing);
    }
    let error = response.extensions().get::<Error>().and_then(Error::fault).map(ToString::to_string);
    log_hop(platform, &method, &path, response.status(), ms, error.as_deref());
    response
}

fn log_hop<P: Platform>(
    platform: &P,
    method: &Method,
    path: &str,
    status: StatusCode,
    ms: DurationMs,
    error: Option<&str>,
) {
    let route = match routes::find(method.as_str(), path) {
        Found::Route(route) => route.template,
        // Internal paths are constants: they hold no ids.
        _ if path.starts_with("/internal/") => path,
        Found::OtherMethods(_) | Found::Nothing => "(none)",
    };
    let (method, status) = (Some(method.as_str()), Some(status.as_u16()));
    log::hop(platform, Hop { route, method, status, ms: Some(ms), error });
}

/// Collects the body; an error gets one.
async fn finish<P: Platform>(response: Response<Body>, path: &str, platform: &P) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    if let Some(error) = parts.extensions.get::<Error>() {
        return respond(error, path, platform);
    }
    let is_plain = !parts.headers.contains_key(header::CONTENT_TYPE);
    let own = match parts.status {
        StatusCode::NOT_FOUND if is_plain => Some(Problem::not_found()),
        StatusCode::METHOD_NOT_ALLOWED => {
            let allow =
                parts.headers.get(header::ALLOW).and_then(|value| value.to_str().ok()).unwrap_or_default();
            Some(Problem::new(codes::method_not_allowed).allow(allow))
        }
        _ => None,
    };
    if let Some(problem) = own {
        return respond(&Error::from(problem), path, platform);
    }
    // Handlers answer with bodies that are in memory already: this cannot fail.
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, body)
}

fn respond<P: Platform>(error: &Error, path: &str, platform: &P) -> Response<Bytes> {
    let problem = error.problem();
    let mut response = problem_response(&problem, path, &platform.context().request_id);
    response.extensions_mut().insert(error.clone());
    response
}

/// A problem as an HTTP answer.
pub fn problem_response(problem: &Problem, instance: &str, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(problem.to_json(instance, request_id)));
    *response.status_mut() =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::CONTENT_TYPE));
    all.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s {
        all.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.is_replayed {
        all.insert(headers::IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    if problem.status() == StatusCode::UNAUTHORIZED {
        all.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
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
