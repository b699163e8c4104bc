//! The platform of this request, for handlers.

use platform::Platform;

use crate::{
    Result,
    handler::{Asked, Take},
};

/// The world as this request sees it.
pub struct World<P>(pub P);

impl<P: Platform> Take<P> for World<P> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        Ok(Self(asked.platform.clone()))
    }
}
