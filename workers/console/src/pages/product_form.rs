//! A product as it is typed: how its parts stand in the fields of a form, and what is made of them.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use api::problem::FieldError;
use domain::{Currency, Money, catalog::AttributeValue};
use html::{form::Form, form::Wrong, locale::Language};

use crate::views::Named;

/// Rows for versions that are not there yet.
const SPARE_ROWS: usize = 2;
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
        &lines(product.options.iter().map(|option| named(&option.name, &option.values)).collect()),
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
        let chosen = variant.options.iter().map(|(name, value)| format!("{name}{NAME} {value}"));
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
    format!("{name}{NAME} {}", values.join(&format!("{VALUES} ")))
}

/// A text that looks like a number or a flag stands in quotes, so that it is one again when it is read.
fn written(value: &AttributeValue) -> String {
    let text = value.to_string();
    let is_text = matches!(value, AttributeValue::Text(_));
    if is_text && !matches!(read_plain(&text), Some(AttributeValue::Text(_))) {
        format!("\"{text}\"")
    } else {
        text
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
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.parse().ok().map(AttributeValue::Text),
        None => read_plain(text),
    }
}

/// How many versions a form shows: those that are filled in, and room for some more.
pub fn rows(form: &Form) -> usize {
    let is_filled = |at: &usize| !form.get(&format!("variants.{at}.sku")).is_empty();
    let has_field = |at: &usize| form.has(&format!("variants.{at}.sku"));
    let filled = (0..).take_while(has_field).filter(is_filled).count();
    filled.saturating_add(SPARE_ROWS)
}

/// What the fields come to; `known` are the attributes that it has by now, of which those that stand there no more are taken away.
pub fn body(t: Language, form: &Form, known: &BTreeSet<String>) -> Result<Body, Wrong> {
    let mut wrong = Wrong::default();
    let mut attributes: Attributes = known.iter().map(|name| (name.clone(), None)).collect();
    for line in lines(form.get("attributes")) {
        match line.split_once(NAME).and_then(|(name, value)| Some((name.trim(), read(value.trim())?))) {
            Some((name, value)) => drop(attributes.insert(name.to_owned(), Some(value))),
            None => wrong.add(t, "attributes", "invalid_line"),
        }
    }
    let mut options = Vec::new();
    for line in lines(form.get("options")) {
        match line.split_once(NAME) {
            Some((name, values)) => {
                options.push(ProductOption { name: name.trim().to_owned(), values: split(values) });
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
    let mut variants = Vec::new();
    for at in (0..).take_while(|at| form.has(&format!("variants.{at}.sku"))) {
        if !form.get(&format!("variants.{at}.sku")).is_empty() {
            variants.push(variant(t, form, at, &mut wrong));
        }
    }
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
    for one in split(form.get(&field("options"))) {
        match one.split_once(NAME) {
            Some((name, value)) => drop(options.insert(name.trim().to_owned(), value.trim().to_owned())),
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
    let typed = form.get(&field("weight_grams"));
    let weight_grams = typed.parse().unwrap_or_else(|_| {
        if !typed.is_empty() {
            wrong.add(t, &field("weight_grams"), "invalid_number");
        }
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
pub fn wrong(t: Language, errors: &[FieldError]) -> Wrong {
    let mut wrong = Wrong::default();
    for error in errors {
        let mut parts = error.pointer.trim_start_matches('/').split('/');
        let first = parts.next().unwrap_or_default();
        let field = match (first, parts.next(), parts.next()) {
            ("variants", Some(at), Some("prices")) => format!("variants.{at}.price.{}", Currency::Eur),
            ("variants", Some(at), Some("compare_at_prices")) => {
                format!("variants.{at}.before.{}", Currency::Eur)
            }
            ("variants", Some(at), Some(field)) => format!("variants.{at}.{field}"),
            ("variants", Some(at), None) => format!("variants.{at}.sku"),
            ("variants", None, _) => "variants.0.sku".to_owned(),
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
    values.split(VALUES).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
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
                values: vec!["Steel".to_owned(), "Bark".to_owned()],
            }],
            attributes: BTreeMap::from([
                ("Glass".to_owned(), AttributeValue::Text("Sapphire".parse().unwrap())),
                ("Model".to_owned(), AttributeValue::Text("1904".parse().unwrap())),
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
                options: BTreeMap::from([("Strap".to_owned(), "Steel".to_owned())]),
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
        assert_eq!(body.variants[0].options["Strap"], "Steel");
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
        for (pointer, field) in [
            ("/slug", "slug"),
            ("/variants/1/sku", "variants.1.sku"),
            ("/variants/0/prices/2/amount", "variants.0.price.EUR"),
            ("/images/0/url", "images"),
            ("/attributes/Glass", "attributes"),
            ("/variants", "variants.0.sku"),
        ] {
            let error =
                FieldError { pointer: pointer.to_owned(), code: "invalid".to_owned(), detail: String::new() };
            assert!(wrong(Language::En, &[error]).of_field(field).is_some(), "{pointer}");
        }
    }
}
