//! An object's SQLite storage and alarm.

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::send::SendWrapper;

use platform::{
    Fault, Statement,
    storage::{AlarmChange, ObjectStorage},
};

use crate::js::{self, message};

pub struct DurableStorage(SendWrapper<js::Storage>);

impl DurableStorage {
    pub(crate) fn new(storage: js::Storage) -> Self {
        Self(SendWrapper::new(storage))
    }
}

fn fault(error: &JsValue) -> Fault {
    let text = message(error);
    if text.contains("constraint failed") { Fault::constraint(text) } else { Fault::unavailable(text) }
}

fn exec(sql: &js::Sql, statement: Statement) -> Result<js::SqlCursor, Fault> {
    sql.exec(&statement.sql, &js::values(statement.values)?).map_err(|error| fault(&error))
}

impl ObjectStorage for DurableStorage {
    fn query<T: DeserializeOwned>(&self, statement: Statement) -> Result<Vec<T>, Fault> {
        let rows = exec(&self.0.sql(), statement)?.to_array().map_err(|error| fault(&error))?;
        api::json::read(js::to_json(&rows)?.as_bytes())
            .map_err(|error| Fault::defect(format!("row: {error}")))
    }

    fn write(&self, statements: Vec<Statement>, alarm: AlarmChange) -> Result<(), Fault> {
        let sql = self.0.sql();
        let mut pending = Some(statements);
        let mut failed = None;
        let mut act = || {
            for statement in pending.take().unwrap_or_default() {
                if let Err(error) = exec(&sql, statement) {
                    let text = error.message.clone();
                    failed = Some(error);
                    // Only an exception makes the runtime roll back.
                    wasm_bindgen::throw_str(&text);
                }
            }
        };
        if let Err(error) = self.0.transaction_sync(&mut act) {
            return Err(failed.unwrap_or_else(|| fault(&error)));
        }
        // In the same turn as the rows, so the runtime commits both together; waiting would let others in between.
        let changed = match alarm {
            AlarmChange::Keep => return Ok(()),
            AlarmChange::Set(at) => self.0.set_alarm(at.millis() as f64),
            AlarmChange::Clear => self.0.delete_alarm(),
        };
        changed.map(|_| ()).map_err(|error| fault(&error))
    }

    fn erase(&self) -> Result<(), Fault> {
        self.0.delete_alarm().and_then(|_| self.0.delete_all()).map(|_| ()).map_err(|error| fault(&error))
    }
}
