//! The `Idempotency-Key` of a request that moves money or stock, or creates something.

use api::{
    headers,
    problem::{Problem, codes},
};

use crate::{
    Result,
    handler::{Asked, Take},
};

/// The longest key, in characters.
const KEY_LENGTH_MAX: usize = 255;

/// A key that must be there.
pub struct Keyed(pub String);

/// A key that is honoured when it is there.
pub struct MaybeKeyed(pub Option<String>);

impl<P> Take<P> for MaybeKeyed {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let Some(value) = asked.parts.headers.get(headers::IDEMPOTENCY_KEY) else { return Ok(Self(None)) };
        let key = value.to_str().ok().filter(|key| {
            (1..=KEY_LENGTH_MAX).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        });
        match key {
            Some(key) => Ok(Self(Some(key.to_owned()))),
            None => Err(Problem::new(codes::header_invalid)
                .detail(format!("Idempotency-Key must be 1 to {KEY_LENGTH_MAX} printable ASCII characters"))
                .into()),
        }
    }
}

impl<P> Take<P> for Keyed {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let MaybeKeyed(key) = MaybeKeyed::take(asked)?;
        key.map(Self).ok_or_else(|| Problem::new(codes::idempotency_key_required).into())
    }
}
