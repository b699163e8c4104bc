//! What an object keeps: its own small SQLite database and one alarm.

use serde::de::DeserializeOwned;

use domain::Timestamp;

use crate::{Fault, Statement};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmChange {
    Keep,
    Set(Timestamp),
    Clear,
}

/// Synchronous, so that nothing can come between what is read, decided and written.
pub trait ObjectStorage: Send + Sync + 'static {
    fn query<T: DeserializeOwned>(&self, statement: Statement) -> Result<Vec<T>, Fault>;

    /// One transaction together with the alarm: all of it takes effect, or none.
    fn write(&self, statements: Vec<Statement>, alarm: AlarmChange) -> Result<(), Fault>;

    /// Forgets everything, the alarm too.
    fn erase(&self) -> Result<(), Fault>;
}
