//! Where one can go from every page: categories and makers, remembered for a while.

use futures::future::join;
use serde::Deserialize;
use std::sync::Arc;

use api::Service;
use domain::{DurationMs, time::MINUTE_MS};
use platform::Platform;

use crate::{
    backend::{List, Trouble},
    visit::Visit,
};

/// How long an isolate believes that the shop has the same categories and makers.
const MENU_MS: DurationMs = MINUTE_MS;
const MENU: &str = "menu";
/// As much memory as it is counted for, in bytes.
const MENU_BYTES: usize = 16 * 1024;

/// A maker, or a category, as it is linked to.
#[derive(Deserialize)]
pub struct Named {
    pub slug: String,
    pub name: String,
}

#[derive(Deserialize)]
struct Category {
    id: String,
    slug: String,
    name: String,
    parent_id: Option<String>,
    position: u32,
}

/// A category with what is in it.
pub struct Node {
    pub slug: String,
    pub name: String,
    pub children: Vec<Node>,
}

/// Where one can go from everywhere.
#[derive(Default)]
pub struct Menu {
    pub categories: Vec<Node>,
    pub brands: Vec<Named>,
}

impl Menu {
    fn of(mut categories: Vec<Category>, mut brands: Vec<Named>) -> Self {
        categories.sort_by(|a, b| (a.position, &a.name).cmp(&(b.position, &b.name)));
        brands.sort_by(|a, b| a.name.cmp(&b.name));
        Self { categories: below(&categories, None), brands }
    }
}

impl Menu {
    /// Every category, from the top.
    pub fn slugs(&self) -> Vec<&str> {
        let mut slugs = Vec::new();
        let mut waiting: Vec<&Node> = self.categories.iter().rev().collect();
        while let Some(node) = waiting.pop() {
            slugs.push(node.slug.as_str());
            waiting.extend(node.children.iter().rev());
        }
        slugs
    }
}

fn below(all: &[Category], parent: Option<&Category>) -> Vec<Node> {
    let is_here =
        |category: &&Category| category.parent_id.as_deref() == parent.map(|parent| parent.id.as_str());
    let node = |category: &Category| Node {
        slug: category.slug.clone(),
        name: category.name.clone(),
        children: below(all, Some(category)),
    };
    all.iter().filter(is_here).map(node).collect()
}

/// As it is, or was a minute ago.
pub async fn menu<P: Platform>(visit: &Visit<P>) -> Result<Arc<Menu>, Trouble> {
    let now = visit.p.now();
    if let Some(known) = visit.p.memory().get::<Menu>(MENU, now) {
        return Ok(known);
    }
    let (categories, brands) = join(
        visit.get(Service::Catalog, "/v1/categories?limit=100").read::<List<Category>>(),
        visit.get(Service::Catalog, "/v1/brands?limit=100").read::<List<Named>>(),
    )
    .await;
    let menu = Arc::new(Menu::of(categories?.items, brands?.items));
    visit.p.memory().put(MENU.to_owned(), Arc::clone(&menu), MENU_BYTES, now, MENU_MS);
    Ok(menu)
}
