//! Opaque cursors: where a list goes on, as base64url of JSON, so that clients do not build them and we may change them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use domain::Invalid;

pub fn encode<T: Serialize>(position: &T) -> String {
    URL_SAFE_NO_PAD.encode(crate::json::write(position).unwrap_or_default())
}

pub fn decode<T: DeserializeOwned>(cursor: &str) -> Result<T, Invalid> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|json| crate::json::read(&json).ok())
        .ok_or_else(|| Invalid::new("invalid_cursor", "must be a next_cursor of the same list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_rubbish_is_refused() {
        assert_eq!(decode::<(i64, String)>(&encode(&(7, "a"))), Ok((7, "a".to_owned())));
        for bad in ["", "%", "AAAA", &encode(&"other shape")] {
            assert!(decode::<(i64, String)>(bad).is_err(), "{bad}");
        }
    }
}
