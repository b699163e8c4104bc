//! The world on Cloudflare, as one request, message or alarm sees it.

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use js_sys::{Promise, Reflect, Uint8Array};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{
    Delay, Env,
    send::{SendFuture, SendWrapper},
};

use domain::{DurationMs, Timestamp};
use platform::{Fault, Memory, Platform, RequestContext, Target};

use crate::{
    database::D1Database,
    js::{self, message},
};

type Background = dyn Fn(LocalBoxFuture<'static, ()>);

/// Cheap to clone: one per hop.
#[derive(Clone)]
pub struct Cloudflare(Arc<World>);

struct World {
    env: SendWrapper<Env>,
    context: RequestContext,
    background: SendWrapper<Box<Background>>,
}

impl Cloudflare {
    /// `background` keeps a future going after the answer.
    pub fn new(env: Env, context: RequestContext, background: Box<Background>) -> Self {
        Self(Arc::new(World {
            env: SendWrapper::new(env),
            context,
            background: SendWrapper::new(background),
        }))
    }

    fn binding<T: JsCast>(&self, name: &str) -> Result<T, Fault> {
        let value = Reflect::get(self.0.env.as_ref(), &JsValue::from_str(name))
            .ok()
            .filter(|value| !value.is_undefined())
            .ok_or_else(|| Fault::defect(format!("{name} is not bound")))?;
        // Bindings are told apart by the names in wrangler.toml, not by classes that change between runtimes.
        Ok(value.unchecked_into())
    }

    fn start_fetch(&self, target: &Target, request: Request<Bytes>) -> Result<Promise, Fault> {
        let fetcher: js::Fetcher = match target {
            Target::Service(service) => self.binding(service.binding())?,
            Target::Object { binding, name } => {
                let namespace: js::Namespace = self.binding(binding)?;
                namespace.get_by_name(name).map_err(|error| Fault::unavailable(message(&error)))?
            }
        };
        let (parts, body) = request.into_parts();
        let init = request_init(&parts)?;
        if !body.is_empty() {
            set(&init, "body", &Uint8Array::from(body.as_ref()))?;
        }
        fetcher.fetch(&parts.uri.to_string(), &init).map_err(|error| Fault::unavailable(message(&error)))
    }
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), Fault> {
    Reflect::set(object, &JsValue::from_str(name), value)
        .map(|_| ())
        .map_err(|error| Fault::defect(message(&error)))
}

#[derive(serde::Serialize)]
struct RequestInit<'a> {
    method: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    /// A redirect is an answer like any other: nobody is followed.
    redirect: &'a str,
}

/// The whole `RequestInit` but its body, in one crossing.
fn request_init(parts: &http::request::Parts) -> Result<JsValue, Fault> {
    let init = RequestInit {
        method: parts.method.as_str(),
        headers: header_pairs(&parts.headers),
        redirect: "manual",
    };
    js::from_json(&serde_json::to_string(&init).map_err(|error| Fault::defect(error.to_string()))?)
}

/// Headers as JavaScript takes them. Ours are ASCII; what is not is left out.
pub(crate) fn header_pairs(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect()
}

/// All headers in one crossing.
pub(crate) fn read_headers(headers: &web_sys::Headers) -> Result<HeaderMap, Fault> {
    let pairs: Vec<(String, String)> = serde_json::from_str(&js::to_json(&js_sys::Array::from(headers))?)
        .map_err(|error| Fault::defect(format!("headers: {error}")))?;
    let mut map = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            map.append(name, value);
        }
    }
    Ok(map)
}

async fn finish_fetch(promise: Promise) -> Result<Response<Bytes>, Fault> {
    let unavailable = |error: JsValue| Fault::unavailable(message(&error));
    let answer: web_sys::Response = JsFuture::from(promise).await.map_err(unavailable)?.unchecked_into();
    let status = answer.status();
    let headers = read_headers(&answer.headers())?;
    let body = JsFuture::from(answer.array_buffer().map_err(unavailable)?).await.map_err(unavailable)?;
    let mut response = Response::new(Bytes::from(Uint8Array::new(&body).to_vec()));
    *response.status_mut() =
        StatusCode::from_u16(status).map_err(|error| Fault::defect(error.to_string()))?;
    *response.headers_mut() = headers;
    Ok(response)
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct QueuedMessage<'a> {
    body: &'a str,
    content_type: &'a str,
}

async fn send(queue: js::Queue, bodies: Vec<String>) -> Result<(), Fault> {
    let messages: Vec<_> = bodies.iter().map(|body| QueuedMessage { body, content_type: "text" }).collect();
    let started = match bodies.as_slice() {
        [] => return Ok(()),
        [body] => queue.send(body, &js::from_json(r#"{"contentType":"text"}"#)?),
        _ => queue.send_batch(&js::from_json(
            &serde_json::to_string(&messages).map_err(|error| Fault::defect(error.to_string()))?,
        )?),
    };
    let promise = started.map_err(|error| Fault::unavailable(message(&error)))?;
    JsFuture::from(promise).await.map(|_| ()).map_err(|error| Fault::unavailable(message(&error)))
}

impl Platform for Cloudflare {
    type Db = D1Database;

    fn context(&self) -> &RequestContext {
        &self.0.context
    }

    fn db(&self) -> Result<D1Database, Fault> {
        Ok(D1Database::new(self.binding("DB")?))
    }

    fn now(&self) -> Timestamp {
        now()
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }

    fn var(&self, name: &str) -> Option<String> {
        Reflect::get(self.0.env.as_ref(), &JsValue::from_str(name)).ok()?.as_string()
    }

    fn sleep(&self, span: DurationMs) -> impl Future<Output = ()> + Send {
        SendFuture::new(async move {
            if span > 0 {
                Delay::from(Duration::from_millis(span)).await;
            }
        })
    }

    fn fetch(
        &self,
        target: &Target,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Fault>> + Send {
        let started = self.start_fetch(target, request);
        SendFuture::new(async move { finish_fetch(started?).await })
    }

    fn enqueue(&self, binding: &str, bodies: Vec<String>) -> impl Future<Output = Result<(), Fault>> + Send {
        let queue = self.binding::<js::Queue>(binding);
        SendFuture::new(async move { send(queue?, bodies).await })
    }

    fn background(&self, work: impl Future<Output = ()> + Send + 'static) {
        (self.0.background)(Box::pin(work));
    }

    fn write_log(&self, line: String) {
        worker::console_log!("{line}");
    }

    fn memory(&self) -> &Memory {
        static MEMORY: OnceLock<Memory> = OnceLock::new();
        MEMORY.get_or_init(Memory::default)
    }
}

/// Milliseconds since 1970; in production the clock stands still between I/O.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The runtime's own generator is always there while a request is handled.
    if let Err(error) = getrandom::fill(&mut bytes) {
        worker::console_error!("no randomness: {error}");
    }
    bytes
}
