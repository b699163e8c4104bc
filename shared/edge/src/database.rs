//! D1 as our database: values bound once, results read as one piece of JSON.

use js_sys::Array;
use serde::Deserialize;
use serde_json::value::RawValue;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};

use platform::{Database, Fault, Statement, database::ResultSet};

use crate::js::{self, message};

#[derive(Clone)]
pub struct D1Database(SendWrapper<js::D1>);

impl D1Database {
    pub(crate) fn new(d1: js::D1) -> Self {
        Self(SendWrapper::new(d1))
    }

    fn prepare(&self, statement: Statement) -> Result<js::D1Statement, Fault> {
        let prepared = self.0.prepare(&statement.sql).map_err(|error| fault(&error))?;
        if statement.values.is_empty() {
            return Ok(prepared);
        }
        prepared.bind(&js::values(statement.values)?).map_err(|error| fault(&error))
    }
}

/// D1's result, as its JSON shows it.
#[derive(Deserialize)]
struct D1Result {
    meta: Meta,
    results: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    changes: u64,
}

impl From<D1Result> for ResultSet {
    fn from(result: D1Result) -> Self {
        let json =
            result.results.map_or_else(|| "[]".to_owned(), |rows| String::from(Box::<str>::from(rows)));
        ResultSet { changes: result.meta.changes, json }
    }
}

fn fault(error: &JsValue) -> Fault {
    let text = message(error);
    if text.contains("constraint failed") || text.contains("SQLITE_CONSTRAINT") {
        Fault::constraint(text)
    } else if text.contains("SQLITE_ERROR") || text.contains("D1_TYPE_ERROR") {
        Fault::defect(text)
    } else {
        Fault::unavailable(text)
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &JsValue) -> Result<T, Fault> {
    serde_json::from_str(&js::to_json(value)?).map_err(|error| Fault::defect(format!("D1 result: {error}")))
}

impl Database for D1Database {
    fn batch(
        &self,
        mut statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<ResultSet>, Fault>> + Send {
        let db = self.clone();
        SendFuture::new(async move {
            if statements.len() == 1 {
                let Some(statement) = statements.pop() else { return Ok(Vec::new()) };
                let promise = db.prepare(statement)?.all().map_err(|error| fault(&error))?;
                let result: D1Result = read(&JsFuture::from(promise).await.map_err(|error| fault(&error))?)?;
                return Ok(vec![result.into()]);
            }
            let prepared = Array::new();
            for statement in statements {
                let statement: JsValue = db.prepare(statement)?.into();
                prepared.push(&statement);
            }
            let promise = db.0.batch(&prepared).map_err(|error| fault(&error))?;
            let results: Vec<D1Result> =
                read(&JsFuture::from(promise).await.map_err(|error| fault(&error))?)?;
            Ok(results.into_iter().map(ResultSet::from).collect())
        })
    }
}
