//! What may be asked of a cart, and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    Change, Currency, Money, Quantity, Sku, Timestamp,
    address::Country,
    holder::{Holder, Owner},
    id::{CartId, OrderId, UserId},
    text::{Email, Text},
};

/// The most lines of one cart.
pub const CART_LINES_MAX: usize = 50;

/// What a cart's lines may come to, in minor units: tax and shipping on top still make an amount.
pub const CART_AMOUNT_MAX: i64 = crate::money::AMOUNT_MAX / 2;

impl CartId {
    /// The one cart of a signed-in shopper: named by the user, so that there can be no second one.
    pub fn of_user(user: &UserId) -> Self {
        Self::derived(&["cart of", &user.to_string()])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartCommand {
    /// Makes the cart. A repeat by its owner answers the cart as it is (a signed-in shopper's cart is made on first use); only an
    /// empty one changes to another currency.
    Create { id: CartId, owner: Owner, currency: Currency, country: Country },
    /// Sets a line to `quantity`; `None` removes it. `price` is what the shopper sees and so accepts.
    SetLine { by: Holder, sku: Sku, quantity: Option<Quantity>, price: Money },
    /// Takes a line out, whatever it costs.
    RemoveLine { by: Holder, sku: Sku },
    /// Destination, shipping choice and contact. A change of country forgets the region and postal code of the old one.
    SetDestination {
        by: Holder,
        #[serde(flatten)]
        change: DestinationChange,
    },
    /// The shopper has been shown these prices and changed the cart since.
    AcceptPrices { by: Holder, prices: Vec<(Sku, Money)> },
    /// Adds another cart's lines, capped: how a guest's cart becomes a customer's. Of a cart merged before, only what came to it
    /// since is added, so a repeat adds nothing; a cart that was emptied and filled again comes whole (`emptied_at` of its view).
    Merge {
        by: Holder,
        from: CartId,
        #[serde(default)]
        emptied_at: Option<u64>,
        lines: Vec<CartLine>,
    },
    /// The cart as it was at `version` was merged into another one and is empty from now on.
    Surrender { by: Holder, version: u64 },
    /// The shopper looked at the cart: it lives on.
    Touch { by: Holder },
    /// `order` takes the cart as it is at `version`; until it settles or gives up nobody else changes it. Repeatable.
    Claim { by: Holder, order: OrderId, version: u64 },
    /// `order` gave up: the cart is the shopper's again, and a claim of that order that is still on its way is refused when it
    /// arrives. For another order's claim it does nothing.
    Unclaim { order: OrderId },
    /// `order` is paid: the cart empties, forgets where it was to go, and remembers the order.
    Settle { order: OrderId },
    /// Sent by the shell after 30 days without use.
    Expire,
    /// Its shopper is to be forgotten: the cart is gone at once, whatever is going on with it. An order that has taken it knows its lines.
    Erase,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DestinationChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub region: Change<Text<80>>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub postal_code: Change<Text<20>>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub shipping_option: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub email: Change<Email>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text<80>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Text<20>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_option: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    pub lines: Vec<CartLine>,
    /// Counts what the shopper changed; an order names the one that it means.
    pub version: u64,
    /// The version at which another cart or an order last took all of its lines: what is in it now came later.
    #[serde(default)]
    pub emptied_at: u64,
    pub expires_at: Timestamp,
    /// The order that holds the cart now, or the last one that was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    pub is_claimed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartReply {
    Cart(Box<CartView>),
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartRefusal {
    /// No such cart, or not this caller's: never told apart.
    NotFound,
    CartFull,
    /// The lines would come to more than [`CART_AMOUNT_MAX`].
    AmountTooLarge,
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
    /// The claiming order gave up before: its undo overtook its do.
    OrderGaveUp,
    WrongCurrency,
}
