//! The category tree: every category has at most one parent, and no way up leads back to where it began.

use std::collections::BTreeMap;

use super::CatalogRefusal;
use crate::id::CategoryId;

/// Levels of the tree, the top one included.
pub const CATEGORY_DEPTH_MAX: usize = 6;
/// Categories in the shop: the tree is checked and walked as a whole.
pub const CATEGORIES_MAX: usize = 2_000;

/// A category and the one it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryNode {
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
}

/// Whether `category` (with everything inside it) may be put into `parent`.
pub fn check_parent(
    category: CategoryId,
    parent: CategoryId,
    tree: &[CategoryNode],
) -> Result<(), CatalogRefusal> {
    let mut parents = BTreeMap::new();
    for node in tree {
        parents.insert(node.id, node.parent);
    }
    if !parents.contains_key(&parent) {
        return Err(CatalogRefusal::UnknownCategory { category: parent.to_string() });
    }
    if way_up(parent, &parents).any(|above| above == category) {
        return Err(CatalogRefusal::CategoryCycle);
    }
    let levels_above = way_up(parent, &parents).count();
    // How far the deepest category below reaches down from here; 1 is the category itself.
    let levels_below = tree
        .iter()
        .filter_map(|node| way_up(node.id, &parents).position(|above| above == category))
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    if levels_above.saturating_add(levels_below) > CATEGORY_DEPTH_MAX {
        return Err(CatalogRefusal::CategoryTooDeep);
    }
    Ok(())
}

/// The category itself, the one it is in, and so on; bounded, should a stored tree ever hold a circle.
fn way_up(
    from: CategoryId,
    parents: &BTreeMap<CategoryId, Option<CategoryId>>,
) -> impl Iterator<Item = CategoryId> {
    std::iter::successors(Some(from), |id| parents.get(id).copied().flatten())
        .take(CATEGORY_DEPTH_MAX.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> CategoryId {
        CategoryId::derived(&[name])
    }

    /// `child<parent` pairs; a bare name is at the top.
    fn tree(text: &str) -> Vec<CategoryNode> {
        text.split_whitespace()
            .map(|entry| match entry.split_once('<') {
                Some((child, parent)) => CategoryNode { id: id(child), parent: Some(id(parent)) },
                None => CategoryNode { id: id(entry), parent: None },
            })
            .collect()
    }

    #[test]
    fn a_category_goes_anywhere_but_into_itself() {
        let shop = tree("watches divers<watches deep<divers straps");
        let cases = [
            ("straps", "watches", Ok(())),
            ("straps", "deep", Ok(())),
            ("new", "deep", Ok(())),
            ("watches", "watches", Err(CatalogRefusal::CategoryCycle)),
            ("watches", "deep", Err(CatalogRefusal::CategoryCycle)),
            ("deep", "gone", Err(CatalogRefusal::UnknownCategory { category: id("gone").to_string() })),
        ];
        for (category, parent, expected) in cases {
            assert_eq!(check_parent(id(category), id(parent), &shop), expected, "{category} into {parent}");
        }
    }

    #[test]
    fn the_tree_has_a_bottom_for_whole_branches_too() {
        let deep = tree("a b<a c<b d<c e<d f<e x y<x z<y");
        assert_eq!(check_parent(id("new"), id("e"), &deep), Ok(()));
        assert_eq!(check_parent(id("new"), id("f"), &deep), Err(CatalogRefusal::CategoryTooDeep));
        assert_eq!(check_parent(id("x"), id("c"), &deep), Ok(()));
        assert_eq!(check_parent(id("x"), id("d"), &deep), Err(CatalogRefusal::CategoryTooDeep));
    }
}
