//! The platform of this request, for handlers.

use axum::extract::FromRequestParts;
use http::request::Parts;

use platform::{Fault, Platform};

use crate::Error;

/// The world as this request sees it.
pub struct World<P>(pub P);

impl<P: Platform, S: Sync> FromRequestParts<S> for World<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        from_parts(parts).map(World)
    }
}

pub(crate) fn from_parts<P: Platform>(parts: &Parts) -> Result<P, Error> {
    // `serve` puts it there; a router that is called any other way has none.
    parts.extensions.get::<P>().cloned().ok_or_else(|| Fault::defect("no platform in the request").into())
}
