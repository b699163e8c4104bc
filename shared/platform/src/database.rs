//! SQL: statements as values, and a database that runs them. Text stands in `store.rs` files and in the object shell only.

use serde::de::DeserializeOwned;
use std::{borrow::Cow, fmt::Display, future::Future};

use domain::Timestamp;

use crate::Fault;

/// A bound value. Integers are checked against ±(2^53 - 1) where they are bound, as D1 and JavaScript keep no more.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<u64> for Value {
    /// Saturates: nothing that is counted here comes near.
    fn from(value: u64) -> Self {
        Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Value::Text(value.clone())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Value::Integer(value.millis())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One statement and what is bound to its `?1`, `?2`, …
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sql: Cow<'static, str>,
    pub values: Vec<Value>,
}

/// `sql("select ... where id = ?1").bind(id)`
pub fn sql(text: impl Into<Cow<'static, str>>) -> Statement {
    Statement { sql: text.into(), values: Vec::new() }
}

impl Statement {
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Ids, SKUs and whatever else is stored as it is written.
    pub fn bind_text(self, value: impl Display) -> Self {
        self.bind(value.to_string())
    }

    /// A list or a whole record as one value, taken apart by `json_each` or `->>`: one crossing, and no limit of 100 parameters.
    pub fn bind_json(self, value: &impl serde::Serialize) -> Self {
        self.bind(api::json::write(value).unwrap_or_default())
    }
}

/// What one statement of a batch gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultSet {
    /// Rows written.
    pub changes: u64,
    /// The rows read, as a JSON array of objects by column name.
    pub json: String,
}

impl ResultSet {
    pub fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, Fault> {
        api::json::read(self.json.as_bytes())
            .map_err(|error| Fault::defect(format!("row does not fit its type: {error}")))
    }

    pub fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, Fault> {
        Ok(self.rows()?.into_iter().next())
    }
}

/// A relational database. Rows are read by column name with serde; booleans come back as 0 or 1.
pub trait Database: Clone + Send + Sync {
    /// One transaction: all statements take effect, or none. Costs one subrequest.
    fn batch(&self, statements: Vec<Statement>)
    -> impl Future<Output = Result<Vec<ResultSet>, Fault>> + Send;

    fn run(&self, statement: Statement) -> impl Future<Output = Result<ResultSet, Fault>> + Send {
        async move {
            let mut results = self.batch(vec![statement]).await?;
            results.pop().ok_or_else(|| Fault::defect("a batch of one gave nothing"))
        }
    }

    fn all<T: DeserializeOwned + Send>(
        &self,
        statement: Statement,
    ) -> impl Future<Output = Result<Vec<T>, Fault>> + Send {
        async move { self.run(statement).await?.rows() }
    }

    fn first<T: DeserializeOwned + Send>(
        &self,
        statement: Statement,
    ) -> impl Future<Output = Result<Option<T>, Fault>> + Send {
        async move { self.run(statement).await?.first() }
    }
}
