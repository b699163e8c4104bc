//! Many products at once: lines in, a report a line out; and the same lines out again.

use std::collections::BTreeSet;

use api::{
    Problem,
    catalog::{Handle, IMPORT_LINES_MAX, ImportOutcome, ImportReport, LineReport, ProductBody},
    cursor,
    object::Idempotency,
    page::Page,
};
use domain::{
    Invalid,
    catalog::{CatalogRefusal, Slug},
    id::ProductId,
};
use platform::{Database, Failure, Platform, wire};

use super::{
    ATTEMPTS_MAX, Once, first_answer, keep_answer, position,
    product::{lookup, resolve},
    too_busy, was_overtaken,
};
use crate::store::{self, Known, ProductWrite};

/// A line that is one product, or what is wrong with it; numbered from 1.
struct Line {
    number: usize,
    body: Result<ProductBody, Problem>,
}

/// Creates or changes the product of each line, by its slug. Lines that are refused do not keep the others from being written.
pub async fn import<P: Platform>(
    p: &P,
    idempotency: Option<Idempotency>,
    text: &str,
) -> Result<Once, Failure> {
    let lines = parse(text)?;
    let db = p.db()?;
    for _ in 0..ATTEMPTS_MAX {
        if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
            return Ok(first);
        }
        let bodies = lines.iter().filter_map(|line| line.body.as_ref().ok());
        let known = store::known(&db, &lookup(bodies)).await?;
        let (writes, reports) = decide(&lines, known, || ProductId::new(p.seed()));
        let json = wire::text(&ImportReport::of(reports))?;
        let mut statements =
            if writes.is_empty() { Vec::new() } else { store::write_products(&writes, p.now()) };
        statements.extend(keep_answer(p, idempotency.as_ref(), 200, &json));
        let written = if statements.is_empty() { Ok(Vec::new()) } else { db.batch(statements).await };
        match written {
            Ok(_) => return Ok(Once::first(json)),
            Err(fault) if was_overtaken(&fault) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(too_busy())
}

fn parse(text: &str) -> Result<Vec<Line>, Failure> {
    let lines: Vec<Line> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| Line {
            number: index.saturating_add(1),
            body: web::parse_json(line.as_bytes()).map_err(|error| match error.0 {
                Failure::Problem(problem) => *problem,
                Failure::Fault(fault) => fault.problem(),
            }),
        })
        .collect();
    if lines.len() > IMPORT_LINES_MAX {
        let invalid = Invalid::new("too_many", format!("must be at most {IMPORT_LINES_MAX} lines"));
        return Err(Problem::invalid("", &invalid).into());
    }
    Ok(lines)
}

/// What each line comes to. A line sees what the lines before it claimed.
fn decide(
    lines: &[Line],
    mut known: Known,
    mut new_id: impl FnMut() -> ProductId,
) -> (Vec<ProductWrite>, Vec<LineReport>) {
    let (mut writes, mut reports) = (Vec::new(), Vec::new());
    let mut seen: BTreeSet<Slug> = BTreeSet::new();
    for line in lines {
        let decided = line.body.clone().and_then(|body| {
            let own = known.products.get(&body.slug).copied();
            let status = if own.is_some() { ImportOutcome::Updated } else { ImportOutcome::Created };
            if seen.contains(&body.slug) {
                return Err(CatalogRefusal::SlugTaken { slug: body.slug }.into());
            }
            resolve(body, &known, own, own.map_or_else(&mut new_id, |own| own.id))
                .map(|write| (write, status))
        });
        reports.push(match decided {
            Ok((write, status)) => {
                let slug = write.document.slug.clone();
                seen.insert(slug.clone());
                let skus = write.document.variants.iter().map(|variant| (variant.sku.clone(), write.id));
                known.owners.extend(skus);
                let report = LineReport::done(line.number, status, slug, write.id);
                writes.push(write);
                report
            }
            Err(problem) => {
                let slug = line.body.as_ref().ok().map(|body| body.slug.clone());
                LineReport::failed(line.number, slug, problem)
            }
        });
    }
    (writes, reports)
}

/// Products by age as lines that can be imported again.
pub async fn export<P: Platform>(
    p: &P,
    from: Option<&str>,
    limit: u32,
) -> Result<Page<ProductBody>, Failure> {
    if !(1..=api::catalog::EXPORT_LIMIT_MAX).contains(&limit) {
        let rule = format!("must be 1 to {}", api::catalog::EXPORT_LIMIT_MAX);
        return Err(Problem::invalid("?limit", &Invalid::new("out_of_range", rule)).into());
    }
    let after: Option<i64> = position(from)?;
    let mut rows = store::export(&p.db()?, after.unwrap_or(0), limit.saturating_add(1)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| has_more).map(|(num, _)| cursor::encode(num));
    let items = rows.into_iter().map(|(_, stored)| {
        let categories = stored.facts.categories.into_iter().map(|category| Handle::Slug(category.slug));
        ProductBody::of(stored.product, Handle::Slug(stored.facts.brand.slug), categories.collect())
    });
    Ok(Page { items: items.collect(), next_cursor })
}
