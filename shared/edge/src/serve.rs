//! One HTTP request: JavaScript's request in, whole bodies through, JavaScript's answer out.

use bytes::Bytes;
use futures::{StreamExt, future::LocalBoxFuture};
use http::{HeaderMap, Method, Request, Response, Uri, header};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::{Context, Env};

use api::{headers, trace::TraceParent};
use domain::id::{RequestId, Seed};
use platform::{Fault, RequestContext};

use crate::{
    Cloudflare,
    cloudflare::{now, random},
    js::{self, message},
    message::{Unpacked, header_fields, pack, read_headers, unpack},
};

/// Who can knock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Our own parts, over a binding: their word on trace, request and hops is believed.
    Internal,
    /// Anybody: only a `traceparent` is continued, and a body is read up to a limit.
    Public { body_max: usize },
}

/// Answers one request from our own parts with `handle`. A request that cannot be read is answered here; nothing is ever thrown.
pub async fn serve<F>(
    service: &'static str,
    request: web_sys::Request,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Cloudflare, Request<Bytes>) -> F,
) -> worker::Result<web_sys::Response>
where
    F: Future<Output = Response<Bytes>>,
{
    answer(service, Door::Internal, request, env, ctx, handle).await
}

/// Answers one request from anybody. A body longer than `body_max` bytes arrives as one byte more than that.
pub async fn serve_public<F>(
    service: &'static str,
    body_max: usize,
    request: web_sys::Request,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Cloudflare, Request<Bytes>) -> F,
) -> worker::Result<web_sys::Response>
where
    F: Future<Output = Response<Bytes>>,
{
    answer(service, Door::Public { body_max }, request, env, ctx, handle).await
}

async fn answer<F>(
    service: &'static str,
    door: Door,
    request: web_sys::Request,
    env: Env,
    ctx: Context,
    handle: impl FnOnce(Cloudflare, Request<Bytes>) -> F,
) -> worker::Result<web_sys::Response>
where
    F: Future<Output = Response<Bytes>>,
{
    let answer = match read_request(&request, door).await {
        Ok(request) => {
            let context = request_context(service, door, request.headers());
            let background = Box::new(move |work: LocalBoxFuture<'static, ()>| ctx.wait_until(work));
            handle(Cloudflare::new(env, context, background), request).await
        }
        Err(fault) => {
            worker::console_error!("{fault}");
            let mut answer = Response::new(Bytes::new());
            *answer.status_mut() = http::StatusCode::BAD_REQUEST;
            answer
        }
    };
    write_response(&answer, door).map_err(|fault| worker::Error::RustError(fault.message))
}

/// What a hop knows of its caller, and its own new span.
pub(crate) fn request_context(service: &'static str, door: Door, headers: &HeaderMap) -> RequestContext {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let parent: Option<TraceParent> = text(headers::TRACEPARENT).and_then(|value| value.parse().ok());
    if door != Door::Internal {
        let id = RequestId::new(Seed { now: now(), random: random() });
        return continue_trace(service, parent, id.to_string(), 0);
    }
    let request_id = text(headers::REQUEST_ID).unwrap_or_default().to_owned();
    let hops = text(headers::HOPS).and_then(|hops| hops.parse().ok()).unwrap_or(0);
    continue_trace(service, parent, request_id, hops)
}

pub(crate) fn continue_trace(
    service: &'static str,
    parent: Option<TraceParent>,
    request_id: String,
    hops: u32,
) -> RequestContext {
    let span = random();
    let trace = parent.map_or_else(|| TraceParent::root(random(), span), |parent| parent.child(span));
    RequestContext { service, request_id, trace, parent_span: parent.map(|parent| parent.span), hops }
}

pub(crate) async fn read_request(request: &web_sys::Request, door: Door) -> Result<Request<Bytes>, Fault> {
    let unreadable = |what: &str| Fault::defect(format!("request {what} cannot be read"));
    let unavailable = |error: JsValue| Fault::unavailable(message(&error));
    let head = match door {
        Door::Internal => js::internal_head(request),
        Door::Public { .. } => js::public_head(request),
    };
    let head = head.map_err(unavailable)?;
    let Unpacked { mut fields, body } = unpack(&head);
    let method: Method =
        fields.next().and_then(|method| method.parse().ok()).ok_or_else(|| unreadable("method"))?;
    let uri: Uri = fields.next().and_then(|uri| uri.parse().ok()).ok_or_else(|| unreadable("address"))?;
    let headers = read_headers(fields);
    let body = match (body, door) {
        _ if method == Method::GET || method == Method::HEAD => Bytes::new(),
        (Some(body), _) => body,
        (None, Door::Internal) => read_all(request).await?,
        (None, Door::Public { body_max }) => {
            let length: Option<usize> =
                headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
            match length {
                Some(length) if length <= body_max => read_all(request).await?,
                // Not read at all: one byte too many tells the gateway.
                Some(_) => Bytes::from(vec![0; body_max.saturating_add(1)]),
                None => read_up_to(request, body_max).await?,
            }
        }
    };
    let mut whole = Request::new(body);
    (*whole.method_mut(), *whole.uri_mut(), *whole.headers_mut()) = (method, uri, headers);
    Ok(whole)
}

async fn read_all(request: &web_sys::Request) -> Result<Bytes, Fault> {
    let unavailable = |error: JsValue| Fault::unavailable(message(&error));
    let buffer = JsFuture::from(request.array_buffer().map_err(unavailable)?).await.map_err(unavailable)?;
    Ok(Bytes::from(Uint8Array::new(&buffer).to_vec()))
}

/// A body of unknown length, up to one byte more than `body_max`.
async fn read_up_to(request: &web_sys::Request, body_max: usize) -> Result<Bytes, Fault> {
    let mut whole = Vec::new();
    let Ok(mut chunks) = worker::Request::from(Clone::clone(request)).stream() else {
        return Ok(Bytes::new());
    };
    while let Some(chunk) = chunks.next().await {
        whole.extend(chunk.map_err(|error| Fault::unavailable(error.to_string()))?);
        if whole.len() > body_max {
            whole.truncate(body_max.saturating_add(1));
            break;
        }
    }
    Ok(Bytes::from(whole))
}

pub(crate) fn write_response(response: &Response<Bytes>, door: Door) -> Result<web_sys::Response, Fault> {
    let status = response.status().as_u16();
    let written = match door {
        Door::Internal => {
            let (packed, body) = pack(response.headers(), response.body());
            js::reply(status, &packed, body)
        }
        Door::Public { .. } => js::respond(status, &header_fields(response.headers()), response.body()),
    };
    written.map_err(|error| Fault::defect(message(&error)))
}
