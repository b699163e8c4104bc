//! What a page asks of the services, in its visitor's name: the very routes that anybody may call.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use api::{
    Problem, Service, headers,
    problem::{FieldError, codes},
};
use platform::{Fault, Platform, Target, wire};

use crate::{links::encoded, locale::Language, visit::Visit};

/// What a list has on one page at most, and how many pages are read where all of it is wanted: as many as there can be categories.
const PAGE: u32 = 100;
const PAGES_MAX: usize = 20;

/// A page of a list, as every list is answered.
#[derive(Deserialize)]
pub struct List<T> {
    pub items: Vec<T>,
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// A service's no.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Refusal {
    #[serde(default)]
    pub status: u16,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// The order that holds a cart.
    #[serde(default)]
    pub order_id: Option<String>,
}

impl Refusal {
    fn of(status: StatusCode) -> Self {
        Self { status: status.as_u16(), ..Self::default() }
    }

    /// What is said of it to people; of what they hardly meet, that it did not work.
    pub fn said(&self, t: Language) -> &'static str {
        t.of_code("refusal", &self.code).unwrap_or(t.refused_title())
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    Refused(Refusal),
    Fault(Fault),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Where a page knows nothing better to say.
impl From<Trouble> for web::Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Fault(fault) => fault.into(),
            Trouble::Refused(refusal) => {
                let code = match refusal.status {
                    401 => codes::unauthorized,
                    403 => codes::forbidden,
                    404 => codes::not_found,
                    429 => codes::rate_limited,
                    _ => codes::conflict,
                };
                Problem::new(code).detail(refusal.code).into()
            }
        }
    }
}

/// A call that is made ready.
pub struct Ask<'a, P> {
    visit: &'a Visit<P>,
    service: Service,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

impl<P: Platform> Visit<P> {
    pub fn ask(&self, service: Service, method: Method, path: impl Into<String>) -> Ask<'_, P> {
        Ask { visit: self, service, method, path: path.into(), headers: Vec::new(), body: None }
    }

    pub fn get(&self, service: Service, path: impl Into<String>) -> Ask<'_, P> {
        self.ask(service, Method::GET, path)
    }

    pub fn post(&self, service: Service, path: impl Into<String>) -> Ask<'_, P> {
        self.ask(service, Method::POST, path)
    }
}

impl<P: Platform> Ask<'_, P> {
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn json(mut self, body: &impl Serialize) -> Result<Self, Fault> {
        self.body = Some(wire::text(body)?);
        Ok(self)
    }

    async fn sent(self) -> Result<Response<Bytes>, Trouble> {
        let Self { visit, service, method, path, headers: own, body } = self;
        let (word, passed) = visit.word();
        let mut request = wire::outgoing(&visit.p, method, &path).header(headers::CALLER, word);
        for (name, value) in passed {
            request = request.header(name, value);
        }
        for (name, value) in own {
            // It may be what somebody typed, and is refused as their service would.
            let value =
                HeaderValue::from_str(&value).map_err(|_| Refusal::of(StatusCode::UNPROCESSABLE_ENTITY))?;
            request = request.header(HeaderName::from_static(name), value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = Bytes::from(body.unwrap_or_default());
        let request = request.body(body).map_err(|error| Fault::defect(format!("request: {error}")))?;
        let response = visit.p.fetch(&Target::Service(service), request).await?;
        let status = response.status();
        // A service that is away has refused nothing: whoever asked may come again with the same.
        if status.is_server_error() {
            return Err(Fault::unavailable(format!("{} answered {status} to {path}", service.name())).into());
        }
        if status.is_client_error() {
            let told: Refusal = api::json::read(response.body()).unwrap_or_default();
            return Err(Trouble::Refused(Refusal { status: status.as_u16(), ..told }));
        }
        Ok(response)
    }

    /// The answer as what it is.
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, Trouble> {
        let path = self.path.clone();
        let response = self.sent().await?;
        Ok(api::json::read(response.body()).map_err(|error| Fault::defect(format!("{path}: {error}")))?)
    }

    /// The answer with its entity tag, which tells a later change whether it is still the same.
    pub async fn read_tagged<T: DeserializeOwned>(self) -> Result<(T, Option<String>), Trouble> {
        let path = self.path.clone();
        let response = self.sent().await?;
        let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let body =
            api::json::read(response.body()).map_err(|error| Fault::defect(format!("{path}: {error}")))?;
        Ok((body, tag))
    }

    /// The answer as it is.
    pub async fn bytes(self) -> Result<Bytes, Trouble> {
        self.sent().await.map(Response::into_body)
    }

    /// Only that it was done.
    pub async fn done(self) -> Result<(), Trouble> {
        self.sent().await.map(drop)
    }
}

impl<P: Platform> Visit<P> {
    /// All of a list, page by page; `path` has its question mark already.
    pub async fn whole<T: DeserializeOwned>(&self, service: Service, path: &str) -> Result<Vec<T>, Trouble> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..PAGES_MAX {
            let page: List<T> = self.get(service, format!("{path}&limit={PAGE}{cursor}")).read().await?;
            items.extend(page.items);
            let Some(next) = page.next_cursor else { break };
            cursor = format!("&cursor={}", encoded(&next));
        }
        Ok(items)
    }
}

/// What is not there is none, and no trouble.
pub fn if_any<T>(answer: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Trouble::Refused(refusal)) if refusal.status == 404 => Ok(None),
        Err(trouble) => Err(trouble),
    }
}
