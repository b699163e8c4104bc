//! D1 as our database.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};

use platform::{Database, Fault, Statement, database::ResultSet};

use crate::js::{self, message};

/// A `D1Database`.
#[derive(Clone)]
pub struct D1Database(SendWrapper<JsValue>);

impl D1Database {
    pub(crate) fn new(d1: JsValue) -> Self {
        Self(SendWrapper::new(d1))
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

/// Of each statement, how many rows it changed and which it gave.
fn read(results: &JsValue) -> Result<Vec<ResultSet>, Fault> {
    let unreadable = |what: &str| Fault::defect(format!("D1 result: {what}"));
    let bytes: &js_sys::Uint8Array = results.dyn_ref().ok_or_else(|| unreadable("no bytes"))?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| unreadable("no UTF-8"))?;
    let result = |line: &str| {
        let (changes, rows) = line.split_once(' ')?;
        Some(ResultSet { changes: changes.parse().ok()?, json: rows.to_owned() })
    };
    text.lines().map(result).collect::<Option<_>>().ok_or_else(|| unreadable("no count before its rows"))
}

impl Database for D1Database {
    fn batch(
        &self,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<ResultSet>, Fault>> + Send {
        let db = self.clone();
        SendFuture::new(async move {
            if statements.is_empty() {
                return Ok(Vec::new());
            }
            let promise = js::run_d1(&db.0, &js::statements(&statements)?).map_err(|error| fault(&error))?;
            read(&JsFuture::from(promise).await.map_err(|error| fault(&error))?)
        })
    }
}
