//! Words from people, bounded and trimmed once, when they are parsed.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

/// How one text is told from another that only looks the same (UAX #15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormalForm {
    /// Letters and their accents in one piece.
    Nfc,
    /// The same, and what is only another way to write a letter as that letter: full width, ligatures.
    Nfkc,
}

/// Brings a text into a form. Every runtime has the tables for it, which weigh more than all our rules: so it is an argument of those.
pub type Normalise = fn(NormalForm, &str) -> String;

/// The longest e-mail address, in octets (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_LENGTH_MAX: usize = 254;

/// A line or a text of at least 1 and at most `MAX` characters, trimmed, without control characters (line breaks are allowed).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// What stands where a text about a person was.
    pub fn erased() -> Self {
        Self("erased".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("required", "must not be empty"));
        }
        if text.chars().count() > MAX {
            return Err(Invalid::new("too_long", format!("must be at most {MAX} characters")));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Invalid::new("invalid_characters", "must not hold control characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> String {
        text.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address that could be delivered to: one `@`, a dotted domain, no spaces. Whether it exists, only a mail can tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// What stands where somebody's address was; no mail ever gets there (RFC 2606, 2).
    pub fn erased() -> Self {
        Self("erased@erased.invalid".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is said of what is none.
    pub fn invalid() -> Invalid {
        Invalid::new("invalid_email", "must be an e-mail address such as ada@example.com")
    }

    /// As it is written to from now on: in the Unicode form that it is compared in (NFKC, UAX #15), with its case. Else one address could stand for
    /// another one's mailbox. What is no address then never was one.
    pub fn normalised(&self, normalise: Normalise) -> Result<Self, Invalid> {
        normalise(NormalForm::Nfkc, &self.0).parse()
    }

    /// What stands before the `@`: at least one character, none of them a space.
    pub fn local_part<const MAX: usize>(&self) -> Text<MAX> {
        let (local, _) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        Text(local.chars().take(MAX).collect())
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = Self::invalid;
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or_else(refused)?;
        let clean = |part: &str| {
            !part
                .chars()
                .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '@'))
        };
        let dotted = host.contains('.') && host.split('.').all(|label| !label.is_empty());
        if local.is_empty()
            || local.len() > 64
            || text.len() > EMAIL_LENGTH_MAX
            || !clean(local)
            || !clean(host)
            || !dotted
        {
            return Err(refused());
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::schema!([const MAX: usize] Text<MAX>, format!("Text{MAX}"), |_| {
    "description": "Words: trimmed, without control characters other than line breaks and tabs.",
    "type": "string",
    "minLength": 1,
    "maxLength": MAX,
    "pattern": crate::schema::TEXT_PATTERN,
});

// What stands around it is trimmed. Octets are counted, and a character may have four of them: sixteen of any kind fit before the `@`, or sixty-four of ASCII.
crate::schema!(Email, "Email", |_| {
    "description": "An e-mail address that could be delivered to.",
    "type": "string",
    "maxLength": EMAIL_LENGTH_MAX,
    "pattern": concat!(
        r"^\s*([!-+\--:=?A-~]{1,64}|[^\s\u0000-\u001f\u007f-\u009f<>,;@]{1,16})@",
        r"[^\s\u0000-\u001f\u007f-\u009f<>,;@.]+(\.[^\s\u0000-\u001f\u007f-\u009f<>,;@.]+)+\s*$",
    ),
    "examples": ["grace@example.com"],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_a_mail_could_reach_are_taken() {
        for good in ["ada@example.com", " ada.l+shop@mail.example.co.uk ", "用户@例え.jp"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "a@b@c.d",
            "a@b..c",
            "<a@b.c>",
            "a@b.c\r\nBcc: x@y.z",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn text_is_trimmed_and_bounded() {
        assert_eq!("  hi ".parse::<Text<2>>().unwrap().as_str(), "hi");
        for (bad, code) in [("  ", "required"), ("abc", "too_long"), ("a\0", "invalid_characters")] {
            assert_eq!(bad.parse::<Text<2>>().unwrap_err().code, code);
        }
    }
}
