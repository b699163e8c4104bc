//! The world on Cloudflare, as one request, message or alarm sees it.

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use http::{Request, Response};
use js_sys::{Promise, Reflect};
use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::{
    Delay, Env,
    send::{SendFuture, SendWrapper},
};

use api::Service;
use domain::{DurationMs, Timestamp, text::Normalise};
use platform::{Fault, Memory, Platform, RequestContext, Target};

use crate::{
    database::D1Database,
    js::{self, message},
    message::{Unpacked, header_fields, pack, read_headers, unpack},
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

    /// Bindings are told apart by the names in wrangler.toml, not by classes that change between runtimes.
    fn binding(&self, name: &str) -> Result<JsValue, Fault> {
        Reflect::get(self.0.env.as_ref(), &JsValue::from_str(name))
            .ok()
            .filter(|value| !value.is_undefined())
            .ok_or_else(|| Fault::defect(format!("{name} is not bound")))
    }

    fn start_fetch(&self, target: &Target, request: Request<Bytes>) -> Result<Promise, Fault> {
        let (binding, object) = match target {
            Target::Service(service) => (service.binding(), ""),
            Target::Object { binding, name } => (binding.as_ref(), name.as_str()),
        };
        let (parts, body) = request.into_parts();
        let (kind, (packed, body)) = match target {
            Target::Service(Service::Assets) => ("foreign", (header_fields(&parts.headers), &body[..])),
            _ => ("ours", pack(&parts.headers, &body)),
        };
        let head = format!("{binding}\t{object}\t{kind}\t{}\t{}\t{packed}", parts.method, parts.uri);
        js::exchange(self.0.env.as_ref(), &head, body).map_err(|error| Fault::unavailable(message(&error)))
    }
}

async fn finish_fetch(promise: Promise) -> Result<Response<Bytes>, Fault> {
    let answer = JsFuture::from(promise).await.map_err(|error| Fault::unavailable(message(&error)))?;
    let unreadable = || Fault::defect("an answer that cannot be read");
    let (head, apart) = js::answer_parts(&answer).ok_or_else(unreadable)?;
    let Unpacked { mut fields, body } = unpack(&head);
    let status = fields.next().and_then(|status| status.parse().ok()).ok_or_else(unreadable)?;
    let mut response = Response::new(body.or(apart).ok_or_else(unreadable)?);
    *response.status_mut() = status;
    *response.headers_mut() = read_headers(fields);
    Ok(response)
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
        // What is set for an isolate stays as it is for its whole life.
        static VARS: Mutex<Vec<(String, Option<String>)>> = Mutex::new(Vec::new());
        let mut vars = VARS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = vars.iter().find(|(known, _)| known == name) {
            return value.clone();
        }
        let value = self.binding(name).ok().and_then(|value| value.as_string());
        vars.push((name.to_owned(), value.clone()));
        value
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
        let started = js::json(&bodies).and_then(|bodies| {
            js::enqueue(self.0.env.as_ref(), binding, &bodies)
                .map_err(|error| Fault::unavailable(message(&error)))
        });
        let started = if bodies.is_empty() { Ok(None) } else { started.map(Some) };
        SendFuture::new(async move {
            match started? {
                Some(promise) => JsFuture::from(promise)
                    .await
                    .map(drop)
                    .map_err(|error| Fault::unavailable(message(&error))),
                None => Ok(()),
            }
        })
    }

    fn is_within_rate(
        &self,
        binding: &'static str,
        key: &str,
    ) -> impl Future<Output = Result<bool, Fault>> + Send {
        let unavailable = |error: JsValue| Fault::unavailable(message(&error));
        let started = js::count_call(self.0.env.as_ref(), binding, key).map_err(unavailable);
        SendFuture::new(async move {
            let is_within = JsFuture::from(started?).await.map_err(unavailable)?;
            is_within.as_bool().ok_or_else(|| Fault::defect(format!("{binding} does not say yes or no")))
        })
    }

    fn background(&self, work: impl Future<Output = ()> + Send + 'static) {
        (self.0.background)(Box::pin(work));
    }

    fn normalise(&self) -> Normalise {
        js::normalise
    }

    fn write_log(&self, line: String) {
        js::write_log(&line);
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
        // Zeros would be keys that anybody knows: this request ends here, as an exception.
        wasm_bindgen::throw_str(&format!("no randomness: {error}"));
    }
    bytes
}
