//! Secrets that are made from a public id with a key: made again whenever they are needed, so that at most their hashes are stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt::Display;

use crate::identity::SECRET_LENGTH_MIN;

/// What such secrets are made with. It has no `Debug`, so that it cannot reach a log.
#[derive(Clone)]
pub struct DerivingKey(Hmac<Sha256>);

impl DerivingKey {
    /// At least 32 bytes, as base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        (secret.len() >= SECRET_LENGTH_MIN).then(|| Self::of(&secret)).flatten()
    }

    pub fn of(secret: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(secret).ok().map(Self)
    }

    /// HMAC-SHA256 of an id. Ids of different kinds begin with different letters, so that none makes another's secret.
    pub fn bytes(&self, id: &impl Display) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(id.to_string().as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The same as text: 43 characters of base64url.
    pub fn token(&self, id: &impl Display) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::OrderId;

    #[test]
    fn a_secret_repeats_and_belongs_to_one_id_and_one_key() {
        let key = |byte| DerivingKey::of(&[byte; SECRET_LENGTH_MIN]).unwrap();
        let (mine, other) = (OrderId::derived(&["mine"]), OrderId::derived(&["other"]));
        let token = key(1).token(&mine);
        assert_eq!(key(1).token(&mine), token);
        assert_ne!(key(1).token(&other), token);
        assert_ne!(key(2).token(&mine), token);
        assert_eq!(URL_SAFE_NO_PAD.decode(token).unwrap().len(), 32);
    }

    #[test]
    fn a_key_that_could_be_guessed_is_none() {
        assert!(DerivingKey::parse(&URL_SAFE_NO_PAD.encode([7; SECRET_LENGTH_MIN])).is_some());
        for bad in ["", "c2hvcnQ", "not base64url!"] {
            assert!(DerivingKey::parse(bad).is_none(), "{bad:?}");
        }
    }
}
