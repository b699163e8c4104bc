//! Key rings out of the settings, parsed once per isolate.

use std::sync::{Mutex, PoisonError};

use api::identity::KeyRing;

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
