//! Why a text is no `T`, and where; or why a `T` is no text.

use serde::{
    de::{self, Expected, Unexpected},
    ser,
};
use std::fmt::{self, Display};

use super::scan::Refused;

/// Why a text is no `T`. One word long, because it is part of what thousands of calls return.
#[derive(Debug)]
pub struct JsonError(Box<Reason>);

#[derive(Debug)]
struct Reason {
    is_json: bool,
    message: String,
    pointer: String,
}

impl JsonError {
    fn new(is_json: bool, message: String) -> Self {
        Self(Box::new(Reason { is_json, message, pointer: String::new() }))
    }

    #[cold]
    pub(super) fn not_json() -> Self {
        Self::new(false, "not JSON".to_owned())
    }

    #[cold]
    pub(super) fn too_deep() -> Self {
        Self::new(false, "nested too deep".to_owned())
    }

    #[cold]
    pub(super) fn wrong_shape(message: String) -> Self {
        Self::new(true, message)
    }

    pub(super) fn at(mut self, pointer: String) -> Self {
        self.0.pointer = pointer;
        self
    }

    /// False for what is no JSON text at all, as far as it was read.
    pub fn is_json(&self) -> bool {
        self.0.is_json
    }

    /// What is wrong there; a type of ours says it as `code: detail`.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// RFC 6901, from the text's root.
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }
}

impl Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        if !self.pointer().is_empty() {
            write!(f, " at {}", self.pointer())?;
        }
        Ok(())
    }
}

impl std::error::Error for JsonError {}

impl From<Refused> for JsonError {
    #[cold]
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotJson => Self::not_json(),
            Refused::Meaningless(why) => Self::wrong_shape(why.to_owned()),
        }
    }
}

impl ser::Error for JsonError {
    #[cold]
    #[inline(never)]
    fn custom<T: Display>(message: T) -> Self {
        Self::wrong_shape(message.to_string())
    }
}

impl de::Error for JsonError {
    #[cold]
    #[inline(never)]
    fn custom<T: Display>(message: T) -> Self {
        Self::wrong_shape(message.to_string())
    }

    #[cold]
    fn invalid_type(found: Unexpected, expected: &dyn Expected) -> Self {
        invalid("type", found, expected)
    }

    #[cold]
    fn invalid_value(found: Unexpected, expected: &dyn Expected) -> Self {
        invalid("value", found, expected)
    }
}

/// Names the kind of what was found and never the value, which may be long or somebody's name.
#[cold]
#[inline(never)]
fn invalid(what: &str, found: Unexpected, expected: &dyn Expected) -> JsonError {
    let found = match found {
        Unexpected::Bool(_) => "a flag",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        _ => "something else",
    };
    JsonError::wrong_shape(format!("invalid {what}: {found}, expected {expected}"))
}
