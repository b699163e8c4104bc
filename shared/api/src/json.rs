//! JSON, read and written through one door.
//!
//! The types that cross our wires are many and large, and serde compiles each of them anew for every reader and writer. Behind `dyn` each is
//! compiled once, which halves a Worker's code.

use erased_serde::{Deserializer, Serializer};
use serde::{Serialize, de::DeserializeOwned};

/// Why a text is no `T`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// Reads one whole JSON text.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = read_from(&mut <dyn Deserializer>::erase(&mut reader))?;
    reader.end().map_err(|error| JsonError(error.to_string()))?;
    Ok(value)
}

/// Reads from any deserializer: the one place where a type is compiled against one.
pub fn read_from<T: DeserializeOwned>(reader: &mut dyn Deserializer<'_>) -> Result<T, JsonError> {
    T::deserialize(reader).map_err(|error| JsonError(error.to_string()))
}

/// Reads a part of a JSON document that is in memory already.
pub fn read_value<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, JsonError> {
    read_from(&mut <dyn Deserializer>::erase(value))
}

/// Writes a value as one JSON text.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let mut text = Vec::with_capacity(256);
    write_to(&value, &mut text)?;
    // serde_json writes UTF-8 and nothing else.
    String::from_utf8(text).map_err(|error| JsonError(error.to_string()))
}

fn write_to(value: &dyn erased_serde::Serialize, text: &mut Vec<u8>) -> Result<(), JsonError> {
    let mut writer = serde_json::Serializer::new(text);
    value
        .erased_serialize(&mut <dyn Serializer>::erase(&mut writer))
        .map_err(|error| JsonError(error.to_string()))
}

/// A value as a JSON document.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, JsonError> {
    let text = write(value)?;
    serde_json::from_str(&text).map_err(|error| JsonError(error.to_string()))
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
}
