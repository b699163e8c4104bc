//! This Worker's settings.

use api::{derived::DerivingKey, identity::KeyRing};
use platform::{Fault, Platform, deriving_key, key_ring};

/// The keys of access tokens: the first signs.
pub fn jwt_keys<P: Platform>(platform: &P) -> Result<KeyRing, Fault> {
    key_ring(platform, "JWT_KEYS")
}

/// The keys that second factors' secrets are made with: the first makes new ones. A key that goes takes the factors with it that it made.
pub fn totp_keys<P: Platform>(platform: &P) -> Result<KeyRing, Fault> {
    key_ring(platform, "TOTP_KEYS")
}

/// What an authenticator app calls the shop.
pub fn issuer<P: Platform>(platform: &P) -> String {
    platform.var("SHOP_NAME").unwrap_or_else(|| "Meridian".to_owned())
}

/// What the tokens of mailed links are made with: the mail is written by somebody else, and nobody keeps the token.
pub fn link_token_key<P: Platform>(platform: &P) -> Result<DerivingKey, Fault> {
    deriving_key(platform, "LINK_TOKEN_KEY")
}
