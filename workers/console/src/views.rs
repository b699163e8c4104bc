//! What the console reads of the services' answers: what is shown and no more. Codes and ids pass through as they come.

use serde::Deserialize;

use domain::Money;
use html::postal::TypedAddress;

#[derive(Deserialize)]
pub struct OrderSummary {
    pub id: String,
    pub number: String,
    pub status: String,
    pub payment_status: String,
    pub fulfillment_status: String,
    pub email: String,
    pub total: Money,
    pub refunded_total: Money,
    pub placed_at: String,
}

#[derive(Deserialize)]
pub struct OrderLine {
    pub sku: String,
    pub title: String,
    pub quantity: u32,
    pub total: Money,
    pub fulfilled_quantity: u32,
    pub refunded_quantity: u32,
    pub unsent_quantity: u32,
}

#[derive(Deserialize)]
pub struct Pieces {
    pub sku: String,
    pub quantity: u32,
}

#[derive(Deserialize)]
pub struct Parcel {
    pub id: String,
    pub lines: Vec<Pieces>,
    pub carrier: String,
    pub tracking_number: String,
    pub created_at: String,
    pub delivered_at: Option<String>,
}

#[derive(Deserialize)]
pub struct Payment {
    pub id: String,
    pub provider: String,
    pub status: String,
}

#[derive(Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
    pub amount: Money,
    pub reason: Option<String>,
    pub created_at: String,
}

#[derive(Deserialize)]
pub struct Order {
    pub id: String,
    pub number: String,
    pub status: String,
    pub payment_status: String,
    pub fulfillment_status: String,
    pub failure_code: Option<String>,
    pub cancel_reason: Option<String>,
    pub email: String,
    pub lines: Vec<OrderLine>,
    pub subtotal: Option<Money>,
    pub shipping_total: Option<Money>,
    pub tax_total: Option<Money>,
    pub total: Option<Money>,
    pub refunded_total: Option<Money>,
    pub shipping_address: TypedAddress,
    pub payment: Option<Payment>,
    pub fulfillments: Vec<Parcel>,
    pub refunds: Vec<Refund>,
}

#[derive(Deserialize)]
pub struct Event {
    pub seq: u64,
    pub at: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Deserialize)]
pub struct Timeline {
    pub items: Vec<Event>,
}

#[derive(Deserialize)]
pub struct Mail {
    pub id: String,
    pub template: String,
    pub recipient: String,
    pub subject: String,
    pub order_id: Option<String>,
    pub status: String,
    pub tries: u32,
    #[serde(default)]
    pub last_error: Option<String>,
    pub created_at: String,
}

#[derive(Deserialize)]
pub struct DeadLetter {
    pub id: String,
    pub queue: String,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub status: String,
    pub replays: u32,
    pub received_at: String,
}

#[derive(Deserialize)]
pub struct AuditLine {
    pub at: String,
    pub user_id: String,
    pub action: String,
    pub subject: Option<String>,
    pub status: Option<u16>,
}

#[derive(Deserialize)]
pub struct User {
    pub id: String,
    pub email: String,
    pub is_email_verified: bool,
    pub name: String,
    pub roles: Vec<String>,
    pub is_disabled: bool,
    pub created_at: String,
}

#[derive(Deserialize)]
pub struct Location {
    pub id: String,
    pub name: String,
    pub country: String,
    pub priority: u32,
}

#[derive(Deserialize)]
pub struct Shelf {
    pub location_id: String,
    pub on_hand: i64,
    pub reserved: i64,
}

#[derive(Deserialize)]
pub struct Stock {
    pub sku: String,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
    pub locations: Vec<Shelf>,
    /// `None` for what one object sells.
    pub spread: Option<Spread>,
}

#[derive(Deserialize)]
pub struct Spread {
    pub shards: u32,
    /// Pieces between two of its objects.
    pub under_way: i64,
}

impl Stock {
    /// Of what never lay anywhere.
    pub fn none(sku: &str) -> Self {
        Self {
            sku: sku.to_owned(),
            on_hand: 0,
            reserved: 0,
            available: 0,
            locations: Vec::new(),
            spread: None,
        }
    }
}

#[derive(Deserialize)]
pub struct Movement {
    pub seq: u64,
    pub at: String,
    pub kind: String,
    pub location_id: String,
    pub delta: i64,
    pub reserved_delta: i64,
    pub on_hand: i64,
    pub reserved: i64,
    pub order_id: Option<String>,
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub struct Named {
    pub slug: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct PriceRange {
    pub min: Money,
    pub max: Money,
}

#[derive(Deserialize)]
pub struct ProductSummary {
    pub slug: String,
    pub name: String,
    pub brand: Named,
    pub price_range: Option<PriceRange>,
    pub available: bool,
    pub status: String,
}
