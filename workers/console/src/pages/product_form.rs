//! A product as it is typed: how its parts stand in the fields of a form, and what is made of them.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use api::problem::FieldError;
use domain::{Currency, Money, catalog::AttributeValue};
use html::{form::Form, form::Wrong, locale::Language};

use crate::views::Named;

/// Rows for versions that are not there yet.
const SPARE_ROWS: usize = 2;
/// What stands around a text that would else be taken apart.
const QUOTE: char = '"';
/// What stands between two values, and between a name and its value.
const VALUES: char = ',';
const NAME: char = ':';
/// What stands between a picture's address, what it shows, and how large it is.
const PICTURE: char = '|';
/// What stands between its width and its height.
const TIMES: char = 'x';
/// A side of a picture whose size is not told, in pixels: all of ours have it.
const SIDE: u32 = 400;

type Attributes = BTreeMap<String, Option<AttributeValue>>;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub url: String,
    pub alt: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    pub sku: String,
    pub title: String,
    pub options: BTreeMap<String, String>,
    pub prices: Vec<Money>,
    pub compare_at_prices: Vec<Money>,
    pub weight_grams: u32,
}

/// What is sent to the catalogue.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Body {
    pub slug: String,
    pub status: String,
    pub name: String,
    pub description: String,
    pub brand: String,
    pub categories: Vec<String>,
    pub options: Vec<ProductOption>,
    /// `None` takes one away (RFC 7396).
    pub attributes: Attributes,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
}

/// A version as the catalogue shows it, in one currency.
#[derive(Deserialize)]
pub struct VariantView {
    pub sku: String,
    pub title: String,
    pub options: BTreeMap<String, String>,
    pub price: Option<Money>,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
}

/// A product as the catalogue shows it.
#[derive(Deserialize)]
pub struct ProductView {
    pub slug: String,
    pub status: String,
    pub name: String,
    pub description: String,
    pub brand: Named,
    pub categories: Vec<Named>,
    pub options: Vec<ProductOption>,
    pub attributes: BTreeMap<String, AttributeValue>,
    pub images: Vec<Image>,
    pub variants: Vec<VariantView>,
}

/// Into the fields of a form. `in_currencies` is the same product once in each currency.
pub fn fill(in_currencies: &[ProductView]) -> Form {
    let mut form = Form::default();
    let Some(product) = in_currencies.first() else { return form };
    for (name, value) in [
        ("slug", &product.slug),
        ("status", &product.status),
        ("name", &product.name),
        ("description", &product.description),
        ("brand", &product.brand.slug),
    ] {
        form.set(name, value);
    }
    for category in &product.categories {
        form.push("categories", &category.slug);
    }
    let lines = |all: Vec<String>| all.join("\n");
    form.set(
        "options",
        &lines(
            product.options.iter().map(|option| named(&option.name, &quoted_all(&option.values))).collect(),
        ),
    );
    form.set(
        "attributes",
        &lines(product.attributes.iter().map(|(name, value)| named(name, &[written(value)])).collect()),
    );
    form.set(
        "images",
        &lines(
            product
                .images
                .iter()
                .map(|image| {
                    format!(
                        "{} {PICTURE} {} {PICTURE} {}{TIMES}{}",
                        image.url, image.alt, image.width, image.height
                    )
                })
                .collect(),
        ),
    );
    for (at, variant) in product.variants.iter().enumerate() {
        let mut set = |field: &str, value: &str| form.set(&format!("variants.{at}.{field}"), value);
        set("sku", &variant.sku);
        set("title", &variant.title);
        let chosen =
            variant.options.iter().map(|(name, value)| format!("{}{NAME} {}", quoted(name), quoted(value)));
        set("options", &chosen.collect::<Vec<_>>().join(&format!("{VALUES} ")));
        set("weight_grams", &variant.weight_grams.to_string());
        for view in in_currencies {
            let Some(same) = view.variants.get(at) else { continue };
            for (field, money) in [("price", same.price), ("before", same.compare_at_price)] {
                if let Some(money) = money {
                    set(&format!("{field}.{}", money.currency()), &money.decimal());
                }
            }
        }
    }
    form
}

fn named(name: &str, values: &[String]) -> String {
    format!("{}{NAME} {}", quoted(name), values.join(&format!("{VALUES} ")))
}

/// A text that would be taken apart, or for something else, stands in quotes.
fn quoted(text: &str) -> String {
    let is_special = text.contains([NAME, VALUES, PICTURE, QUOTE]) || text.trim() != text;
    if is_special { format!("{QUOTE}{text}{QUOTE}") } else { text.to_owned() }
}

fn quoted_all(values: &[String]) -> Vec<String> {
    values.iter().map(|value| quoted(value)).collect()
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix(QUOTE).and_then(|rest| rest.strip_suffix(QUOTE)).unwrap_or(text)
}

/// What stands between separators that are in no quotes.
fn apart(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let is_separator = |letter: char| {
        is_quoted ^= letter == QUOTE;
        letter == separator && !is_quoted
    };
    text.split(is_separator).map(str::trim).collect()
}

/// A name, and what stands behind it.
fn name_and_rest(text: &str) -> Option<(&str, &str)> {
    let name = *apart(text, NAME).first()?;
    let rest = text.trim_start().strip_prefix(name)?.trim_start().strip_prefix(NAME)?;
    Some((unquoted(name), rest.trim()))
}

/// A text that looks like a number or a flag stands in quotes, so that it is one again when it is read.
fn written(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Text(text) => {
            let text = text.to_string();
            let is_plain =
                matches!(read_plain(&text), Some(AttributeValue::Text(_))) && !text.starts_with(QUOTE);
            if is_plain { text } else { format!("{QUOTE}{text}{QUOTE}") }
        }
        other => other.to_string(),
    }
}

fn read_plain(text: &str) -> Option<AttributeValue> {
    match text {
        "true" => Some(AttributeValue::Flag(true)),
        "false" => Some(AttributeValue::Flag(false)),
        _ => match text.parse() {
            Ok(number) => Some(AttributeValue::Number(number)),
            Err(_) => text.parse().ok().map(AttributeValue::Text),
        },
    }
}

fn read(text: &str) -> Option<AttributeValue> {
    match text.strip_prefix(QUOTE).and_then(|rest| rest.strip_suffix(QUOTE)) {
        Some(quoted) => quoted.parse().ok().map(AttributeValue::Text),
        None => read_plain(text),
    }
}

/// How many versions a form shows: up to the last that is filled in, and room for some more. One between them that was emptied keeps its
/// row, so that what comes back is what was sent.
pub fn rows(form: &Form) -> usize {
    let is_filled = |at: &usize| !form.get(&sku(*at)).is_empty();
    let last = present(form).filter(is_filled).last();
    last.map_or(0, |at| at.saturating_add(1)).saturating_add(SPARE_ROWS)
}

fn sku(at: usize) -> String {
    format!("variants.{at}.sku")
}

/// The rows that a form has, filled in or not.
fn present(form: &Form) -> impl Iterator<Item = usize> + '_ {
    (0..).take_while(|at| form.has(&sku(*at)))
}

/// The rows that are versions: the catalogue counts them alone.
fn filled(form: &Form) -> impl Iterator<Item = usize> + '_ {
    present(form).filter(|at| !form.get(&sku(*at)).is_empty())
}

/// What the fields come to; `known` are the attributes that it has by now, of which those that stand there no more are taken away.
pub fn body(t: Language, form: &Form, known: &BTreeSet<String>) -> Result<Body, Wrong> {
    let mut wrong = Wrong::default();
    let mut attributes: Attributes = known.iter().map(|name| (name.clone(), None)).collect();
    for line in lines(form.get("attributes")) {
        match name_and_rest(line).and_then(|(name, value)| Some((name, read(value)?))) {
            Some((name, value)) => drop(attributes.insert(name.to_owned(), Some(value))),
            None => wrong.add(t, "attributes", "invalid_line"),
        }
    }
    let mut options = Vec::new();
    for line in lines(form.get("options")) {
        match name_and_rest(line) {
            Some((name, values)) => {
                options.push(ProductOption { name: name.to_owned(), values: split(values) });
            }
            None => wrong.add(t, "options", "invalid_line"),
        }
    }
    let mut images = Vec::new();
    for line in lines(form.get("images")) {
        match picture(line) {
            Some(image) => images.push(image),
            None => wrong.add(t, "images", "invalid_line"),
        }
    }
    let variants = filled(form).map(|at| variant(t, form, at, &mut wrong)).collect();
    let body = Body {
        slug: form.get("slug").to_owned(),
        status: form.get("status").to_owned(),
        name: form.get("name").to_owned(),
        description: form.get("description").to_owned(),
        brand: form.get("brand").to_owned(),
        categories: form
            .pairs()
            .filter(|(name, _)| *name == "categories")
            .map(|(_, value)| value.to_owned())
            .collect(),
        options,
        attributes,
        images,
        variants,
    };
    if wrong.is_empty() { Ok(body) } else { Err(wrong) }
}

fn picture(line: &str) -> Option<Image> {
    let mut parts = line.split(PICTURE).map(str::trim);
    let (url, alt) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let (width, height) = match parts.next() {
        None => (SIDE, SIDE),
        Some(size) => {
            let (width, height) = size.split_once(TIMES)?;
            (width.trim().parse().ok()?, height.trim().parse().ok()?)
        }
    };
    Some(Image { url, alt, width, height })
}

fn variant(t: Language, form: &Form, at: usize, wrong: &mut Wrong) -> Variant {
    let field = |name: &str| format!("variants.{at}.{name}");
    let mut options = BTreeMap::new();
    for one in apart(form.get(&field("options")), VALUES).into_iter().filter(|one| !one.is_empty()) {
        match name_and_rest(one) {
            Some((name, value)) => drop(options.insert(name.to_owned(), unquoted(value).to_owned())),
            None => wrong.add(t, &field("options"), "invalid_line"),
        }
    }
    let mut prices = |name: &str| {
        let mut prices = Vec::new();
        for currency in Currency::ALL {
            let field = field(&format!("{name}.{currency}"));
            let typed = form.get(&field);
            match Money::parse_decimal(typed, currency) {
                _ if typed.is_empty() => {}
                Ok(money) => prices.push(money),
                Err(_) => wrong.add(t, &field, "invalid_amount"),
            }
        }
        prices
    };
    let (prices, compare_at_prices) = (prices("price"), prices("before"));
    // Nothing weighs nothing: shipping is priced by it.
    let weight_grams = form.get(&field("weight_grams")).parse().unwrap_or_else(|_| {
        wrong.add(t, &field("weight_grams"), "invalid_number");
        0
    });
    Variant {
        sku: form.get(&field("sku")).to_owned(),
        title: form.get(&field("title")).to_owned(),
        options,
        prices,
        compare_at_prices,
        weight_grams,
    }
}

/// What the catalogue says is wrong, at the fields that it is about: a field of ours stands for all that is under its pointer.
pub fn wrong(t: Language, form: &Form, errors: &[FieldError]) -> Wrong {
    let mut wrong = Wrong::default();
    let rows: Vec<usize> = filled(form).collect();
    let row = |at: &str| at.parse().ok().and_then(|at: usize| rows.get(at).copied()).unwrap_or_default();
    for error in errors {
        let mut parts = error.pointer.trim_start_matches('/').split('/');
        let first = parts.next().unwrap_or_default();
        let field = match (first, parts.next(), parts.next()) {
            ("variants", Some(at), Some("prices")) => format!("variants.{}.price.{}", row(at), Currency::Eur),
            ("variants", Some(at), Some("compare_at_prices")) => {
                format!("variants.{}.before.{}", row(at), Currency::Eur)
            }
            ("variants", Some(at), Some(field)) => format!("variants.{}.{field}", row(at)),
            ("variants", Some(at), None) => sku(row(at)),
            ("variants", None, _) => sku(0),
            (field, ..) => field.to_owned(),
        };
        wrong.add(t, &field, &error.code);
    }
    wrong
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn split(values: &str) -> Vec<String> {
    apart(values, VALUES)
        .into_iter()
        .map(unquoted)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(currency: Currency, amount: i64) -> ProductView {
        let named = |name: &str| Named { slug: name.to_owned(), name: name.to_owned() };
        ProductView {
            slug: "skerry".to_owned(),
            status: "active".to_owned(),
            name: "Skerry".to_owned(),
            description: "A diver.\n\nFor the sea.".to_owned(),
            brand: named("skarholm"),
            categories: vec![named("watches"), named("divers")],
            options: vec![ProductOption {
                name: "Strap".to_owned(),
                values: vec!["Steel".to_owned(), "Bark, tanned".to_owned()],
            }],
            attributes: BTreeMap::from([
                ("Glass".to_owned(), AttributeValue::Text("Sapphire".parse().unwrap())),
                ("Model".to_owned(), AttributeValue::Text("1904".parse().unwrap())),
                ("Ratio 1:1".to_owned(), AttributeValue::Text("a: b, \"c\"".parse().unwrap())),
                ("Said".to_owned(), AttributeValue::Text("\"Yes\"".parse().unwrap())),
                ("Water".to_owned(), AttributeValue::Number(300)),
                ("Lume".to_owned(), AttributeValue::Flag(true)),
            ]),
            images: vec![Image {
                url: "/images/skerry.svg".to_owned(),
                alt: "Skerry, blue".to_owned(),
                width: 640,
                height: 480,
            }],
            variants: vec![VariantView {
                sku: "SKA-1".to_owned(),
                title: "Steel".to_owned(),
                options: BTreeMap::from([("Strap".to_owned(), "Bark, tanned".to_owned())]),
                price: Some(Money::new(amount, currency).unwrap()),
                compare_at_price: None,
                weight_grams: 120,
            }],
        }
    }

    #[test]
    fn what_is_filled_in_is_what_is_read_again() {
        let form = fill(&[view(Currency::Eur, 125_000), view(Currency::Jpy, 198_000)]);
        assert_eq!(rows(&form), 3, "and two to spare");
        let known: BTreeSet<String> = ["Glass", "Gone"].map(str::to_owned).into();
        let body = body(Language::En, &form, &known).unwrap();
        assert_eq!((body.slug.as_str(), body.brand.as_str()), ("skerry", "skarholm"));
        assert_eq!(body.categories, ["watches", "divers"]);
        let expected = view(Currency::Eur, 0).attributes;
        for (name, value) in expected {
            assert_eq!(body.attributes[&name], Some(value), "{name}");
        }
        assert_eq!(body.attributes["Gone"], None, "what stands there no more is taken away");
        assert_eq!(body.options, view(Currency::Eur, 0).options);
        assert_eq!(body.images, view(Currency::Eur, 0).images);
        let money = |amount, currency| Money::new(amount, currency).unwrap();
        assert_eq!(body.variants[0].prices, [money(125_000, Currency::Eur), money(198_000, Currency::Jpy)]);
        assert_eq!(body.variants[0].options["Strap"], "Bark, tanned");
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field() {
        let mut form = fill(&[view(Currency::Eur, 125_000)]);
        for (field, typed) in [
            ("attributes", "no colon"),
            ("options", "none either"),
            ("images", "/images/skerry.svg | Skerry | large"),
            ("variants.0.options", "Steel"),
            ("variants.0.price.USD", "twelve"),
            ("variants.0.weight_grams", "-1"),
        ] {
            form.set(field, typed);
        }
        let wrong = body(Language::En, &form, &BTreeSet::new()).unwrap_err();
        let fields: Vec<&str> = wrong.all().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            [
                "attributes",
                "options",
                "images",
                "variants.0.options",
                "variants.0.price.USD",
                "variants.0.weight_grams"
            ]
        );
    }

    #[test]
    fn what_the_catalogue_refuses_is_said_at_its_field() {
        let mut form = Form::default();
        for (at, sku) in ["", "A", "B"].into_iter().enumerate() {
            form.set(&format!("variants.{at}.sku"), sku);
        }
        assert_eq!(rows(&form), 5, "a row that was emptied stays where it is");
        for (pointer, field) in [
            ("/slug", "slug"),
            ("/variants/1/sku", "variants.2.sku"),
            ("/variants/0/prices/2/amount", "variants.1.price.EUR"),
            ("/images/0/url", "images"),
            ("/attributes/Glass", "attributes"),
            ("/variants", "variants.0.sku"),
        ] {
            let error =
                FieldError { pointer: pointer.to_owned(), code: "invalid".to_owned(), detail: String::new() };
            assert!(wrong(Language::En, &form, &[error]).of_field(field).is_some(), "{pointer}");
        }
    }
}
