//! A Durable Object's class: the shell over this object's storage.

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use http::StatusCode;
use std::{rc::Rc, sync::Arc};
use wasm_bindgen::JsValue;
use worker::{Env, Request, Response, State};

use api::{
    headers,
    object::{Ask, Object, ToldOf},
};
use domain::Aggregate;
use platform::{
    Fault, FaultKind, Platform, RequestContext,
    log::{self, Hop},
    shell::{Actor, AggregateOf, Shell},
};

use crate::{
    Cloudflare,
    serve::{Door, continue_trace, read_request, request_context, write_response},
    storage::DurableStorage,
};

type AskOf<T> = Ask<<AggregateOf<T, Cloudflare> as Aggregate>::Command>;

/// What an object's class holds; its three methods are all that the class has.
pub struct ObjectHost<T: Actor<Cloudflare>> {
    shell: Arc<Shell<Cloudflare, T, DurableStorage>>,
    state: Rc<State>,
    env: Env,
}

impl<T: Actor<Cloudflare>> ObjectHost<T> {
    pub fn new(state: State, env: Env) -> Self {
        let storage: JsValue = state.storage().as_raw().into();
        let shell = Shell::new(state.id().name(), DurableStorage::new(storage));
        Self { shell: Arc::new(shell), state: Rc::new(state), env }
    }

    fn platform(&self, context: RequestContext) -> Cloudflare {
        let state = Rc::clone(&self.state);
        let background = Box::new(move |work: LocalBoxFuture<'static, ()>| state.wait_until(work));
        Cloudflare::new(self.env.clone(), context, background)
    }

    /// Answers one call. A fault is a 5xx: the caller asks again.
    pub async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let request = match read_request(request.inner(), Door::Internal).await {
            Ok(request) => request,
            Err(fault) => return Response::error(fault.message, 400),
        };
        let platform =
            self.platform(request_context(<T::Object as Object>::SERVICE, Door::Internal, request.headers()));
        let started = platform.now();
        let answer = self.answer(&platform, request.body()).await;
        let (status, error) = match &answer {
            Ok(_) => (StatusCode::OK, None),
            Err(fault) if fault.kind == FaultKind::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, Some(fault.to_string()))
            }
            Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, Some(fault.to_string())),
        };
        let ms = Some(platform.now().since(started));
        let route = route(request.body());
        log::hop(
            &platform,
            Hop { route, method: None, status: Some(status.as_u16()), ms, error: error.as_deref() },
        );
        let body = answer.unwrap_or_else(|fault| fault.message.into_bytes());
        let mut response = http::Response::new(Bytes::from(body));
        *response.status_mut() = status;
        write_response(&response, Door::Internal)
            .map(Response::from)
            .map_err(|fault| worker::Error::RustError(fault.message))
    }

    async fn answer(&self, platform: &Cloudflare, body: &Bytes) -> Result<Vec<u8>, Fault> {
        if platform.context().hops > headers::HOPS_MAX {
            return Err(Fault::defect("too many hops"));
        }
        let ask: AskOf<T> =
            api::json::read(body).map_err(|error| Fault::defect(format!("request: {error}")))?;
        let told: ToldOf<AggregateOf<T, Cloudflare>> = self.shell.handle(platform, ask).await?;
        api::json::write(&told)
            .map(String::into_bytes)
            .map_err(|error| Fault::defect(format!("answer: {error}")))
    }

    /// The alarm. What fails is logged and thrown, so that the runtime comes back.
    pub async fn alarm(&self) -> worker::Result<Response> {
        let context = continue_trace(<T::Object as Object>::SERVICE, None, "alarm".to_owned(), 0);
        let platform = self.platform(context);
        let outcome = self.shell.alarm(&platform).await;
        let error = outcome.as_ref().err().map(ToString::to_string);
        log::hop(
            &platform,
            Hop { route: "alarm", method: None, status: None, ms: None, error: error.as_deref() },
        );
        match outcome {
            Ok(()) => Response::ok(""),
            Err(fault) => Err(worker::Error::RustError(fault.message)),
        }
    }
}

/// What a log line calls a request to an object: the command's type, which holds nothing of anybody's.
fn route(body: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 5] = [
        (b"\"read\"", "read"),
        (b"{\"events\"", "events"),
        (b"{\"command\"", "command"),
        (b"\"resume\"", "resume"),
        (b"{\"confirm\"", "confirm"),
    ];
    KNOWN.iter().find(|(prefix, _)| body.starts_with(prefix)).map_or("(unknown)", |(_, name)| name)
}
