//! An object's tables, each made when it is first written to: an id that nobody has used has none, and an older object not all of them.

use crate::{Statement, sql};

/// Each table, and what makes it.
const TABLES: [(&str, &[&str]); 6] = [
    (
        "state",
        &["create table state (id integer primary key check (id = 1), name text not null, \
           version integer not null, last_seq integer not null, data text not null) strict"],
    ),
    (
        "events",
        &["create table events (seq integer primary key, at integer not null, data text not null) strict"],
    ),
    (
        "parts",
        &[
            "create table parts (key text primary key, due_at integer, data text not null) strict, without rowid",
            // Every alarm asks which part is due first, among all that there are.
            "create index parts_by_due on parts (due_at)",
        ],
    ),
    (
        "effects",
        &["create table effects (id text primary key, due_at integer not null, tries integer not null, \
           parked integer not null, data text not null) strict, without rowid"],
    ),
    (
        // Events that an effect has published and nobody has confirmed; when it is due again, and the object's version, as it was then.
        "published",
        &["create table published (effect text not null, event text not null, is_asked integer not null, \
           due_at integer not null, version integer not null, primary key (effect, event)) strict, without rowid"],
    ),
    (
        "replies",
        &["create table replies (key text primary key, fingerprint text not null, reply text) strict, \
           without rowid"],
    ),
];

/// The tables that one write makes.
pub struct Needed<'a> {
    known: &'a [String],
    created: Vec<&'static str>,
}

impl<'a> Needed<'a> {
    pub fn new(known: &'a [String]) -> Self {
        Self { known, created: Vec::new() }
    }

    /// Makes a table that is not there yet.
    pub fn need(&mut self, statements: &mut Vec<Statement>, wanted: &str) {
        if let Some((name, ddl)) = TABLES.iter().find(|(name, _)| *name == wanted)
            && !self.known.iter().any(|table| table == name)
            && !self.created.contains(name)
        {
            statements.extend(ddl.iter().map(|ddl| sql(*ddl)));
            self.created.push(name);
        }
    }

    pub fn created(self) -> Vec<&'static str> {
        self.created
    }
}
