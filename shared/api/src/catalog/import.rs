//! Import: one product a line in, one report a line out. Each line is all or nothing; lines do not wait for each other.

use serde::{Deserialize, Serialize};

use domain::{catalog::Slug, id::ProductId};

use crate::problem::{FieldError, Problem};

/// Lines in one call of `POST /v1/products/import`; blank ones do not count.
pub const IMPORT_LINES_MAX: usize = 500;
/// Products in one page of `GET /v1/products/export`.
pub const EXPORT_LIMIT_MAX: u32 = 500;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportReport {
    pub created: usize,
    pub updated: usize,
    pub failed: usize,
    /// In the order of the lines.
    pub lines: Vec<LineReport>,
}

impl ImportReport {
    pub fn of(lines: Vec<LineReport>) -> Self {
        let count = |outcome| lines.iter().filter(|line| line.status == outcome).count();
        Self {
            created: count(ImportOutcome::Created),
            updated: count(ImportOutcome::Updated),
            failed: count(ImportOutcome::Failed),
            lines,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Created,
    Updated,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineReport {
    /// From 1, blank lines counted.
    pub line: usize,
    pub status: ImportOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Pointers are from the line's own root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl LineReport {
    pub fn done(line: usize, status: ImportOutcome, slug: Slug, id: ProductId) -> Self {
        Self { line, status, slug: Some(slug), id: Some(id), code: None, detail: None, errors: Vec::new() }
    }

    pub fn failed(line: usize, slug: Option<Slug>, problem: Problem) -> Self {
        Self {
            line,
            status: ImportOutcome::Failed,
            slug,
            id: None,
            code: Some(problem.code.code.to_owned()),
            detail: problem.detail,
            errors: problem.errors,
        }
    }
}

/// `GET /v1/products/export`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// `X-Next-Cursor` of the page before.
    pub cursor: Option<String>,
    #[serde(default = "export_limit")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = EXPORT_LIMIT_MAX)))]
    pub limit: u32,
}

const fn export_limit() -> u32 {
    100
}
