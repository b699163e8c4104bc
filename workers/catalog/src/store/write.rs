//! Writing products: one or five hundred of them in one batch, each as a whole.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use api::catalog::{Handle, Reference};
use domain::{
    Sku, Timestamp,
    catalog::{Product, ProductStatus, Slug, search},
    id::{BrandId, CategoryId, ProductId},
};
use platform::{Database, Fault, Statement, sql};

use super::json_column;

/// What has to be known before products can be written. Asking for the same thing twice does no harm.
#[derive(Debug, Default)]
pub struct Lookup<'a> {
    pub brands: Vec<&'a Handle<BrandId>>,
    pub categories: Vec<&'a Handle<CategoryId>>,
    pub slugs: Vec<&'a Slug>,
    pub skus: Vec<&'a Sku>,
}

#[derive(Debug, Deserialize)]
pub struct Known {
    #[serde(deserialize_with = "json_column")]
    brands: Vec<Reference<BrandId>>,
    #[serde(deserialize_with = "json_column")]
    categories: Vec<Reference<CategoryId>>,
    #[serde(deserialize_with = "json_column")]
    pub products: BTreeMap<Slug, KnownProduct>,
    /// Which product each SKU belongs to.
    #[serde(deserialize_with = "json_column")]
    pub owners: BTreeMap<Sku, ProductId>,
    /// Pieces of each SKU; none of one that nobody told of.
    #[serde(deserialize_with = "json_column")]
    pub available: BTreeMap<Sku, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct KnownProduct {
    pub id: ProductId,
    pub version: u64,
    pub status: ProductStatus,
}

impl Known {
    pub fn brand(&self, handle: &Handle<BrandId>) -> Option<&Reference<BrandId>> {
        find(&self.brands, handle)
    }

    pub fn category(&self, handle: &Handle<CategoryId>) -> Option<&Reference<CategoryId>> {
        find(&self.categories, handle)
    }
}

fn find<'a, I: PartialEq>(known: &'a [Reference<I>], handle: &Handle<I>) -> Option<&'a Reference<I>> {
    known.iter().find(|reference| match handle {
        Handle::Id(wanted) => reference.id == *wanted,
        Handle::Slug(wanted) => reference.slug == *wanted,
    })
}

/// One statement for all of it.
pub async fn known<D: Database>(db: &D, lookup: &Lookup<'_>) -> Result<Known, Fault> {
    let statement = sql("select
        (select json_group_array(json_object('id', id, 'slug', slug, 'name', name)) from brands
           where slug in (select value from json_each(?1)) or id in (select value from json_each(?1))) as brands,
        (select json_group_array(json_object('id', id, 'slug', slug, 'name', name)) from categories
           where slug in (select value from json_each(?2)) or id in (select value from json_each(?2))) as categories,
        (select json_group_object(slug, json_object('id', id, 'version', version, 'status', status)) from products
           where slug in (select value from json_each(?3))) as products,
        (select json_group_object(v.sku, p.id) from variants v join products p on p.num = v.num
           where v.sku in (select value from json_each(?4))) as owners,
        (select json_group_object(sku, available) from stock_hints
           where sku in (select value from json_each(?4))) as available")
    .bind_json(&lookup.brands)
    .bind_json(&lookup.categories)
    .bind_json(&lookup.slugs)
    .bind_json(&lookup.skus);
    db.first(statement).await?.ok_or_else(|| Fault::defect("a select without from gave no row"))
}

/// A product as it is to be from now on.
#[derive(Debug)]
pub struct ProductWrite {
    pub id: ProductId,
    /// One more than it has now; 1 for a new product.
    pub version: u64,
    pub document: Product,
}

#[derive(Serialize)]
struct Head<'a> {
    id: ProductId,
    version: u64,
    slug: &'a Slug,
    status: ProductStatus,
    name: &'a str,
    brand: BrandId,
}

#[derive(Serialize)]
struct Body<'a> {
    id: ProductId,
    document: &'a Product,
}

/// The statements of one batch. It fails as a whole, without a trace, when any of the products has another version by then
/// (`products.version`), another product has its slug (`products.slug`) or one of its SKUs (`variants.num`).
pub fn write_products(products: &[ProductWrite], now: Timestamp) -> Vec<Statement> {
    let heads: Vec<Head<'_>> = products
        .iter()
        .map(|write| Head {
            id: write.id,
            version: write.version,
            slug: &write.document.slug,
            status: write.document.status,
            name: write.document.name.as_str(),
            brand: write.document.brand,
        })
        .collect();
    let bodies: Vec<Body<'_>> =
        products.iter().map(|write| Body { id: write.id, document: &write.document }).collect();
    let ids: Vec<ProductId> = products.iter().map(|write| write.id).collect();
    let mut words: Vec<String> = products
        .iter()
        .flat_map(|write| [write.document.name.as_str(), write.document.description.as_str()])
        .flat_map(search::words)
        .filter(|word| search::is_forgiven(word))
        .collect();
    words.sort_unstable();
    words.dedup();
    let mut statements = vec![
        sql("insert into products (id, slug, version, status, name, brand_id, created_at, updated_at)
          select value ->> '$.id', value ->> '$.slug', value ->> '$.version', value ->> '$.status', value ->> '$.name',
            value ->> '$.brand', ?2, ?2
          from json_each(?1) where true
          on conflict (id) do update set
            slug = excluded.slug, status = excluded.status, name = excluded.name, brand_id = excluded.brand_id,
            updated_at = excluded.updated_at,
            -- Null is refused, and with it the whole batch: somebody else was faster.
            version = case when excluded.version = products.version + 1 then excluded.version end")
        .bind_json(&heads)
        .bind(now),
        sql("insert into product_documents (num, image, document)
          select p.num, body.value -> '$.document.images[0]', body.value -> '$.document'
          from json_each(?1) body join products p on p.id = body.value ->> '$.id' where true
          on conflict (num) do update set image = excluded.image, document = excluded.document")
        .bind_json(&bodies),
    ];
    // Everything else is made from the documents as they now stand.
    statements.extend(DERIVE.iter().map(|text| sql(*text).bind_json(&ids)));
    statements.push(
        sql("insert or ignore into search_words (word) select value from json_each(?1)").bind_json(&words),
    );
    statements
}

/// What is derived from the documents of the products whose ids are the JSON list `?1`, in this order.
const DERIVE: [&str; 11] = [
    "update variants set is_offered = 0
     where num in (select num from products where id in (select value from json_each(?1)))",
    "insert into variants (sku, num, title, prices, weight_grams, is_offered)
     select v.value ->> '$.sku', p.num, v.value ->> '$.title',
       (select json_group_object(m.value ->> '$.currency', m.value ->> '$.amount') from json_each(v.value, '$.prices') m),
       v.value ->> '$.weight_grams', 1
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.variants') v
     where p.id in (select value from json_each(?1))
     on conflict (sku) do update set
       title = excluded.title, prices = excluded.prices, weight_grams = excluded.weight_grams, is_offered = 1,
       -- Null is refused: a SKU belongs to one product for ever.
       num = case when num = excluded.num then num end",
    "delete from product_prices
     where num in (select num from products where id in (select value from json_each(?1)))",
    "insert into product_prices (num, currency, min_amount, max_amount)
     select v.num, price.key, min(price.value), max(price.value)
     from variants v, json_each(v.prices) price
     where v.is_offered = 1 and v.num in (select num from products where id in (select value from json_each(?1)))
     group by v.num, price.key",
    "delete from product_categories
     where num in (select num from products where id in (select value from json_each(?1)))",
    "insert into product_categories (category_id, num, is_direct)
     select a.ancestor_id, p.num, max(a.ancestor_id = a.category_id)
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.categories') named
     join category_ancestors a on a.category_id = named.value
     where p.id in (select value from json_each(?1))
     group by a.ancestor_id, p.num",
    "insert or ignore into facet_values (name, value)
     select distinct 'option.' || chosen.key, chosen.value
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.variants') v, json_each(v.value, '$.options') chosen
     where p.id in (select value from json_each(?1))
     union
     select 'attr.' || a.key, case a.type when 'true' then 'true' when 'false' then 'false' else cast(a.value as text) end
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.attributes') a
     where p.id in (select value from json_each(?1))",
    "delete from product_facets
     where num in (select num from products where id in (select value from json_each(?1)))",
    "insert or ignore into product_facets (facet_id, num)
     select f.id, p.num
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.variants') v, json_each(v.value, '$.options') chosen
     join facet_values f on f.name = 'option.' || chosen.key and f.value = chosen.value
     where p.id in (select value from json_each(?1))
     union all
     select f.id, p.num
     from products p join product_documents d on d.num = p.num, json_each(d.document, '$.attributes') a
     join facet_values f on f.name = 'attr.' || a.key
       and f.value = case a.type when 'true' then 'true' when 'false' then 'false' else cast(a.value as text) end
     where p.id in (select value from json_each(?1))",
    "insert or replace into product_search (rowid, name, brand, description)
     select p.num, p.name, b.name, d.document ->> '$.description'
     from products p join product_documents d on d.num = p.num join brands b on b.id = p.brand_id
     where p.id in (select value from json_each(?1))",
    "update products set is_in_stock = exists (
       select 1 from variants v join stock_hints h on h.sku = v.sku
       where v.num = products.num and v.is_offered = 1 and h.available > 0)
     where id in (select value from json_each(?1))",
];
