//! When two e-mail addresses are one.

use std::fmt;

use crate::text::{Email, NormalForm, Normalise};

/// An address as it is compared, never as it is written to: without regard to case, and in one Unicode form (NFKC, UAX #15).
///
/// The local part's case counts by RFC 5321 (section 2.4) and nowhere in the world; an attacker must not get a second account by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

impl EmailKey {
    pub fn of(email: &Email, normalise: Normalise) -> Self {
        let folded = normalise(NormalForm::Nfkc, email.as_str()).to_lowercase();
        // Folding can undo the form, so the form comes last again.
        Self(normalise(NormalForm::Nfkc, &folded))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> EmailKey {
        EmailKey::of(&text.parse().unwrap(), crate::account::tests::normalise)
    }

    #[test]
    fn one_address_has_one_key_however_it_is_typed() {
        for (one, other) in [
            ("Ada@Example.COM", "ada@example.com"),
            (" ada@example.com ", "ada@example.com"),
            // Composed and decomposed, full width and plain.
            ("zo\u{eb}@example.com", "zoe\u{308}@example.com"),
            ("\u{ff21}da@example.com", "ada@example.com"),
            ("ÉCOLE@exemple.fr", "école@exemple.fr"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("ada@example.com", "ada@example.org"), ("a.da@example.com", "ada@example.com")]
        {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(local in "[a-zA-Zäöüéßıſ0-9.+]{1,20}") {
            let once = key(&format!("{local}@example.com"));
            prop_assert_eq!(key(once.as_str()), once);
        }
    }
}
