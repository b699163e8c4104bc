//! What holds for every product that the generator makes.

use std::collections::{BTreeMap, HashSet};

use domain::{Currency, Sku, catalog::Slug};

use super::*;

/// Enough to meet every design, and the second mark of most.
const MANY: usize = 3_500;
/// The heaviest that a picture may be.
const PICTURE_BYTES_MAX: usize = 6 * 1024;

#[test]
fn a_product_is_the_same_in_a_small_shop_and_a_large_one() {
    let few: Vec<Product> = catalogue(60).collect();
    assert_eq!(few, catalogue(MANY).take(60).collect::<Vec<_>>());
    let known = &few[0];
    assert_eq!((known.slug.as_str(), known.name.as_str()), ("skarholm-skerry-lofoten", "Skerry Lofoten"));
    assert_eq!(product(99_999), product(99_999));
}

#[test]
fn every_slug_and_sku_is_there_once_and_well_formed() {
    let (mut slugs, mut skus) = (HashSet::new(), HashSet::new());
    for product in catalogue(MANY) {
        assert!(product.slug.parse::<Slug>().is_ok(), "{}", product.slug);
        assert!(slugs.insert(product.slug.clone()), "{}", product.slug);
        for variant in product.variants {
            assert!(variant.sku.parse::<Sku>().is_ok(), "{}", variant.sku);
            assert!(skus.insert(variant.sku.clone()), "{}", variant.sku);
        }
    }
    let last = product(99_999);
    assert!(last.slug.parse::<Slug>().is_ok() && last.slug.ends_with("-mk-50"), "{}", last.slug);
}

#[test]
fn variants_are_the_combinations_of_the_options() {
    for product in catalogue(MANY) {
        let count: usize = product.options.iter().map(|option| option.values.len()).product();
        assert_eq!(product.variants.len(), count, "{}", product.slug);
        assert!((2..=6).contains(&count), "{} has {count}", product.slug);
        let mut chosen = HashSet::new();
        for variant in &product.variants {
            assert_eq!(variant.options.len(), product.options.len());
            for option in &product.options {
                assert!(option.values.contains(&variant.options[option.name]), "{}", variant.sku);
            }
            assert!(chosen.insert(variant.title.clone()), "{} twice", variant.title);
            assert!(variant.weight_grams < 3_000);
        }
    }
}

#[test]
fn every_variant_has_a_price_on_every_list_and_was_never_cheaper() {
    let mut reduced = 0;
    for product in catalogue(MANY) {
        for variant in &product.variants {
            let currencies: Vec<Currency> = variant.prices.iter().map(|price| price.currency()).collect();
            assert_eq!(currencies, Currency::ALL, "{}", variant.sku);
            assert!(variant.prices.iter().all(|price| price.is_positive()), "{}", variant.sku);
            for (now, then) in variant.prices.iter().zip(&variant.compare_at_prices) {
                assert!(then.currency() == now.currency() && then.amount() > now.amount(), "{}", variant.sku);
            }
        }
        reduced += usize::from(!product.variants[0].compare_at_prices.is_empty());
    }
    assert!((MANY / 40..MANY / 10).contains(&reduced), "{reduced} are reduced");
}

#[test]
fn no_two_descriptions_are_alike_and_each_is_a_short_paragraph() {
    let mut seen = BTreeMap::new();
    for product in catalogue(MANY) {
        let text = product.description;
        assert!((60..=700).contains(&text.chars().count()), "{}: {text}", product.slug);
        assert!(text.ends_with('.') && !text.contains("  ") && !text.contains('{'), "{text}");
        if let Some(other) = seen.insert(text, product.slug.clone()) {
            panic!("{other} and {} say the same", product.slug);
        }
    }
}

#[test]
fn the_tree_has_no_loose_ends() {
    let mut known = HashSet::new();
    for category in &CATEGORIES {
        assert!(
            category.parent.is_none_or(|parent| known.contains(parent)),
            "{} before its parent",
            category.slug
        );
        assert!(known.insert(category.slug) && category.slug.parse::<Slug>().is_ok());
    }
    let parents: HashSet<_> = CATEGORIES.iter().filter_map(|category| category.parent).collect();
    let mut used = HashSet::new();
    for product in catalogue(240) {
        used.extend(product.categories.iter().copied());
    }
    for category in &CATEGORIES {
        assert_ne!(
            used.contains(category.slug),
            parents.contains(category.slug),
            "{}: only leaves hold products",
            category.slug
        );
    }
}

#[test]
fn a_usual_shop_shows_every_brand_and_over_two_hundred_watches() {
    let products: Vec<Product> = catalogue(240).collect();
    let brands: HashSet<_> = products.iter().map(|product| product.brand).collect();
    let named: HashSet<_> = brand_names().map(|(slug, _)| slug).collect();
    assert!(named.len() >= 14 && brands == named, "{brands:?}");
    let watches = products.iter().filter(|product| product.attributes.contains_key("Movement")).count();
    assert_eq!(watches, 216);
    for product in products.iter().filter(|product| product.attributes.contains_key("Movement")) {
        for name in ["Case diameter", "Water resistance", "Glass", "Case material", "Power reserve"] {
            assert!(product.attributes.contains_key(name), "{} has no {name}", product.slug);
        }
    }
}

#[test]
fn pictures_differ_are_light_and_are_the_ones_that_products_show() {
    let drawn: BTreeMap<String, String> = drawings(DESIGNS).collect();
    assert_eq!(drawn.len(), DESIGNS);
    for (name, drawing) in &drawn {
        assert!(drawing.len() <= PICTURE_BYTES_MAX, "{name} has {} bytes", drawing.len());
        assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{name}");
    }
    let different: HashSet<&String> = drawn.values().collect();
    assert_eq!(different.len(), DESIGNS);
    for product in catalogue(MANY) {
        let name = product.images[0].url.rsplit('/').next().unwrap().to_owned();
        assert!(drawn.contains_key(&name), "{name}");
    }
}
