//! Webhook signatures: `t=<unix seconds>,v1=<hex of HMAC-SHA256(secret, "<t>.<body>")>`, as Stripe has them.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use domain::{
    DurationMs, Timestamp,
    time::{MINUTE_MS, SECOND_MS},
};

use super::Unsigned;
use crate::config::Secret;

pub const SIGNATURE_HEADER: &str = "meridian-signature";

/// How far a signature's time may be off: beyond that it may be a replay.
pub const TOLERANCE_MS: DurationMs = 5 * MINUTE_MS;

/// Whether somebody who knows the secret signed this body lately. There may be several `v1`, while a secret is being changed.
pub fn verify(header: &str, body: &[u8], secret: &Secret, now: Timestamp) -> Result<(), Unsigned> {
    let fields = || header.split(',').filter_map(|field| field.trim().split_once('='));
    let at = fields().find_map(|(name, value)| (name == "t").then_some(value)).ok_or(Unsigned)?;
    let seconds: u32 = at.parse().map_err(|_| Unsigned)?;
    let signed_at = Timestamp::from_millis(0).plus(u64::from(seconds).saturating_mul(SECOND_MS));
    if now.since(signed_at).max(signed_at.since(now)) > TOLERANCE_MS {
        return Err(Unsigned);
    }
    let is_ours = fields()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, value)| from_hex(value))
        // Compares in constant time.
        .any(|signature| {
            mac(secret.as_bytes(), at, body).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
        });
    if is_ours { Ok(()) } else { Err(Unsigned) }
}

/// The header of a body: what a provider sends, and what our own tests do.
pub fn sign(body: &[u8], secret: &str, at: Timestamp) -> String {
    let seconds = at.since(Timestamp::from_millis(0)).checked_div(SECOND_MS).unwrap_or_default().to_string();
    let signature = mac(secret.as_bytes(), &seconds, body).map(|mac| mac.finalize().into_bytes());
    let hex: String = signature.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

fn mac(secret: &[u8], at: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some((digit(high)? << 4) | digit(low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const NOW: Timestamp = Timestamp::from_millis(1_795_359_845_007);

    fn check(header: &str, body: &str, now: Timestamp) -> bool {
        verify(header, body.as_bytes(), &Secret::new(SECRET), now).is_ok()
    }

    #[test]
    fn a_signature_is_what_the_published_recipe_makes() {
        // printf '1795359845.{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let expected = "3aff35d08dbcab16e200f27ffcca6c8db7b05160e1df18858810d2b0006c9ab8";
        assert_eq!(sign(b"{}", SECRET, NOW), format!("t=1795359845,v1={expected}"));
    }

    #[test]
    fn only_a_fresh_signature_over_this_very_body_counts() {
        let header = sign(b"{}", SECRET, NOW);
        assert!(check(&header, "{}", NOW));
        assert!(check(&header, "{}", NOW.plus(TOLERANCE_MS - 1_000)));
        assert!(check(&format!("{header},v1=00,v0=zz"), "{}", NOW), "one of several");
        assert!(!check(&header, "{ }", NOW));
        assert!(!check(&header, "{}", NOW.plus(TOLERANCE_MS + 1_000)), "stale");
        assert!(!check(&sign(b"{}", SECRET, NOW.plus(TOLERANCE_MS + 1_000)), "{}", NOW), "from the future");
        assert!(!check(&sign(b"{}", "another secret of the right length", NOW), "{}", NOW));
        let (at, signature) = header.split_once(',').unwrap();
        for broken in ["", "t=", "t=x,v1=00", at, signature, &format!("{at},v1=0"), &format!("{at},v1=é0")] {
            assert!(!check(broken, "{}", NOW), "{broken}");
        }
    }
}
