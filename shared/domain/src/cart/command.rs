//! What may be asked of a cart, and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    Currency, Money, Quantity, Sku, Timestamp,
    address::Country,
    holder::{Holder, Owner},
    id::{CartId, OrderId},
    text::{Email, Text},
};

/// The most lines of one cart.
pub const CART_LINES_MAX: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CartCommand {
    /// Makes the cart. A repeat by its owner answers the cart as it is (a signed-in shopper's cart is made on first use).
    Create { id: CartId, owner: Owner, currency: Currency, country: Country },
    /// Sets a line to `quantity`; `None` removes it. `price` is what the shopper sees and so accepts.
    SetLine { by: Holder, sku: Sku, quantity: Option<Quantity>, price: Money },
    /// Destination, shipping choice and contact; `None` keeps what is there.
    SetDestination {
        by: Holder,
        country: Option<Country>,
        region: Option<Text<80>>,
        postal_code: Option<Text<20>>,
        shipping_option: Option<String>,
        email: Option<Email>,
    },
    /// The shopper has been shown these prices and changed the cart since.
    AcceptPrices { by: Holder, prices: Vec<(Sku, Money)> },
    /// Adds another cart's lines, capped: how a guest's cart becomes a customer's. Once per `from`.
    Merge { by: Holder, from: CartId, lines: Vec<CartLine> },
    /// The cart was merged into another one and is empty from now on.
    Surrender { by: Holder },
    /// `order` takes the cart as it is at `version`; until it settles or gives up nobody else changes it. Repeatable.
    Claim { by: Holder, order: OrderId, version: u64 },
    /// `order` gave up: the cart is the shopper's again. For another order's claim, or none, it does nothing.
    Unclaim { order: OrderId },
    /// `order` is paid: the cart empties and remembers it.
    Settle { order: OrderId },
    /// Sent by the shell after 30 days without use.
    Expire,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub sku: Sku,
    pub quantity: Quantity,
    /// The unit price that the shopper has seen.
    pub price: Money,
}

/// A cart without anything that the catalogue knows: totals and titles are worked out where it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    pub id: CartId,
    pub owner: Owner,
    pub currency: Currency,
    pub country: Country,
    pub region: Option<Text<80>>,
    pub postal_code: Option<Text<20>>,
    pub shipping_option: Option<String>,
    pub email: Option<Email>,
    pub lines: Vec<CartLine>,
    pub version: u64,
    pub expires_at: Timestamp,
    /// The order that holds the cart now, or the last one that was made of it.
    pub order: Option<OrderId>,
    pub is_claimed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CartReply {
    Cart(CartView),
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CartRefusal {
    /// No such cart, or not this caller's: never told apart.
    NotFound,
    CartFull,
    CartEmpty,
    CheckoutInProgress {
        order: OrderId,
    },
    AlreadyOrdered {
        order: OrderId,
    },
    /// The cart moved on; `version` is where it is now.
    CartChanged {
        version: u64,
    },
    WrongCurrency,
}
