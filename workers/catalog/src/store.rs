//! The catalogue's SQL, all of it: one function per question or change.

mod list;
mod product;
mod quote;
mod search;
mod taxonomy;
mod write;

#[cfg(test)]
mod plan_tests;

pub use list::{FacetCount, Listed, ListedRow, list};
pub use product::{StoredProduct, export, product};
pub use quote::{quotes, stock_hint};
pub use search::misspelled;
pub use taxonomy::{
    brand, brands, categories, category, category_tree, delete_brand, delete_category, insert_brand,
    insert_category, update_brand, update_category,
};
pub use write::{Known, KnownProduct, Lookup, ProductWrite, known, write_products};

use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};

/// A column that holds JSON.
fn json_column<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    api::json::read(text.as_bytes()).map_err(D::Error::custom)
}
