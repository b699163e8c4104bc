//! The one deserializer that our types are compiled against.
//!
//! serde compiles every type anew for the deserializer it is read by, so whatever a deserializer does stands in a Worker a hundred times.
//! Here what needs no type is done by functions that know none: the generic methods only call them. Two habits more keep them short:
//!
//! - A struct's fields and an enum's variants are told by their place in the list that serde hands over, so no type compares names.
//! - A reader knows where it is, whichever call failed. It stops where it was, and that is the error's pointer.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor, value::U64Deserializer,
};
use std::borrow::Cow;

use super::{
    error::JsonError,
    scan::{Number, Scan, unescape},
};

type Result<T, E = JsonError> = std::result::Result<T, E>;

/// How many lists and objects may stand inside one another: each costs the reader a call.
const DEPTH_MAX: usize = 127;

/// Reads one text.
pub struct Reader<'t> {
    scan: Scan<'t>,
    /// The lists and objects that are open here, and how far each has been read.
    open: Vec<Place<'t>>,
    /// Numbers and flags may be written as text: in a query they always are.
    is_query: bool,
    /// So may those that are an object's keys.
    is_key: bool,
    /// What was wrong at the end of a value that had been read well.
    late: Option<JsonError>,
}

#[derive(Clone, Copy)]
enum Place<'t> {
    Begin,
    /// A member, as its name is written.
    Member(&'t str),
    /// An element, from 0.
    Element(u32),
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, is_query: bool) -> Self {
        Self { scan: Scan::new(text), open: Vec::new(), is_query, is_key: false, late: None }
    }

    /// What is wrong with a text whose value has been read: something follows it, or was left out inside it.
    pub fn end(&mut self) -> Option<JsonError> {
        let late = self.late.take();
        late.or_else(|| self.scan.peek().map(|_| JsonError::not_json()))
    }

    /// What was wrong first, and where.
    pub fn failed(&mut self, error: JsonError) -> JsonError {
        self.late.take().unwrap_or_else(|| error.at(self.pointer()))
    }

    /// RFC 6901.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for place in &self.open {
            match place {
                Place::Begin => {}
                Place::Member(name) => {
                    let name = unescape(name).unwrap_or(Cow::Borrowed(name));
                    pointer.push('/');
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                Place::Element(index) => pointer.push_str(&format!("/{index}")),
            }
        }
        pointer
    }

    #[cold]
    fn unexpected(&mut self, expected: &dyn Expected) -> JsonError {
        let mut ahead = self.scan;
        if ahead.skip().is_err() {
            return JsonError::not_json();
        }
        let found = match self.scan.peek() {
            Some(b'"') => Unexpected::Str(""),
            Some(b'-' | b'0'..=b'9') => Unexpected::Float(0.0),
            Some(b't' | b'f') => Unexpected::Bool(true),
            Some(b'n') => Unexpected::Unit,
            Some(b'[') => Unexpected::Seq,
            _ => Unexpected::Map,
        };
        JsonError::invalid_type(found, expected)
    }

    fn is_text_due(&self) -> bool {
        self.is_query || self.is_key
    }

    fn text(&mut self, expected: &dyn Expected) -> Result<String> {
        match self.scan.peek() {
            Some(b'"') => Ok(unescape(self.scan.quoted()?)?.into_owned()),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn number(&mut self, expected: &dyn Expected) -> Result<Number> {
        let before = self.scan;
        match self.scan.peek() {
            Some(b'-' | b'0'..=b'9') => {
                let number = self.scan.number()?;
                number.ok_or_else(|| {
                    self.scan = before;
                    self.unexpected(expected)
                })
            }
            Some(b'"') if self.is_text_due() => {
                let text = self.text(expected)?;
                let mut inside = Scan::new(&text);
                let number = inside.number().ok().flatten().filter(|_| inside.peek().is_none());
                number.ok_or_else(|| {
                    self.scan = before;
                    self.unexpected(expected)
                })
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn flag(&mut self, expected: &dyn Expected) -> Result<bool> {
        let [yes, no] = if self.is_text_due() { ["\"true\"", "\"false\""] } else { ["true", "false"] };
        if self.scan.take(yes) {
            Ok(true)
        } else if self.scan.take(no) {
            Ok(false)
        } else {
            Err(self.unexpected(expected))
        }
    }

    fn is_null(&mut self) -> bool {
        self.scan.take("null")
    }

    fn null(&mut self, expected: &dyn Expected) -> Result<()> {
        if self.is_null() { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn skip(&mut self) -> Result<()> {
        Ok(self.scan.skip()?)
    }

    /// Opens a list or an object; `leave` takes the depth that this tells.
    fn enter(&mut self, opener: &str, expected: &dyn Expected) -> Result<usize> {
        let depth = self.open.len();
        if !self.scan.take(opener) {
            return Err(self.unexpected(expected));
        }
        if depth >= DEPTH_MAX {
            return Err(JsonError::too_deep());
        }
        self.open.push(Place::Begin);
        Ok(depth)
    }

    /// Goes on to the next member or element; false when there is none, and the list or object is closed.
    fn advance(&mut self, closer: &str) -> Result<bool> {
        let is_first = matches!(self.open.last(), Some(Place::Begin));
        if self.scan.take(closer) {
            self.open.pop();
            return Ok(false);
        }
        if is_first || self.scan.take(",") { Ok(true) } else { Err(JsonError::not_json()) }
    }

    /// Whoever takes a fixed number of elements stops before the end. What is wrong there is kept for later: no type's code is
    /// the longer for it.
    fn leave(&mut self, depth: usize, closer: &str) {
        if self.open.len() == depth || self.late.is_some() {
            return;
        }
        let error = match self.advance(closer) {
            Ok(false) => return,
            Ok(true) => {
                JsonError::wrong_shape(format!("invalid length: more than belongs here before `{closer}`"))
            }
            Err(error) => error,
        };
        self.late = Some(error.at(self.pointer()));
    }

    fn go_to(&mut self, place: Place<'t>) {
        if let Some(last) = self.open.last_mut() {
            *last = place;
        }
    }

    fn next_element(&mut self) -> Result<bool> {
        let next = match self.open.last() {
            Some(Place::Element(index)) => index.saturating_add(1),
            _ => 0,
        };
        let is_there = self.advance("]")?;
        if is_there {
            self.go_to(Place::Element(next));
        }
        Ok(is_there)
    }

    /// Goes on to the next member and stands before its name.
    fn next_member(&mut self) -> Result<bool> {
        if !self.advance("}")? {
            return Ok(false);
        }
        let mut ahead = self.scan;
        self.go_to(Place::Member(ahead.quoted()?));
        self.is_key = true;
        Ok(true)
    }

    /// The place of the next member's name among `names`, or their number for a name that is not there.
    fn next_name(&mut self, names: &[&str]) -> Result<Option<u64>> {
        if self.next_member()? { self.name(names).map(Some) } else { Ok(None) }
    }

    fn name(&mut self, names: &[&str]) -> Result<u64> {
        let name = unescape(self.scan.quoted()?)?;
        let place = names.iter().position(|known| *known == name).unwrap_or(names.len());
        Ok(u64::try_from(place).unwrap_or(u64::MAX))
    }

    fn end_key(&mut self) -> Result<()> {
        self.is_key = false;
        if self.scan.take(":") { Ok(()) } else { Err(JsonError::not_json()) }
    }

    /// The name that the reader stands at.
    fn last_name(&self) -> Cow<'t, str> {
        match self.open.last() {
            Some(Place::Member(name)) => unescape(name).unwrap_or(Cow::Borrowed(name)),
            _ => Cow::Borrowed(""),
        }
    }

    #[cold]
    fn unknown_field(&self, fields: &'static [&'static str]) -> JsonError {
        JsonError::unknown_field(&self.last_name(), fields)
    }

    /// An enum's variant by its place among `variants`; alone as a text, or as the only member of an object, which is entered.
    fn variant(&mut self, variants: &'static [&'static str], expected: &dyn Expected) -> Result<(u64, bool)> {
        match self.scan.peek() {
            Some(b'"') => Ok((self.name(variants)?, false)),
            Some(b'{') => {
                self.enter("{", expected)?;
                let Some(place) = self.next_name(variants)? else {
                    return Err(JsonError::invalid_length(0, &"an object with one member"));
                };
                self.end_key()?;
                Ok((place, true))
            }
            _ => Err(self.unexpected(expected)),
        }
    }
}

macro_rules! forward {
    ($to:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.$to(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.scan.peek() {
            Some(b'"') => self.deserialize_string(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            _ => self.deserialize_i64(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let flag = self.flag(&visitor)?;
        visitor.visit_bool(flag)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.number(&visitor)? {
            Number::Positive(number) => visitor.visit_u64(number),
            Number::Negative(number) => visitor.visit_i64(number),
        }
    }

    forward! {
        deserialize_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32 deserialize_f64
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let text = self.text(&visitor)?;
        visitor.visit_string(text)
    }

    forward! {
        deserialize_string: deserialize_char deserialize_str deserialize_identifier deserialize_bytes deserialize_byte_buf
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.null(&visitor)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let depth = self.enter("[", &visitor)?;
        let value = visitor.visit_seq(Elements(self))?;
        self.leave(depth, "]");
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let depth = self.enter("{", &visitor)?;
        let value = visitor.visit_map(Members(self))?;
        self.leave(depth, "}");
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let depth = self.enter("{", &visitor)?;
        let value = visitor.visit_map(Fields { reader: self, fields })?;
        self.leave(depth, "}");
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let depth = self.open.len();
        let (place, has_content) = self.variant(variants, &visitor)?;
        let value = visitor.visit_enum(Variant { reader: self, variants, place, has_content })?;
        self.leave(depth, "}");
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }
}

struct Elements<'r, 't>(&'r mut Reader<'t>);

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = JsonError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.0.next_element()? { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }
}

/// An object whose names are data.
struct Members<'r, 't>(&'r mut Reader<'t>);

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = JsonError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.0.next_member()? { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        self.0.end_key()?;
        seed.deserialize(&mut *self.0)
    }
}

/// An object whose names are a struct's fields.
struct Fields<'r, 't> {
    reader: &'r mut Reader<'t>,
    fields: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Fields<'_, 'de> {
    type Error = JsonError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(place) = self.reader.next_name(self.fields)? else { return Ok(None) };
        let field: U64Deserializer<JsonError> = place.into_deserializer();
        seed.deserialize(field).map(Some).map_err(|_| self.reader.unknown_field(self.fields))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        self.reader.end_key()?;
        seed.deserialize(&mut *self.reader)
    }
}

struct Variant<'r, 't> {
    reader: &'r mut Reader<'t>,
    variants: &'static [&'static str],
    place: u64,
    has_content: bool,
}

impl Variant<'_, '_> {
    fn content(&self, expected: &str) -> Result<()> {
        if self.has_content {
            return Ok(());
        }
        Err(JsonError::wrong_shape(format!("invalid type: a text, expected {expected}")))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let variant: U64Deserializer<JsonError> = self.place.into_deserializer();
        match seed.deserialize(variant) {
            Ok(variant) => Ok((variant, self)),
            Err(_) => Err(unknown_variant(self.variants)),
        }
    }
}

#[cold]
fn unknown_variant(variants: &'static [&'static str]) -> JsonError {
    JsonError::wrong_shape(format!("unknown variant, expected one of {}", variants.join(", ")))
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;

    fn unit_variant(self) -> Result<()> {
        if self.has_content { self.reader.null(&"null") } else { Ok(()) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.content("an object with one member")?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.content("an object with one member")?;
        self.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.content("an object with one member")?;
        self.reader.deserialize_struct("", fields, visitor)
    }
}
