//! Examples, made of the schemas themselves: a type's own where it has one, else the plainest value that fits.

use serde_json::{Map, Value, json};

/// How deep schemas refer to each other at most.
const DEPTH_MAX: u8 = 12;

/// Gives every body that clients send an example; of answers the page alone shows one, as the document would be twice as long.
pub fn add_all(document: &mut Value) {
    let whole = document.clone();
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flatten().filter_map(|(_, path)| path.as_object_mut()).flatten();
    for (_, operation) in operations {
        if let Some(body) = operation.pointer_mut("/requestBody/content") {
            add(&whole, body);
        }
    }
}

fn add(document: &Value, content: &mut Value) {
    for (kind, media) in content.as_object_mut().into_iter().flatten() {
        let Some(schema) = media.get("schema") else { continue };
        let example = match schema.get("x-line") {
            Some(line) => Some(format!("{}\n", of(document, line, 0)).into()),
            None => kind.ends_with("json").then(|| of(document, schema, 0)),
        };
        if let (Some(example), Some(media)) = (example, media.as_object_mut()) {
            media.insert("example".to_owned(), example);
        }
    }
}

/// An example of what a schema describes.
pub fn of(document: &Value, schema: &Value, depth: u8) -> Value {
    if depth > DEPTH_MAX {
        return Value::Null;
    }
    let deeper = |schema: &Value| of(document, schema, depth.saturating_add(1));
    let first = |name: &str| schema.get(name).and_then(Value::as_array).and_then(|all| all.first());
    if let Some(own) = first("examples") {
        return own.clone();
    }
    if let Some(own) = schema.get("const").or_else(|| schema.get("default")) {
        return own.clone();
    }
    if let Some(own) = first("enum") {
        return own.clone();
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let target = target.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        return target.map_or(Value::Null, deeper);
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        if let Some(one) = first(name) {
            return deeper(one);
        }
    }
    match kind(schema) {
        "object" => fields(schema, deeper),
        "array" => schema.get("items").map_or_else(|| json!([]), |item| json!([deeper(item)])),
        "string" => text(schema),
        "integer" | "number" => number(schema),
        "boolean" => json!(false),
        _ => Value::Null,
    }
}

/// The first of its types; one that may be null is shown as what it else is.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("")
        }
        _ => "",
    }
}

fn fields(schema: &Value, of: impl Fn(&Value) -> Value) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    let fields = properties.into_iter().flatten().map(|(name, schema)| (name.clone(), of(schema)));
    fields.collect::<Map<_, _>>().into()
}

fn text(schema: &Value) -> Value {
    match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => "2026-11-22T15:04:05.123Z".into(),
        _ => "text".into(),
    }
}

fn number(schema: &Value) -> Value {
    let least = schema.get("minimum").and_then(Value::as_i64).unwrap_or(0);
    let most = schema.get("maximum").and_then(Value::as_u64).unwrap_or(u64::MAX);
    if most == 0 { json!(0) } else { json!(least.max(1)) }
}
