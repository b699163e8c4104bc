//! What one object keeps: its rows and its alarm. They outlive the instance; an instance that died writes no more.

use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::Timestamp;
use platform::{
    Fault, Statement,
    storage::{AlarmChange, ObjectStorage},
};

use crate::{
    calls::{Call, CallKind, Outage},
    sqlite::Sqlite,
    unit::Unit,
    world::Inner,
};

/// The rows and the alarm of one object.
pub struct Cell {
    pub class: String,
    pub name: String,
    pub rows: Mutex<Arc<Sqlite>>,
    pub alarm: Mutex<Option<Timestamp>>,
}

impl Cell {
    pub fn new(class: &str, name: &str, rows: Sqlite) -> Arc<Self> {
        Arc::new(Self {
            class: class.to_owned(),
            name: name.to_owned(),
            rows: Mutex::new(Arc::new(rows)),
            alarm: Mutex::new(None),
        })
    }

    pub fn rows(&self) -> Arc<Sqlite> {
        Arc::clone(&self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn alarm(&self) -> Option<Timestamp> {
        *self.alarm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_alarm(&self, at: Option<Timestamp>) {
        *self.alarm.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

/// One instance's hold on its cell.
pub struct LocalStorage {
    pub(crate) world: Weak<Inner>,
    pub(crate) unit: Arc<Unit>,
    pub(crate) cell: Arc<Cell>,
}

impl LocalStorage {
    fn living(&self) -> Result<Arc<Inner>, Fault> {
        let gone = || Fault::unavailable("the instance is gone");
        if self.unit.is_alive() { self.world.upgrade().ok_or_else(gone) } else { Err(gone()) }
    }

    fn perform(&self, world: &Arc<Inner>, statements: &[Statement], alarm: AlarmChange) -> Result<(), Fault> {
        if let Some(older) = world.older_of(&self.cell.class) {
            self.cell.rows().transact(&older.written(statements.to_vec()))?;
        } else {
            self.cell.rows().transact(statements)?;
        }
        self.arm(world, alarm);
        Ok(())
    }

    fn arm(&self, world: &Arc<Inner>, alarm: AlarmChange) {
        match alarm {
            AlarmChange::Keep => {}
            AlarmChange::Set(at) => world.arm(&self.cell, at),
            AlarmChange::Clear => self.cell.set_alarm(None),
        }
    }
}

impl ObjectStorage for LocalStorage {
    fn query<T: DeserializeOwned>(&self, statement: Statement) -> Result<Vec<T>, Fault> {
        let statement = match self.living()?.older_of(&self.cell.class) {
            Some(older) => older.read(statement),
            None => statement,
        };
        let mut results = self.cell.rows().transact(&[statement])?;
        results.pop().ok_or_else(|| Fault::defect("no result"))?.rows()
    }

    fn write(&self, statements: Vec<Statement>, alarm: AlarmChange) -> Result<(), Fault> {
        let world = self.living()?;
        let outage = world.enter(Call {
            serial: 0,
            kind: CallKind::Storage,
            from: self.unit.role.name,
            what: "own storage".to_owned(),
            trace: [0; 16],
            request: String::new(),
            hops: 0,
        });
        match outage {
            None | Some(Outage::Slow(_)) => self.perform(&world, &statements, alarm),
            Some(outage) => {
                if matches!(outage, Outage::After | Outage::CrashAfter) {
                    self.perform(&world, &statements, alarm)?;
                }
                if matches!(outage, Outage::CrashBefore | Outage::CrashAfter) {
                    self.unit.crash();
                }
                Err(Fault::unavailable("storage did not answer"))
            }
        }
    }

    fn erase(&self) -> Result<(), Fault> {
        self.living()?;
        *self.cell.rows.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(Sqlite::empty());
        self.cell.set_alarm(None);
        Ok(())
    }
}
