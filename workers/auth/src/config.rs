//! This Worker's settings.

use api::identity::KeyRing;
use platform::{Fault, Platform};

/// The keys of access tokens: the first signs.
pub fn jwt_keys<P: Platform>(platform: &P) -> Result<KeyRing, Fault> {
    platform
        .var("JWT_KEYS")
        .and_then(|text| KeyRing::parse(&text))
        .ok_or_else(|| Fault::defect("JWT_KEYS is not `id:base64url[,id:base64url]`"))
}
