//! Codes of an authenticator app: TOTP (RFC 6238) over HMAC-SHA-1, six digits, a new one every 30 s: what every app can show.

use base32::Alphabet;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;
use totp_lite::{Sha1, totp_custom};

use api::{derived::DerivingKey, identity::KeyRing};
use domain::{
    Timestamp,
    account::{APP_CODE_LENGTH, OneTimeCode, RECOVERY_CODE_LENGTH},
    id::FactorId,
    text::Email,
    time::SECOND_MS,
};
use platform::{Fault, Platform};

/// As RFC 4226 recommends it, section 4.
const SECRET_BYTES: usize = 20;
const STEP_S: u64 = 30;
/// Five bits a character.
const RECOVERY_BYTES: usize = RECOVERY_CODE_LENGTH * 5 / 8;
const RECOVERY_GROUP: usize = 4;

/// What an app and we both know. It has no `Debug`, so that it cannot reach a log.
pub struct Shared([u8; SECRET_BYTES]);

impl Shared {
    /// Made from an enrolment's id. `None`: its key is no longer ours.
    pub fn of(id: &FactorId, key_id: &str, keys: &KeyRing) -> Option<Self> {
        let bytes = keys.secret(key_id).and_then(DerivingKey::of)?.bytes(id);
        Some(Self(bytes.get(..SECRET_BYTES)?.try_into().ok()?))
    }

    /// The time step that a code belongs to, if it is right about now: clocks are never quite right, so one before and one after count as
    /// well (RFC 6238, section 5.2).
    pub fn step(&self, code: &OneTimeCode, now: Timestamp) -> Option<u64> {
        let step = u64::try_from(now.millis()).ok()?.checked_div(SECOND_MS)?.checked_div(STEP_S)?;
        let steps = [step, step.checked_sub(1)?, step.checked_add(1)?];
        steps.into_iter().find(|step| self.code(*step).as_bytes().ct_eq(code.as_str().as_bytes()).into())
    }

    fn code(&self, step: u64) -> String {
        let digits = u32::try_from(APP_CODE_LENGTH).unwrap_or_default();
        totp_custom::<Sha1>(STEP_S, digits, &self.0, step.saturating_mul(STEP_S))
    }

    /// As it is typed into an app.
    pub fn secret(&self) -> String {
        base32::encode(Alphabet::Rfc4648 { padding: false }, &self.0)
    }

    /// As apps scan it (the Key Uri Format of Google Authenticator).
    pub fn uri(&self, issuer: &str, email: &Email) -> String {
        let [issuer, email] =
            [issuer, email.as_str()].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
        let secret = self.secret();
        format!(
            "otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
        )
    }
}

/// A recovery code as it is shown, `k7f3-9qdx-a4m2-0000`, and as it is compared.
pub fn recovery_code<P: Platform>(platform: &P) -> Result<(String, OneTimeCode), Fault> {
    let text = base32::encode(Alphabet::Crockford, &platform.random::<RECOVERY_BYTES>()).to_lowercase();
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect()).collect();
    let code = OneTimeCode::try_from(text).map_err(|invalid| Fault::defect(invalid.detail))?;
    Ok((groups.join("-"), code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    fn shared() -> Shared {
        let ring = KeyRing::parse(&format!("a:{}", URL_SAFE_NO_PAD.encode([7; 32]))).unwrap();
        assert!(Shared::of(&FactorId::derived(&["x"]), "b", &ring).is_none());
        Shared::of(&FactorId::derived(&["x"]), "a", &ring).unwrap()
    }

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::try_from(text.to_owned()).unwrap()
    }

    /// RFC 6238, appendix B: the last six digits of its table.
    #[test]
    fn codes_are_those_of_the_standard() {
        let shared = Shared(*b"12345678901234567890");
        for (seconds, digits) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (2_000_000_000, "279037")]
        {
            let at = Timestamp::from_millis(seconds * 1_000);
            assert_eq!(shared.step(&code(digits), at), u64::try_from(seconds / 30).ok(), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_right_for_a_step_before_and_after_its_own() {
        let shared = shared();
        let step = 60_000_000_u64;
        let right = code(&shared.code(step));
        let at = |offset: i64| Timestamp::from_millis(i64::try_from(step * 30_000).unwrap() + offset);
        for offset in [-30_000, 0, 29_999, 59_999] {
            assert_eq!(shared.step(&right, at(offset)), Some(step), "{offset}");
        }
        for offset in [-30_001, 60_000] {
            assert_eq!(shared.step(&right, at(offset)), None, "{offset}");
        }
    }

    #[test]
    fn an_app_gets_all_it_has_to_know() {
        let email = "ada+shop@example.com".parse::<Email>().unwrap();
        let shared = shared();
        assert_eq!(base32::decode(Alphabet::Rfc4648 { padding: false }, &shared.secret()).unwrap().len(), 20);
        let uri = shared.uri("Meridian & Sons", &email);
        let expected = "otpauth://totp/Meridian%20%26%20Sons:ada%2Bshop%40example%2Ecom?secret=";
        assert!(uri.starts_with(expected), "{uri}");
        assert!(uri.ends_with("&issuer=Meridian%20%26%20Sons&algorithm=SHA1&digits=6&period=30"), "{uri}");
    }
}
