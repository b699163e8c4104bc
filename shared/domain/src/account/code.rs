//! What somebody shows besides their password: a code of their app, or one of the codes for the day on which the app is lost.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{DurationMs, Invalid, time::HOUR_MS};

/// Digits of an app's code (RFC 6238, as every app shows it).
pub const APP_CODE_LENGTH: usize = 6;
/// Characters of a recovery code: 80 bits.
pub const RECOVERY_CODE_LENGTH: usize = 16;
/// How many recovery codes somebody gets.
pub const RECOVERY_CODES: usize = 10;

/// Codes that may be tried in [`CODE_WINDOW_MS`] at one account, from everywhere: who tries them knows the password, and one in a million is
/// right.
pub const CODE_TRIES_MAX: u32 = 10;
pub const CODE_WINDOW_MS: DurationMs = HOUR_MS;

/// A code as it is compared: without the spaces and hyphens that people type. It is written to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OneTimeCode(String);

impl OneTimeCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an app shows it; else it is a recovery code.
    pub fn is_of_app(&self) -> bool {
        self.0.len() == APP_CODE_LENGTH
    }
}

impl TryFrom<String> for OneTimeCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let code: String = text
            .chars()
            .filter(|character| !matches!(character, ' ' | '-'))
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let is_code = match code.len() {
            APP_CODE_LENGTH => code.bytes().all(|byte| byte.is_ascii_digit()),
            RECOVERY_CODE_LENGTH => code.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            _ => false,
        };
        if is_code {
            Ok(Self(code))
        } else {
            Err(Invalid::new("invalid_code", "must be the app's six digits, or a recovery code"))
        }
    }
}

impl From<OneTimeCode> for String {
    fn from(code: OneTimeCode) -> String {
        code.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

crate::schema!(OneTimeCode, "OneTimeCode", |_| {
    "description": "The six digits of an authenticator app, or a recovery code. Spaces and hyphens do not count.",
    "type": "string",
    "pattern": format!(
        "^[ -]*(([0-9][ -]*){{{APP_CODE_LENGTH}}}|([0-9A-Za-z][ -]*){{{RECOVERY_CODE_LENGTH}}})$"
    ),
    "examples": ["123456", "k7f3-9qdx-a4m2-0000"],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for (typed, code, is_of_app) in [
            ("123456", "123456", true),
            (" 123 456 ", "123456", true),
            ("k7f3-9qdx-a4m2-0000", "K7F39QDXA4M20000", false),
            ("K7F3 9QDX A4M2 0000", "K7F39QDXA4M20000", false),
        ] {
            let read = OneTimeCode::try_from(typed.to_owned()).unwrap();
            assert_eq!((read.as_str(), read.is_of_app()), (code, is_of_app), "{typed}");
        }
        for typed in ["", "12345", "12345a", "1234567", "١٢٣٤٥٦", "k7f3-9qdx-a4m2-000", "k7f3-9qdx-a4m2-000ü"]
        {
            assert_eq!(OneTimeCode::try_from(typed.to_owned()).unwrap_err().code, "invalid_code", "{typed}");
        }
    }
}
