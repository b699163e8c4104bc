//! Everything that is kept anywhere, as text: for what must not be there.

use serde_json::Value;
use std::collections::BTreeMap;

use platform::sql;

use super::{World, dispatch::lock};
use crate::sqlite::Sqlite;

/// One row: the database (by its Worker's name) or the object (by its class and name) with the table, and what it says, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    pub place: String,
    pub row: String,
}

impl World {
    /// Every row of every table of every database and every object.
    pub fn everything(&self) -> Vec<Kept> {
        let databases = self.databases.iter().map(|(script, rows)| (script.clone(), rows.clone()));
        let cells: BTreeMap<_, _> = lock(&self.cells)
            .values()
            .map(|cell| (format!("{} {}", cell.class, cell.name), cell.rows()))
            .collect();
        databases.chain(cells).flat_map(|(place, rows)| rows_of(&place, &rows)).collect()
    }
}

fn rows_of(place: &str, database: &Sqlite) -> Vec<Kept> {
    let read = |text: String| -> Vec<Value> {
        let found = database.transact(&[sql(text)]).expect("a table can be read");
        serde_json::from_str(&found[0].json).expect("rows are JSON")
    };
    let tables = read("select name from sqlite_master where type = 'table' order by name".to_owned());
    let names = tables.iter().filter_map(|table| table["name"].as_str());
    names
        .flat_map(|table| {
            let rows = read(format!("select * from \"{table}\""));
            rows.into_iter().map(move |row| Kept { place: format!("{place} {table}"), row: row.to_string() })
        })
        .collect()
}
