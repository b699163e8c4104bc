//! `GET /v1/products`: what may be asked, and what comes back.

use serde::{Deserialize, Serialize};

use domain::{
    Currency, Invalid,
    catalog::{ProductStatus, search::QUERY_LENGTH_MAX},
    id::{BrandId, CategoryId},
    money::AMOUNT_MAX,
};

use super::{CURRENCY_DEFAULT, Handle, ProductSummary};
use crate::{
    cursor,
    page::{PageLimit, TOTAL_MAX},
    problem::{FieldError, Problem, codes},
};

/// Values shown of one facet: the most common ones.
pub const FACET_VALUES_MAX: usize = 50;
/// Different options and attributes that one list may be narrowed by.
pub const CHOICES_MAX: usize = 10;
/// Values of one of them, and brands: any of them will do.
pub const CHOICE_VALUES_MAX: usize = 20;
/// The longest name or value of a choice, in characters.
const CHOICE_LENGTH_MAX: usize = 200;

/// In which order products are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// All words as whole words in name and brand; then as beginnings of words there; then anywhere. The newest first in each.
    Relevance,
    Price,
    PriceDescending,
    Newest,
    Name,
}

/// An option or an attribute, and the values of it that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As facets are called: `option.Strap`, `attr.Movement`.
    pub name: String,
    pub values: Vec<String>,
}

/// Where a list goes on: after what was the last of the page before. None of it shifts when products are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// How well it matches (0 is best), and the product's number.
    Relevance(u8, i64),
    Price(i64, i64),
    PriceDescending(i64, i64),
    Newest(i64),
    Name(String, i64),
}

impl Position {
    const fn sort(&self) -> Sort {
        match self {
            Position::Relevance(..) => Sort::Relevance,
            Position::Price(..) => Sort::Price,
            Position::PriceDescending(..) => Sort::PriceDescending,
            Position::Newest(..) => Sort::Newest,
            Position::Name(..) => Sort::Name,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListCursor {
    pub after: Position,
    /// What was searched instead, because nothing had been found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_q: Option<String>,
}

/// A question to the list of products, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductsQuery {
    pub q: Option<String>,
    pub category: Option<Handle<CategoryId>>,
    pub brands: Vec<Handle<BrandId>>,
    /// Minor units of the currency. A product is found when its price range reaches into what is asked for.
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub in_stock: bool,
    pub choices: Vec<Choice>,
    pub sort: Sort,
    pub currency: Currency,
    /// Of staff only; shoppers see what is active.
    pub status: Option<ProductStatus>,
    pub limit: PageLimit,
    pub cursor: Option<ListCursor>,
}

impl ProductsQuery {
    /// From the decoded pairs of a query. `brand`, `option.X` and `attr.X` may be repeated: any of the values will do.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Problem> {
        let mut query = Self::default();
        let (mut sort, mut errors, mut seen) = (None, Vec::new(), Vec::new());
        for (name, value) in pairs {
            let is_repeatable = name == "brand" || is_choice(name);
            let taken = if !is_repeatable && seen.contains(&name) {
                Err(Invalid::new("duplicate", "is given twice"))
            } else {
                query.take(name, value, &mut sort)
            };
            seen.push(name);
            if let Err(invalid) = taken {
                errors.push(field_error(name, &invalid));
            }
        }
        query.sort = match sort {
            Some(sort) if sort != Sort::Relevance || query.q.is_some() => sort,
            _ if query.q.is_some() => Sort::Relevance,
            _ => Sort::Newest,
        };
        if query.cursor.as_ref().is_some_and(|cursor| cursor.after.sort() != query.sort) {
            let invalid = Invalid::new("invalid_cursor", "must be a next_cursor of the same list");
            errors.push(field_error("cursor", &invalid));
        }
        if query.min_price.zip(query.max_price).is_some_and(|(min, max)| min > max) {
            errors.push(field_error("min_price", &Invalid::new("out_of_range", "must be at most max_price")));
        }
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(Problem { errors, ..Problem::new(codes::validation_failed) })
        }
    }

    fn take(&mut self, name: &str, value: &str, sort: &mut Option<Sort>) -> Result<(), Invalid> {
        match name {
            "q" => {
                if value.chars().count() > QUERY_LENGTH_MAX {
                    return Err(Invalid::new(
                        "too_long",
                        format!("must be at most {QUERY_LENGTH_MAX} characters"),
                    ));
                }
                self.q = Some(value.trim().to_owned()).filter(|q| !q.is_empty());
            }
            "category" => self.category = Some(value.parse()?),
            "brand" => push_within(&mut self.brands, value.parse()?, CHOICE_VALUES_MAX)?,
            "min_price" => self.min_price = Some(amount(value)?),
            "max_price" => self.max_price = Some(amount(value)?),
            "in_stock" => {
                self.in_stock =
                    value.parse().map_err(|_| Invalid::new("invalid_value", "must be true or false"))?;
            }
            "sort" => *sort = Some(parse_sort(value)?),
            "currency" => self.currency = value.parse()?,
            "status" => {
                let status = ProductStatus::ALL.into_iter().find(|status| status.as_str() == value);
                self.status = Some(status.ok_or_else(|| {
                    Invalid::new("invalid_value", "must be one of draft, active, archived")
                })?);
            }
            "limit" => self.limit = PageLimit::try_from(value.to_owned())?,
            "cursor" => self.cursor = Some(cursor::decode(value)?),
            _ if is_choice(name) => self.choose(name, value)?,
            _ => return Err(Invalid::new("unknown_parameter", "is not a parameter of this list")),
        }
        Ok(())
    }

    fn choose(&mut self, name: &str, value: &str) -> Result<(), Invalid> {
        if name.chars().count() > CHOICE_LENGTH_MAX || value.chars().count() > CHOICE_LENGTH_MAX {
            return Err(Invalid::new("too_long", format!("must be at most {CHOICE_LENGTH_MAX} characters")));
        }
        if let Some(choice) = self.choices.iter_mut().find(|choice| choice.name == name) {
            return push_within(&mut choice.values, value.to_owned(), CHOICE_VALUES_MAX);
        }
        let choice = Choice { name: name.to_owned(), values: vec![value.to_owned()] };
        push_within(&mut self.choices, choice, CHOICES_MAX)
    }
}

impl Default for ProductsQuery {
    fn default() -> Self {
        Self {
            q: None,
            category: None,
            brands: Vec::new(),
            min_price: None,
            max_price: None,
            in_stock: false,
            choices: Vec::new(),
            sort: Sort::Newest,
            currency: CURRENCY_DEFAULT,
            status: None,
            limit: PageLimit::default(),
            cursor: None,
        }
    }
}

fn is_choice(name: &str) -> bool {
    ["option.", "attr."].iter().any(|kind| name.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()))
}

fn field_error(name: &str, invalid: &Invalid) -> FieldError {
    FieldError { pointer: format!("?{name}"), code: invalid.code.to_owned(), detail: invalid.detail.clone() }
}

fn push_within<T>(list: &mut Vec<T>, item: T, max: usize) -> Result<(), Invalid> {
    if list.len() >= max {
        return Err(Invalid::new("too_many", format!("must be given at most {max} times")));
    }
    list.push(item);
    Ok(())
}

fn amount(text: &str) -> Result<i64, Invalid> {
    text.parse()
        .ok()
        .filter(|amount| (0..=AMOUNT_MAX).contains(amount))
        .ok_or_else(|| Invalid::new("out_of_range", "must be 0 to 2^53 - 1 minor units"))
}

fn parse_sort(text: &str) -> Result<Sort, Invalid> {
    match text {
        "relevance" => Ok(Sort::Relevance),
        "price" => Ok(Sort::Price),
        "-price" => Ok(Sort::PriceDescending),
        "newest" => Ok(Sort::Newest),
        "name" => Ok(Sort::Name),
        _ => Err(Invalid::new("invalid_value", "must be one of relevance, price, -price, newest, name")),
    }
}

/// What the found products have in common, to narrow the list by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facet {
    /// The parameter that narrows by it: `brand`, `category`, `in_stock`, `option.Strap`, `attr.Movement`.
    pub name: String,
    /// The most common first, at most [`FACET_VALUES_MAX`].
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    /// Among the first [`TOTAL_MAX`] products of the list, filters and all.
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProductList {
    pub items: Vec<ProductSummary>,
    pub next_cursor: Option<String>,
    pub facets: Vec<Facet>,
    /// At most [`TOTAL_MAX`].
    pub total: u64,
    pub total_is_capped: bool,
    /// What was searched instead, because nothing was found as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_q: Option<String>,
}

impl ProductList {
    /// `found` may be more than is told.
    pub fn new(
        items: Vec<ProductSummary>,
        next_cursor: Option<String>,
        facets: Vec<Facet>,
        found: u64,
    ) -> Self {
        Self {
            items,
            next_cursor,
            facets,
            total: found.min(TOTAL_MAX),
            total_is_capped: found > TOTAL_MAX,
            corrected_q: None,
        }
    }
}

domain::schema!(ProductsQuery, "ProductsQuery", |generator| {
    "type": "object",
    "properties": {
        "q": { "description": "Words to search for.", "type": "string", "maxLength": QUERY_LENGTH_MAX },
        "category": generator.subschema_for::<Handle<CategoryId>>(),
        "brand": {
            "description": "Any of these brands will do.",
            "type": "array",
            "items": generator.subschema_for::<Handle<BrandId>>(),
            "maxItems": CHOICE_VALUES_MAX,
        },
        "min_price": { "type": "integer", "format": "int64", "minimum": 0, "maximum": AMOUNT_MAX },
        "max_price": { "type": "integer", "format": "int64", "minimum": 0, "maximum": AMOUNT_MAX },
        "in_stock": { "type": "boolean", "default": false },
        "sort": {
            "description": "Without one: by relevance where there are words, else the newest first.",
            "type": "string",
            "enum": ["relevance", "price", "-price", "newest", "name"],
        },
        "currency": generator.subschema_for::<Currency>(),
        "status": {
            "description": "Of staff only.",
            "allOf": [generator.subschema_for::<ProductStatus>()],
        },
        "limit": generator.subschema_for::<PageLimit>(),
        "cursor": { "description": "The `next_cursor` of the page before.", "type": "string" },
    },
    "patternProperties": {
        "^(option|attr)\\..+$": {
            "description": "Any of these values of an option or attribute will do.",
            "type": "array",
            "items": { "type": "string", "maxLength": CHOICE_LENGTH_MAX },
            "maxItems": CHOICE_VALUES_MAX,
        },
    },
    "additionalProperties": false,
});

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ProductsQuery, Vec<String>> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        ProductsQuery::parse(pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))).map_err(
            |problem| problem.errors.into_iter().map(|e| format!("{} {}", e.pointer, e.code)).collect(),
        )
    }

    #[test]
    fn a_question_is_taken_apart() {
        let query = parse("q= diver &category=watches&brand=a&brand=b&min_price=1&max_price=2&in_stock=true&option.Strap=L&option.Strap=S&attr.Glass=x&currency=JPY&limit=5").unwrap();
        assert_eq!((query.q.as_deref(), query.sort, query.brands.len()), (Some("diver"), Sort::Relevance, 2));
        assert_eq!((query.min_price, query.max_price, query.limit.get()), (Some(1), Some(2), 5));
        let strap = Choice { name: "option.Strap".into(), values: vec!["L".into(), "S".into()] };
        assert_eq!((query.choices.len(), query.choices.first()), (2, Some(&strap)));
        assert!(query.in_stock && query.currency == Currency::Jpy);
    }

    #[test]
    fn without_words_the_newest_come_first() {
        for (text, sort) in [
            ("", Sort::Newest),
            ("q=++", Sort::Relevance),
            ("q=", Sort::Newest),
            ("sort=relevance", Sort::Newest),
            ("q=a&sort=-price", Sort::PriceDescending),
        ] {
            assert_eq!(parse(text).unwrap().sort, sort, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_by_name() {
        for (text, expected) in [
            ("colour=red", "?colour unknown_parameter"),
            ("option.=x", "?option. unknown_parameter"),
            ("sort=cheap", "?sort invalid_value"),
            ("limit=0", "?limit out_of_range"),
            ("limit=1&limit=2", "?limit duplicate"),
            ("currency=XXX", "?currency unsupported_currency"),
            ("min_price=-1", "?min_price out_of_range"),
            ("min_price=9007199254740992", "?min_price out_of_range"),
            ("min_price=3&max_price=2", "?min_price out_of_range"),
            ("in_stock=yes", "?in_stock invalid_value"),
            ("category=Nope!", "?category invalid_slug"),
            ("cursor=zzz", "?cursor invalid_cursor"),
        ] {
            assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
        }
        assert_eq!(parse(&format!("q={}", "a".repeat(201))), Err(vec!["?q too_long".to_owned()]));
        assert_eq!(parse(&"brand=a&".repeat(21)), Err(vec!["?brand too_many".to_owned()]));
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        let cursor = cursor::encode(&ListCursor { after: Position::Price(5, 7), corrected_q: None });
        assert!(parse(&format!("sort=price&cursor={cursor}")).unwrap().cursor.is_some());
        assert!(parse(&format!("sort=name&cursor={cursor}")).is_err());
    }
}
