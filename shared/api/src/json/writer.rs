//! The one serializer that our types are compiled against: as [`super::reader`], short where types meet it.
//!
//! What was written last says whether a comma is due, so lists and objects keep no state.

use serde::ser::{self, Error, Serialize, Serializer};
use std::fmt::{self, Write};

use super::error::JsonError;

type Result<T = (), E = JsonError> = std::result::Result<T, E>;

#[derive(Default)]
pub struct Writer {
    text: String,
}

impl Writer {
    pub fn into_text(self) -> String {
        self.text
    }

    fn comma(&mut self) {
        if !self.text.ends_with(['[', '{']) {
            self.text.push(',');
        }
    }

    fn open(&mut self, opener: &str) -> Result<&mut Self> {
        self.text.push_str(opener);
        Ok(self)
    }

    /// An enum's variant is an object with one member: `before` and what closes it stand around the content.
    fn open_variant(&mut self, variant: &str, opener: &str) -> Result<Enclosed<'_>> {
        self.text.push('{');
        self.name(variant);
        self.text.push_str(opener);
        Ok(Enclosed(self))
    }

    fn close(&mut self, closer: &str) -> Result {
        self.text.push_str(closer);
        Ok(())
    }

    fn name(&mut self, name: &str) {
        self.comma();
        self.quote(name);
        self.text.push(':');
    }

    fn quote(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        let must_escape = |byte: u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        while let Some((plain, found)) =
            rest.bytes().position(must_escape).and_then(|at| rest.split_at_checked(at))
        {
            self.text.push_str(plain);
            let mut chars = found.chars();
            match chars.next() {
                Some('"') => self.text.push_str("\\\""),
                Some('\\') => self.text.push_str("\\\\"),
                Some('\x08') => self.text.push_str("\\b"),
                Some('\x0c') => self.text.push_str("\\f"),
                Some('\n') => self.text.push_str("\\n"),
                Some('\r') => self.text.push_str("\\r"),
                Some('\t') => self.text.push_str("\\t"),
                Some(control) => self.display(format_args!("\\u{:04x}", u32::from(control))),
                None => {}
            }
            rest = chars.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
    }

    fn display(&mut self, value: fmt::Arguments<'_>) {
        // A `String` takes whatever is written to it.
        let _ = self.text.write_fmt(value);
    }

    fn whole(&mut self, number: u64) {
        self.display(format_args!("{number}"));
    }

    fn signed(&mut self, number: i64) {
        self.display(format_args!("{number}"));
    }

    /// Numbers and flags become names by their quotes; nothing else but a text can be one.
    fn end_name(&mut self, start: usize) -> Result {
        match self.text.as_bytes().get(start) {
            Some(b'"') => {}
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => {
                self.text.insert(start, '"');
                self.text.push('"');
            }
            _ => return Err(JsonError::custom("an object's names are texts")),
        }
        self.text.push(':');
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty => $write:ident)+) => {$(
        fn $method(self, number: $type) -> Result {
            self.$write(number.into());
            Ok(())
        }
    )+};
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Enclosed<'w>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Enclosed<'w>;

    numbers! {
        serialize_i8: i8 => signed serialize_i16: i16 => signed serialize_i32: i32 => signed serialize_i64: i64 => signed
        serialize_u8: u8 => whole serialize_u16: u16 => whole serialize_u32: u32 => whole serialize_u64: u64 => whole
    }

    fn serialize_f32(self, number: f32) -> Result {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, _: f64) -> Result {
        Err(JsonError::custom("no number of the shop has a fraction"))
    }

    fn serialize_bool(self, flag: bool) -> Result {
        self.close(if flag { "true" } else { "false" })
    }

    fn serialize_char(self, char: char) -> Result {
        self.serialize_str(char.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result {
        self.quote(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.close("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        let enclosed = self.open_variant(variant, "")?;
        value.serialize(&mut *enclosed.0)?;
        enclosed.0.close("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        self.open("[")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        self.open("[")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.open("[")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Enclosed<'w>> {
        self.open_variant(variant, "[")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self> {
        self.open("{")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.open("{")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Enclosed<'w>> {
        self.open_variant(variant, "{")
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident)+) => {$(
        impl ser::$trait for &mut Writer {
            type Ok = ();
            type Error = JsonError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.comma();
                value.serialize(&mut **self)
            }

            fn end(self) -> Result {
                self.close("]")
            }
        }
    )+};
}

lists! { SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field }

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result {
        self.comma();
        let start = self.text.len();
        name.serialize(&mut **self)?;
        self.end_name(start)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result {
        self.close("}")
    }
}

impl ser::SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result {
        self.close("}")
    }
}

/// The content of an enum's variant.
pub struct Enclosed<'w>(&'w mut Writer);

impl ser::SerializeTupleVariant for Enclosed<'_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.0.comma();
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Result {
        self.0.close("]}")
    }
}

impl ser::SerializeStructVariant for Enclosed<'_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.0.name(name);
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Result {
        self.0.close("}}")
    }
}
