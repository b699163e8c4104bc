//! Whether the shop is there: asked of every service, at most once a second, and told without detail.

use bytes::Bytes;
use futures::future::join_all;
use http::{HeaderValue, Method, Response, header};
use std::sync::Arc;

use api::{Problem, Service, call::HEALTH_PATH, problem::codes};
use domain::{DurationMs, time::SECOND_MS};
use platform::{Platform, wire::outgoing};

use crate::reach;

const KEY: &str = "health";
/// A service that takes longer to say that it is well is not.
const ANSWER_MAX_MS: DurationMs = 5 * SECOND_MS;

pub async fn answer<P: Platform>(platform: &P) -> Result<Response<Bytes>, Problem> {
    let now = platform.now();
    let is_well = match platform.memory().get::<bool>(KEY, now) {
        Some(known) => *known,
        None => {
            let checks = Service::BEHIND_ROUTER.map(|service| is_well(platform, service));
            let is_well = join_all(checks).await.into_iter().all(|is_well| is_well);
            platform.memory().put(KEY.to_owned(), Arc::new(is_well), 1, now, SECOND_MS);
            is_well
        }
    };
    if !is_well {
        return Err(Problem::new(codes::service_unavailable).retry_after(1));
    }
    let mut response = Response::new(Bytes::from_static(b"{\"status\":\"ok\"}"));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn is_well<P: Platform>(platform: &P, service: Service) -> bool {
    let Ok(request) = outgoing(platform, Method::GET, HEALTH_PATH).body(Bytes::new()) else { return false };
    // Asked also of whom callers leave alone: they want to know how it is now.
    let answer = reach::within(platform, service, request, ANSWER_MAX_MS).await;
    answer.is_ok_and(|response| response.status().is_success())
}
