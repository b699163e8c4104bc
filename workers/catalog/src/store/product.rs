//! Reading whole products.

use serde::Deserialize;
use std::collections::BTreeMap;

use api::catalog::{Facts, Handle, Reference};
use domain::{
    Sku, Timestamp,
    catalog::{Product, Slug},
    id::{BrandId, CategoryId, ProductId},
};
use platform::{Database, Fault, sql};

use super::json_column;

/// A product with everything that is known of it.
#[derive(Debug, Clone)]
pub struct StoredProduct {
    pub version: u64,
    pub product: Product,
    pub facts: Facts,
}

#[derive(Deserialize)]
struct Row {
    num: i64,
    id: ProductId,
    version: u64,
    #[serde(deserialize_with = "json_column")]
    document: Product,
    brand_slug: Slug,
    brand_name: String,
    #[serde(deserialize_with = "json_column")]
    categories: Vec<Reference<CategoryId>>,
    #[serde(deserialize_with = "json_column")]
    available: BTreeMap<Sku, u32>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for StoredProduct {
    fn from(row: Row) -> Self {
        let brand: BrandId = row.document.brand;
        Self {
            version: row.version,
            facts: Facts {
                id: row.id,
                brand: Reference { id: brand, slug: row.brand_slug, name: row.brand_name },
                categories: row.categories,
                available: row.available,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            product: row.document,
        }
    }
}

const COLUMNS: &str = "p.num, p.id, p.version, d.document, p.created_at, p.updated_at,
    b.slug as brand_slug, b.name as brand_name,
    (select json_group_array(json_object('id', c.id, 'slug', c.slug, 'name', c.name))
       from json_each(d.document, '$.categories') named join categories c on c.id = named.value) as categories,
    (select json_group_object(v.sku, h.available)
       from variants v join stock_hints h on h.sku = v.sku where v.num = p.num) as available
    from products p join product_documents d on d.num = p.num join brands b on b.id = p.brand_id";

pub async fn product<D: Database>(
    db: &D,
    handle: &Handle<ProductId>,
) -> Result<Option<StoredProduct>, Fault> {
    let column = match handle {
        Handle::Id(_) => "id",
        Handle::Slug(_) => "slug",
    };
    let statement = sql(format!("select {COLUMNS} where p.{column} = ?1")).bind_text(handle);
    Ok(db.first::<Row>(statement).await?.map(StoredProduct::from))
}

/// Products by age, each with its number, which says where to go on.
pub async fn export<D: Database>(db: &D, after: i64, limit: u32) -> Result<Vec<(i64, StoredProduct)>, Fault> {
    let statement =
        sql(format!("select {COLUMNS} where p.num > cast(?1 as integer) order by p.num limit ?2"))
            .bind(after)
            .bind(limit);
    let rows: Vec<Row> = db.all(statement).await?;
    Ok(rows.into_iter().map(|row| (row.num, row.into())).collect())
}
