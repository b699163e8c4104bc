//! What a patch does to one value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is to become of a value that may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Not mentioned.
    #[default]
    Keep,
    /// `null`, as a JSON Merge Patch has it (RFC 7396).
    Clear,
    To(T),
}

impl<T> Change<T> {
    pub fn is_keep(&self) -> bool {
        matches!(self, Change::Keep)
    }

    /// The value after this change.
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Change::Keep => current,
            Change::Clear => None,
            Change::To(value) => Some(value),
        }
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Change::Keep | Change::Clear => serializer.serialize_none(),
            Change::To(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Change::Clear, Change::To))
    }
}

crate::schema!([T: schemars::JsonSchema] Change<T>, format!("Change{}", T::schema_name()), |generator| {
    "anyOf": [generator.subschema_for::<T>(), { "type": "null" }],
});
