//! The schemas of all types, once each: what clients write and what we write may differ, as a default may be left out by one of them only.

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::row::{Make, Shape};

const SENT: &str = "#/components/sent/";
const SCHEMAS: &str = "#/components/schemas/";
/// What the name of a type ends in that looks otherwise when clients write it.
const SENT_SUFFIX: &str = "Request";

pub struct Schemas {
    /// Of what clients send.
    pub sent: SchemaGenerator,
    /// Of what they get.
    pub got: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12()
                .with(|settings| {
                    settings.definitions_path = path.into();
                    settings.meta_schema = None;
                })
                .with_transform(RecursiveTransform(tidy))
        };
        Self {
            sent: settings("/components/sent").for_deserialize().into_generator(),
            got: settings("/components/schemas").for_serialize().into_generator(),
        }
    }

    pub fn got<T: JsonSchema>(&mut self) -> Value {
        self.got.subschema_for::<T>().to_value()
    }

    /// Moves everything that was referred to into the document.
    pub fn finish(mut self, document: &mut Value) {
        let sent = self.sent.take_definitions(true);
        let mut schemas = self.got.take_definitions(true);
        let differing = differing(&sent, &schemas);
        for (name, schema) in sent {
            let name = if differing.contains(&name) { format!("{name}{SENT_SUFFIX}") } else { name };
            schemas.entry(name).or_insert(schema);
        }
        if let Some(components) = document.pointer_mut("/components").and_then(Value::as_object_mut) {
            components.insert("schemas".to_owned(), Value::Object(schemas));
        }
        each_reference(document, &mut |reference| {
            if let Some(name) = reference.strip_prefix(SENT) {
                let suffix = if differing.contains(name) { SENT_SUFFIX } else { "" };
                *reference = format!("{SCHEMAS}{name}{suffix}");
            }
        });
    }
}

/// Those that look otherwise when clients write them, or refer to one that does.
fn differing(sent: &Map<String, Value>, got: &Map<String, Value>) -> BTreeSet<String> {
    let mut differing = BTreeSet::new();
    loop {
        let more: Vec<String> = sent
            .iter()
            .filter(|(name, schema)| {
                let mut ours = (*schema).clone();
                let mut refers = false;
                each_reference(&mut ours, &mut |reference| {
                    if let Some(name) = reference.strip_prefix(SENT) {
                        refers |= differing.contains(name);
                        *reference = format!("{SCHEMAS}{name}");
                    }
                });
                !differing.contains(*name) && got.get(*name).is_some_and(|theirs| refers || *theirs != ours)
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

fn each_reference(value: &mut Value, act: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => act(reference),
                    other => each_reference(other, act),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, act)),
        _ => {}
    }
}

/// Says of a number what its format means, and leaves out what says nothing.
pub fn tidy(schema: &mut Schema) {
    let Some(fields) = schema.as_object_mut() else { return };
    if fields.get("default").is_some_and(Value::is_null) {
        fields.remove("default");
    }
    let bounds = match fields.get("format").and_then(Value::as_str) {
        Some("uint8") => Some(("int32", json!(0), json!(u8::MAX))),
        Some("uint32") => Some(("int64", json!(0), json!(u32::MAX))),
        Some("uint" | "uint64") => Some(("int64", json!(0), json!(u64::MAX))),
        Some("int64") => Some(("int64", json!(i64::MIN), json!(i64::MAX))),
        _ => None,
    };
    if let Some((format, min, max)) = bounds {
        fields.insert("format".to_owned(), format.into());
        fields.entry("minimum").or_insert(min);
        fields.entry("maximum").or_insert(max);
    }
    // Links between our own comments lead nowhere here.
    if let Some(Value::String(text)) = fields.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`");
    }
}

/// The schema of a body.
pub fn of(shape: &Shape, kind: &str, generator: &mut SchemaGenerator) -> Value {
    let mut plain = |make: Make| {
        let mut schema = make(generator);
        RecursiveTransform(tidy).transform(&mut schema);
        schema.to_value()
    };
    match shape {
        Shape::Of(make) => plain(*make),
        Shape::PatchOf(make) => patch(plain(*make)),
        Shape::LinesOf(make) => json!({
            "type": "string",
            "description": format!("One JSON document a line ({kind})."),
            "x-line": plain(*make),
        }),
        Shape::Either(one, other) => json!({ "anyOf": [plain(*one), plain(*other)] }),
        Shape::Text => json!({ "type": "string" }),
    }
}

/// What may be merged into such a body: nothing is required, and `null` takes away what is not.
fn patch(mut whole: Value) -> Value {
    let required: BTreeSet<String> = whole
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    if let Some(fields) = whole.as_object_mut() {
        fields.remove("required");
        fields.remove("description");
    }
    let properties = whole.pointer_mut("/properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let Some(fields) = property.as_object_mut() {
            fields.remove("default");
            if let Some(entries @ Value::Object(_)) = fields.get_mut("additionalProperties") {
                *entries = nullable(entries.take());
            }
        }
        if !required.contains(name) {
            *property = nullable(property.take());
        }
    }
    whole
}

fn nullable(schema: Value) -> Value {
    let is_nullable = schema
        .get("anyOf")
        .and_then(Value::as_array)
        .is_some_and(|any| any.contains(&json!({ "type": "null" })));
    if is_nullable { schema } else { json!({ "anyOf": [schema, { "type": "null" }] }) }
}

/// A parameter that is not there is not `null`.
pub fn without_null(mut schema: Value) -> Value {
    let null = json!({ "type": "null" });
    if let Some(types) = schema.get_mut("type").filter(|types| types.is_array()) {
        let rest: Vec<Value> =
            types.as_array().into_iter().flatten().filter(|one| *one != "null").cloned().collect();
        if let [only] = rest.as_slice() {
            *types = only.clone();
        }
    }
    let any = schema.get("anyOf").and_then(Value::as_array).cloned().unwrap_or_default();
    if any.contains(&null) {
        let rest: Vec<Value> = any.into_iter().filter(|one| *one != null).collect();
        if let (Some(fields), [Value::Object(only)]) = (schema.as_object_mut(), rest.as_slice()) {
            fields.remove("anyOf");
            fields.extend(only.clone());
        }
    }
    schema
}
