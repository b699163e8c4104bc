//! The OpenAPI document, held against every call that a test makes: an answer that the document does not have ends the test, and so does
//! a request that the shop took and the document would have refused.
//!
//! Here an answer has no field that the document does not name. Clients are promised less: fields may be added.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use api::routes::{self, Found};

use crate::client::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi::document);
/// The same, where objects have no fields but those that they name.
static STRICT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = DOCUMENT.clone();
    close(&mut document);
    document
});

/// What was sent.
pub struct Sent {
    pub method: Method,
    pub uri: Uri,
    pub content_type: Option<String>,
    pub body: Bytes,
}

impl Sent {
    pub fn of(request: &Request<Bytes>) -> Self {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            content_type: content_type.map(str::to_owned),
            body: request.body().clone(),
        }
    }
}

/// Panics when the document says otherwise.
pub fn check(sent: &Sent, answer: &Answer) {
    if let Err(breach) = compare(sent, answer) {
        panic!("not as in openapi.json: {} {}: {breach}\n{answer:?}", sent.method, sent.uri);
    }
}

fn compare(sent: &Sent, answer: &Answer) -> Result<(), String> {
    let Found::Route(route) = routes::find(sent.method.as_str(), sent.uri.path()) else { return Ok(()) };
    let pointer = format!("/paths/{}/{}", escaped(route.template), route.method.as_str().to_lowercase());
    let operation = DOCUMENT.pointer(&pointer).ok_or("the route is missing")?;
    compare_answer(&pointer, answer, sent.method == Method::HEAD)?;
    if (200..300).contains(&answer.status) {
        compare_body(&pointer, operation, sent)?;
        compare_query(&pointer, operation, sent)?;
        compare_path(&pointer, operation, route.template, sent.uri.path())?;
    }
    Ok(())
}

fn compare_answer(operation: &str, answer: &Answer, is_head: bool) -> Result<(), String> {
    let mut pointer = format!("{operation}/responses/{}", answer.status);
    let documented =
        DOCUMENT.pointer(&pointer).ok_or_else(|| format!("{} is not documented", answer.status))?;
    if let Some(target) = documented["$ref"].as_str() {
        pointer = target.trim_start_matches('#').to_owned();
    }
    let documented = &DOCUMENT.pointer(&pointer).ok_or("a reference leads nowhere")?;
    compare_headers(documented, &answer.headers)?;
    let Some(contents) = documented["content"].as_object() else {
        return (answer.body == "").then_some(()).ok_or_else(|| "there should be no body".to_owned());
    };
    if is_head {
        return Ok(());
    }
    let kind = answer.header("content-type").ok_or("the body has no type")?;
    if !contents.contains_key(kind) {
        return Err(format!("{kind} is not documented"));
    }
    let schema = format!("{pointer}/content/{}/schema", escaped(kind));
    match STRICT.pointer(&schema).and_then(|schema| schema.get("x-line")) {
        Some(_) => {
            lines(&STRICT, &format!("{schema}/x-line"), answer.body.as_str().unwrap_or_default().as_bytes())
        }
        None => valid(&STRICT, &schema, &answer.body),
    }
}

fn compare_headers(documented: &Value, headers: &HeaderMap) -> Result<(), String> {
    for name in documented["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
        let header = &DOCUMENT["components"]["headers"][name];
        if header["required"] == true && !headers.contains_key(name.as_str()) {
            return Err(format!("the header {name} is missing"));
        }
    }
    Ok(())
}

fn compare_body(pointer: &str, operation: &Value, sent: &Sent) -> Result<(), String> {
    // What takes no body does not look at it.
    let Some(documented) = operation.get("requestBody") else { return Ok(()) };
    if sent.body.is_empty() && documented["required"] != true {
        return Ok(());
    }
    let contents = documented["content"].as_object().ok_or("a body is not documented")?;
    let kind = sent.content_type.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let schema = format!("{pointer}/requestBody/content/{}/schema", escaped(kind));
    let documented = contents.get(kind).ok_or_else(|| format!("a body of type {kind} is not documented"))?;
    if documented["schema"].get("x-line").is_some() {
        // Some of an import's lines may have been refused: the report says which.
        return Ok(());
    }
    let body = serde_json::from_slice(&sent.body).map_err(|error| format!("the body: {error}"))?;
    valid(&DOCUMENT, &schema, &body).map_err(|breach| format!("the body was taken: {breach}"))
}

fn lines(document: &'static Value, schema: &str, body: &[u8]) -> Result<(), String> {
    for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        valid(document, schema, &line)?;
    }
    Ok(())
}

fn compare_query(pointer: &str, operation: &Value, sent: &Sent) -> Result<(), String> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let query = sent.uri.query().unwrap_or_default();
    // What takes no query does not look at it.
    if !parameters.iter().any(|parameter| parameter["in"] == "query") {
        return Ok(());
    }
    let mut given: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        given.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    for (name, values) in given {
        let is_it = |parameter: &&Value| parameter["in"] == "query" && parameter["name"] == *name;
        let found = parameters.iter().position(|parameter| is_it(&parameter));
        let free =
            || parameters.iter().position(|parameter| parameter["schema"].get("patternProperties").is_some());
        let at = found.or_else(free).ok_or_else(|| format!("?{name} is not documented"))?;
        let schema = format!("{pointer}/parameters/{at}/schema");
        let is_list = parameters[at]["schema"]["type"] == "array";
        let value = match (found, is_list) {
            (None, _) => json!({ name.clone(): values }),
            (_, true) => json!(values),
            _ => read(&values[0]),
        };
        let text = || Value::String(values[0].clone());
        valid(&DOCUMENT, &schema, &value)
            .or_else(|breach| valid(&DOCUMENT, &schema, &text()).map_err(|_| breach))
            .map_err(|breach| format!("?{name} was taken: {breach}"))?;
    }
    Ok(())
}

/// A number or a truth value, where the text is one.
fn read(text: &str) -> Value {
    serde_json::from_str(text)
        .ok()
        .filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| text.into())
}

fn compare_path(pointer: &str, operation: &Value, template: &str, path: &str) -> Result<(), String> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (part, value) in template.split('/').zip(path.split('/')) {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else { continue };
        let at =
            parameters.iter().position(|parameter| parameter["in"] == "path" && parameter["name"] == *name);
        let at = at.ok_or_else(|| format!("{part} is not documented"))?;
        valid(&DOCUMENT, &format!("{pointer}/parameters/{at}/schema"), &value.into())
            .map_err(|breach| format!("{part} was taken: {breach}"))?;
    }
    Ok(())
}

/// Each schema is compiled once in a process.
fn valid(document: &'static Value, pointer: &str, value: &Value) -> Result<(), String> {
    type Compiled = Mutex<HashMap<(usize, String), Arc<Validator>>>;
    static COMPILED: LazyLock<Compiled> = LazyLock::new(Compiled::default);
    let key = (std::ptr::from_ref(document).addr(), pointer.to_owned());
    let known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let validator = match known {
        Some(known) => known,
        None => {
            let compiled = Arc::new(compile(document, pointer)?);
            let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_insert(compiled))
        }
    };
    let mut breaches =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path()));
    match breaches.next() {
        None => Ok(()),
        Some(first) => Err(breaches.fold(first, |all, next| format!("{all}; {next}"))),
    }
}

fn compile(document: &Value, pointer: &str) -> Result<Validator, String> {
    let schema = document.pointer(pointer).ok_or_else(|| format!("there is no schema at {pointer}"))?;
    let root = json!({ "allOf": [schema], "components": { "schemas": document["components"]["schemas"] } });
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&root)
        .map_err(|error| format!("{pointer} is no schema: {error}"))
}

/// An object that names its fields has no others.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let names_fields =
                fields.get("type").is_some_and(|kind| kind == "object") && fields.contains_key("properties");
            if names_fields && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// RFC 6901, section 3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_TYPE;

    fn sent(method: &str, path: &str, body: &Value) -> Sent {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
        Sent::of(&request.body(body.into()).unwrap())
    }

    fn answer(status: u16, kind: &str, body: Value) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in [("content-type", kind), ("x-request-id", "req_1"), ("traceparent", "00")] {
            headers.insert(name, value.parse().unwrap());
        }
        Answer { status, headers, body }
    }

    fn set_line(path: &str, body: &Value, status: u16, kind: &str, answered: Value) -> String {
        compare(&sent("PUT", path, body), &answer(status, kind, answered)).err().unwrap_or_default()
    }

    /// A comparison that finds nothing is worth nothing: each kind of difference is found.
    #[test]
    fn what_is_not_in_the_document_is_found() {
        const JSON: &str = "application/json";
        const PROBLEM: &str = "application/problem+json";
        let levels = |extra: &str| {
            let mut body = json!({ "sku": "A", "available": 3, "available_is_capped": false });
            if !extra.is_empty() {
                body[extra] = 1.into();
            }
            body
        };
        let read = |path: &str, answered: Answer| {
            compare(&sent("GET", path, &Value::Null), &answered).err().unwrap_or_default()
        };
        assert_eq!(read("/v1/inventory/A", answer(200, JSON, levels(""))), "");
        for (path, answered, why) in [
            ("/v1/inventory/A", answer(200, JSON, levels("secret")), "not valid under any"),
            ("/v1/inventory/A", answer(200, JSON, json!({ "sku": "A" })), "not valid under any"),
            ("/v1/inventory/A", answer(200, "text/plain", levels("")), "text/plain is not documented"),
            ("/v1/inventory/A", answer(203, JSON, levels("")), "203 is not documented"),
            ("/v1/inventory/A%20", answer(200, JSON, levels("")), "{sku} was taken"),
            ("/v1/products?colour=red", answer(200, JSON, json!({})), "is a required property"),
            (
                "/v1/brands?colour=red",
                answer(200, JSON, json!({ "items": [], "next_cursor": null })),
                "?colour",
            ),
            (
                "/v1/brands?limit=101",
                answer(200, JSON, json!({ "items": [], "next_cursor": null })),
                "?limit was taken",
            ),
        ] {
            let breach = read(path, answered);
            assert!(breach.contains(why), "{path}: {breach}");
        }
        let problem = |code: &str, status: u16| json!({ "type": format!("urn:meridian:problem:{code}"), "code": code, "title": "x", "status": status });
        let line = "/v1/carts/crt_01980000-0000-7000-8000-000000000000/lines/A";
        let one = json!({ "quantity": 1 });
        assert_eq!(set_line(line, &one, 409, PROBLEM, problem("already_ordered", 409)), "");
        assert!(set_line(line, &one, 409, PROBLEM, problem("email_taken", 409)).contains("/code"));
        assert!(set_line(line, &one, 409, PROBLEM, problem("already_ordered", 410)).contains("/status"));
        let pointer = "/paths/~1v1~1carts~1{cart}~1lines~1{sku}/put";
        let operation = DOCUMENT.pointer(pointer).unwrap();
        for (body, is_fine) in [
            (json!({ "quantity": 0 }), true),
            (json!({ "quantity": 100 }), false),
            (json!({ "quantity": 1, "x": 1 }), false),
        ] {
            assert_eq!(
                compare_body(pointer, operation, &sent("PUT", line, &body)).is_ok(),
                is_fine,
                "{body}"
            );
        }
        let mut silent = answer(200, JSON, levels(""));
        silent.headers.remove("x-request-id");
        assert!(read("/v1/inventory/A", silent).contains("X-Request-Id is missing"));
    }
}
