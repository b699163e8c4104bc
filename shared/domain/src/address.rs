//! Where goods and bills go.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::{Invalid, text::Text};

/// A country by its ISO 3166-1 alpha-2 code, in capitals. Which of them the shop ships to is shipping's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// For tables in the code: `Country::literal(*b"DE")`.
    pub const fn literal(code: [u8; 2]) -> Self {
        Self(code)
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => Ok(Self([*a, *b])),
            _ => Err(Invalid::new("invalid_country", "must be an ISO 3166-1 alpha-2 code such as DE")),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> String {
        country.code().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A postal address as an order keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub name: Text<120>,
    pub line1: Text<200>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<Text<200>>,
    pub city: Text<120>,
    /// State, province or prefecture; for the United States the two-letter state, which decides the sales tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text<80>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Text<20>>,
    pub country: Country,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Text<40>>,
}

crate::schema!(Country, "Country", |_| {
    "description": "An ISO 3166-1 alpha-2 code. Which of them the shop ships to is another question.",
    "type": "string",
    "pattern": "^[A-Z]{2}$",
    "examples": ["DE"],
});
