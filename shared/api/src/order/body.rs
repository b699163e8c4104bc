//! Answer bodies of `/v1/orders`.

use serde::{Deserialize, Serialize};

use domain::{
    Currency, Money, Quantity, Sku, Timestamp,
    address::Address,
    id::{FulfillmentId, OrderId, PaymentId, ProductId, RefundId},
    order::{
        Ending, Fulfillment, FulfillmentState, OrderStatus, PaymentState, Pieces, Reason, Record, Refund,
        Sale, Stage, Stop,
    },
    order_number::OrderNumber,
    payment::{NextAction, PaymentStatus, RefundStatus},
    shipping::ShippingOption,
    text::{Email, Text},
};

use super::refusal;

/// Who looks at an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Sees what they need to complete the payment.
    Shopper,
    Staff,
}

/// An order with everything that a page of it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    #[cfg_attr(feature = "schema", schemars(with = "Option<domain::time::rfc3339>"))]
    pub payment_deadline_at: Option<String>,
    /// A guest's proof that the order is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Pieces that are still to be sent: neither sent nor paid back before that.
    #[serde(default)]
    pub unsent_quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FulfillmentBody {
    pub id: FulfillmentId,
    pub lines: Vec<Pieces>,
    pub carrier: Text<80>,
    pub tracking_number: Text<120>,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[cfg_attr(feature = "schema", schemars(with = "Option<domain::time::rfc3339>"))]
    pub delivered_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
            unsent_quantity: sale.map_or(0, |sale| sale.unsent(&line.totals.sku)),
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
