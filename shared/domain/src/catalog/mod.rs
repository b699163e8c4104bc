//! The catalogue: what the shop sells, how it is sorted, and how it is found.
//!
//! A product is checked as a whole, because its parts only make sense together: every variant chooses one value of every option, no
//! two variants are the same choice, and what is for sale has a price.

mod category;
mod hint;
mod product;
mod refusal;
pub mod search;
mod slug;
mod status;

pub use category::{CATEGORIES_MAX, CATEGORY_DEPTH_MAX, CategoryNode, check_parent};
pub use hint::{LOW_STOCK_MAX, StockHint};
pub use product::{
    ATTRIBUTES_MAX, AttributeValue, CATEGORIES_PER_PRODUCT_MAX, IMAGE_SIDE_MAX, IMAGE_URL_LENGTH_MAX,
    IMAGES_MAX, Image, Label, OPTION_VALUES_MAX, OPTIONS_MAX, OptionValue, PriceRange, Product,
    ProductContent, ProductOption, VARIANTS_MAX, Variant, Violation, WEIGHT_GRAMS_MAX,
};
pub use refusal::CatalogRefusal;
pub use slug::{SLUG_LENGTH_MAX, Slug};
pub use status::ProductStatus;
