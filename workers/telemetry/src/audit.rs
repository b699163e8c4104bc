//! What staff did, line by line.

use api::{
    Problem,
    audit::{AuditLine, AuditQuery, BeginAction, EndAction},
    cursor,
    page::Page,
};
use platform::{Failure, Fault, Platform};

use crate::store::actions::{self, ActionCursor};

/// Writes a line. The same once more is the same line.
pub async fn begin<P: Platform>(p: &P, action: &BeginAction) -> Result<(), Fault> {
    actions::begin(&p.db()?, action).await
}

/// Adds what came of it; said twice, the first counts.
pub async fn end<P: Platform>(p: &P, action: &EndAction) -> Result<(), Fault> {
    actions::end(&p.db()?, action).await
}

/// Lines, newest first.
pub async fn list<P: Platform>(p: &P, query: &AuditQuery) -> Result<Page<AuditLine>, Failure> {
    let after: Option<ActionCursor> = query
        .cursor
        .as_deref()
        .map(cursor::decode)
        .transpose()
        .map_err(|invalid| Problem::invalid("?cursor", &invalid))?;
    let lines = actions::list(&p.db()?, query, after).await?;
    Ok(Page::from_rows(lines, query.limit, |line| cursor::encode(&(line.at, line.id))))
}
