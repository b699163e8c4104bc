//! Passwords: what is accepted as a new one, and how one is carried without being seen.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{
    Invalid,
    text::{NormalForm, Normalise},
};

/// In characters (OWASP ASVS 5.0, 6.2.1 asks for 8 at least and 15 where one can).
pub const PASSWORD_LENGTH_MIN: usize = 12;
/// In characters: room for a phrase, and no more work than that for whoever hashes it.
pub const PASSWORD_LENGTH_MAX: usize = 128;

/// What somebody typed as their password. It is written to no log: it has no text of its own to show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Password(String);

impl Password {
    /// What is hashed: one form (NFC, as RFC 8265 has it for opaque strings), however a keyboard composed its letters.
    pub fn prepared(&self, normalise: Normalise) -> String {
        normalise(NormalForm::Nfc, &self.0)
    }

    /// Whether it is one of those that are tried first.
    pub fn is_common(&self, normalise: Normalise) -> bool {
        super::common::is_common(&self.prepared(normalise))
    }
}

impl TryFrom<String> for Password {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new("required", "must not be empty"));
        }
        if text.chars().count() > PASSWORD_LENGTH_MAX {
            return Err(Invalid::new(
                "too_long",
                format!("must be at most {PASSWORD_LENGTH_MAX} characters"),
            ));
        }
        Ok(Self(text))
    }
}

impl From<Password> for String {
    fn from(password: Password) -> String {
        password.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A password that an account may get if it is not a common one, which auth knows: whoever only takes it in need not carry that list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NewPassword(Password);

impl NewPassword {
    pub fn into_password(self) -> Password {
        self.0
    }
}

impl TryFrom<String> for NewPassword {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let password = Password::try_from(text)?;
        let length = password.0.chars().count();
        if length < PASSWORD_LENGTH_MIN {
            return Err(Invalid::new(
                "too_short",
                format!("must be at least {PASSWORD_LENGTH_MIN} characters"),
            ));
        }
        Ok(Self(password))
    }
}

/// What is told of a common one.
pub fn common_password() -> Invalid {
    Invalid::new("common_password", "is one of those that are tried first")
}

impl From<NewPassword> for String {
    fn from(password: NewPassword) -> String {
        password.0.into()
    }
}

crate::schema!(Password, "Password", |_| {
    "type": "string",
    "format": "password",
    "minLength": 1,
    "maxLength": PASSWORD_LENGTH_MAX,
    "examples": ["correct horse battery staple"],
});

crate::schema!(NewPassword, "NewPassword", |_| {
    "description": "A password that is none of those that are tried first.",
    "type": "string",
    "format": "password",
    "minLength": PASSWORD_LENGTH_MIN,
    "maxLength": PASSWORD_LENGTH_MAX,
    "examples": ["correct horse battery staple"],
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::tests::normalise;

    #[test]
    fn a_new_password_is_long_enough_and_no_longer_than_that() {
        for (text, code) in [
            ("", Some("required")),
            ("elevenchars", Some("too_short")),
            ("twelve chars", None),
            ("我的手錶店密碼只有我知道", None),
            (&"a long phrase of many words, ".repeat(4), None),
            (&"x".repeat(129), Some("too_long")),
        ] {
            let refusal = NewPassword::try_from(text.to_owned()).err().map(|invalid| invalid.code);
            assert_eq!(refusal, code, "{text}");
        }
    }

    #[test]
    fn a_password_is_one_however_its_letters_are_composed_and_shows_in_no_log() {
        let composed = Password::try_from("zo\u{eb} zo\u{eb}".to_owned()).unwrap();
        let decomposed = Password::try_from("zoe\u{308} zoe\u{308}".to_owned()).unwrap();
        assert_eq!(composed.prepared(normalise), decomposed.prepared(normalise));
        assert_eq!(format!("{composed:?}"), "Password(..)");
    }
}
