//! A guest's proof that an order is theirs.
//!
//! Made from the order's id with a key that only this Worker has, so that a repeat of the call answers the same token although only its
//! hash is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use domain::id::OrderId;
use platform::Fault;

use crate::config::TokenKey;

/// 32 bytes, as base64url.
pub fn guest_token(order: &OrderId, key: &TokenKey) -> Result<String, Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret())
        .map_err(|error| Fault::defect(format!("ORDER_TOKEN_KEY: {error}")))?;
    mac.update(order.to_string().as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::key;

    #[test]
    fn a_token_repeats_and_belongs_to_one_order() {
        let (mine, other) = (OrderId::derived(&["mine"]), OrderId::derived(&["other"]));
        let token = guest_token(&mine, &key(1)).unwrap();
        assert_eq!(guest_token(&mine, &key(1)).unwrap(), token);
        assert_ne!(guest_token(&other, &key(1)).unwrap(), token);
        assert_ne!(guest_token(&mine, &key(2)).unwrap(), token);
        assert_eq!(URL_SAFE_NO_PAD.decode(token).unwrap().len(), 32);
    }
}
