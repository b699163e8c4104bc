//! Categories and brands, as staff write them and everybody reads them.

use serde::{Deserialize, Serialize};

use domain::{
    catalog::Slug,
    id::{BrandId, CategoryId},
    text::Text,
};

use super::Handle;
use crate::page::PageLimit;

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Category {
    pub id: CategoryId,
    pub slug: Slug,
    pub name: String,
    pub parent_id: Option<CategoryId>,
    /// Among its siblings, lowest first.
    pub position: u32,
}

/// `POST /v1/categories`; a `PATCH` merges into it (RFC 7396), so `"parent_id": null` moves a category to the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoryBody {
    pub slug: Slug,
    pub name: Text<120>,
    /// An id or a slug.
    #[serde(default)]
    pub parent_id: Option<Handle<CategoryId>>,
    #[serde(default)]
    pub position: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Brand {
    pub id: BrandId,
    pub slug: Slug,
    pub name: String,
}

/// `POST /v1/brands`; a `PATCH` merges into it (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BrandBody {
    pub slug: Slug,
    pub name: Text<120>,
}

/// `GET /v1/categories?parent=`, `GET /v1/brands`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoriesQuery {
    /// Only what is directly in this category, by id or slug.
    pub parent: Option<Handle<CategoryId>>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}
