//! JSON, read and written through one door.
//!
//! The types that cross our wires are many and large, and serde compiles each of them anew for every reader and writer it meets. Here all
//! meet the same one: text in memory, read by [`Objects`] and written by serde_json. That is most of a Worker's size.

use serde::{Serialize, de::DeserializeOwned};

pub use crate::json_reader::Objects;

/// Why a text is no `T`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads one whole JSON text.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Objects(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// Reads a part of a JSON document that is in memory already. As text once more: a second reader would cost more than writing it.
pub fn read_value<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, JsonError> {
    read(&serde_json::to_vec(value)?)
}

/// Writes a value as one JSON text.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    Ok(serde_json::to_string(value)?)
}

/// A value as a JSON document.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, JsonError> {
    Ok(serde_json::from_str(&write(value)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, Money};

    #[test]
    fn what_is_written_reads_back() {
        let money = Money::new(5, Currency::Eur).unwrap();
        let text = write(&money).unwrap();
        assert_eq!(text, r#"{"amount":5,"currency":"EUR"}"#);
        assert_eq!(read::<Money>(text.as_bytes()).unwrap(), money);
        assert_eq!(read_value::<Money>(&to_value(&money).unwrap()).unwrap(), money);
    }

    #[test]
    fn what_follows_the_value_is_refused() {
        assert!(read::<u32>(b"1 2").is_err());
        assert!(read::<u32>(b"\xff").is_err());
        assert!(
            read::<Money>(br#"{"amount":1,"currency":"XXX"}"#)
                .unwrap_err()
                .to_string()
                .contains("unsupported_currency: ")
        );
    }

    #[test]
    fn a_struct_is_an_object_at_any_depth() {
        let list = br#"[[5,"EUR"]]"#;
        assert!(read::<Vec<Money>>(list).is_err() && serde_json::from_slice::<Vec<Money>>(list).is_ok());
        let pairs =
            vec![(Some(Money::new(5, Currency::Eur).unwrap()), "x".to_owned()), (None, String::new())];
        let text = write(&pairs).unwrap();
        assert_eq!(read::<Vec<(Option<Money>, String)>>(text.as_bytes()).unwrap(), pairs);
        assert!(read::<Vec<(Option<Money>, String)>>(br#"[[null,"x","more"]]"#).is_err());
        assert!(read::<Option<Money>>(b"null").unwrap().is_none());
    }
}
