//! An object's SQLite storage and alarm.

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::send::SendWrapper;

use platform::{
    Fault, Statement,
    storage::{AlarmChange, ObjectStorage},
};

use crate::js::{self, message};

/// A `DurableObjectStorage`.
pub struct DurableStorage(SendWrapper<JsValue>);

impl DurableStorage {
    pub(crate) fn new(storage: JsValue) -> Self {
        Self(SendWrapper::new(storage))
    }
}

fn fault(error: &JsValue) -> Fault {
    let text = message(error);
    if text.contains("constraint failed") { Fault::constraint(text) } else { Fault::unavailable(text) }
}

impl ObjectStorage for DurableStorage {
    fn query<T: DeserializeOwned>(&self, statement: Statement) -> Result<Vec<T>, Fault> {
        let rows = js::read_rows(&self.0, &js::statement(&statement)?).map_err(|error| fault(&error))?;
        api::json::read(&rows.to_vec()).map_err(|error| Fault::defect(format!("row: {error}")))
    }

    fn write(&self, statements: Vec<Statement>, alarm: AlarmChange) -> Result<(), Fault> {
        let alarm = match alarm {
            AlarmChange::Keep => None,
            AlarmChange::Set(at) => Some(at.millis() as f64),
            AlarmChange::Clear => Some(0.0),
        };
        js::write_rows(&self.0, &js::statements(&statements)?, alarm).map_err(|error| fault(&error))
    }

    fn erase(&self) -> Result<(), Fault> {
        js::erase_rows(&self.0).map_err(|error| fault(&error))
    }
}
