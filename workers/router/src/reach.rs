//! One call to a service, within its time.

use bytes::Bytes;
use futures::future::{Either, select};
use http::{Request, Response};
use std::pin::pin;

use api::Service;
use domain::DurationMs;
use platform::{Fault, Platform, Target};

/// A call to a service that is given up after `max_ms`. What it does there goes on: it may have taken effect already, and a caller
/// who repeats it with the same key meets what came of it.
pub async fn service<P: Platform>(
    platform: &P,
    service: Service,
    request: Request<Bytes>,
    max_ms: DurationMs,
) -> Result<Response<Bytes>, Fault> {
    let own = platform.clone();
    let call = Box::pin(async move { own.fetch(&Target::Service(service), request).await });
    match select(call, pin!(platform.sleep(max_ms))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), call)) => {
            // Nobody waits for it, but without somebody the platform would end it with this request.
            platform.background(async move { drop(call.await) });
            Err(Fault::unavailable(format!("{} did not answer within {max_ms} ms", service.name())))
        }
    }
}
