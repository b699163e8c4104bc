//! The name of a product, a category or a brand in an address.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

/// The longest slug, in characters.
pub const SLUG_LENGTH_MAX: usize = 120;

/// Words that mean something else where a slug stands: `GET /v1/products/export` is not a product.
const RESERVED: [&str; 2] = ["export", "import"];

/// `halden-tide-300`: words of `a-z 0-9` with single hyphens between. It never has the `_` of an id, so one path takes either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() > SLUG_LENGTH_MAX || !text.split('-').all(is_word) {
            let rule = format!("must be 1 to {SLUG_LENGTH_MAX} of a-z 0-9, with single hyphens between");
            return Err(Invalid::new("invalid_slug", rule));
        }
        if RESERVED.contains(&text) {
            return Err(Invalid::new(
                "reserved_slug",
                "must be another word: this one has a meaning of its own",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Slug {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> String {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::schema!(Slug, "Slug", |_| {
    "description": "The name of a product, a category or a brand in an address.",
    "type": "string",
    "maxLength": SLUG_LENGTH_MAX,
    "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    "not": { "enum": RESERVED },
    "examples": ["halden-tide-300"],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_with_single_hyphens() {
        for good in ["a", "halden-tide-300", "300", &"a".repeat(SLUG_LENGTH_MAX)] {
            assert_eq!(good.parse::<Slug>().unwrap().as_str(), good);
        }
        for bad in
            ["", "-a", "a-", "a--b", "A", "a b", "a_b", "é", "import", &"a".repeat(SLUG_LENGTH_MAX + 1)]
        {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
