//! A product and what must hold for it as a whole.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Deref,
};

use super::{ProductStatus, Slug};
use crate::{
    Currency, Invalid, Money, Sku,
    id::{BrandId, CategoryId},
    text::Text,
};

pub const ATTRIBUTES_MAX: usize = 50;
pub const CATEGORIES_PER_PRODUCT_MAX: usize = 10;
pub const IMAGES_MAX: usize = 20;
pub const OPTIONS_MAX: usize = 5;
pub const OPTION_VALUES_MAX: usize = 50;
pub const VARIANTS_MAX: usize = 100;

/// The longest side of an image, in pixels.
pub const IMAGE_SIDE_MAX: u32 = 20_000;
pub const IMAGE_URL_LENGTH_MAX: usize = 2_000;
/// The heaviest variant, in grams.
pub const WEIGHT_GRAMS_MAX: u32 = 1_000_000;

/// The name of an option or an attribute: `Strap`.
pub type Label = Text<60>;
/// A value of an option: `Leather`.
pub type OptionValue = Text<80>;

/// Everything that staff say about a product, not yet looked at as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductContent {
    pub slug: Slug,
    pub status: ProductStatus,
    pub name: Text<200>,
    pub description: Text<10_000>,
    pub brand: BrandId,
    pub categories: Vec<CategoryId>,
    pub options: Vec<ProductOption>,
    pub attributes: BTreeMap<Label, AttributeValue>,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
}

/// A choice that the shopper makes: `Strap`, one of `Leather`, `Steel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductOption {
    pub name: Label,
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = OPTION_VALUES_MAX)))]
    pub values: Vec<OptionValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// `https://…`, or a path of the shop's own that begins with `/`.
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(max = IMAGE_URL_LENGTH_MAX),
            regex(pattern = IMAGE_URL_PATTERN),
            extend("examples" = ["/images/watches/halden-tide-300.svg"])
        )
    )]
    pub url: String,
    /// What it shows, for those who cannot see it.
    pub alt: Text<300>,
    /// In pixels.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = IMAGE_SIDE_MAX)))]
    pub width: u32,
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = IMAGE_SIDE_MAX)))]
    pub height: u32,
}

/// One thing that is sold: a product with every choice made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub sku: Sku,
    pub title: Text<120>,
    /// One value of each of the product's options.
    #[serde(default)]
    pub options: BTreeMap<Label, OptionValue>,
    /// At most one per currency; not sold in the others.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "prices_schema"))]
    pub prices: Vec<Money>,
    /// What it cost before, shown struck through.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "prices_schema"))]
    pub compare_at_prices: Vec<Money>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(max = WEIGHT_GRAMS_MAX)))]
    pub weight_grams: u32,
}

impl Variant {
    pub fn price(&self, currency: Currency) -> Option<Money> {
        self.prices.iter().copied().find(|price| price.currency() == currency)
    }

    pub fn compare_at_price(&self, currency: Currency) -> Option<Money> {
        self.compare_at_prices.iter().copied().find(|price| price.currency() == currency)
    }
}

/// What is true of all variants: `Movement: Automatic`, `Jewels: 24`, `Limited edition: true`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AttributeValue {
    Flag(bool),
    Number(i64),
    Text(Text<200>),
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeValue::Flag(flag) => flag.fmt(f),
            AttributeValue::Number(number) => number.fmt(f),
            AttributeValue::Text(text) => text.fmt(f),
        }
    }
}

// By hand, because an untagged enum can only say that no variant matched.
impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = AttributeValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number, true or false")
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Flag(flag))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<AttributeValue, E> {
                if number.unsigned_abs() > crate::money::AMOUNT_MAX.unsigned_abs() {
                    return Err(E::custom(Invalid::new("out_of_range", "must be within ±(2^53 - 1)")));
                }
                Ok(AttributeValue::Number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<AttributeValue, E> {
                self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<AttributeValue, E> {
                text.parse().map(AttributeValue::Text).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// One thing that is wrong with a product, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// RFC 6901, from the product.
    pub pointer: String,
    pub invalid: Invalid,
}

/// The lowest and the highest price of a product in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PriceRange {
    pub min: Money,
    pub max: Money,
}

impl PriceRange {
    pub fn of(prices: impl IntoIterator<Item = Money>) -> Option<Self> {
        prices.into_iter().fold(None, |range: Option<PriceRange>, price| match range {
            None => Some(PriceRange { min: price, max: price }),
            Some(PriceRange { min, max }) => Some(PriceRange {
                min: if price.amount() < min.amount() { price } else { min },
                max: if price.amount() > max.amount() { price } else { max },
            }),
        })
    }
}

/// A product whose parts fit together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Product(ProductContent);

impl Deref for Product {
    type Target = ProductContent;

    fn deref(&self) -> &ProductContent {
        &self.0
    }
}

impl Product {
    /// Everything that is wrong with it, so that staff mend it in one go.
    pub fn new(content: ProductContent) -> Result<Self, Vec<Violation>> {
        let mut violations = Violations::default();
        check_categories(&content, &mut violations);
        check_options(&content.options, &mut violations);
        violations.at_most(ATTRIBUTES_MAX, content.attributes.len(), "/attributes");
        check_images(&content.images, &mut violations);
        check_variants(&content, &mut violations);
        if content.status == ProductStatus::Active {
            check_for_sale(&content.variants, &mut violations);
        }
        if violations.0.is_empty() { Ok(Self(content)) } else { Err(violations.0) }
    }

    pub fn into_content(self) -> ProductContent {
        self.0
    }

    /// The same product, out of the shop.
    pub fn archived(mut self) -> Self {
        self.0.status = ProductStatus::Archived;
        self
    }

    /// Of the variants that are sold in `currency`.
    pub fn price_range(&self, currency: Currency) -> Option<PriceRange> {
        PriceRange::of(self.variants.iter().filter_map(|variant| variant.price(currency)))
    }
}

#[derive(Default)]
struct Violations(Vec<Violation>);

impl Violations {
    fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(Violation { pointer: pointer.into(), invalid: Invalid::new(code, detail) });
    }

    fn at_most(&mut self, max: usize, count: usize, pointer: impl Into<String>) {
        if count > max {
            self.add(pointer, "too_many", format!("must be at most {max}"));
        }
    }
}

fn check_categories(content: &ProductContent, violations: &mut Violations) {
    violations.at_most(CATEGORIES_PER_PRODUCT_MAX, content.categories.len(), "/categories");
    for at in repeats(&content.categories) {
        violations.add(format!("/categories/{at}"), "duplicate", "is named twice");
    }
}

fn check_options(options: &[ProductOption], violations: &mut Violations) {
    violations.at_most(OPTIONS_MAX, options.len(), "/options");
    for at in repeats(options.iter().map(|option| &option.name)) {
        violations.add(format!("/options/{at}/name"), "duplicate", "is the name of another option, too");
    }
    for (index, option) in options.iter().enumerate() {
        let pointer = format!("/options/{index}/values");
        if option.values.is_empty() {
            violations.add(&pointer, "required", "must have at least one value");
        }
        violations.at_most(OPTION_VALUES_MAX, option.values.len(), &pointer);
        for at in repeats(&option.values) {
            violations.add(format!("{pointer}/{at}"), "duplicate", "is listed twice");
        }
    }
}

fn check_images(images: &[Image], violations: &mut Violations) {
    violations.at_most(IMAGES_MAX, images.len(), "/images");
    for (index, image) in images.iter().enumerate() {
        let is_ours = image.url.starts_with('/') && !image.url.starts_with("//");
        let is_clean =
            image.url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\'));
        if !(is_ours || image.url.starts_with("https://"))
            || !is_clean
            || image.url.len() > IMAGE_URL_LENGTH_MAX
        {
            let rule = "must be an https:// address, or a path that begins with one /";
            violations.add(format!("/images/{index}/url"), "invalid_url", rule);
        }
        for (name, side) in [("width", image.width), ("height", image.height)] {
            if !(1..=IMAGE_SIDE_MAX).contains(&side) {
                let rule = format!("must be 1 to {IMAGE_SIDE_MAX}");
                violations.add(format!("/images/{index}/{name}"), "out_of_range", rule);
            }
        }
    }
}

fn check_variants(content: &ProductContent, violations: &mut Violations) {
    violations.at_most(VARIANTS_MAX, content.variants.len(), "/variants");
    for at in repeats(content.variants.iter().map(|variant| &variant.sku)) {
        violations.add(format!("/variants/{at}/sku"), "duplicate", "is the SKU of another variant, too");
    }
    for at in repeats(content.variants.iter().map(|variant| &variant.options)) {
        violations.add(
            format!("/variants/{at}/options"),
            "duplicate",
            "is the choice of another variant, too",
        );
    }
    for (index, variant) in content.variants.iter().enumerate() {
        check_choice(index, variant, &content.options, violations);
        check_prices(index, variant, violations);
        if variant.weight_grams > WEIGHT_GRAMS_MAX {
            let rule = format!("must be at most {WEIGHT_GRAMS_MAX}");
            violations.add(format!("/variants/{index}/weight_grams"), "out_of_range", rule);
        }
    }
}

fn check_choice(index: usize, variant: &Variant, options: &[ProductOption], violations: &mut Violations) {
    for option in options {
        match variant.options.get(&option.name) {
            None => violations.add(
                format!("/variants/{index}/options"),
                "option_missing",
                format!("must choose a value of {}", option.name),
            ),
            Some(value) if !option.values.contains(value) => violations.add(
                format!("/variants/{index}/options/{}", escaped(option.name.as_str())),
                "unknown_option_value",
                format!("must be one of the values of {}", option.name),
            ),
            Some(_) => {}
        }
    }
    for name in variant.options.keys().filter(|name| !options.iter().any(|option| option.name == **name)) {
        let pointer = format!("/variants/{index}/options/{}", escaped(name.as_str()));
        violations.add(pointer, "unknown_option", "is not an option of this product");
    }
}

fn check_prices(index: usize, variant: &Variant, violations: &mut Violations) {
    for (name, prices) in [("prices", &variant.prices), ("compare_at_prices", &variant.compare_at_prices)] {
        for at in repeats(prices.iter().map(|price| price.currency())) {
            let pointer = format!("/variants/{index}/{name}/{at}");
            violations.add(pointer, "duplicate", "is in the currency of another price, too");
        }
        for (at, price) in prices.iter().enumerate().filter(|(_, price)| !price.is_positive()) {
            let pointer = format!("/variants/{index}/{name}/{at}/amount");
            violations.add(pointer, "out_of_range", format!("must be more than 0 {}", price.currency()));
        }
    }
    for (at, before) in variant.compare_at_prices.iter().enumerate() {
        if variant.price(before.currency()).is_some_and(|price| price.amount() >= before.amount()) {
            let pointer = format!("/variants/{index}/compare_at_prices/{at}");
            violations.add(pointer, "out_of_range", "must be more than the price it is compared with");
        }
    }
}

/// What is sold needs something to sell and a price to sell it for; a draft may still lack both.
fn check_for_sale(variants: &[Variant], violations: &mut Violations) {
    if variants.is_empty() {
        violations.add("/variants", "required", "must have at least one variant while the product is active");
    }
    for (index, _) in variants.iter().enumerate().filter(|(_, variant)| variant.prices.is_empty()) {
        let pointer = format!("/variants/{index}/prices");
        violations.add(pointer, "required", "must have at least one price while the product is active");
    }
}

/// Where a value stands for the second time.
fn repeats<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    values.into_iter().enumerate().filter_map(|(at, value)| (!seen.insert(value)).then_some(at)).collect()
}

/// RFC 6901, section 3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

crate::schema!(AttributeValue, "AttributeValue", |generator| {
    "description": "A text, a whole number, true or false.",
    "anyOf": [
        { "type": "boolean" },
        {
            "type": "integer",
            "format": "int64",
            "minimum": -crate::money::AMOUNT_MAX,
            "maximum": crate::money::AMOUNT_MAX,
        },
        generator.subschema_for::<Text<200>>(),
    ],
});

/// An `https://` address, or a path of the shop's own.
#[cfg(feature = "schema")]
const IMAGE_URL_PATTERN: &str = r"^(https://[!#-;=?-\[\]-~]*|/([!#-.0-;=?-\[\]-~][!#-;=?-\[\]-~]*)?)$";

/// At most one price of each currency, and none of nothing.
#[cfg(feature = "schema")]
fn prices_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let money = generator.subschema_for::<Money>();
    schemars::json_schema!({
        "type": "array",
        "items": { "allOf": [money, { "properties": { "amount": { "minimum": 1 } } }] },
        "maxItems": Currency::ALL.len(),
    })
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
