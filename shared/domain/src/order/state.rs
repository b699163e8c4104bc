//! What an order is: the placement that never changes, and the stage that holds exactly the data it needs.

use serde::{Deserialize, Serialize};

use super::{Erasure, OrderRefusal, Party, Pieces, Reason, Shortage, view};
use crate::{
    Currency, DurationMs, Money, Quantity, Sku, Timestamp,
    address::Address,
    holder::{Holder, Owner},
    id::{CartId, FulfillmentId, OrderId, ProductId, RefundId},
    payment::{PaymentSnapshot, RefundStatus},
    pricing::LineTotals,
    shipping::ShippingOption,
    stock::HOME,
    tax::RatePpm,
    text::{Email, Text},
    time::{MINUTE_MS, SECOND_MS},
};

/// How long a shopper has to complete a payment. Shorter than a reservation lasts, so only the order decides about time.
pub const PAYMENT_DEADLINE_MS: DurationMs = 15 * MINUTE_MS;

/// How often payments is asked, at most, because somebody looks at a waiting order.
pub const PAYMENT_ASK_INTERVAL_MS: DurationMs = SECOND_MS;

/// The most shipments, and the most refunds, of one order.
pub const FULFILLMENTS_MAX: usize = 100;
pub const REFUNDS_MAX: usize = 100;

/// An order, or an id that nobody has used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Unused,
    Used(Box<Record>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Counts the changes of what is shown: of two copies of an order the one with the higher `seq` is newer.
    pub seq: u64,
    pub placement: Placement,
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "Erasure::is_none")]
    pub erasure: Erasure,
}

/// What an order is from its first moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    pub id: OrderId,
    pub owner: Owner,
    pub cart: CartId,
    pub email: Email,
    pub shipping_address: Address,
    /// Where it differs from the shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    pub placed_at: Timestamp,
}

/// What the shopper said that only the checkout needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub by: Holder,
    pub cart_version: u64,
    pub expected_total: Money,
    pub payment_method: String,
}

/// Where an order is on its way.
///
/// Before `Sold` everything can be undone, and is undone as a whole; after it everything goes forward. A step's calls are all made
/// at once, and the order turns around (`stop`, or a refusal) only when all of them have answered: so no undo ever meets its do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Pricing {
        asked: Box<Asked>,
        stop: Option<Stop>,
    },
    Reserving {
        asked: Box<Asked>,
        goods: Box<Goods>,
        stop: Option<Stop>,
    },
    Authorising {
        goods: Box<Goods>,
        stop: Option<Stop>,
    },
    /// The shopper must authenticate. `asked_at`: when payments was last asked whether they have.
    AwaitingPayment {
        goods: Box<Goods>,
        payment: Box<PaymentSnapshot>,
        asked_at: Timestamp,
        is_asking: bool,
        /// The deadline has passed and the payment is being given up; it may still turn out to be authorised.
        is_cancelling: bool,
    },
    Committing {
        goods: Box<Goods>,
        payment: Box<PaymentSnapshot>,
        stop: Option<Stop>,
        /// As in [`Undoing`].
        #[serde(default)]
        was_awaited: bool,
    },
    /// The pivot: refused, it is all undone; done, nothing is; unknown, it is asked again.
    Capturing {
        goods: Box<Goods>,
        payment: Box<PaymentSnapshot>,
        stop: Option<Stop>,
        /// As in [`Undoing`].
        #[serde(default)]
        was_awaited: bool,
    },
    Undoing(Box<Undoing>),
    Ended(Box<Ended>),
    Sold(Box<Sale>),
}

/// An order on its way back. Lines that are `Reserved` or `Committed` have not come back yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    pub goods: Option<Goods>,
    pub payment: Option<PaymentSnapshot>,
    pub is_voiding: bool,
    pub is_unclaiming: bool,
    /// The shopper was asked to authenticate: what became of it must reach the lists and their mailbox.
    pub was_awaited: bool,
    pub ending: Ending,
}

impl Undoing {
    pub fn is_done(&self) -> bool {
        !self.is_voiding && !self.is_unclaiming && self.goods.as_ref().is_none_or(Goods::is_free)
    }
}

/// An order that never became a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub goods: Option<Goods>,
    pub payment: Option<PaymentSnapshot>,
    pub ending: Ending,
}

/// Why an order turns around although its calls succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    Cancelled { by: Party, reason: Option<Reason> },
    DeadlinePassed,
}

/// Why an order never became a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Refused(OrderRefusal),
    Stopped(Stop),
}

impl From<Stop> for Ending {
    fn from(stop: Stop) -> Self {
        Ending::Stopped(stop)
    }
}

impl From<OrderRefusal> for Ending {
    fn from(refusal: OrderRefusal) -> Self {
        Ending::Refused(refusal)
    }
}

/// What is bought, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    pub currency: Currency,
    pub prices_include_tax: bool,
    pub lines: Vec<Line>,
    pub subtotal: Money,
    pub discount_total: Money,
    pub shipping_total: Money,
    pub shipping_tax: Money,
    pub shipping_tax_rate: RatePpm,
    pub tax_total: Money,
    pub total: Money,
    pub shipping_option: Option<ShippingOption>,
}

impl Goods {
    pub fn line(&self, sku: &Sku) -> Option<&Line> {
        self.lines.iter().find(|line| line.totals.sku == *sku)
    }

    pub(super) fn set_stock(&mut self, sku: &Sku, stock: LineStock) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.totals.sku == *sku) {
            line.stock = stock;
        }
    }

    /// What another object has too little of is asked for at home.
    pub(super) fn send_home(&mut self, sku: &Sku) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.totals.sku == *sku) {
            line.shard = HOME;
        }
    }

    pub(super) fn is_every(&self, stock: LineStock) -> bool {
        self.lines.iter().all(|line| line.stock == stock)
    }

    pub(super) fn is_any(&self, stock: LineStock) -> bool {
        self.lines.iter().any(|line| line.stock == stock)
    }

    /// Nothing of it is set aside for this order, or taken by it.
    pub fn is_free(&self) -> bool {
        !self.lines.iter().any(|line| matches!(line.stock, LineStock::Reserved | LineStock::Committed))
    }

    pub(super) fn shortages(&self) -> Vec<Shortage> {
        self.lines
            .iter()
            .filter_map(|line| match line.stock {
                LineStock::Refused { available } => {
                    Some(Shortage { sku: line.totals.sku.clone(), available })
                }
                _ => None,
            })
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub totals: LineTotals,
    pub product_id: ProductId,
    pub slug: String,
    pub title: String,
    pub image: Option<String>,
    pub stock: LineStock,
    /// Which of the SKU's objects this order has its goods from; 0, home, for most.
    #[serde(default, skip_serializing_if = "is_home")]
    pub shard: u32,
}

fn is_home(shard: &u32) -> bool {
    *shard == HOME
}

/// What this order has of a line's goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStock {
    Asked,
    Refused {
        available: u32,
    },
    Reserved,
    Committed,
    /// A cancelled sale's goods, on their way back.
    Returning,
    Freed,
}

/// A paid order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    pub goods: Goods,
    pub payment: PaymentSnapshot,
    /// The cart has let go of its lines.
    pub is_settled: bool,
    pub fulfillments: Vec<Fulfillment>,
    pub refunds: Vec<Refund>,
    pub cancellation: Option<Cancellation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    pub by: Party,
    pub reason: Option<Reason>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfillment {
    pub id: FulfillmentId,
    pub lines: Vec<Pieces>,
    pub carrier: Text<80>,
    pub tracking_number: Text<120>,
    pub created_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: RefundId,
    pub amount: Money,
    pub lines: Vec<RefundLine>,
    pub reason: Option<Reason>,
    pub restock: bool,
    pub status: RefundStatus,
    /// Payments has not answered yet: not even that the provider will say later.
    pub is_asking: bool,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    pub sku: Sku,
    pub quantity: Quantity,
    /// How many of them had not been sent yet, and so never will be.
    pub unsent: u32,
}

impl Refund {
    /// Paid back, or about to be: a definite failure is neither.
    pub fn counts(&self) -> bool {
        self.status != RefundStatus::Failed
    }
}

impl Order {
    pub fn record(&self) -> Option<&Record> {
        match self {
            Order::Unused => None,
            Order::Used(record) => Some(record),
        }
    }
}

impl Record {
    pub fn goods(&self) -> Option<&Goods> {
        match &self.stage {
            Stage::Pricing { .. } => None,
            Stage::Reserving { goods, .. }
            | Stage::Authorising { goods, .. }
            | Stage::AwaitingPayment { goods, .. }
            | Stage::Committing { goods, .. }
            | Stage::Capturing { goods, .. } => Some(goods),
            Stage::Undoing(undoing) => undoing.goods.as_ref(),
            Stage::Ended(ended) => ended.goods.as_ref(),
            Stage::Sold(sale) => Some(&sale.goods),
        }
    }

    pub fn payment(&self) -> Option<&PaymentSnapshot> {
        match &self.stage {
            Stage::Pricing { .. } | Stage::Reserving { .. } | Stage::Authorising { .. } => None,
            Stage::AwaitingPayment { payment, .. }
            | Stage::Committing { payment, .. }
            | Stage::Capturing { payment, .. } => Some(payment),
            Stage::Undoing(undoing) => undoing.payment.as_ref(),
            Stage::Ended(ended) => ended.payment.as_ref(),
            Stage::Sold(sale) => Some(&sale.payment),
        }
    }

    pub fn sale(&self) -> Option<&Sale> {
        match &self.stage {
            Stage::Sold(sale) => Some(sale),
            _ => None,
        }
    }

    pub fn deadline(&self) -> Timestamp {
        self.placement.placed_at.plus(PAYMENT_DEADLINE_MS)
    }

    pub fn status(&self) -> view::OrderStatus {
        view::order_status(self)
    }
}
