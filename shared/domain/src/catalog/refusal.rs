//! What the catalogue says no to.

use super::{ProductStatus, Slug};
use crate::Sku;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogRefusal {
    /// Another product, category or brand is addressed by it.
    SlugTaken {
        slug: Slug,
    },
    /// A SKU belongs to one product for ever, even after the product stops selling it: orders and stock know it by that name.
    SkuTaken {
        sku: Sku,
    },
    UnknownBrand {
        brand: String,
    },
    UnknownCategory {
        category: String,
    },
    StatusChange {
        from: ProductStatus,
        to: ProductStatus,
    },
    /// Products still carry it.
    BrandInUse,
    /// Products or other categories are still in it.
    CategoryInUse,
    /// A category cannot be inside itself.
    CategoryCycle,
    CategoryTooDeep,
    TooManyCategories,
    /// Somebody else changed it since it was read.
    Stale {
        version: u64,
    },
}
