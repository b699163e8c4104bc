//! The JavaScript that `worker` does not wrap the way we need it: fewer crossings, and every exception caught.

use js_sys::{Array, JSON, Promise};
use wasm_bindgen::prelude::*;

use platform::Fault;

#[wasm_bindgen]
extern "C" {
    /// A service binding or an object's stub.
    pub type Fetcher;
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Fetcher, url: &str, init: &JsValue) -> Result<Promise, JsValue>;

    pub type Namespace;
    #[wasm_bindgen(method, catch, js_name = getByName)]
    pub fn get_by_name(this: &Namespace, name: &str) -> Result<Fetcher, JsValue>;

    pub type Queue;
    #[wasm_bindgen(method, catch)]
    pub fn send(this: &Queue, body: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = sendBatch)]
    pub fn send_batch(this: &Queue, messages: &JsValue) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub type D1;
    #[wasm_bindgen(method, catch)]
    pub fn prepare(this: &D1, sql: &str) -> Result<D1Statement, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn batch(this: &D1, statements: &Array) -> Result<Promise, JsValue>;

    pub type D1Statement;
    #[wasm_bindgen(method, catch, variadic)]
    pub fn bind(this: &D1Statement, values: &Array) -> Result<D1Statement, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn all(this: &D1Statement) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub type Storage;
    #[wasm_bindgen(method, getter)]
    pub fn sql(this: &Storage) -> Sql;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub fn transaction_sync(this: &Storage, act: &mut dyn FnMut()) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    pub fn set_alarm(this: &Storage, at_ms: f64) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteAlarm)]
    pub fn delete_alarm(this: &Storage) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteAll)]
    pub fn delete_all(this: &Storage) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub type Sql;
    #[wasm_bindgen(method, catch, variadic)]
    pub fn exec(this: &Sql, sql: &str, values: &Array) -> Result<SqlCursor, JsValue>;

    pub type SqlCursor;
    #[wasm_bindgen(method, catch, js_name = toArray)]
    pub fn to_array(this: &SqlCursor) -> Result<JsValue, JsValue>;
}

/// What a JavaScript exception says.
pub fn message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}

/// One crossing for a whole value.
pub fn to_json(value: &JsValue) -> Result<String, Fault> {
    JSON::stringify(value).map(String::from).map_err(|error| Fault::defect(message(&error)))
}

pub fn from_json(json: &str) -> Result<JsValue, Fault> {
    JSON::parse(json).map_err(|error| Fault::defect(message(&error)))
}

/// Bound values as JavaScript has them.
pub fn values(values: Vec<platform::Value>) -> Result<Array, Fault> {
    let array = Array::new();
    for value in values {
        array.push(&match value {
            platform::Value::Null => JsValue::NULL,
            platform::Value::Integer(integer) => JsValue::from_f64(exact(integer)?),
            platform::Value::Real(real) => JsValue::from_f64(real),
            platform::Value::Text(text) => JsValue::from_str(&text),
        });
    }
    Ok(array)
}

/// Integers cross as doubles, which keep them exactly up to 2^53 - 1.
fn exact(integer: i64) -> Result<f64, Fault> {
    if integer.unsigned_abs() > domain::money::AMOUNT_MAX.unsigned_abs() {
        return Err(Fault::defect("an integer beyond 2^53 - 1 cannot be stored"));
    }
    Ok(integer as f64)
}
