//! The JavaScript beside us: `crossing.js`, every exception caught.

use bytes::Bytes;
use js_sys::{Array, JSON, JsString, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, prelude::*};

use domain::text::NormalForm;
use platform::{Fault, Statement, Value};

#[wasm_bindgen(module = "/src/crossing.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = publicHead)]
    pub fn public_head(request: &web_sys::Request) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_name = internalHead)]
    pub fn internal_head(request: &web_sys::Request) -> Result<String, JsValue>;
    #[wasm_bindgen(catch)]
    pub fn respond(status: u16, fields: &str, body: &[u8]) -> Result<web_sys::Response, JsValue>;
    #[wasm_bindgen(catch)]
    pub fn reply(status: u16, packed: &str, body: &[u8]) -> Result<web_sys::Response, JsValue>;
    #[wasm_bindgen(catch)]
    pub fn exchange(env: &JsValue, head: &str, body: &[u8]) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = countCall)]
    pub fn count_call(env: &JsValue, binding: &str, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = writeLog)]
    pub fn write_log(line: &str);
    #[wasm_bindgen(catch)]
    pub fn enqueue(env: &JsValue, binding: &str, bodies: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = runD1)]
    pub fn run_d1(db: &JsValue, statements: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = readRows)]
    pub fn read_rows(storage: &JsValue, statement: &str) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(catch, js_name = writeRows)]
    pub fn write_rows(storage: &JsValue, statements: &str, alarm: Option<f64>) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = eraseRows)]
    pub fn erase_rows(storage: &JsValue) -> Result<(), JsValue>;
}

/// What a JavaScript exception says.
pub fn message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}

/// JavaScript has Unicode's tables (ECMA-262, `String.prototype.normalize`).
pub fn normalise(form: NormalForm, text: &str) -> String {
    let form = match form {
        NormalForm::Nfc => "NFC",
        NormalForm::Nfkc => "NFKC",
    };
    JsString::from(text).normalize(form).into()
}

/// One crossing for a whole value.
pub fn to_json(value: &JsValue) -> Result<String, Fault> {
    JSON::stringify(value).map(String::from).map_err(|error| Fault::defect(message(&error)))
}

/// An answer's head and, where it came by itself, its body.
pub fn answer_parts(answer: &JsValue) -> Option<(String, Option<Bytes>)> {
    if let Some(head) = answer.as_string() {
        return Some((head, None));
    }
    let pair: &Array = answer.dyn_ref()?;
    let body = pair.get(1);
    Some((pair.get(0).as_string()?, Some(Bytes::from(body.dyn_ref::<Uint8Array>()?.to_vec()))))
}

/// A bound value as JSON has it.
#[derive(Serialize)]
#[serde(untagged)]
enum Bound<'a> {
    Null(()),
    Integer(i64),
    Text(&'a str),
}

/// Statements as `crossing.js` takes them.
pub fn statements(statements: &[Statement]) -> Result<String, Fault> {
    let bound = statements.iter().map(bound).collect::<Result<Vec<_>, _>>()?;
    json(&bound)
}

pub fn statement(statement: &Statement) -> Result<String, Fault> {
    json(&bound(statement)?)
}

fn bound(statement: &Statement) -> Result<(&str, Vec<Bound<'_>>), Fault> {
    let values = statement.values.iter().map(|value| {
        Ok(match value {
            Value::Null => Bound::Null(()),
            Value::Integer(integer) => Bound::Integer(exact(*integer)?),
            Value::Text(text) => Bound::Text(text),
        })
    });
    Ok((&statement.sql, values.collect::<Result<_, Fault>>()?))
}

pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    api::json::write(value).map_err(|error| Fault::defect(error.to_string()))
}

/// JavaScript keeps integers exactly up to 2^53 - 1.
fn exact(integer: i64) -> Result<i64, Fault> {
    if integer.unsigned_abs() > domain::money::AMOUNT_MAX.unsigned_abs() {
        return Err(Fault::defect("an integer beyond 2^53 - 1 cannot be stored"));
    }
    Ok(integer)
}

#[cfg(test)]
mod tests {
    /// The platform leaves the values of headers so named out of its logs and tails.
    #[test]
    fn what_holds_tokens_and_names_is_called_a_secret() {
        let ours: Vec<&str> =
            include_str!("crossing.js").split('"').filter(|text| text.starts_with("x-meridian-")).collect();
        assert_eq!(ours.len(), 1);
        assert!(ours.iter().all(|name| name.starts_with("x-meridian-secret-")), "{ours:?}");
    }
}
