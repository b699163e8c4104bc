//! What may be asked of an order, what its effects answer, and what it refuses.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Asked, Order, Placement};
use crate::{
    Money, Quantity, Sku,
    address::Address,
    cart::{CartRefusal, CartView},
    id::{FulfillmentId, OrderId, RefundId},
    payment::{PaymentSnapshot, RefundStatus},
    pricing::PricingRefusal,
    quote::Quote,
    text::Text,
};

pub type Reason = Text<500>;

/// What is skipped comes from inside the object alone: no wire can carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderCommand {
    /// The shopper orders a cart. A repeat answers as the first does: the order's id stands for the holder and their key.
    Place {
        placement: Box<Placement>,
        asked: Box<Asked>,
    },
    /// The shopper or staff give the order up. What is in flight is waited for, then undone or paid back.
    Cancel {
        by: Party,
        reason: Option<Reason>,
    },
    /// Somebody looks at an order that waits for its shopper: ask payments whether it still has to.
    Refresh,
    /// The provider said something about the payment, unasked: in any order, any number of times.
    PaymentChanged {
        payment: Box<PaymentSnapshot>,
    },
    /// The shell sends it when the payment's time is up.
    #[serde(skip)]
    Deadline,
    /// Goods were handed to a carrier.
    Fulfil {
        id: FulfillmentId,
        lines: Vec<Pieces>,
        carrier: Text<80>,
        tracking_number: Text<120>,
    },
    MarkDelivered {
        fulfillment: FulfillmentId,
    },
    /// Money goes back. `id` is derived from the caller's key, so that a repeat is the same refund.
    Refund {
        id: RefundId,
        what: RefundWhat,
        reason: Option<Reason>,
        restock: bool,
    },

    /// Forget whom the order is for: their account at once, the rest when nothing is left to be done. The shell sends it, too, when that is.
    Erase,

    /// The cart is this order's, and this is what the catalogue says of its lines.
    #[serde(skip)]
    CartClaimed {
        cart: Box<CartView>,
        quotes: Vec<Quote>,
    },
    /// The cart is not at the version that the shopper ordered; this is what it is now.
    #[serde(skip)]
    CartMoved {
        shown: Box<ShownCart>,
    },
    #[serde(skip)]
    CartRefused {
        refusal: CartRefusal,
    },
    #[serde(skip)]
    CartSettled,
    #[serde(skip)]
    CartUnclaimed,
    #[serde(skip)]
    StockReserved {
        sku: Sku,
    },
    #[serde(skip)]
    StockRefused {
        sku: Sku,
        available: u32,
    },
    #[serde(skip)]
    StockCommitted {
        sku: Sku,
    },
    /// The reservation ended before it was committed.
    #[serde(skip)]
    StockLost {
        sku: Sku,
    },
    /// What was reserved or committed is in the stock again.
    #[serde(skip)]
    StockFreed {
        sku: Sku,
    },
    #[serde(skip)]
    Restocked {
        refund: RefundId,
        sku: Sku,
    },
    #[serde(skip)]
    AuthoriseAnswered {
        payment: Box<PaymentSnapshot>,
    },
    /// What payments says when asked how the payment stands; `None` when it could not be asked.
    #[serde(skip)]
    AskAnswered {
        payment: Option<Box<PaymentSnapshot>>,
    },
    /// What became of giving the payment up at its deadline.
    #[serde(skip)]
    CancelAnswered {
        payment: Box<PaymentSnapshot>,
    },
    #[serde(skip)]
    CaptureAnswered {
        payment: Box<PaymentSnapshot>,
    },
    #[serde(skip)]
    VoidAnswered {
        payment: Box<PaymentSnapshot>,
    },
    RefundAnswered {
        refund: RefundId,
        status: RefundStatus,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Shopper,
    Staff,
}

/// Some pieces of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pieces {
    pub sku: Sku,
    pub quantity: Quantity,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundWhat {
    Amount(Money),
    /// The share of the order's total that these pieces are.
    Lines(Vec<Pieces>),
    /// Whatever has not been paid back yet.
    Rest,
}

/// A cart with what the catalogue says of it: enough to show it newly priced.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCart {
    pub cart: CartView,
    pub quotes: Vec<Quote>,
}

/// For logs and tests: which cart it is, not whose address and what lines.
impl fmt::Debug for ShownCart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShownCart({} at version {})", self.cart.id, self.cart.version)
    }
}

impl ShownCart {
    /// As if it were sent there: what the shopper is shown counts tax and shipping for where the order goes.
    pub(super) fn sent_to(mut self, address: &Address) -> Self {
        self.cart.country = address.country;
        self.cart.region = address.region.clone();
        self.cart.postal_code = address.postal_code.clone();
        self
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderReply {
    Order(Box<Order>),
    Done,
}

/// What is left of a SKU that was asked for in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shortage {
    pub sku: Sku,
    pub available: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRefusal {
    /// No such order, or no such cart for this caller: never told apart.
    NotFound,
    CartEmpty,
    /// Another order holds the cart, or was made of it.
    AlreadyOrdered {
        order: OrderId,
    },
    /// Version or total are not what the shopper saw.
    CartChanged {
        shown: Box<ShownCart>,
    },
    /// The cart cannot be priced for the shipping address.
    NotPriceable {
        refusal: PricingRefusal,
    },
    OutOfStock {
        items: Vec<Shortage>,
    },
    PaymentDeclined {
        decline_code: Option<String>,
    },
    /// The shopper did not complete the payment in time.
    PaymentExpired,

    /// Something of it is on its way already: refund it instead.
    AlreadyFulfilled,
    /// The order never became a sale, or is none any more.
    NotASale,
    /// It failed before anybody cancelled it.
    AlreadyFailed,
    UnknownLine {
        sku: Sku,
    },
    UnknownFulfillment,
    /// More pieces than are left to send, or to pay back.
    TooManyPieces {
        sku: Sku,
        left: u32,
    },
    /// More than was captured and not yet paid back, or in another currency.
    ExceedsRefundable {
        refundable: Money,
    },
    NothingToRefund,
    TooManyFulfillments,
    TooManyRefunds,
}

impl From<CartRefusal> for OrderRefusal {
    fn from(refusal: CartRefusal) -> Self {
        match refusal {
            CartRefusal::CartEmpty => OrderRefusal::CartEmpty,
            CartRefusal::AlreadyOrdered { order } | CartRefusal::CheckoutInProgress { order } => {
                OrderRefusal::AlreadyOrdered { order }
            }
            // Not the caller's, or gone; the rest cannot come of a claim.
            _ => OrderRefusal::NotFound,
        }
    }
}
