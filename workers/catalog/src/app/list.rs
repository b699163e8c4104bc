//! The list of products: what is found, and what was probably meant when nothing is.

use api::{
    Problem,
    catalog::{
        Facet, FacetValue, ListCursor, Position, ProductList, ProductSummary, ProductsQuery, Reference, Sort,
    },
    cursor,
    page::{Page, TOTAL_MAX},
    problem::codes,
};
use domain::{
    Currency, Money,
    catalog::{
        PriceRange,
        search::{self, QUERY_WORDS_MAX},
    },
};
use platform::{Failure, Fault, Platform};

use crate::store::{self, Listed, ListedRow};

pub async fn list<P: Platform>(p: &P, query: &ProductsQuery, is_staff: bool) -> Result<ProductList, Failure> {
    if query.status.is_some() && !is_staff {
        return Err(Problem::new(codes::forbidden).detail("Only staff may ask for a status.").into());
    }
    let db = p.db()?;
    // The pages after a corrected first one go on with the corrected words.
    let corrected = query.cursor.as_ref().and_then(|cursor| cursor.corrected_q.clone());
    let words = words(corrected.as_deref().or(query.q.as_deref()));
    let listed = store::list(&db, query, &words).await?;
    if listed.found > 0 || corrected.is_some() || words.is_empty() {
        return present(query, listed, corrected);
    }
    let Some(corrected) = correct(p, &words).await? else { return present(query, listed, None) };
    let again = store::list(&db, query, &corrected).await?;
    // A correction that finds nothing either is not told: it may be a word of something that is not for everybody's eyes yet.
    let corrected = (again.found > 0).then(|| corrected.join(" "));
    present(query, again, corrected)
}

fn words(q: Option<&str>) -> Vec<String> {
    search::words(q.unwrap_or_default()).into_iter().take(QUERY_WORDS_MAX).collect()
}

/// The words with each unknown one replaced by what was probably meant; `None` when that changes nothing or one remains unknown.
async fn correct<P: Platform>(p: &P, words: &[String]) -> Result<Option<Vec<String>>, Fault> {
    let mut corrected = Vec::new();
    for looked in store::misspelled(&p.db()?, words).await? {
        let word = looked.word.clone();
        match looked.candidates() {
            None => corrected.push(word),
            Some(_) if !search::is_forgiven(&word) => return Ok(None),
            Some(candidates) => match search::correct(&word, candidates) {
                Some(meant) => corrected.push(meant),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(corrected).filter(|corrected| corrected != words))
}

fn present(query: &ProductsQuery, listed: Listed, corrected: Option<String>) -> Result<ProductList, Failure> {
    let cursor_after = |row: &ListedRow| {
        let after = position(query.sort, row);
        cursor::encode(&ListCursor { after, corrected_q: corrected.clone() })
    };
    let page = Page::from_rows(listed.rows, query.limit, cursor_after);
    let items =
        page.items.into_iter().map(|row| summary(row, query.currency)).collect::<Result<Vec<_>, _>>()?;
    let mut list = ProductList::new(items, page.next_cursor, facets(listed.facets), listed.found);
    list.corrected_q = corrected;
    Ok(list)
}

fn position(sort: Sort, row: &ListedRow) -> Position {
    // Orders by price hold only what has one.
    let amount = row.min_amount.unwrap_or(0);
    match sort {
        Sort::Relevance => Position::Relevance(row.class, row.num),
        Sort::Price => Position::Price(amount, row.num),
        Sort::PriceDescending => Position::PriceDescending(amount, row.num),
        Sort::Newest => Position::Newest(row.num),
        Sort::Name => Position::Name(row.name.clone(), row.num),
    }
}

fn summary(row: ListedRow, currency: Currency) -> Result<ProductSummary, Fault> {
    let money = |amount| {
        Money::new(amount, currency).map_err(|error| Fault::defect(format!("price of {}: {error}", row.id)))
    };
    let price_range = match row.min_amount.zip(row.max_amount) {
        Some((min, max)) => Some(PriceRange { min: money(min)?, max: money(max)? }),
        None => None,
    };
    Ok(ProductSummary {
        id: row.id,
        slug: row.slug,
        name: row.name,
        brand: Reference { id: row.brand_id, slug: row.brand_slug, name: row.brand_name },
        image: row.image,
        price_range,
        available: row.is_in_stock != 0,
        rating: (),
        status: row.status,
    })
}

/// From counts in the order of their facets.
fn facets(counts: Vec<store::FacetCount>) -> Vec<Facet> {
    let mut facets: Vec<Facet> = Vec::new();
    for (name, value, label, count) in counts {
        let value = FacetValue { value, label, count: count.min(TOTAL_MAX) };
        match facets.last_mut().filter(|facet| facet.name == name) {
            Some(facet) => facet.values.push(value),
            None => facets.push(Facet { name, values: vec![value] }),
        }
    }
    facets
}
