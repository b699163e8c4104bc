//! The stock-keeping unit: what is priced, stocked and sold.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

/// The longest SKU, in characters.
pub const SKU_LENGTH_MAX: usize = 64;

/// A SKU: 1 to 64 of `A-Z a-z 0-9 . _ -`, so it can stand in a path, a key and a printed label as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(String);

impl Sku {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sku {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=SKU_LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_sku", format!("must be 1 to {SKU_LENGTH_MAX} of A-Z a-z 0-9 . _ -")))
        }
    }
}

impl TryFrom<String> for Sku {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> String {
        sku.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::schema!(Sku, "Sku", |_| {
    "description": "A stock-keeping unit: what is priced, stocked and sold.",
    "type": "string",
    "minLength": 1,
    "maxLength": SKU_LENGTH_MAX,
    "pattern": "^[A-Za-z0-9._-]+$",
    "examples": ["HAL-TIDE-300"],
});
