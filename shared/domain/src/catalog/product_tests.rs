//! Tables of products that fit together and of those that do not.

use serde_json::{Value, json};

use super::*;

fn watch() -> Value {
    json!({
        "slug": "halden-tide", "status": "active", "name": "Halden Tide", "description": "A diver.",
        "brand": BrandId::derived(&["halden"]), "categories": [CategoryId::derived(&["divers"])],
        "options": [{"name": "Strap", "values": ["Leather", "Steel"]}, {"name": "Dial", "values": ["Blue"]}],
        "attributes": {"Movement": "Automatic", "Jewels": 24, "Limited": true},
        "images": [{"url": "/images/tide.svg", "alt": "The watch", "width": 800, "height": 800}],
        "variants": [
            {"sku": "TIDE-L", "title": "Leather", "options": {"Strap": "Leather", "Dial": "Blue"},
             "prices": [{"amount": 100, "currency": "EUR"}, {"amount": 900, "currency": "JPY"}], "weight_grams": 90},
            {"sku": "TIDE-S", "title": "Steel", "options": {"Strap": "Steel", "Dial": "Blue"},
             "prices": [{"amount": 140, "currency": "EUR"}],
             "compare_at_prices": [{"amount": 150, "currency": "EUR"}], "weight_grams": 150},
        ],
    })
}

/// The codes and pointers of what is wrong once `pointer` is `value`.
fn wrong(pointer: &str, value: Value) -> Vec<String> {
    let mut product = watch();
    *product.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    match Product::new(serde_json::from_value(product).unwrap()) {
        Ok(_) => Vec::new(),
        Err(all) => all.into_iter().map(|v| format!("{} {}", v.invalid.code, v.pointer)).collect(),
    }
}

#[test]
fn a_whole_product_is_taken_and_kept_as_it_is_written() {
    let product = Product::new(serde_json::from_value(watch()).unwrap()).unwrap();
    let stored = serde_json::to_value(&product).unwrap();
    assert_eq!(serde_json::from_value::<Product>(stored).unwrap(), product);
    let range = product.price_range(Currency::Eur).unwrap();
    assert_eq!((range.min.amount(), range.max.amount()), (100, 140));
    assert_eq!(product.price_range(Currency::Usd), None);
    assert_eq!(product.archived().status, ProductStatus::Archived);
}

#[test]
fn each_part_has_its_rule() {
    let brand = |name: &str| serde_json::to_value(CategoryId::derived(&[name])).unwrap();
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/categories", json!([brand("a"), brand("b"), brand("a")]), "duplicate /categories/2"),
        ("/categories", (0..11).map(|n| brand(&n.to_string())).collect(), "too_many /categories"),
        ("/options/1/name", json!("Strap"), "duplicate /options/1/name"),
        ("/options/1/values", json!([]), "required /options/1/values"),
        ("/options/0/values", json!(["Leather", "Steel", "Steel"]), "duplicate /options/0/values/2"),
        ("/images/0/url", json!("javascript:alert(1)"), "invalid_url /images/0/url"),
        ("/images/0/url", json!("//elsewhere.example/x"), "invalid_url /images/0/url"),
        ("/images/0/url", json!("https://x.example/\"onload"), "invalid_url /images/0/url"),
        ("/images/0/width", json!(0), "out_of_range /images/0/width"),
        ("/variants/1/sku", json!("TIDE-L"), "duplicate /variants/1/sku"),
        ("/variants/1/options/Strap", json!("Leather"), "duplicate /variants/1/options"),
        ("/variants/1/options/Strap", json!("Rubber"), "unknown_option_value /variants/1/options/Strap"),
        ("/variants/1/options", json!({"Strap": "Steel"}), "option_missing /variants/1/options"),
        (
            "/variants/1/options",
            json!({"Strap": "Steel", "Dial": "Blue", "a/b~": "x"}),
            "unknown_option /variants/1/options/a~1b~0",
        ),
        ("/variants/0/prices/0/amount", json!(0), "out_of_range /variants/0/prices/0/amount"),
        ("/variants/0/prices/1/currency", json!("EUR"), "duplicate /variants/0/prices/1"),
        (
            "/variants/1/compare_at_prices/0/amount",
            json!(140),
            "out_of_range /variants/1/compare_at_prices/0",
        ),
        ("/variants/0/weight_grams", json!(1_000_001), "out_of_range /variants/0/weight_grams"),
        ("/variants/0/prices", json!([]), "required /variants/0/prices"),
        ("/variants", json!([]), "required /variants"),
    ];
    for (pointer, value, expected) in cases {
        let found = wrong(pointer, value.clone());
        assert!(found.iter().any(|violation| violation == expected), "{pointer} = {value}: {found:?}");
    }
}

#[test]
fn a_draft_may_lack_what_a_sale_needs() {
    let mut draft = watch();
    draft["status"] = json!("draft");
    draft["variants"] = json!([]);
    assert!(Product::new(serde_json::from_value(draft).unwrap()).is_ok());
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let mut product = watch();
    product["images"][0]["height"] = json!(0);
    product["variants"][0]["prices"][0]["amount"] = json!(-1);
    let violations = Product::new(serde_json::from_value(product).unwrap()).unwrap_err();
    assert_eq!(violations.len(), 2, "{violations:?}");
}

#[test]
fn attributes_are_texts_whole_numbers_and_flags() {
    for (value, shown) in [(json!("Automatic"), "Automatic"), (json!(24), "24"), (json!(true), "true")] {
        assert_eq!(serde_json::from_value::<AttributeValue>(value).unwrap().to_string(), shown);
    }
    for bad in [json!(1.5), json!(null), json!([]), json!({}), json!(""), json!(9_007_199_254_740_992_i64)] {
        assert!(serde_json::from_value::<AttributeValue>(bad.clone()).is_err(), "{bad}");
    }
}
