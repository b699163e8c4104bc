//! The catalogue's wire: products, categories, brands, lists, import, and the call that prices a cart.

mod category;
mod import;
mod list;
mod product;
mod quote;

pub use category::{Brand, BrandBody, CategoriesQuery, Category, CategoryBody};
pub use import::{EXPORT_LIMIT_MAX, ExportQuery, IMPORT_LINES_MAX, ImportOutcome, ImportReport, LineReport};
pub use list::{
    Choice, FACET_VALUES_MAX, Facet, FacetValue, ListCursor, Position, ProductList, ProductsQuery, Sort,
};
pub use product::{Facts, ProductBody, ProductSummary, ProductView, Reference, VariantView};
pub use quote::{QUOTE_SKUS_MAX, QuoteSkus, Quotes};

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use domain::{
    Currency, Invalid,
    catalog::{CatalogRefusal, ProductStatus, Slug, Violation},
};

use crate::problem::{FieldError, Problem, codes};

/// The shop's own currency: what prices are shown in when nobody asks for another.
pub const CURRENCY_DEFAULT: Currency = Currency::Eur;

/// What a path or a body names something by: its id or its slug. An id has an underscore and a slug never does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "I: Clone + fmt::Display + FromStr<Err = Invalid>")]
pub enum Handle<I> {
    Id(I),
    Slug(Slug),
}

impl<I: FromStr<Err = Invalid>> FromStr for Handle<I> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.contains('_') { text.parse().map(Handle::Id) } else { text.parse().map(Handle::Slug) }
    }
}

impl<I: FromStr<Err = Invalid>> TryFrom<String> for Handle<I> {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl<I: fmt::Display> From<Handle<I>> for String {
    fn from(handle: Handle<I>) -> String {
        handle.to_string()
    }
}

impl<I: fmt::Display> fmt::Display for Handle<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Handle::Id(id) => id.fmt(f),
            Handle::Slug(slug) => slug.fmt(f),
        }
    }
}

impl From<CatalogRefusal> for Problem {
    fn from(refusal: CatalogRefusal) -> Self {
        match refusal {
            CatalogRefusal::SlugTaken { slug } => {
                Problem::new(codes::slug_taken).detail("Something else has this slug.").member("slug", slug)
            }
            CatalogRefusal::SkuTaken { sku } => Problem::new(codes::sku_taken)
                .detail("The SKU belongs to another product, for ever.")
                .member("sku", sku),
            CatalogRefusal::UnknownBrand { brand } => {
                let detail = format!("must be the id or slug of a brand; {brand} is not");
                Problem::invalid("/brand", &Invalid::new("unknown_brand", detail))
            }
            CatalogRefusal::UnknownCategory { category } => {
                let detail = format!("must be the id or slug of a category; {category} is not");
                Problem::invalid("/categories", &Invalid::new("unknown_category", detail))
            }
            CatalogRefusal::StatusChange { from, to } => Problem::new(codes::status_change_refused)
                .detail(format!("A product that is {} cannot become {}.", from.as_str(), to.as_str())),
            CatalogRefusal::BrandInUse => {
                Problem::new(codes::brand_in_use).detail("Products of this brand still exist.")
            }
            CatalogRefusal::CategoryInUse => {
                Problem::new(codes::category_in_use).detail("Products or categories are still in it.")
            }
            CatalogRefusal::CategoryCycle => {
                Problem::new(codes::category_cycle).detail("A category cannot be inside itself.")
            }
            CatalogRefusal::CategoryTooDeep => {
                let rule = format!(
                    "must leave the tree at most {} levels deep",
                    domain::catalog::CATEGORY_DEPTH_MAX
                );
                Problem::invalid("/parent_id", &Invalid::new("too_deep", rule))
            }
            CatalogRefusal::TooManyCategories => Problem::new(codes::conflict)
                .detail(format!("There are {} categories already.", domain::catalog::CATEGORIES_MAX)),
            CatalogRefusal::Stale { version } => Problem::new(codes::precondition_failed)
                .detail("It was changed since you read it.")
                .member("version", version),
        }
    }
}

/// 422 with everything that is wrong with a product.
pub fn violations_problem(violations: Vec<Violation>) -> Problem {
    let errors = violations.into_iter().map(|violation| FieldError {
        pointer: violation.pointer,
        code: violation.invalid.code.to_owned(),
        detail: violation.invalid.detail,
    });
    Problem { errors: errors.collect(), ..Problem::new(codes::validation_failed) }
}

/// New products are drafts until staff say otherwise.
fn draft() -> ProductStatus {
    ProductStatus::Draft
}

domain::schema!([I: schemars::JsonSchema] Handle<I>, format!("{}OrSlug", I::schema_name()), |generator| {
    "anyOf": [generator.subschema_for::<I>(), generator.subschema_for::<Slug>()],
});

/// In which currency a product is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CurrencyQuery {
    #[serde(default = "currency_default")]
    pub currency: Currency,
}

fn currency_default() -> Currency {
    CURRENCY_DEFAULT
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::BrandId;

    #[test]
    fn a_handle_is_an_id_or_a_slug() {
        let id = BrandId::derived(&["halden"]);
        assert_eq!(id.to_string().parse(), Ok(Handle::Id(id)));
        assert_eq!("halden".parse::<Handle<BrandId>>(), Ok(Handle::Slug("halden".parse().unwrap())));
        for bad in ["", "brd_1", "prd_00000000-0000-0000-0000-000000000000", "Halden"] {
            assert!(bad.parse::<Handle<BrandId>>().is_err(), "{bad}");
        }
    }
}
