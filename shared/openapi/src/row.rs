//! What a row can say of its route. What follows from the route's kind alone is not said again: `operation` adds it.

use api::{
    problem::{Code, codes},
    routes::Route,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A type's schema, made when it is known whether clients or we write it.
pub type Make = fn(&mut SchemaGenerator) -> Schema;

pub const JSON: &str = "application/json";
pub const MERGE_PATCH: &str = "application/merge-patch+json";
pub const NDJSON: &str = "application/x-ndjson";
pub const HTML: &str = "text/html; charset=utf-8";

/// What is known of one route.
pub struct Row {
    pub route: &'static Route,
    /// The constant's name in `api::routes`.
    pub name: &'static str,
    pub summary: &'static str,
    pub query: Option<Make>,
    pub body: Option<Body>,
    pub key: Key,
    pub has_if_match: bool,
    pub holder: Holder,
    pub answers: Vec<Answer>,
    pub refusals: Vec<&'static Code>,
}

pub struct Body {
    pub kinds: &'static [&'static str],
    pub shape: Shape,
    pub is_required: bool,
}

/// What stands in a body.
pub enum Shape {
    Of(Make),
    /// A JSON Merge Patch (RFC 7396) into such a body.
    PatchOf(Make),
    /// One of them on each line.
    LinesOf(Make),
    Either(Make, Make),
    Text,
}

/// `Idempotency-Key`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    None,
    Honoured,
    Required,
}

/// The token that shows whose it is, where nobody is signed in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    None,
    Cart,
    Order,
}

pub struct Answer {
    pub status: u16,
    pub contents: Vec<(&'static str, Shape)>,
    /// Headers that this answer always has, besides those of all answers.
    pub headers: Vec<&'static str>,
}

/// `row!(ORDER_READ, "Read an order")`: the route by its constant's name.
macro_rules! row {
    ($name:ident, $summary:literal) => {
        $crate::row::Row::new(api::routes::$name, stringify!($name), $summary)
    };
}
pub(crate) use row;

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The fields themselves, where they become parameters or a patch.
fn fields_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

impl Row {
    pub fn new(route: &'static Route, name: &'static str, summary: &'static str) -> Self {
        Self {
            route,
            name,
            summary,
            query: None,
            body: None,
            key: Key::None,
            has_if_match: false,
            holder: Holder::None,
            answers: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Its query is a `T`.
    pub fn asks<T: JsonSchema>(self) -> Self {
        Self { query: Some(fields_of::<T>), ..self }
    }

    /// Its body is a `T`.
    pub fn takes<T: JsonSchema>(self) -> Self {
        self.body(&[JSON], Shape::Of(schema_of::<T>), true)
    }

    /// The same, where a body may be left out.
    pub fn may_take<T: JsonSchema>(self) -> Self {
        self.body(&[JSON], Shape::Of(schema_of::<T>), false)
    }

    /// Its body is merged into a `T`.
    pub fn merges_into<T: JsonSchema>(self) -> Self {
        self.body(&[MERGE_PATCH, JSON], Shape::PatchOf(fields_of::<T>), true)
    }

    /// A `T` on each line.
    pub fn takes_lines<T: JsonSchema>(self) -> Self {
        self.body(&[NDJSON], Shape::LinesOf(schema_of::<T>), true).refuses(&[codes::malformed_body])
    }

    /// A body that its sender signed, in the sender's own words.
    pub fn takes_signed(self) -> Self {
        self.body(&[JSON], Shape::Of(|_| schemars::json_schema!({ "type": "object" })), true)
    }

    fn body(self, kinds: &'static [&'static str], shape: Shape, is_required: bool) -> Self {
        Self { body: Some(Body { kinds, shape, is_required }), ..self }
    }

    /// It needs an idempotency key.
    pub fn keyed(self) -> Self {
        Self { key: Key::Required, ..self }
            .refuses(&[codes::idempotency_key_required, codes::idempotency_key_reused])
    }

    /// It honours one.
    pub fn may_be_keyed(self) -> Self {
        Self { key: Key::Honoured, ..self }.refuses(&[codes::idempotency_key_reused])
    }

    /// It changes what somebody else may have changed since.
    pub fn conditional(self) -> Self {
        Self { has_if_match: true, ..self }.refuses(&[codes::precondition_failed])
    }

    /// A guest shows the cart's token.
    pub fn by_cart_token(self) -> Self {
        Self { holder: Holder::Cart, ..self }
    }

    /// A guest shows the order's token.
    pub fn by_order_token(self) -> Self {
        Self { holder: Holder::Order, ..self }
    }

    pub fn answers<T: JsonSchema>(self, status: u16) -> Self {
        self.answer(status, JSON, Shape::Of(schema_of::<T>))
    }

    /// One of two, by who asks.
    pub fn answers_either<A: JsonSchema, B: JsonSchema>(self, status: u16) -> Self {
        self.answer(status, JSON, Shape::Either(schema_of::<A>, schema_of::<B>))
    }

    pub fn answers_lines<T: JsonSchema>(self) -> Self {
        self.answer(200, NDJSON, Shape::LinesOf(schema_of::<T>))
    }

    /// 204.
    pub fn answers_nothing(self) -> Self {
        self.answers_without_body(204)
    }

    /// 202, and nothing that could be told yet.
    pub fn accepts(self) -> Self {
        self.answers_without_body(202)
    }

    fn answers_without_body(mut self, status: u16) -> Self {
        self.answers.push(Answer { status, contents: Vec::new(), headers: Vec::new() });
        self
    }

    /// A fixed shape that no type of ours has.
    pub fn answers_shape(self, make: Make) -> Self {
        self.answer(200, JSON, Shape::Of(make))
    }

    pub fn answers_page(self) -> Self {
        self.answer(200, HTML, Shape::Text)
    }

    fn answer(mut self, status: u16, kind: &'static str, shape: Shape) -> Self {
        self.answers.push(Answer { status, contents: vec![(kind, shape)], headers: Vec::new() });
        self
    }

    /// The last answer is a page for whoever asks for one.
    pub fn or_a_page(mut self) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.contents.push((HTML, Shape::Text));
        }
        self
    }

    /// The last answer has an `ETag`.
    pub fn tagged(self) -> Self {
        self.with("ETag")
    }

    /// The last answer says where to find what it made, or what goes on.
    pub fn located(self) -> Self {
        self.with("Location")
    }

    fn with(mut self, header: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push(header);
        }
        self
    }

    /// Refusals of its own.
    pub fn refuses(mut self, codes: &[&'static Code]) -> Self {
        self.refusals.extend_from_slice(codes);
        self
    }

    pub fn is_tagged(&self) -> bool {
        self.answers.iter().any(|answer| answer.headers.contains(&"ETag"))
    }
}
