//! The list of products: one question in two statements, for the page and for what surrounds it.
//!
//! Which index is walked is decided here and not left to the query planner (it has no statistics): the narrowest thing asked for comes
//! first, and every one of those indexes holds products by age, so that the newest page stops after its last row, however many products
//! there are. Everything else is looked up by key for each product on the way.

use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, fmt::Display};

use api::{
    catalog::{Choice, FACET_VALUES_MAX, Handle, Position, ProductsQuery, Sort},
    page::TOTAL_MAX,
};
use domain::{
    catalog::{Image, ProductStatus, Slug},
    id::{BrandId, ProductId},
};
use platform::{Database, Fault, Statement, Value};

use super::json_column;

/// A product in the list, and where the list stands with it.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedRow {
    pub num: i64,
    /// How well it matches: 0 is best.
    pub class: u8,
    pub id: ProductId,
    pub slug: Slug,
    pub name: String,
    #[serde(deserialize_with = "json_column")]
    pub image: Option<Image>,
    pub status: ProductStatus,
    pub is_in_stock: u8,
    pub brand_id: BrandId,
    pub brand_slug: Slug,
    pub brand_name: String,
    pub min_amount: Option<i64>,
    pub max_amount: Option<i64>,
}

/// A value of a facet: its parameter, value, label and count.
pub type FacetCount = (String, String, String, u64);

#[derive(Debug, Default)]
pub struct Listed {
    /// One more than was asked for, when there is a next page.
    pub rows: Vec<ListedRow>,
    /// One more than [`TOTAL_MAX`] stands for any number above.
    pub found: u64,
    pub facets: Vec<FacetCount>,
}

#[derive(Default, Deserialize)]
struct Surroundings {
    found: u64,
    #[serde(deserialize_with = "json_column")]
    facets: Vec<FacetCount>,
}

/// `words` are those of `query.q`, or what they were corrected to.
pub async fn list<D: Database>(db: &D, query: &ProductsQuery, words: &[String]) -> Result<Listed, Fault> {
    if query.q.is_some() && words.is_empty() {
        return Ok(Listed::default());
    }
    let results = db.batch(statements(query, words)).await?;
    let mut results = results.into_iter();
    let (Some(rows), Some(around)) = (results.next(), results.next()) else {
        return Err(Fault::defect("a batch of two gave less"));
    };
    let around: Surroundings = around.first()?.unwrap_or_default();
    Ok(Listed { rows: rows.rows()?, found: around.found, facets: around.facets })
}

pub(super) fn statements(query: &ProductsQuery, words: &[String]) -> Vec<Statement> {
    vec![page(query, words), surroundings(query, words)]
}

/// A statement that is put together: parameters are numbered as they come.
#[derive(Default)]
struct Draft {
    values: Vec<Value>,
}

impl Draft {
    fn put(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn put_json(&mut self, value: &impl Serialize) -> String {
        self.put(api::json::write(value).unwrap_or_default())
    }

    /// The id that a handle stands for.
    fn put_id<I: Display>(&mut self, table: &str, handle: &Handle<I>) -> String {
        let text = self.put(handle.to_string());
        match handle {
            Handle::Id(_) => text,
            Handle::Slug(_) => format!("(select id from {table} where slug = {text})"),
        }
    }

    fn finish(self, text: String) -> Statement {
        Statement { sql: text.into(), values: self.values }
    }
}

/// Where products come from and what they must be, without an order.
struct Source {
    from: String,
    /// The column that holds the product's number in the walked index.
    num: &'static str,
    conditions: Vec<String>,
}

/// The index that is walked: the first table, how a product's number is called there, and what selects the stretch of it.
struct Walk {
    from: &'static str,
    num: &'static str,
    condition: String,
}

impl Walk {
    /// Takes the filter that it walks by out of `filters`: the others are then looked up.
    fn choose(query: &ProductsQuery, filters: &mut Filters, found_by: Option<String>) -> Self {
        let status = format!("p.status = '{}'", filters.status.as_str());
        if let Some(matched) = found_by {
            return Self {
                from: "product_search cross join products p on p.num = product_search.rowid",
                num: "product_search.rowid",
                condition: format!("product_search match {matched}"),
            };
        }
        if let Some(category) = filters.category.take() {
            return Self {
                from: "product_categories pc cross join products p on p.num = pc.num",
                num: "pc.num",
                condition: format!("pc.category_id = {category}"),
            };
        }
        let is_one_value = query.choices.first().is_some_and(|choice| choice.values.len() == 1);
        if is_one_value && let Some(choice) = filters.choices.pop_front() {
            return Self {
                from: "product_facets f cross join products p on p.num = f.num",
                num: "f.num",
                condition: format!("f.facet_id = ({choice})"),
            };
        }
        if let Some(condition) = filters.brand.take() {
            return Self { from: "products p indexed by products_by_brand", num: "p.num", condition };
        }
        if filters.is_by_price {
            return Self {
                from: "product_prices pp cross join products p on p.num = pp.num",
                num: "pp.num",
                condition: format!("pp.currency = {}", filters.currency),
            };
        }
        if query.sort == Sort::Name && filters.status == ProductStatus::Active {
            return Self { from: "products p indexed by products_by_name", num: "p.num", condition: status };
        }
        if query.in_stock {
            return Self { from: "products p indexed by products_by_stock", num: "p.num", condition: status };
        }
        Self { from: "products p indexed by products_by_status", num: "p.num", condition: status }
    }
}

/// What is asked for, as SQL.
struct Filters {
    status: ProductStatus,
    currency: String,
    is_by_price: bool,
    /// An expression for the category's id.
    category: Option<String>,
    /// One brand, as a condition that its index serves.
    brand: Option<String>,
    brands: Option<String>,
    /// Queries for the ids of the facet values that will do, one per option or attribute.
    choices: VecDeque<String>,
}

impl Filters {
    fn of(draft: &mut Draft, query: &ProductsQuery) -> Self {
        let choice = |draft: &mut Draft, choice: &Choice| {
            let (name, values) = (draft.put(&choice.name), draft.put_json(&choice.values));
            format!(
                "select id from facet_values where name = {name} and value in (select value from json_each({values}))"
            )
        };
        let (brand, brands) = match query.brands.as_slice() {
            [] => (None, None),
            [handle] => (Some(format!("p.brand_id = {}", draft.put_id("brands", handle))), None),
            several => {
                let handles = draft.put_json(&several);
                let among = format!(
                    "p.brand_id in (select id from brands where slug in (select value from json_each({handles}))
                       or id in (select value from json_each({handles})))"
                );
                (None, Some(among))
            }
        };
        Self {
            status: query.status.unwrap_or(ProductStatus::Active),
            currency: draft.put(query.currency.code()),
            is_by_price: matches!(query.sort, Sort::Price | Sort::PriceDescending),
            category: query.category.as_ref().map(|handle| draft.put_id("categories", handle)),
            brand,
            brands,
            choices: query.choices.iter().map(|asked| choice(draft, asked)).collect(),
        }
    }
}

impl Source {
    fn of(draft: &mut Draft, query: &ProductsQuery, found_by: Option<String>) -> Self {
        let mut filters = Filters::of(draft, query);
        let Walk { from, num, condition } = Walk::choose(query, &mut filters, found_by);
        // A + keeps SQLite from walking the index of all products of a status instead.
        let mut conditions = vec![condition, format!("+p.status = '{}'", filters.status.as_str())];
        // By the number in the walked index, so that what does not fit is passed by before its row is even looked up.
        conditions.extend(filters.category.map(|id| {
            format!("exists (select 1 from product_categories own where own.category_id = {id} and own.num = {num})")
        }));
        conditions.extend(filters.choices.into_iter().map(|ids| {
            format!(
                "exists (select 1 from product_facets own where own.num = {num} and own.facet_id in ({ids}))"
            )
        }));
        conditions.extend(filters.brand);
        conditions.extend(filters.brands);
        conditions.extend(query.in_stock.then(|| "p.is_in_stock = 1".to_owned()));
        conditions.extend(query.min_price.map(|min| format!("pp.max_amount >= {}", draft.put(min))));
        conditions.extend(query.max_price.map(|max| format!("pp.min_amount <= {}", draft.put(max))));
        let from = if from.starts_with("product_prices") {
            from.to_owned()
        } else {
            // Staff see what has no price yet; an order by price has no place for it.
            let join =
                if query.status.is_some() && !filters.is_by_price { "left join" } else { "cross join" };
            format!(
                "{from} {join} product_prices pp on pp.num = p.num and pp.currency = {}",
                filters.currency
            )
        };
        Self { from, num, conditions }
    }
}

/// All words, each as a whole word or as the beginning of one.
fn all_of(words: &[String], mark: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"{mark}")).collect();
    format!("({})", words.join(" AND "))
}

fn page(query: &ProductsQuery, words: &[String]) -> Statement {
    let mut draft = Draft::default();
    let limit = draft.put(query.limit.get().saturating_add(1));
    let after = query.cursor.as_ref().map(|cursor| &cursor.after);
    let (inner, order) = if query.sort == Sort::Relevance {
        (by_relevance(&mut draft, query, words, after, &limit), "page.class, page.num desc".to_owned())
    } else {
        by_column(&mut draft, query, words, after, &limit)
    };
    let text = format!(
        "select page.num, page.class, p.id, p.slug, p.name, coalesce(d.image, 'null') as image, p.status, p.is_in_stock,
           p.brand_id, b.slug as brand_slug, b.name as brand_name, page.min_amount, page.max_amount
         from ({inner}) page cross join products p on p.num = page.num
         cross join product_documents d on d.num = page.num cross join brands b on b.id = p.brand_id
         order by {order}"
    );
    draft.finish(text)
}

/// The page in an order that an index has, or that is sorted; and the same order over the page.
fn by_column(
    draft: &mut Draft,
    query: &ProductsQuery,
    words: &[String],
    after: Option<&Position>,
    limit: &str,
) -> (String, String) {
    let found_by = (!words.is_empty()).then(|| draft.put(all_of(words, " *")));
    let Source { from, num, mut conditions } = Source::of(draft, query, found_by);
    conditions.extend(after.map(|after| match after {
        Position::Newest(last) | Position::Relevance(_, last) => {
            format!("{num} < cast({} as integer)", draft.put(*last))
        }
        Position::Price(amount, last) => {
            format!("(pp.min_amount, {num}) > ({}, {})", draft.put(*amount), draft.put(*last))
        }
        Position::PriceDescending(amount, last) => {
            format!("(pp.min_amount, {num}) < ({}, {})", draft.put(*amount), draft.put(*last))
        }
        Position::Name(name, last) => {
            format!("(p.name, p.num) > ({}, {})", draft.put(name), draft.put(*last))
        }
    }));
    let (order, outer) = match query.sort {
        Sort::Newest | Sort::Relevance => (format!("{num} desc"), "page.num desc"),
        Sort::Price => (format!("pp.min_amount, {num}"), "page.min_amount, page.num"),
        Sort::PriceDescending => {
            (format!("pp.min_amount desc, {num} desc"), "page.min_amount desc, page.num desc")
        }
        Sort::Name => ("p.name, p.num".to_owned(), "p.name, page.num"),
    };
    let conditions = conditions.join(" and ");
    let inner = format!(
        "select p.num, 0 as class, pp.min_amount, pp.max_amount from {from} where {conditions} order by {order} limit {limit}"
    );
    (inner, outer.to_owned())
}

/// Three lists that share no product, one behind the other, each the newest first: all words stand in name and brand; they begin words
/// there; they begin words anywhere. Unlike a score, the order does not move when products are added.
fn by_relevance(
    draft: &mut Draft,
    query: &ProductsQuery,
    words: &[String],
    after: Option<&Position>,
    limit: &str,
) -> String {
    let (whole, begun) = (all_of(words, ""), all_of(words, " *"));
    let classes = [
        (0_u8, format!("{{name brand}} : {whole}")),
        (1, format!("({{name brand}} : {begun}) NOT ({{name brand}} : {whole})")),
        (2, format!("{begun} NOT ({{name brand}} : {begun})")),
    ];
    let (first, last) = match after {
        Some(Position::Relevance(class, last)) => (*class, Some(*last)),
        _ => (0, None),
    };
    let lists: Vec<String> = classes
        .into_iter()
        .filter(|(class, _)| *class >= first)
        .map(|(class, expression)| {
            let found_by = draft.put(expression);
            let Source { from, num, mut conditions } = Source::of(draft, query, Some(found_by));
            if let Some(last) = last.filter(|_| class == first) {
                conditions.push(format!("{num} < cast({} as integer)", draft.put(last)));
            }
            let conditions = conditions.join(" and ");
            format!(
                "select * from (select p.num, {class} as class, pp.min_amount, pp.max_amount
                 from {from} where {conditions} order by {num} desc limit {limit})"
            )
        })
        .collect();
    format!("{} order by class, num desc limit {limit}", lists.join(" union all "))
}

/// How many there are and what they have in common, over no more of them than are counted.
fn surroundings(query: &ProductsQuery, words: &[String]) -> Statement {
    let mut draft = Draft::default();
    let found_by = (!words.is_empty()).then(|| draft.put(all_of(words, " *")));
    let Source { from, conditions, .. } = Source::of(&mut draft, query, found_by);
    let conditions = conditions.join(" and ");
    let stop = draft.put(TOTAL_MAX.saturating_add(1));
    let values_max = FACET_VALUES_MAX;
    let text = format!(
        "with found (num, brand_id, is_in_stock) as materialized (
           select p.num, p.brand_id, p.is_in_stock from {from} where {conditions} limit {stop}),
         counted (name, value, label, n) as (
           select 'brand', b.slug, b.name, g.n
             from (select brand_id, count(*) as n from found group by brand_id) g join brands b on b.id = g.brand_id
           union all
           select 'category', c.slug, c.name, g.n
             from (select pc.category_id, count(*) as n
               from found cross join product_categories pc on pc.num = found.num group by pc.category_id) g
             join categories c on c.id = g.category_id
           union all
           select v.name, v.value, v.value, g.n
             from (select f.facet_id, count(*) as n
               from found cross join product_facets f on f.num = found.num group by f.facet_id) g
             join facet_values v on v.id = g.facet_id
           union all
           select 'in_stock', 'true', 'In stock', count(*) from found where is_in_stock = 1 having count(*) > 0),
         ranked as (
           select *, row_number() over (partition by name order by n desc, value) as place from counted)
         select (select count(*) from found) as found,
           (select json_group_array(json_array(name, value, label, n)) from (
             select name, value, label, n from ranked where place <= {values_max} order by name, place)) as facets"
    );
    draft.finish(text)
}
