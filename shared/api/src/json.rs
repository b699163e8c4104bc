//! JSON, read and written through one door.
//!
//! The types that cross our wires are many and large, and serde compiles each of them anew for every reader and writer it meets. Here all
//! meet the same two: text in memory, read by [`reader`] and written by [`writer`]. That is most of a Worker's size.
//!
//! No number of the shop has a fraction: money is minor units, weight grams, time milliseconds. One that has is read nowhere and never written,
//! which also spares each Worker the tables that floats are read and written by.

mod error;
mod reader;
mod scan;
#[cfg(test)]
mod tests;
mod writer;

pub use error::JsonError;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use reader::Reader;
use scan::Scan;
use writer::Writer;

/// Reads one whole JSON text.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    read_text(utf8(json)?, false)
}

/// Reads one JSON object whose numbers and flags are written as text: a query, or a form.
pub fn read_texts<T: DeserializeOwned>(json: &str) -> Result<T, JsonError> {
    read_text(json, true)
}

fn utf8(json: &[u8]) -> Result<&str, JsonError> {
    std::str::from_utf8(json).map_err(|_| JsonError::not_json())
}

fn read_text<'t, T: Deserialize<'t>>(json: &'t str, is_query: bool) -> Result<T, JsonError> {
    let mut reader = Reader::new(json, is_query);
    match T::deserialize(&mut reader) {
        Ok(value) => reader.end().map_or(Ok(value), Err),
        Err(error) => Err(reader.failed(error)),
    }
}

/// Whether this is one JSON text, of whatever shape.
pub fn is_json(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| {
        let mut scan = Scan::new(text);
        scan.skip().is_ok() && scan.peek().is_none()
    })
}

/// Reads a part of a JSON document that is in memory already. As text once more: a second reader would cost more than writing it.
pub fn read_value<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, JsonError> {
    read_text(&write(value)?, false)
}

/// Writes a value as one JSON text.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.into_text())
}

/// A value as a JSON document.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, JsonError> {
    read_text(&write(value)?, false)
}
