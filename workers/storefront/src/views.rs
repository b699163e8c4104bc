//! What pages read of the services' answers: as any client would, by the contract, what is shown and no more. Ids, times and codes pass
//! through here as they come, so that none of the rules that they were checked by has to be in this Worker.

use serde::Deserialize;

use domain::Money;
use html::{menu::Named, postal::TypedAddress};

#[derive(Deserialize)]
pub struct Image {
    pub url: String,
    pub alt: String,
}

#[derive(Deserialize)]
pub struct PriceRange {
    pub min: Money,
    pub max: Money,
}

/// A product in a list.
#[derive(Deserialize)]
pub struct Summary {
    pub slug: String,
    pub name: String,
    pub brand: Named,
    pub image: Option<Image>,
    pub price_range: Option<PriceRange>,
    pub available: bool,
}

#[derive(Deserialize)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: u64,
}

#[derive(Deserialize)]
pub struct Facet {
    pub name: String,
    pub values: Vec<FacetValue>,
}

#[derive(Default, Deserialize)]
pub struct Products {
    pub items: Vec<Summary>,
    pub next_cursor: Option<String>,
    pub facets: Vec<Facet>,
    pub total: u64,
    pub total_is_capped: bool,
    #[serde(default)]
    pub corrected_q: Option<String>,
}

#[derive(Deserialize)]
pub struct Variant {
    pub sku: String,
    pub title: String,
    pub price: Option<Money>,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
    pub available: bool,
    pub stock_hint: String,
}

#[derive(Deserialize)]
pub struct Product {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub brand: Named,
    pub categories: Vec<Named>,
    pub attributes: Attributes,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
}

/// By their labels; a value may be a text, a number or a flag.
pub type Attributes = std::collections::BTreeMap<String, domain::catalog::AttributeValue>;

#[derive(Deserialize)]
pub struct Line {
    pub sku: String,
    #[serde(default)]
    pub slug: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    pub image: Option<String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub total: Money,
    #[serde(default)]
    pub problem: Option<String>,
    #[serde(default)]
    pub previous_unit_price: Option<Money>,
    #[serde(default)]
    pub available: Option<u32>,
}

#[derive(Deserialize)]
pub struct ShippingOption {
    pub id: String,
    pub name: String,
    pub price: Money,
    pub delivery_days_min: u32,
    pub delivery_days_max: u32,
}

/// What stands between a cart and an order.
#[derive(Deserialize)]
pub struct Obstacle {
    pub code: String,
    #[serde(default)]
    pub sku: Option<String>,
}

#[derive(Deserialize)]
pub struct Cart {
    pub id: String,
    pub currency: String,
    pub country: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub shipping_option: Option<String>,
    pub prices_include_tax: bool,
    pub lines: Vec<Line>,
    pub subtotal: Money,
    pub discount_total: Money,
    pub shipping_total: Money,
    pub tax_total: Money,
    pub total: Money,
    pub shipping_options: Vec<ShippingOption>,
    pub problems: Vec<Obstacle>,
    pub version: u64,
    #[serde(default)]
    pub token: Option<String>,
}

#[derive(Deserialize)]
pub struct OrderLine {
    pub sku: String,
    pub slug: String,
    pub title: String,
    pub image: Option<String>,
    pub quantity: u32,
    pub total: Money,
}

#[derive(Deserialize)]
pub struct Address {
    pub name: String,
    pub line1: String,
    #[serde(default)]
    pub line2: Option<String>,
    pub city: String,
    #[serde(default)]
    pub region: Option<String>,
    #[serde(default)]
    pub postal_code: Option<String>,
    pub country: String,
}

#[derive(Deserialize)]
pub struct Payment {
    pub id: String,
    #[serde(default)]
    pub client_secret: Option<String>,
}

#[derive(Deserialize)]
pub struct Pieces {
    pub sku: String,
    pub quantity: u32,
}

#[derive(Deserialize)]
pub struct Parcel {
    pub lines: Vec<Pieces>,
    pub carrier: String,
    pub tracking_number: String,
    pub created_at: String,
    pub delivered_at: Option<String>,
}

#[derive(Deserialize)]
pub struct Refund {
    pub status: String,
    pub amount: Money,
    pub created_at: String,
}

#[derive(Deserialize)]
pub struct Order {
    pub id: String,
    pub number: String,
    pub status: String,
    pub payment_status: String,
    pub fulfillment_status: String,
    #[serde(default)]
    pub failure_code: Option<String>,
    pub email: String,
    pub lines: Vec<OrderLine>,
    pub prices_include_tax: Option<bool>,
    pub subtotal: Option<Money>,
    pub shipping_total: Option<Money>,
    pub tax_total: Option<Money>,
    pub total: Option<Money>,
    pub refunded_total: Option<Money>,
    pub shipping_address: Address,
    pub payment: Option<Payment>,
    pub fulfillments: Vec<Parcel>,
    pub refunds: Vec<Refund>,
    #[serde(default)]
    pub token: Option<String>,
}

#[derive(Deserialize)]
pub struct Event {
    pub at: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Deserialize)]
pub struct Timeline {
    pub items: Vec<Event>,
}

/// An address of somebody's book.
#[derive(Deserialize)]
pub struct SavedAddress {
    #[serde(flatten)]
    pub address: TypedAddress,
    pub is_default: bool,
}

#[derive(Deserialize)]
pub struct User {
    pub email: String,
}
