//! What SQLite does with our statements: no question reads a table of products from end to end, and our words are FTS5's words.

use rusqlite::Connection;
use std::{collections::BTreeSet, path::Path};

use api::{
    catalog::{ListCursor, Position, ProductsQuery},
    cursor,
};
use domain::catalog::search;
use platform::{Statement, Value};

use super::list;

fn catalogue() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../d1-migrations/catalog");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        db.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    db
}

/// The steps of a statement's plan.
fn plan(db: &Connection, statement: &Statement) -> Vec<String> {
    let mut explained = db.prepare(&format!("explain query plan {}", statement.sql)).unwrap();
    let values = statement.values.iter().map(|value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
    });
    let steps = explained.query_map(rusqlite::params_from_iter(values), |row| row.get(3)).unwrap();
    steps.map(Result::unwrap).collect()
}

fn lists(question: &str) -> [Vec<String>; 2] {
    let query = ProductsQuery::parse(question.split('&').filter_map(|pair| pair.split_once('='))).unwrap();
    let words = search::words(query.q.as_deref().unwrap_or_default());
    let db = catalogue();
    let plans: Vec<_> = list::statements(&query, &words).iter().map(|asked| plan(&db, asked)).collect();
    plans.try_into().unwrap()
}

/// What may be read from end to end: what a statement has made itself, and a list that was handed in.
fn is_small(step: &str) -> bool {
    const OWN: [&str; 8] = ["page", "found", "counted", "ranked", "g", "(subquery", "CONSTANT ROW", "near"];
    OWN.iter().any(|own| step.strip_prefix("SCAN ").is_some_and(|rest| rest.starts_with(own)))
        || step.contains("VIRTUAL TABLE")
        // In the order of the name, until the page is full.
        || step.contains("products_by_name")
}

/// Checks which index a list walks, and whether it has to put what it finds in order.
fn check(question: &str, walk: &str, sorts: bool) {
    let [page, surroundings] = lists(question);
    for step in page.iter().chain(&surroundings) {
        assert!(!step.starts_with("SCAN ") || is_small(step), "{question}: {step}");
    }
    let inner: Vec<&String> = page.iter().take_while(|step| *step != "SCAN page").collect();
    assert!(inner.iter().any(|step| step.contains(walk)), "{question} does not walk {walk}: {inner:#?}");
    assert_eq!(inner.iter().any(|step| step.contains("FOR ORDER BY")), sorts, "{question}: {inner:#?}");
    assert!(surroundings.iter().any(|step| step.contains(walk)), "{question}: {surroundings:#?}");
}

#[test]
fn a_list_walks_the_index_of_what_is_asked_for() {
    check("", "products_by_status (status=?)", false);
    check("status=draft", "products_by_status", false);
    check("sort=price", "product_prices_by_amount (currency=?", false);
    check("sort=-price&in_stock=true&max_price=5", "product_prices_by_amount (currency=?", false);
    check("sort=name", "products_by_name", false);
    check("in_stock=true", "products_by_stock", false);
    check("category=watches", "pc USING PRIMARY KEY (category_id=?)", false);
    check("category=watches&brand=halden&attr.Movement=Solar&min_price=1", "pc USING PRIMARY KEY", false);
    check("category=watches&sort=name", "pc USING PRIMARY KEY", true);
    check("brand=halden", "products_by_brand (brand_id=?)", false);
    check("brand=halden&sort=price", "products_by_brand (brand_id=?)", true);
    check("brand=halden&brand=orrery", "products_by_status", false);
    check("option.Strap=Steel", "f USING PRIMARY KEY (facet_id=?)", false);
    check("option.Strap=Steel&option.Strap=Leather", "products_by_status", false);
    check("q=tide&sort=newest&brand=halden&category=watches", "product_search VIRTUAL TABLE", false);
}

#[test]
fn a_page_goes_on_where_it_stopped_without_reading_what_came_before() {
    let after = |after| cursor::encode(&ListCursor { after, corrected_q: None });
    for (question, position, step) in [
        ("", Position::Newest(9), "products_by_status (status=? AND rowid<?)"),
        ("category=watches", Position::Newest(9), "(category_id=? AND num<?)"),
        (
            "sort=price",
            Position::Price(5, 9),
            "product_prices_by_amount (currency=? AND (min_amount,num)>(?,?))",
        ),
        ("sort=-price", Position::PriceDescending(5, 9), "(currency=? AND (min_amount,num)<(?,?))"),
        ("sort=name", Position::Name("A".into(), 9), "products_by_name (name>?)"),
    ] {
        let [page, _] = lists(&format!("{question}&cursor={}", after(position)));
        assert!(page.iter().any(|found| found.contains(step)), "{question}: {page:#?}");
    }
}

/// The vocabulary and FTS5 have to fold words alike, or a correction would name a word that is never found.
#[test]
fn our_words_are_those_of_the_index() {
    let db = catalogue();
    let text: String = ('\u{c0}'..='\u{17f}')
        .chain('\u{1cd}'..='\u{1d4}')
        .chain('\u{1ea0}'..='\u{1ef9}')
        .flat_map(|c| [c, 'x', ' '])
        .collect();
    let insert = "insert into product_search (rowid, name, brand, description) values (1, ?1, '', 'Größe 42mm, N°5: it''s cafe\u{301}')";
    db.execute(insert, [&text]).unwrap();
    let mut terms = db.prepare("select term from search_terms order by term").unwrap();
    let indexed: BTreeSet<String> =
        terms.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let ours: BTreeSet<String> = [text.as_str(), "Größe 42mm, N°5: it's cafe\u{301}"]
        .iter()
        .flat_map(|text| search::words(text))
        .collect();
    let (missing, extra): (Vec<_>, Vec<_>) =
        (ours.difference(&indexed).collect(), indexed.difference(&ours).collect());
    assert!(missing.is_empty() && extra.is_empty(), "ours alone {missing:?}, FTS5's alone {extra:?}");
}

/// The trigger's stems are the domain's.
#[test]
fn the_index_of_stems_is_made_as_words_are_looked_up() {
    let db = catalogue();
    for word in ["tide", "chronometer", "größe", &"ab".repeat(16)] {
        db.execute("insert or ignore into search_words (word) values (?1)", [word]).unwrap();
        let mut stems = db.prepare("select stem from search_stems where word = ?1 order by stem").unwrap();
        let made: Vec<String> =
            stems.query_map([word], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(made, search::stems(word), "{word}");
    }
}
