//! What a handler takes and gives. The types here are all that a handler's code is compiled for: everything else is done by `serve`.

use bytes::Bytes;
use http::{HeaderMap, header, request::Parts};
use std::pin::Pin;

use api::problem::{Problem, codes};
use platform::Platform;

use crate::Result;

pub type Response = http::Response<Bytes>;

/// A request on its way to its handler, whose parameters take from it in their order.
pub struct Asked<'r, P> {
    pub(crate) platform: &'r P,
    pub(crate) parts: &'r Parts,
    pub(crate) body: Bytes,
    /// The path's parameters that nobody has taken yet, decoded; `None` is no UTF-8.
    pub(crate) params: std::vec::IntoIter<Option<String>>,
}

impl<'r, P> Asked<'r, P> {
    pub fn platform(&self) -> &'r P {
        self.platform
    }

    /// Method, address and headers.
    pub fn parts(&self) -> &'r Parts {
        self.parts
    }

    pub fn body(&self) -> &Bytes {
        &self.body
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// What cannot be a parameter names nothing that exists: 404.
    pub(crate) fn param(&mut self) -> Result<String> {
        self.params.next().flatten().ok_or_else(|| Problem::not_found().into())
    }

    pub(crate) fn json_body(&self) -> Result<&[u8]> {
        if is_json(&self.parts.headers) {
            Ok(&self.body)
        } else {
            Err(Problem::new(codes::unsupported_media_type).detail("send application/json").into())
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// A parameter of a handler: what must be checked first. No value, no call.
pub trait Take<P>: Sized {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self>;
}

impl<P> Take<P> for HeaderMap {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        Ok(asked.parts.headers.clone())
    }
}

/// What a handler may answer.
pub trait Respond {
    fn respond(self) -> Result<Response>;
}

impl Respond for Response {
    fn respond(self) -> Result<Response> {
        Ok(self)
    }
}

/// An answer that is being worked out.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// An `async fn` of up to six parameters.
pub trait Handler<P, Parameters>: Send + Sync + 'static {
    #[doc(hidden)]
    fn call(&self, asked: Asked<'_, P>) -> Result<Pending>;
}

async fn respond<R: Respond>(answer: impl Future<Output = Result<R>>) -> Result<Response> {
    answer.await?.respond()
}

macro_rules! handler {
    ($($parameter:ident)+) => {
        impl<P, H, F, R, $($parameter),+> Handler<P, ($($parameter,)+)> for H
        where
            P: Platform,
            H: Fn($($parameter),+) -> F + Send + Sync + 'static,
            F: Future<Output = Result<R>> + Send + 'static,
            R: Respond + 'static,
            $($parameter: Take<P>),+
        {
            #[allow(non_snake_case)]
            fn call(&self, mut asked: Asked<'_, P>) -> Result<Pending> {
                $(let $parameter = $parameter::take(&mut asked)?;)+
                Ok(Box::pin(respond(self($($parameter),+))))
            }
        }
    };
}

handler!(A);
handler!(A B);
handler!(A B C);
handler!(A B C D);
handler!(A B C D E);
handler!(A B C D E G);
