//! One call to a service: within its time, and only while it answers at all.

use bytes::Bytes;
use futures::future::{Either, select};
use http::{Request, Response};
use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
};

use api::{Problem, Service, call::InternalCall, problem::codes, routes::ANSWER_MAX_MS};
use domain::{
    DurationMs, Timestamp,
    circuit::{Circuit, REST_MS},
    time::{DAY_MS, SECOND_MS},
};
use platform::{Failure, Fault, Platform, Target, log, wire};

/// A call on somebody's behalf. Whoever keeps failing is left alone for a while, and the caller is told so at once.
pub async fn service<P: Platform>(
    platform: &P,
    service: Service,
    request: Request<Bytes>,
    max_ms: DurationMs,
) -> Result<Response<Bytes>, Failure> {
    let circuit = circuit(platform, service);
    let lock = || circuit.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = lock().ask(platform.now());
    let leave = asked.map_err(is_resting)?;
    let answer = within(platform, service, request, max_ms).await;
    // What a service refuses is an answer like any other.
    let has_failed = answer.as_ref().map_or(true, |answer| answer.status().is_server_error());
    let has_opened = lock().tell(leave, platform.now(), has_failed);
    if has_opened {
        let seconds = REST_MS.div_ceil(SECOND_MS);
        let error = format!("{} keeps failing and is left alone for {seconds} s", service.name());
        log::fault(platform, "circuit", &error);
    }
    Ok(answer?)
}

/// A call of our own parts, the same way.
pub async fn call<P: Platform, C: InternalCall>(platform: &P, call: &C) -> Result<C::Reply, Failure> {
    let request = wire::post(platform, C::PATH, call)?;
    let answer = service(platform, C::SERVICE, request, ANSWER_MAX_MS).await?;
    Ok(wire::read(answer).map_err(|fault| fault.context(C::PATH))?)
}

/// A call to a service that is given up after `max_ms`. What it does there goes on: it may have taken effect already, and a caller
/// who repeats it with the same key meets what came of it.
pub async fn within<P: Platform>(
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

fn is_resting(wait_ms: DurationMs) -> Problem {
    let seconds = u32::try_from(wait_ms.div_ceil(SECOND_MS)).unwrap_or(u32::MAX);
    Problem::new(codes::service_unavailable).retry_after(seconds)
}

/// What this isolate knows of a service. It may forget: then it asks, and learns it again.
fn circuit<P: Platform>(platform: &P, service: Service) -> Arc<Mutex<Circuit>> {
    let (memory, now, name): (_, Timestamp, _) = (platform.memory(), platform.now(), service.binding());
    memory.get(name, now).unwrap_or_else(|| {
        let circuit = Arc::new(Mutex::new(Circuit::new(now)));
        memory.put(name.to_owned(), Arc::clone(&circuit), size_of::<Circuit>(), now, DAY_MS);
        circuit
    })
}
