//! Lists: all of them filter, page, and look the same.

use askama::Template;
use http::StatusCode;
use serde::de::DeserializeOwned;

use api::Service;
use html::{
    answer::{self, titled},
    backend::{self, Trouble},
    frame::Frame,
    links::encoded,
    visit::Visit,
};
use platform::Platform;
use web::Result;

/// What a list is narrowed by: a field of its form.
pub enum Filter {
    Text {
        name: &'static str,
        label: &'static str,
        kind: &'static str,
        value: String,
    },
    /// One of some, or any.
    Choice {
        name: &'static str,
        label: &'static str,
        values: &'static [&'static str],
        value: String,
    },
    Flag {
        name: &'static str,
        label: &'static str,
        is_set: bool,
    },
}

impl Filter {
    pub fn text<P: Platform>(
        visit: &Visit<P>,
        name: &'static str,
        label: &'static str,
        kind: &'static str,
    ) -> Self {
        Self::Text { name, label, kind, value: visit.query(name).unwrap_or_default() }
    }

    pub fn choice<P: Platform>(
        visit: &Visit<P>,
        name: &'static str,
        label: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self::Choice { name, label, values, value: visit.query(name).unwrap_or_default() }
    }

    pub fn flag<P: Platform>(visit: &Visit<P>, name: &'static str, label: &'static str) -> Self {
        Self::Flag { name, label, is_set: visit.query(name).is_some_and(|value| value == "true") }
    }
}

/// The parameters among these that the address has, for the call that the list is made of: each with a `&` before it.
pub fn passed<P: Platform>(visit: &Visit<P>, names: &[&str]) -> String {
    let given =
        names.iter().filter_map(|name| Some((name, visit.query(name).filter(|value| !value.is_empty())?)));
    given.map(|(name, value)| format!("&{name}={}", encoded(&value))).collect()
}

/// What stands in one field of a table.
pub enum Cell {
    Text(String),
    /// As machines call it.
    Code(String),
    Number(String),
    Link {
        href: String,
        text: String,
    },
    /// A state with what it looks like: `good`, `warn`, `bad`, or nothing of these.
    State {
        tone: &'static str,
        text: String,
    },
    /// A button that does something: where it is sent, and to what, for who hears it read out.
    Act {
        action: String,
        text: &'static str,
        about: String,
    },
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link { href: href.into(), text: text.into() }
    }

    pub fn state(tone: &'static str, text: impl Into<String>) -> Self {
        Self::State { tone, text: text.into() }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// A table: what its columns are called, and its rows. The first field of a row says what the row is about.
pub struct Table {
    pub name: String,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Template)]
#[template(path = "table.html")]
struct TablePart<'a> {
    f: &'a Frame,
    table: &'a Table,
}

impl Table {
    pub fn written(&self, f: &Frame) -> String {
        html::parts::written(&TablePart { f, table: self })
    }

    fn is_number(&self, column: &usize) -> bool {
        self.rows.first().and_then(|row| row.get(*column)).is_some_and(Cell::is_number)
    }
}

/// A page with a list.
#[derive(Template)]
#[template(path = "list.html")]
pub struct List<'a> {
    pub f: &'a Frame,
    pub title: &'static str,
    pub lead: &'static str,
    /// What is said of what was just done.
    pub notice: Option<String>,
    pub refusal: Option<&'static str>,
    /// Where the filters lead: the list's own address.
    pub action: &'static str,
    pub filters: Vec<Filter>,
    pub table: Table,
    /// What may be made here: an address, and its name.
    pub make: Option<(&'static str, &'static str)>,
    pub next: Option<String>,
}

titled! { List: |page| page.title; }

impl List<'_> {
    pub fn answer<P: Platform>(&self, visit: &Visit<P>) -> Result<web::Response> {
        let status = if self.refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        answer::page(visit, status, self)
    }
}

/// A page of a list; and what is said instead where it cannot be asked so.
pub async fn read<P: Platform, T: DeserializeOwned>(
    visit: &Visit<P>,
    service: Service,
    path: String,
) -> Result<(backend::List<T>, Option<&'static str>)> {
    match visit.get(service, path).read().await {
        Ok(page) => Ok((page, None)),
        Err(Trouble::Refused(refusal)) if matches!(refusal.status, 400 | 422) => {
            let none = backend::List { items: Vec::new(), next_cursor: None };
            Ok((none, Some(visit.language.console_filter_wrong())))
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// Where the next page is: the same address, from there on.
pub fn next<P: Platform>(
    visit: &Visit<P>,
    action: &str,
    kept: &[&str],
    cursor: Option<String>,
) -> Option<String> {
    cursor.map(|cursor| format!("{action}?cursor={}{}", encoded(&cursor), passed(visit, kept)))
}
