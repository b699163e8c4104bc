//! Lists of products: all of them, a category's, a maker's, and what was searched for.

use askama::Template;
use http::StatusCode;

use api::Service;
use platform::Platform;
use web::{Path, Result};

use super::Card;
use html::{
    answer::{self, View},
    backend::Trouble,
    frame::Frame,
    links,
    locale::Language,
    menu::Named,
    visit::Visit,
};

use crate::{
    parts::Parts as _,
    views::{Facet, Products},
};

/// Products on one page: rows of two, three and four come out even.
const LIMIT: u32 = 24;
/// What an address of a list may say, besides options and attributes.
const KNOWN: [&str; 8] = ["q", "category", "brand", "min_price", "max_price", "in_stock", "sort", "cursor"];
const SORTS: [(&str, &str); 5] = [
    ("relevance", "relevance"),
    ("price", "price"),
    ("-price", "price_descending"),
    ("newest", "newest"),
    ("name", "name"),
];

/// Which list it is.
enum Of {
    Everything,
    Category(Named),
    Brand(Named),
}

/// A value to choose.
struct Choice {
    value: String,
    label: String,
    count: u64,
    is_chosen: bool,
}

struct Group {
    name: String,
    label: String,
    choices: Vec<Choice>,
    is_open: bool,
    /// Whether only one of them can be chosen.
    is_single: bool,
}

/// A filter that can be taken away.
struct Chip {
    label: String,
    href: String,
}

struct SortChoice {
    value: &'static str,
    label: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "listing.html")]
struct Listing<'a> {
    f: &'a Frame,
    title: String,
    action: String,
    words: String,
    corrected: Option<String>,
    found: String,
    cards: Vec<Card>,
    groups: Vec<Group>,
    chips: Vec<Chip>,
    min: String,
    max: String,
    in_stock: bool,
    sorts: Vec<SortChoice>,
    sort: String,
    /// What of the address the sorting keeps.
    kept: Vec<(String, String)>,
    next: Option<String>,
}

impl View for Listing<'_> {
    fn frame(&self) -> &Frame {
        self.f
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn description(&self) -> String {
        self.f.t.listing_about(&self.title)
    }

    /// However it is filtered and sorted; what somebody searched for is nobody else's page.
    fn canonical(&self) -> Option<String> {
        self.words.is_empty().then(|| self.action.clone())
    }
}

pub async fn all<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    show(visit, Of::Everything).await
}

pub async fn category<P: Platform>(visit: Visit<P>, Path(slug): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/categories/{}", links::encoded(&slug));
    let found = visit.get(Service::Catalog, path).read().await?;
    show(visit, Of::Category(found)).await
}

pub async fn brand<P: Platform>(visit: Visit<P>, Path(slug): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/brands/{}", links::encoded(&slug));
    let found = visit.get(Service::Catalog, path).read().await?;
    show(visit, Of::Brand(found)).await
}

async fn show<P: Platform>(visit: Visit<P>, of: Of) -> Result<web::Response> {
    let f = Frame::of(&visit).await?;
    let asked = asked(&visit);
    let list = match visit.get(Service::Catalog, path(&visit, &of, &asked)).read().await {
        Ok(list) => list,
        // What cannot be asked finds nothing.
        Err(Trouble::Refused(refusal)) if refusal.status == 422 => Products::default(),
        Err(trouble) => return Err(trouble.into()),
    };
    let value = |name: &str| {
        asked.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (words, action) = (value("q"), visit.uri.path().to_owned());
    let title = match &of {
        Of::Everything if words.is_empty() => f.t.nav_all().to_owned(),
        Of::Everything => f.t.listing_searched(&words),
        Of::Category(category) => category.name.clone(),
        Of::Brand(brand) => brand.name.clone(),
    };
    let found = if list.total_is_capped {
        f.t.listing_found_many(&f.t.number(list.total))
    } else {
        f.t.listing_found(list.total)
    };
    let sort = value("sort");
    let sorts = SORTS.into_iter().filter(|(value, _)| *value != "relevance" || !words.is_empty()).map(
        |(value, name)| SortChoice {
            value,
            label: f.t.of_code("sort", name).unwrap_or_default(),
            is_chosen: value == sort
                || (sort.is_empty() && value == if words.is_empty() { "newest" } else { "relevance" }),
        },
    );
    let without = |name: &str| {
        let others = asked.iter().filter(|(known, _)| known != name && known != "cursor");
        others.map(|(name, value)| (name.clone(), typed(&f, name, value))).collect::<Vec<_>>()
    };
    let next = list.next_cursor.map(|cursor| {
        let mut pairs = without("cursor");
        pairs.push(("cursor".to_owned(), cursor));
        address(&action, &pairs)
    });
    let listing = Listing {
        title,
        words: words.clone(),
        corrected: list.corrected_q,
        found,
        groups: groups(f.t, &of, list.facets, &asked),
        chips: chips(&f, &action, &asked),
        cards: Card::all(&f, list.items),
        min: major(&visit, &value("min_price")),
        max: major(&visit, &value("max_price")),
        in_stock: value("in_stock") == "true",
        sorts: sorts.collect(),
        kept: without("sort"),
        sort,
        next,
        action,
        f: &f,
    };
    answer::page(&visit, StatusCode::OK, &listing)
}

/// What the address says, as far as a list understands it. A form sends what was left empty as well.
fn asked<P: Platform>(visit: &Visit<P>) -> Vec<(String, String)> {
    let query = visit.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let minor = 10_i64.checked_pow(visit.currency.exponent()).unwrap_or(1);
    let mut seen: Vec<String> = Vec::new();
    let mut asked: Vec<(String, String)> = pairs
        .filter(|(name, value)| {
            !value.is_empty()
                && (KNOWN.contains(&name.as_str())
                    || name.starts_with("option.")
                    || name.starts_with("attr."))
        })
        // People type whole euros, the API takes cents.
        .filter_map(|(name, value)| match name.as_str() {
            "min_price" | "max_price" => {
                let amount = value.parse::<i64>().ok()?.checked_mul(minor)?;
                Some((name, amount.to_string()))
            }
            _ => Some((name, value)),
        })
        // Any of several makers, options and attributes will do; of everything else there is one.
        .filter(|(name, _)| {
            let is_first = !seen.contains(name);
            seen.push(name.clone());
            is_first || name == "brand" || name.contains('.')
        })
        .collect();
    swap_prices(&mut asked);
    asked
}

/// Whoever types the higher price first means the same.
fn swap_prices(asked: &mut [(String, String)]) {
    let of = |asked: &[(String, String)], name: &str| {
        let (_, value) = asked.iter().find(|(known, _)| known == name)?;
        value.parse::<i64>().ok()
    };
    if let (Some(min), Some(max)) = (of(asked, "min_price"), of(asked, "max_price"))
        && min > max
    {
        for (name, value) in asked.iter_mut() {
            match name.as_str() {
                "min_price" => *value = max.to_string(),
                "max_price" => *value = min.to_string(),
                _ => {}
            }
        }
    }
}

fn major<P: Platform>(visit: &Visit<P>, minor: &str) -> String {
    let unit = 10_i64.checked_pow(visit.currency.exponent()).unwrap_or(1);
    minor
        .parse::<i64>()
        .ok()
        .and_then(|minor| minor.checked_div(unit))
        .map_or_else(String::new, |major| major.to_string())
}

fn path<P: Platform>(visit: &Visit<P>, of: &Of, asked: &[(String, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &LIMIT.to_string()).append_pair("currency", visit.currency.code());
    match of {
        Of::Everything => {}
        Of::Category(category) => {
            query.append_pair("category", &category.slug);
        }
        Of::Brand(brand) => {
            query.append_pair("brand", &brand.slug);
        }
    }
    let is_set = |name: &str| matches!((of, name), (Of::Category(_), "category") | (Of::Brand(_), "brand"));
    for (name, value) in asked.iter().filter(|(name, _)| !is_set(name)) {
        query.append_pair(name, value);
    }
    format!("/v1/products?{}", query.finish())
}

/// The same list by other choices.
fn address(action: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return action.to_owned();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{action}?{}", query.finish())
}

fn groups(t: Language, of: &Of, facets: Vec<Facet>, asked: &[(String, String)]) -> Vec<Group> {
    let is_shown = |facet: &Facet| {
        let name = facet.name.as_str();
        !matches!((of, name), (_, "in_stock") | (Of::Brand(_), "brand") | (Of::Category(_), "category"))
    };
    let mut open = 0_u32;
    let group = |facet: Facet| {
        let label = match facet.name.as_str() {
            "brand" => t.facet_brand().to_owned(),
            "category" => t.facet_category().to_owned(),
            other => other.split_once('.').map_or(other, |(_, label)| label).to_owned(),
        };
        let is_chosen =
            |value: &str| asked.iter().any(|(name, chosen)| *name == facet.name && chosen == value);
        let choices: Vec<Choice> = facet
            .values
            .iter()
            .map(|value| Choice {
                is_chosen: is_chosen(&value.value),
                value: value.value.clone(),
                label: value.label.clone(),
                count: value.count,
            })
            .collect();
        open = open.saturating_add(1);
        let is_open = open <= 2 || choices.iter().any(|choice| choice.is_chosen);
        Group { label, is_open, choices, is_single: facet.name == "category", name: facet.name }
    };
    facets.into_iter().filter(is_shown).map(group).filter(|group| !group.choices.is_empty()).collect()
}

fn chips(f: &Frame, action: &str, asked: &[(String, String)]) -> Vec<Chip> {
    let chip = |(at, (name, value)): (usize, &(String, String))| {
        let label = match name.as_str() {
            "in_stock" => f.t.listing_in_stock().to_owned(),
            "min_price" => format!("{} {}", f.t.listing_from(), price(f, value)),
            "max_price" => format!("{} {}", f.t.listing_to(), price(f, value)),
            "sort" | "cursor" | "q" => return None,
            "brand" => f.menu.brands.iter().find(|brand| brand.slug == *value)?.name.clone(),
            _ => value.clone(),
        };
        let others = asked.iter().enumerate().filter(|(other, (name, _))| *other != at && name != "cursor");
        let others: Vec<_> = others.map(|(_, (name, value))| (name.clone(), typed(f, name, value))).collect();
        Some(Chip { label, href: address(action, &others) })
    };
    asked.iter().enumerate().filter_map(chip).collect()
}

/// As it was typed.
fn typed(f: &Frame, name: &str, value: &str) -> String {
    if !matches!(name, "min_price" | "max_price") {
        return value.to_owned();
    }
    let unit = 10_i64.checked_pow(f.currency.exponent()).unwrap_or(1);
    value.parse::<i64>().ok().and_then(|minor| minor.checked_div(unit)).unwrap_or_default().to_string()
}

fn price(f: &Frame, minor: &str) -> String {
    let money = minor.parse().ok().and_then(|amount| domain::Money::new(amount, f.currency).ok());
    money.map_or_else(String::new, |money| f.money(&money))
}
