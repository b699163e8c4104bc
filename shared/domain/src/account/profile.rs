//! What somebody tells about themself.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::{
    Invalid,
    text::{Email, Text},
};

/// How somebody wants to be called, at most 120 characters.
pub type PersonName = Text<120>;

/// The most addresses that somebody keeps.
pub const ADDRESSES_MAX: u32 = 50;

/// What somebody is called who has not said yet: what stands before the `@`. It is theirs, known to whoever may see the account, and a
/// mail that begins with it looks odd rather than wrong.
pub fn name_until_told(email: &Email) -> PersonName {
    email.local_part()
}

/// The longest language tag that is kept, in characters: room for every registered one.
const LOCALE_LENGTH_MAX: usize = 35;

/// A language tag (BCP 47, RFC 5646) such as `de-AT`, well-formed; whether we speak it is another question.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locale(String);

impl Locale {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut subtags = text.split('-');
        let is_language = subtags.next().is_some_and(|language| {
            matches!(language.len(), 2..=8) && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        let are_subtags = subtags.all(|subtag| {
            matches!(subtag.len(), 1..=8) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if is_language && are_subtags && text.len() <= LOCALE_LENGTH_MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_locale", "must be a BCP 47 language tag such as de-AT"))
        }
    }
}

impl TryFrom<String> for Locale {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> String {
        locale.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::schema!(Locale, "Locale", |_| {
    "description": "A language tag (BCP 47).",
    "type": "string",
    "maxLength": LOCALE_LENGTH_MAX,
    "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
    "examples": ["de-AT"],
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whoever_has_not_said_is_called_by_their_address() {
        for (email, name) in
            [("ada@example.com", "ada"), ("ada.l+shop@example.com", "ada.l+shop"), ("用户@例え.jp", "用户")]
        {
            assert_eq!(name_until_told(&email.parse().unwrap()).as_str(), name);
        }
    }

    proptest! {
        #[test]
        fn every_address_makes_a_name(local in "\\PC{1,30}") {
            if let Ok(email) = format!("{local}@example.com").parse::<Email>() {
                let name = name_until_told(&email);
                prop_assert_eq!(name.as_str().parse(), Ok(name));
            }
        }
    }

    #[test]
    fn a_language_tag_is_well_formed() {
        for good in ["de", "de-AT", "zh-Hant-TW", "sl-rozaj-biske", "en-US-u-islamcal"] {
            assert!(good.parse::<Locale>().is_ok(), "{good}");
        }
        for bad in ["", "d", "-de", "de-", "de_AT", "de--AT", "12", "de-ATATATATA", &"de-abcdefgh".repeat(5)]
        {
            assert!(bad.parse::<Locale>().is_err(), "{bad}");
        }
    }
}
