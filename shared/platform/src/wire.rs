//! Typed calls over the platform's untyped ones.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::{Serialize, de::DeserializeOwned};

use api::{
    call::InternalCall,
    headers,
    object::{Ask, EventsQuery, Idempotency, Object, Recorded, ToldOf},
};
use domain::Aggregate;

use crate::{Fault, Platform, Target};

/// Calls another service and reads its answer.
pub async fn call<P: Platform, C: InternalCall>(platform: &P, call: &C) -> Result<C::Reply, Fault> {
    let request = post(platform, C::PATH, call)?;
    let response = platform.fetch(&Target::Service(C::SERVICE), request).await?;
    read(response).map_err(|fault| fault.context(C::PATH))
}

/// A stub for one object.
pub fn object<'a, P: Platform, O: Object>(platform: &'a P, key: &O::Key) -> ObjectStub<'a, P, O> {
    ObjectStub { platform, name: key.to_string(), object: std::marker::PhantomData }
}

pub struct ObjectStub<'a, P, O> {
    platform: &'a P,
    name: String,
    object: std::marker::PhantomData<O>,
}

type CommandOf<O> = <<O as Object>::Aggregate as Aggregate>::Command;
type ReplyOf<O> = <<O as Object>::Aggregate as Aggregate>::Reply;
type RefusalOf<O> = <<O as Object>::Aggregate as Aggregate>::Refusal;
type EventOf<O> = <<O as Object>::Aggregate as Aggregate>::Event;

impl<P: Platform, O: Object> ObjectStub<'_, P, O> {
    /// The whole answer, with everything that can come of a command.
    pub async fn ask(&self, ask: &Ask<CommandOf<O>>) -> Result<ToldOf<O::Aggregate>, Fault> {
        let request = post(self.platform, "/", ask)?;
        let target = Target::Object { binding: O::BINDING.into(), name: self.name.clone() };
        read(self.platform.fetch(&target, request).await?).map_err(|fault| fault.context(O::SERVICE))
    }

    /// A command that is answered at once.
    pub async fn tell(&self, command: CommandOf<O>) -> Result<Result<ReplyOf<O>, RefusalOf<O>>, Fault> {
        match self.ask(&Ask::Command { command, idempotency: None }).await? {
            ToldOf::<O::Aggregate>::Replied { reply, .. } => Ok(Ok(reply)),
            ToldOf::<O::Aggregate>::Refused { refusal, .. } => Ok(Err(refusal)),
            other => Err(Fault::defect(format!("{} answered a command with {}", O::SERVICE, other.kind()))),
        }
    }

    /// A command that stands under an idempotency key.
    pub async fn tell_once(
        &self,
        command: CommandOf<O>,
        idempotency: Idempotency,
    ) -> Result<ToldOf<O::Aggregate>, Fault> {
        self.ask(&Ask::Command { command, idempotency: Some(idempotency) }).await
    }

    /// The state and its version; `None` for an id that nobody has used.
    pub async fn read(&self) -> Result<Option<(O::Aggregate, u64)>, Fault> {
        match self.ask(&Ask::Read).await? {
            ToldOf::<O::Aggregate>::State { state, version } => Ok(Some((state, version))),
            ToldOf::<O::Aggregate>::NotFound => Ok(None),
            other => Err(Fault::defect(format!("{} answered a read with {}", O::SERVICE, other.kind()))),
        }
    }

    pub async fn events(&self, query: EventsQuery) -> Result<Option<Vec<Recorded<EventOf<O>>>>, Fault> {
        match self.ask(&Ask::Events(query)).await? {
            ToldOf::<O::Aggregate>::Events(events) => Ok(Some(events)),
            ToldOf::<O::Aggregate>::NotFound => Ok(None),
            other => Err(Fault::defect(format!("{} answered a query with {}", O::SERVICE, other.kind()))),
        }
    }
}

pub fn text(value: &impl Serialize) -> Result<String, Fault> {
    api::json::write(value).map_err(|error| Fault::defect(format!("cannot be written as JSON: {error}")))
}

/// The headers that every call between our own parts carries.
pub fn outgoing<P: Platform>(platform: &P, method: Method, path: &str) -> http::request::Builder {
    let context = platform.context();
    // The host is never looked at: a binding is the only way there.
    Request::builder()
        .method(method)
        .uri(format!("http://meridian{path}"))
        .header(headers::TRACEPARENT, context.trace.to_string())
        .header(headers::REQUEST_ID, &context.request_id)
        .header(headers::HOPS, context.hops.saturating_add(1))
}

/// A call of our own parts, not sent yet.
pub fn post<P: Platform>(platform: &P, path: &str, body: &impl Serialize) -> Result<Request<Bytes>, Fault> {
    let body = api::json::write(body).map_err(|error| Fault::defect(format!("body: {error}")))?;
    outgoing(platform, Method::POST, path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(body))
        .map_err(|error| Fault::defect(format!("request: {error}")))
}

/// What an answer of our own parts says.
pub fn read<T: DeserializeOwned>(response: Response<Bytes>) -> Result<T, Fault> {
    let status = response.status();
    if !status.is_success() {
        let told = String::from_utf8_lossy(response.body()).chars().take(300).collect::<String>();
        let message = format!("answered {status}: {told}");
        return Err(if status.is_server_error() {
            Fault::unavailable(message)
        } else {
            Fault::defect(message)
        });
    }
    api::json::read(response.body())
        .map_err(|error| Fault::defect(format!("answer does not fit its type: {error}")))
}
