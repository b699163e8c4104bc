//! How a product looks to a shopper.

use serde_json::{Value, json};

use super::*;

fn product(status: &str) -> Product {
    let body: ProductBody = serde_json::from_value(json!({
        "slug": "tide", "status": status, "name": "Tide", "description": "A diver.", "brand": "halden",
        "options": [{"name": "Strap", "values": ["Leather", "Steel"]}],
        "variants": [
            {"sku": "T-L", "title": "Leather", "options": {"Strap": "Leather"},
             "prices": [{"amount": 100, "currency": "EUR"}, {"amount": 900, "currency": "JPY"}],
             "compare_at_prices": [{"amount": 120, "currency": "EUR"}, {"amount": 130, "currency": "USD"}]},
            {"sku": "T-S", "title": "Steel", "options": {"Strap": "Steel"},
             "prices": [{"amount": 140, "currency": "EUR"}], "weight_grams": 150},
        ],
    }))
    .unwrap();
    Product::new(body.into_content(BrandId::derived(&["halden"]), Vec::new())).unwrap()
}

fn facts(available: &[(&str, u32)]) -> Facts {
    Facts {
        id: ProductId::derived(&["tide"]),
        brand: Reference {
            id: BrandId::derived(&["halden"]),
            slug: "halden".parse().unwrap(),
            name: "Halden".to_owned(),
        },
        categories: Vec::new(),
        available: available.iter().map(|(sku, pieces)| (sku.parse().unwrap(), *pieces)).collect(),
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(1),
    }
}

fn shown(status: &str, available: &[(&str, u32)], currency: Currency) -> Value {
    serde_json::to_value(ProductView::of(product(status), facts(available), currency)).unwrap()
}

#[test]
fn prices_and_stock_are_of_the_asked_currency_and_the_last_hint() {
    let view = shown("active", &[("T-S", 3)], Currency::Eur);
    assert_eq!(view["price_range"]["max"], json!({"amount": 140, "currency": "EUR"}));
    assert_eq!(view["variants"][0]["compare_at_price"]["amount"], 120);
    assert_eq!(view["variants"][0]["stock_hint"], "out");
    assert_eq!(view["variants"][1]["stock_hint"], "low");
    assert_eq!(view["variants"][1]["available"], true);
    assert_eq!((&view["rating"], &view["updated_at"]), (&Value::Null, &json!("1970-01-01T00:00:00.001Z")));
}

#[test]
fn what_has_no_price_in_the_currency_cannot_be_bought_in_it() {
    let view = shown("active", &[("T-L", 9), ("T-S", 9)], Currency::Jpy);
    assert_eq!(view["price_range"]["min"]["amount"], 900);
    assert_eq!(
        (&view["variants"][1]["price"], &view["variants"][1]["available"]),
        (&Value::Null, &json!(false))
    );
    let view = shown("active", &[("T-L", 9)], Currency::Usd);
    assert_eq!(
        (&view["price_range"], &view["variants"][0]["compare_at_price"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_is_not_for_sale_is_never_available() {
    for status in ["draft", "archived"] {
        assert_eq!(
            shown(status, &[("T-S", 9)], Currency::Eur)["variants"][1]["available"],
            false,
            "{status}"
        );
    }
}

#[test]
fn a_body_written_back_gives_the_same_product() {
    let before = product("active");
    let brand = BrandId::derived(&["halden"]);
    let body = ProductBody::of(before.clone(), Handle::Id(brand), Vec::new());
    let body: ProductBody = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
    assert_eq!(Product::new(body.into_content(brand, Vec::new())).unwrap(), before);
    assert!(serde_json::from_value::<ProductBody>(json!({"slug": "x", "colour": "red"})).is_err());
}
