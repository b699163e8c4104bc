//! This Worker's settings, read once per call from variables and secrets. A bad one is named.

use api::derived::DerivingKey;
use platform::{Fault, Platform};

/// What guests' order tokens are made with: a repeat of the call answers the same token, although only its hash is stored.
pub fn order_token_key<P: Platform>(platform: &P) -> Result<DerivingKey, Fault> {
    platform
        .var("ORDER_TOKEN_KEY")
        .and_then(|text| DerivingKey::parse(&text))
        .ok_or_else(|| Fault::defect("ORDER_TOKEN_KEY is not at least 32 bytes, as base64url"))
}
