//! A product as staff write it and as shoppers read it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use domain::{
    Currency, Money, Sku, Timestamp,
    catalog::{
        AttributeValue, Image, Label, OptionValue, PriceRange, Product, ProductContent, ProductOption,
        ProductStatus, Slug, StockHint, Variant,
    },
    id::{BrandId, CategoryId, ProductId},
    text::Text,
};

#[cfg(feature = "schema")]
use domain::catalog::{ATTRIBUTES_MAX, CATEGORIES_PER_PRODUCT_MAX, IMAGES_MAX, OPTIONS_MAX, VARIANTS_MAX};

use super::{Handle, draft};

/// `POST /v1/products` and one line of an import; a `PATCH` merges into it (RFC 7396).
///
/// The brand and the categories are named by id or by slug. `null` or absence in a patch takes a field's default, where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductBody {
    pub slug: Slug,
    #[serde(default = "draft")]
    pub status: ProductStatus,
    pub name: Text<200>,
    pub description: Text<10_000>,
    pub brand: Handle<BrandId>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = CATEGORIES_PER_PRODUCT_MAX)))]
    pub categories: Vec<Handle<CategoryId>>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = OPTIONS_MAX)))]
    pub options: Vec<ProductOption>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = ATTRIBUTES_MAX)))]
    pub attributes: BTreeMap<Label, AttributeValue>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = IMAGES_MAX)))]
    pub images: Vec<Image>,
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = VARIANTS_MAX)))]
    pub variants: Vec<Variant>,
}

impl ProductBody {
    /// With the brand and the categories that its handles stand for.
    pub fn into_content(self, brand: BrandId, categories: Vec<CategoryId>) -> ProductContent {
        ProductContent {
            slug: self.slug,
            status: self.status,
            name: self.name,
            description: self.description,
            brand,
            categories,
            options: self.options,
            attributes: self.attributes,
            images: self.images,
            variants: self.variants,
        }
    }

    /// As it would have to be written to get this product.
    pub fn of(product: Product, brand: Handle<BrandId>, categories: Vec<Handle<CategoryId>>) -> Self {
        let content = product.into_content();
        Self {
            slug: content.slug,
            status: content.status,
            name: content.name,
            description: content.description,
            brand,
            categories,
            options: content.options,
            attributes: content.attributes,
            images: content.images,
            variants: content.variants,
        }
    }
}

/// A brand or a category, as a product names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "{I}Reference"))]
pub struct Reference<I> {
    pub id: I,
    pub slug: Slug,
    pub name: String,
}

/// What is known of a product besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub id: ProductId,
    pub brand: Reference<BrandId>,
    pub categories: Vec<Reference<CategoryId>>,
    /// Pieces of each SKU, as far as the catalogue knows; none of a SKU it never heard of.
    pub available: BTreeMap<Sku, u32>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// `GET /v1/products/{id or slug}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProductView {
    pub id: ProductId,
    pub slug: Slug,
    pub name: Text<200>,
    pub description: Text<10_000>,
    pub brand: Reference<BrandId>,
    pub categories: Vec<Reference<CategoryId>>,
    pub options: Vec<ProductOption>,
    pub attributes: BTreeMap<Label, AttributeValue>,
    pub images: Vec<Image>,
    pub variants: Vec<VariantView>,
    /// `null` when nothing of it is sold in this currency.
    pub price_range: Option<PriceRange>,
    /// `null` until products can be rated.
    pub rating: (),
    pub status: ProductStatus,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "domain::time::rfc3339")]
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VariantView {
    pub sku: Sku,
    pub title: Text<120>,
    pub options: BTreeMap<Label, OptionValue>,
    /// `null` when it is not sold in this currency.
    pub price: Option<Money>,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
    /// Whether it can be put into a cart with any hope.
    pub available: bool,
    pub stock_hint: StockHint,
}

impl ProductView {
    pub fn of(product: Product, facts: Facts, currency: Currency) -> Self {
        let price_range = product.price_range(currency);
        let content = product.into_content();
        let is_active = content.status == ProductStatus::Active;
        let variants = content.variants.into_iter().map(|variant| {
            let pieces = facts.available.get(&variant.sku).copied().unwrap_or(0);
            VariantView::of(variant, is_active, pieces, currency)
        });
        Self {
            id: facts.id,
            slug: content.slug,
            name: content.name,
            description: content.description,
            brand: facts.brand,
            categories: facts.categories,
            options: content.options,
            attributes: content.attributes,
            images: content.images,
            variants: variants.collect(),
            price_range,
            rating: (),
            status: content.status,
            created_at: facts.created_at,
            updated_at: facts.updated_at,
        }
    }
}

impl VariantView {
    fn of(variant: Variant, is_active: bool, pieces: u32, currency: Currency) -> Self {
        let price = variant.price(currency);
        Self {
            price,
            compare_at_price: variant.compare_at_price(currency).filter(|_| price.is_some()),
            available: is_active && price.is_some() && pieces > 0,
            stock_hint: StockHint::of(pieces),
            sku: variant.sku,
            title: variant.title,
            options: variant.options,
            weight_grams: variant.weight_grams,
        }
    }
}

/// A product in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProductSummary {
    pub id: ProductId,
    pub slug: Slug,
    pub name: String,
    pub brand: Reference<BrandId>,
    /// The first of its images.
    pub image: Option<Image>,
    pub price_range: Option<PriceRange>,
    /// Whether any variant of it is in stock.
    pub available: bool,
    /// `null` until products can be rated.
    pub rating: (),
    pub status: ProductStatus,
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
