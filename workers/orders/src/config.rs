//! This Worker's settings, read once per call from variables and secrets. A bad one is named.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use api::identity::SECRET_LENGTH_MIN;
use platform::{Fault, Platform};

/// What guests' order tokens are made with. It has no `Debug`, so that it cannot reach a log.
pub struct TokenKey(Vec<u8>);

impl TokenKey {
    pub fn of<P: Platform>(platform: &P) -> Result<Self, Fault> {
        Self::parse(platform.var("ORDER_TOKEN_KEY").as_deref())
    }

    fn parse(text: Option<&str>) -> Result<Self, Fault> {
        let text = text.ok_or_else(|| Fault::defect("ORDER_TOKEN_KEY is not set"))?;
        match URL_SAFE_NO_PAD.decode(text.trim()) {
            Ok(secret) if secret.len() >= SECRET_LENGTH_MIN => Ok(Self(secret)),
            _ => Err(Fault::defect("ORDER_TOKEN_KEY must be at least 32 bytes, as base64url")),
        }
    }

    pub fn secret(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn key(byte: u8) -> TokenKey {
        TokenKey(vec![byte; SECRET_LENGTH_MIN])
    }

    #[test]
    fn a_bad_setting_is_named() {
        assert!(TokenKey::parse(Some(&URL_SAFE_NO_PAD.encode([7; 32]))).is_ok());
        for bad in [None, Some(""), Some("c2hvcnQ"), Some("not base64url!")] {
            let fault = TokenKey::parse(bad).err().unwrap();
            assert!(fault.message.starts_with("ORDER_TOKEN_KEY"), "{bad:?}");
        }
    }
}
