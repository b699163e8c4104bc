//! Request and answer bodies of `/v1/orders`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use domain::{
    Currency, Invalid, Money, Quantity, Sku, Timestamp,
    address::Address,
    cart::CART_LINES_MAX,
    id::{CartId, FulfillmentId, OrderId, PaymentId, ProductId, RefundId},
    order::{
        Ending, Fulfillment, FulfillmentState, OrderStatus, PaymentState, Pieces, Reason, Record, Refund,
        RefundWhat, Sale, Stage, Stop,
    },
    order_number::OrderNumber,
    payment::{NextAction, PaymentStatus, RefundStatus},
    shipping::ShippingOption,
    text::{Email, Text},
};

use super::refusal;
use crate::{page::PageLimit, problem::Problem};

/// The longest token of a payment provider.
const PAYMENT_METHOD_LENGTH_MAX: usize = 255;

/// A provider's token for how the shopper pays; never a card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentMethod(String);

impl TryFrom<String> for PaymentMethod {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let fits = (1..=PAYMENT_METHOD_LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if fits {
            Ok(Self(text))
        } else {
            Err(Invalid::new(
                "invalid_payment_method",
                "must be a token of the payment provider such as pm_card_visa",
            ))
        }
    }
}

impl From<PaymentMethod> for String {
    fn from(method: PaymentMethod) -> String {
        method.0
    }
}

/// `POST /v1/orders`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    pub cart_id: CartId,
    /// The cart as the shopper saw it.
    pub cart_version: u64,
    /// What the shopper saw that they would pay.
    pub expected_total: Money,
    pub email: Email,
    pub shipping_address: Address,
    /// Where it is another than the shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    pub payment_method: PaymentMethod,
}

/// `POST /v1/orders/{order}/cancel`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Pieces of an order's lines: at least one line, each SKU once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Pieces>", into = "Vec<Pieces>")]
pub struct PieceList(Vec<Pieces>);

impl TryFrom<Vec<Pieces>> for PieceList {
    type Error = Invalid;

    fn try_from(lines: Vec<Pieces>) -> Result<Self, Invalid> {
        if !(1..=CART_LINES_MAX).contains(&lines.len()) {
            return Err(Invalid::new("out_of_range", format!("must be 1 to {CART_LINES_MAX} lines")));
        }
        let skus: BTreeSet<&Sku> = lines.iter().map(|line| &line.sku).collect();
        if skus.len() != lines.len() {
            return Err(Invalid::new("duplicate_sku", "must name each SKU once"));
        }
        Ok(Self(lines))
    }
}

impl From<PieceList> for Vec<Pieces> {
    fn from(list: PieceList) -> Vec<Pieces> {
        list.0
    }
}

/// `POST /v1/orders/{order}/fulfillments`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfilOrder {
    pub lines: PieceList,
    pub carrier: Text<80>,
    pub tracking_number: Text<120>,
}

/// `POST /v1/orders/{order}/refunds`: an amount, or the share of some lines, or else whatever is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundOrder {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<PieceList>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The pieces go back on the shelf.
    #[serde(default)]
    pub restock: bool,
}

impl RefundOrder {
    /// What is to be paid back; 422 for what contradicts itself.
    pub fn what(&self) -> Result<RefundWhat, Problem> {
        let invalid =
            |pointer: &str, code, detail: &str| Problem::invalid(pointer, &Invalid::new(code, detail));
        match (&self.amount, &self.lines) {
            (Some(_), Some(_)) => Err(invalid("/lines", "ambiguous", "name an amount or lines, not both")),
            (Some(amount), None) if !amount.is_positive() => {
                Err(invalid("/amount/amount", "out_of_range", "must be more than 0"))
            }
            (Some(_), None) if self.restock => {
                Err(invalid("/restock", "lines_required", "an amount does not say which pieces come back"))
            }
            (Some(amount), None) => Ok(RefundWhat::Amount(*amount)),
            (None, Some(lines)) => Ok(RefundWhat::Lines(lines.0.clone())),
            (None, None) => Ok(RefundWhat::Rest),
        }
    }
}

/// `GET /v1/orders`; everything but the page is for staff.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrdersQuery {
    pub status: Option<OrderStatus>,
    pub email: Option<Email>,
    pub sku: Option<Sku>,
    /// Placed at or after this moment, and before the other one.
    pub from: Option<When>,
    pub to: Option<When>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// A moment in a query: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct When(pub Timestamp);

impl TryFrom<String> for When {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Timestamp::parse_rfc3339(&text).map(Self)
    }
}

/// The longest a caller may wait for the next event, in seconds.
pub const TIMELINE_WAIT_MAX_S: u32 = 20;

/// `GET /v1/orders/{order}/events`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    #[serde(default)]
    pub after: Whole<{ u64::MAX }>,
    #[serde(default)]
    pub wait: Whole<{ TIMELINE_WAIT_MAX_S as u64 }>,
}

/// A whole number in a query, 0 to `MAX`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Whole<const MAX: u64>(pub u64);

impl<const MAX: u64> TryFrom<String> for Whole<MAX> {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let number = text.parse().ok().filter(|number| *number <= MAX).map(Self);
        number.ok_or_else(|| Invalid::new("out_of_range", format!("must be a whole number, 0 to {MAX}")))
    }
}

/// Who looks at an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Sees what they need to complete the payment.
    Shopper,
    Staff,
}

/// An order with everything that a page of it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBody {
    pub id: OrderId,
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub payment_status: PaymentState,
    pub fulfillment_status: FulfillmentState,
    /// Why the order failed: the code of the problem that its `POST` answered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    pub email: Email,
    /// Empty, and without totals, until the cart is this order's.
    pub lines: Vec<OrderLineBody>,
    pub currency: Option<Currency>,
    pub prices_include_tax: Option<bool>,
    pub subtotal: Option<Money>,
    pub discount_total: Option<Money>,
    pub shipping_total: Option<Money>,
    pub tax_total: Option<Money>,
    pub total: Option<Money>,
    pub refunded_total: Option<Money>,
    pub shipping_option: Option<ShippingOption>,
    pub shipping_address: Address,
    pub billing_address: Address,
    pub payment: Option<OrderPayment>,
    pub fulfillments: Vec<FulfillmentBody>,
    pub refunds: Vec<RefundBody>,
    #[serde(with = "domain::time::rfc3339")]
    pub placed_at: Timestamp,
    /// Until when a payment that waits for the shopper can be completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_deadline_at: Option<String>,
    /// A guest's proof that the order is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineBody {
    pub sku: Sku,
    pub product_id: ProductId,
    pub slug: String,
    pub title: String,
    pub image: Option<String>,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub discount: Money,
    /// Parts per million.
    pub tax_rate: u32,
    pub tax: Money,
    /// Tax included, under both kinds of price list.
    pub total: Money,
    pub fulfilled_quantity: u32,
    pub refunded_quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    pub id: PaymentId,
    pub provider: String,
    pub status: PaymentStatus,
    /// For the shopper, as long as the payment waits for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfillmentBody {
    pub id: FulfillmentId,
    pub lines: Vec<Pieces>,
    pub carrier: Text<80>,
    pub tracking_number: Text<120>,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    pub delivered_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundBody {
    pub id: RefundId,
    pub status: RefundStatus,
    pub amount: Money,
    pub lines: Vec<Pieces>,
    pub reason: Option<Reason>,
    pub restock: bool,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
}

impl OrderBody {
    pub fn new(record: &Record, viewer: Viewer) -> Self {
        let (goods, sale, placement) = (record.goods(), record.sale(), &record.placement);
        let status = record.status();
        let is_waiting = status == OrderStatus::AwaitingPayment;
        let (failure_code, cancel_reason) = reasons(record);
        Self {
            id: placement.id,
            number: OrderNumber::of(&placement.id),
            status,
            payment_status: record.payment_state(),
            fulfillment_status: record.fulfillment_state(),
            failure_code,
            cancel_reason,
            email: placement.email.clone(),
            lines: lines(record),
            currency: goods.map(|goods| goods.currency),
            prices_include_tax: goods.map(|goods| goods.prices_include_tax),
            subtotal: goods.map(|goods| goods.subtotal),
            discount_total: goods.map(|goods| goods.discount_total),
            shipping_total: goods.map(|goods| goods.shipping_total),
            tax_total: goods.map(|goods| goods.tax_total),
            total: goods.map(|goods| goods.total),
            refunded_total: sale.map(Sale::refunded),
            shipping_option: goods.and_then(|goods| goods.shipping_option.clone()),
            shipping_address: placement.shipping_address.clone(),
            billing_address: placement
                .billing_address
                .as_ref()
                .unwrap_or(&placement.shipping_address)
                .clone(),
            payment: record.payment().map(|payment| {
                let is_theirs = is_waiting && viewer == Viewer::Shopper;
                OrderPayment {
                    id: payment.id,
                    provider: payment.provider.clone(),
                    status: payment.status,
                    client_secret: payment.client_secret.clone().filter(|_| is_theirs),
                    next_action: payment.next_action.clone().filter(|_| is_theirs),
                    decline_code: payment.decline_code.clone(),
                }
            }),
            fulfillments: sale
                .map_or(Vec::new(), |sale| sale.fulfillments.iter().map(FulfillmentBody::from).collect()),
            refunds: sale.map_or(Vec::new(), |sale| sale.refunds.iter().map(RefundBody::from).collect()),
            placed_at: placement.placed_at,
            payment_deadline_at: is_waiting.then(|| record.deadline().to_rfc3339()),
            token: None,
        }
    }
}

fn lines(record: &Record) -> Vec<OrderLineBody> {
    let sale = record.sale();
    let goods = record.goods().into_iter();
    goods
        .flat_map(|goods| &goods.lines)
        .map(|line| OrderLineBody {
            sku: line.totals.sku.clone(),
            product_id: line.product_id,
            slug: line.slug.clone(),
            title: line.title.clone(),
            image: line.image.clone(),
            quantity: line.totals.quantity,
            unit_price: line.totals.unit_price,
            discount: line.totals.discount,
            tax_rate: line.totals.tax_rate,
            tax: line.totals.tax,
            total: line.totals.total,
            fulfilled_quantity: sale.map_or(0, |sale| sale.sent(&line.totals.sku)),
            refunded_quantity: sale.map_or(0, |sale| sale.refunded_pieces(&line.totals.sku)),
        })
        .collect()
}

/// Why the order failed, and why it was cancelled.
fn reasons(record: &Record) -> (Option<String>, Option<String>) {
    match &record.stage {
        Stage::Ended(ended) => match &ended.ending {
            Ending::Refused(refused) => (Some(refusal::code(refused).code.to_owned()), None),
            Ending::Stopped(Stop::DeadlinePassed) => {
                (Some(crate::problem::codes::payment_expired.code.to_owned()), None)
            }
            Ending::Stopped(Stop::Cancelled { reason, .. }) => {
                (None, reason.as_ref().map(ToString::to_string))
            }
        },
        Stage::Sold(sale) => {
            let reason = sale.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_ref());
            (None, reason.map(ToString::to_string))
        }
        _ => (None, None),
    }
}

impl From<&Fulfillment> for FulfillmentBody {
    fn from(fulfillment: &Fulfillment) -> Self {
        Self {
            id: fulfillment.id,
            lines: fulfillment.lines.clone(),
            carrier: fulfillment.carrier.clone(),
            tracking_number: fulfillment.tracking_number.clone(),
            created_at: fulfillment.created_at,
            delivered_at: fulfillment.delivered_at.map(Timestamp::to_rfc3339),
        }
    }
}

impl From<&Refund> for RefundBody {
    fn from(refund: &Refund) -> Self {
        let pieces =
            refund.lines.iter().map(|line| Pieces { sku: line.sku.clone(), quantity: line.quantity });
        Self {
            id: refund.id,
            status: refund.status,
            amount: refund.amount,
            lines: pieces.collect(),
            reason: refund.reason.clone(),
            restock: refund.restock,
            created_at: refund.created_at,
        }
    }
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    pub id: OrderId,
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub payment_status: PaymentState,
    pub fulfillment_status: FulfillmentState,
    pub email: Email,
    pub lines: Vec<SummaryLine>,
    pub total: Money,
    pub refunded_total: Money,
    #[serde(with = "domain::time::rfc3339")]
    pub placed_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryLine {
    pub sku: Sku,
    pub slug: String,
    pub title: String,
    pub image: Option<String>,
    pub quantity: Quantity,
    pub total: Money,
}

impl OrderSummary {
    /// `None` for an order that never got as far as a price: it stands in no list.
    pub fn new(record: &Record) -> Option<Self> {
        let goods = record.goods()?;
        Some(Self {
            id: record.placement.id,
            number: OrderNumber::of(&record.placement.id),
            status: record.status(),
            payment_status: record.payment_state(),
            fulfillment_status: record.fulfillment_state(),
            email: record.placement.email.clone(),
            lines: goods
                .lines
                .iter()
                .map(|line| SummaryLine {
                    sku: line.totals.sku.clone(),
                    slug: line.slug.clone(),
                    title: line.title.clone(),
                    image: line.image.clone(),
                    quantity: line.totals.quantity,
                    total: line.totals.total,
                })
                .collect(),
            total: goods.total,
            refunded_total: record.sale().map_or(Money::zero(goods.currency), Sale::refunded),
            placed_at: record.placement.placed_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::codes;

    #[test]
    fn a_body_refuses_what_it_does_not_know() {
        let good = r#"{"cart_id":"crt_01980000-0000-7000-8000-000000000000","cart_version":1,
            "expected_total":{"amount":1,"currency":"EUR"},"email":"ada@example.com","payment_method":"pm_card_visa",
            "shipping_address":{"name":"A","line1":"B","city":"C","country":"DE"}}"#;
        assert!(serde_json::from_str::<PlaceOrder>(good).is_ok());
        for (from, to) in [
            (r#""cart_version":1"#, r#""cart_version":-1"#),
            (r#""cart_version":1"#, r#""cart_version":1,"coupon":"x""#),
            (r#""currency":"EUR""#, r#""currency":"BTC""#),
            (r#""amount":1"#, r#""amount":9007199254740992"#),
            ("pm_card_visa", ""),
            ("pm_card_visa", "pm card"),
            ("ada@example.com", "ada"),
            (r#""country":"DE""#, r#""country":"Germany""#),
        ] {
            assert!(serde_json::from_str::<PlaceOrder>(&good.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn pieces_name_each_sku_once() {
        let read = serde_json::from_str::<PieceList>;
        assert!(read(r#"[{"sku":"A","quantity":1},{"sku":"B","quantity":2}]"#).is_ok());
        for bad in [
            "[]",
            r#"[{"sku":"A","quantity":1},{"sku":"A","quantity":2}]"#,
            r#"[{"sku":"A","quantity":0}]"#,
            r#"[{"sku":"A","quantity":-1}]"#,
            r#"[{"sku":"A"}]"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_refund_says_one_thing() {
        let what = |body: &str| serde_json::from_str::<RefundOrder>(body).unwrap().what();
        let money = r#""amount":{"amount":500,"currency":"EUR"}"#;
        let lines = r#""lines":[{"sku":"A","quantity":1}]"#;
        assert!(matches!(what("{}"), Ok(RefundWhat::Rest)));
        assert!(matches!(what(&format!("{{{money}}}")), Ok(RefundWhat::Amount(_))));
        assert!(matches!(what(&format!("{{{lines},\"restock\":true}}")), Ok(RefundWhat::Lines(_))));
        for (bad, pointer) in [
            (format!("{{{money},{lines}}}"), "/lines"),
            (format!("{{{money},\"restock\":true}}"), "/restock"),
            (r#"{"amount":{"amount":0,"currency":"EUR"}}"#.to_owned(), "/amount/amount"),
            (r#"{"amount":{"amount":-5,"currency":"EUR"}}"#.to_owned(), "/amount/amount"),
        ] {
            let problem = what(&bad).unwrap_err();
            assert_eq!(
                (problem.code, problem.errors[0].pointer.as_str()),
                (codes::validation_failed, pointer)
            );
        }
    }
}
