//! Why a value could not be parsed.

use std::fmt;

/// A value that breaks its type's rule: the caller's fault, told to them with the field's pointer.
///
/// Displays as `code: detail`; the JSON extractor splits it there, so a type says why it refuses in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Stable, `snake_case`, part of the public contract.
    pub code: &'static str,
    /// For people; may change.
    pub detail: String,
}

impl Invalid {
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Invalid {}
