//! Keys out of the settings; key rings are parsed once per isolate.

use std::sync::{Mutex, PoisonError};

use api::{derived::DerivingKey, identity::KeyRing};

use crate::{Fault, Platform};

/// A variable's text as it was parsed.
struct Parsed {
    name: &'static str,
    text: String,
    keys: KeyRing,
}

/// The keys of a variable: `id:base64url`, up to two, of which the first signs.
pub fn key_ring<P: Platform>(platform: &P, name: &'static str) -> Result<KeyRing, Fault> {
    static PARSED: Mutex<Vec<Parsed>> = Mutex::new(Vec::new());
    let text = platform.var(name).ok_or_else(|| Fault::defect(format!("{name} is not set")))?;
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = parsed.iter().find(|known| known.name == name && known.text == text) {
        return Ok(known.keys.clone());
    }
    let keys = KeyRing::parse(&text)
        .ok_or_else(|| Fault::defect(format!("{name} is not `id:base64url[,id:base64url]`")))?;
    parsed.retain(|known| known.name != name);
    parsed.push(Parsed { name, text, keys: keys.clone() });
    Ok(keys)
}

/// What secrets are derived with, by the variable's name: at least 32 bytes, as base64url.
pub fn deriving_key<P: Platform>(platform: &P, name: &'static str) -> Result<DerivingKey, Fault> {
    let key = platform.var(name).and_then(|text| DerivingKey::parse(&text));
    key.ok_or_else(|| Fault::defect(format!("{name} is not at least 32 bytes, as base64url")))
}

/// Makes guests' order tokens: a repeat of the call answers the same token, although only its hash is stored.
pub const ORDER_TOKEN_KEY: &str = "ORDER_TOKEN_KEY";
