//! Categories and brands.

use serde::Deserialize;

use api::catalog::{Brand, Category, Handle};
use domain::{
    Timestamp,
    catalog::{CategoryNode, search},
    id::{BrandId, CategoryId},
};
use platform::{Database, Fault, Statement, sql};

use super::json_column;

fn column<I>(handle: &Handle<I>) -> &'static str {
    match handle {
        Handle::Id(_) => "id",
        Handle::Slug(_) => "slug",
    }
}

pub async fn category<D: Database>(db: &D, handle: &Handle<CategoryId>) -> Result<Option<Category>, Fault> {
    let column = column(handle);
    let statement =
        sql(format!("select id, slug, name, parent_id, position from categories where {column} = ?1"));
    db.first(statement.bind_text(handle)).await
}

/// By position, from behind `after`; all of them, or those directly inside `parent`.
pub async fn categories<D: Database>(
    db: &D,
    parent: Option<&Handle<CategoryId>>,
    after: Option<&(u32, CategoryId)>,
    limit: u32,
) -> Result<Vec<Category>, Fault> {
    let (position, id) = after.map_or((0, String::new()), |(position, id)| (*position, id.to_string()));
    let inside = match parent {
        Some(handle) => format!("parent_id = (select id from categories where {} = ?4)", column(handle)),
        // Keeps the numbers of the parameters.
        None => "?4 is null".to_owned(),
    };
    let statement = sql(format!(
        "select id, slug, name, parent_id, position from categories
         where {inside} and (position, id) > (?1, ?2) order by position, id limit ?3"
    ));
    let parent = parent.map(ToString::to_string);
    db.all(statement.bind(position).bind(id).bind(limit).bind(parent)).await
}

/// The whole tree, and the version of its shape.
#[derive(Debug, Deserialize)]
pub struct CategoryTree {
    pub version: u64,
    #[serde(deserialize_with = "json_column")]
    nodes: Vec<(CategoryId, Option<CategoryId>)>,
}

impl CategoryTree {
    pub fn nodes(&self) -> Vec<CategoryNode> {
        self.nodes.iter().map(|(id, parent)| CategoryNode { id: *id, parent: *parent }).collect()
    }
}

pub async fn category_tree<D: Database>(db: &D) -> Result<CategoryTree, Fault> {
    let statement = sql("select (select coalesce(max(version), 0) from category_tree_versions) as version,
        (select json_group_array(json_array(id, parent_id)) from categories) as nodes");
    db.first(statement).await?.ok_or_else(|| Fault::defect("a select without from gave no row"))
}

/// Fails when the tree changed its shape since it had `version` (`category_tree_versions.version`).
fn tree_moves_on(version: u64) -> [Statement; 2] {
    [
        sql("insert into category_tree_versions (version) values (?1 + 1)").bind(version),
        sql("delete from category_tree_versions where version <= ?1").bind(version),
    ]
}

pub fn insert_category(category: &Category, tree_version: u64, now: Timestamp) -> Vec<Statement> {
    let parent = category.parent_id.map(|id| id.to_string());
    let mut statements = Vec::from(tree_moves_on(tree_version));
    statements.push(
        sql("insert into categories (id, slug, name, parent_id, position, created_at, updated_at)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?6)")
        .bind_text(category.id)
        .bind_text(&category.slug)
        .bind(&category.name)
        .bind(parent.clone())
        .bind(category.position)
        .bind(now),
    );
    statements.push(
        sql("insert into category_ancestors (category_id, ancestor_id)
            select ?1, ?1 union all select ?1, ancestor_id from category_ancestors where category_id = ?2")
        .bind_text(category.id)
        .bind(parent),
    );
    statements
}

/// `moved_from` is the tree's version when the category goes somewhere else, with everything inside it.
pub fn update_category(category: &Category, moved_from: Option<u64>, now: Timestamp) -> Vec<Statement> {
    let update =
        sql("update categories set slug = ?2, name = ?3, parent_id = ?4, position = ?5, updated_at = ?6
        where id = ?1")
        .bind_text(category.id)
        .bind_text(&category.slug)
        .bind(&category.name)
        .bind(category.parent_id.map(|id| id.to_string()))
        .bind(category.position)
        .bind(now);
    let Some(version) = moved_from else { return vec![update] };
    let mut statements = Vec::from(tree_moves_on(version));
    statements.push(update);
    statements.push(sql("delete from category_ancestors"));
    statements.push(sql("insert into category_ancestors (category_id, ancestor_id)
        with recursive above (category_id, ancestor_id) as (
          select id, id from categories
          union all
          select above.category_id, c.parent_id from above join categories c on c.id = above.ancestor_id
          where c.parent_id is not null)
        select category_id, ancestor_id from above"));
    // The products inside are under other categories from now on.
    for text in [
        "delete from product_categories where is_direct = 0 and num in (
           select inside.num from product_categories inside
           join category_ancestors a on a.category_id = inside.category_id
           where a.ancestor_id = ?1 and inside.is_direct = 1)",
        "insert or ignore into product_categories (category_id, num, is_direct)
         select a.ancestor_id, own.num, 0
         from product_categories own join category_ancestors a on a.category_id = own.category_id
         where own.is_direct = 1 and own.num in (
           select inside.num from product_categories inside
           join category_ancestors b on b.category_id = inside.category_id
           where b.ancestor_id = ?1 and inside.is_direct = 1)",
    ] {
        statements.push(sql(text).bind_text(category.id));
    }
    statements
}

/// Fails on a foreign key while products or other categories are in it.
pub fn delete_category(id: CategoryId, tree_version: u64) -> Vec<Statement> {
    let mut statements = Vec::from(tree_moves_on(tree_version));
    statements.push(sql("delete from categories where id = ?1").bind_text(id));
    statements
}

pub async fn brand<D: Database>(db: &D, handle: &Handle<BrandId>) -> Result<Option<Brand>, Fault> {
    let column = column(handle);
    db.first(sql(format!("select id, slug, name from brands where {column} = ?1")).bind_text(handle)).await
}

/// By name, from behind `after`.
pub async fn brands<D: Database>(
    db: &D,
    after: Option<&(String, BrandId)>,
    limit: u32,
) -> Result<Vec<Brand>, Fault> {
    let (name, id) =
        after.map_or((String::new(), String::new()), |(name, id)| (name.clone(), id.to_string()));
    let statement =
        sql("select id, slug, name from brands where (name, id) > (?1, ?2) order by name, id limit ?3");
    db.all(statement.bind(name).bind(id).bind(limit)).await
}

pub fn insert_brand(brand: &Brand, now: Timestamp) -> Vec<Statement> {
    let insert =
        sql("insert into brands (id, slug, name, created_at, updated_at) values (?1, ?2, ?3, ?4, ?4)")
            .bind_text(brand.id)
            .bind_text(&brand.slug)
            .bind(&brand.name)
            .bind(now);
    vec![insert, keep_words(&brand.name)]
}

pub fn update_brand(brand: &Brand, now: Timestamp) -> Vec<Statement> {
    let update = sql("update brands set slug = ?2, name = ?3, updated_at = ?4 where id = ?1")
        .bind_text(brand.id)
        .bind_text(&brand.slug)
        .bind(&brand.name)
        .bind(now);
    // Its products are found by its name.
    let reindex = sql("insert or replace into product_search (rowid, name, brand, description)
        select p.num, p.name, b.name, d.document ->> '$.description'
        from products p join product_documents d on d.num = p.num join brands b on b.id = p.brand_id
        where p.brand_id = ?1")
    .bind_text(brand.id);
    vec![update, reindex, keep_words(&brand.name)]
}

/// Fails on a foreign key while a product carries it.
pub fn delete_brand(id: BrandId) -> Statement {
    sql("delete from brands where id = ?1").bind_text(id)
}

fn keep_words(name: &str) -> Statement {
    let words: Vec<String> =
        search::words(name).into_iter().filter(|word| search::is_forgiven(word)).collect();
    sql("insert or ignore into search_words (word) select value from json_each(?1)").bind_json(&words)
}
