//! What a cart is, and how its events change it.

use serde::{Deserialize, Serialize};

use super::command::{CART_AMOUNT_MAX, CART_LINES_MAX, CartLine, CartRefusal, CartView};
use crate::{
    Bug, Currency, DurationMs, Money, Quantity, Sku, Timestamp,
    address::Country,
    holder::{Holder, Owner},
    id::{CartId, OrderId},
    text::{Email, Text},
    time::{DAY_MS, HOUR_MS},
};

/// A cart unused for this long is gone.
pub const CART_TTL_MS: DurationMs = 30 * DAY_MS;
/// The expiry moves only by more than this, so that using a cart does not move its alarm each time.
pub(super) const EXPIRY_STEP_MS: DurationMs = HOUR_MS;
/// Looking at a cart counts as using it, but is written down only this long after its last use.
pub const CART_READ_EXTENDS_AFTER_MS: DurationMs = DAY_MS;
/// Orders that gave up, and orders that were made of it, which a cart remembers of each kind: the newest.
pub const ORDERS_REMEMBERED_MAX: usize = 32;
/// Carts merged into this one that it remembers.
pub const CARTS_MERGED_REMEMBERED_MAX: usize = 3;

/// The cart behind one id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cart {
    /// Nobody has used the id.
    #[default]
    Unused,
    Open(Box<OpenCart>),
    /// Expired or erased, to be forgotten.
    Gone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCart {
    pub(super) id: CartId,
    pub(super) owner: Owner,
    pub(super) currency: Currency,
    pub(super) destination: CartDestination,
    pub(super) lines: Vec<CartLine>,
    /// Counts what the shopper changed. An order that takes the cart and gives it back changes nothing.
    pub(super) version: u64,
    /// The version at which another cart or an order last took all of its lines.
    #[serde(default)]
    pub(super) emptied_at: u64,
    pub(super) expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claimed_by: Option<OrderId>,
    /// The last order made of the cart, and the cart as that order took it, but for where it was to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_order: Option<Box<CartView>>,
    /// Which order took which version, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ordered: Vec<(u64, OrderId)>,
    /// Orders that gave up: a late claim of theirs must not hold the cart for ever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) gave_up: Vec<OrderId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) merged: Vec<MergedCart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartDestination {
    pub country: Country,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text<80>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Text<20>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_option: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
}

/// How much of another cart has come into this one since that one was last emptied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedCart {
    pub from: CartId,
    #[serde(default)]
    pub emptied_at: u64,
    pub pieces: Vec<(Sku, Quantity)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartEvent {
    Created {
        id: CartId,
        owner: Owner,
        currency: Currency,
        country: Country,
        expires_at: Timestamp,
    },
    CurrencyChanged {
        currency: Currency,
        country: Country,
    },
    LineSet {
        line: CartLine,
    },
    LineRemoved {
        sku: Sku,
    },
    DestinationSet {
        destination: CartDestination,
    },
    PricesAccepted {
        prices: Vec<(Sku, Money)>,
    },
    Merged {
        /// All of the other cart's pieces that are here now.
        merged: MergedCart,
        /// The lines that changed, as they are now.
        lines: Vec<CartLine>,
    },
    Surrendered,
    Claimed {
        order: OrderId,
    },
    GivenBack {
        order: OrderId,
    },
    Settled {
        order: OrderId,
    },
    Used {
        expires_at: Timestamp,
    },
    Expired,
    Erased,
}

/// A cart asks nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CartEffect {}

impl Cart {
    pub fn open(&self) -> Option<&OpenCart> {
        match self {
            Cart::Open(cart) => Some(cart),
            Cart::Unused | Cart::Gone => None,
        }
    }

    /// What its holder may see; `None` for anybody else, as if it were not there.
    pub fn into_view(self, by: &Holder) -> Option<CartView> {
        match self {
            Cart::Open(cart) if by.holds(&cart.owner) => Some(cart.into_view()),
            Cart::Open(_) | Cart::Unused | Cart::Gone => None,
        }
    }

    pub(super) fn apply_event(&mut self, event: &CartEvent) {
        match (self, event) {
            (cart, CartEvent::Created { id, owner, currency, country, expires_at }) => {
                *cart = Cart::Open(Box::new(OpenCart {
                    id: *id,
                    owner: owner.clone(),
                    currency: *currency,
                    destination: CartDestination {
                        country: *country,
                        region: None,
                        postal_code: None,
                        shipping_option: None,
                        email: None,
                    },
                    lines: Vec::new(),
                    version: 1,
                    emptied_at: 0,
                    expires_at: *expires_at,
                    claimed_by: None,
                    last_order: None,
                    ordered: Vec::new(),
                    gave_up: Vec::new(),
                    merged: Vec::new(),
                }));
            }
            (cart, CartEvent::Expired | CartEvent::Erased) => *cart = Cart::Gone,
            (Cart::Open(cart), event) => cart.apply(event),
            (Cart::Unused | Cart::Gone, _) => {}
        }
    }
}

impl OpenCart {
    fn apply(&mut self, event: &CartEvent) {
        match event {
            CartEvent::Created { .. } | CartEvent::Expired | CartEvent::Erased => {}
            CartEvent::CurrencyChanged { currency, country } => {
                self.currency = *currency;
                self.destination = CartDestination {
                    country: *country,
                    region: None,
                    postal_code: None,
                    ..self.destination.clone()
                };
                self.changed();
            }
            CartEvent::LineSet { line } => {
                self.put(line);
                self.changed();
            }
            CartEvent::LineRemoved { sku } => {
                self.lines.retain(|line| line.sku != *sku);
                self.changed();
            }
            CartEvent::DestinationSet { destination } => {
                self.destination = destination.clone();
                self.changed();
            }
            CartEvent::PricesAccepted { prices } => {
                for (sku, price) in prices {
                    if let Some(line) = self.lines.iter_mut().find(|line| line.sku == *sku) {
                        line.price = *price;
                    }
                }
                self.changed();
            }
            CartEvent::Merged { merged, lines } => {
                lines.iter().for_each(|line| self.put(line));
                self.merged.retain(|known| known.from != merged.from);
                remember(&mut self.merged, merged.clone(), CARTS_MERGED_REMEMBERED_MAX);
                self.changed();
            }
            // Where it went, and whose it was, is the other cart's to know.
            CartEvent::Surrendered => {
                self.empty();
                self.forget_shopper();
            }
            CartEvent::Claimed { order } => self.claimed_by = Some(*order),
            CartEvent::GivenBack { order } => {
                if self.claimed_by == Some(*order) {
                    self.claimed_by = None;
                }
                remember(&mut self.gave_up, *order, ORDERS_REMEMBERED_MAX);
            }
            CartEvent::Settled { order } => {
                self.last_order = Some(Box::new(self.clone().into_view()));
                self.claimed_by = None;
                if Bug::CartKeepsLines.is_planted() {
                    return;
                }
                remember(&mut self.ordered, (self.version, *order), ORDERS_REMEMBERED_MAX);
                self.empty();
                // Where it goes is the order's to know: a guest's cart could never be found again for its shopper to be forgotten.
                self.forget_shopper();
            }
            CartEvent::Used { expires_at } => self.expires_at = *expires_at,
        }
    }

    fn forget_shopper(&mut self) {
        let known = &mut self.destination;
        (known.region, known.postal_code, known.email) = (None, None, None);
        if let Some(taken) = &mut self.last_order {
            (taken.region, taken.postal_code, taken.email) = (None, None, None);
        }
    }

    pub(super) fn knows_its_shopper(&self) -> bool {
        let known = &self.destination;
        let taken = self.last_order.as_ref().is_some_and(|taken| taken.email.is_some());
        taken || known.email.is_some() || known.region.is_some() || known.postal_code.is_some()
    }

    fn empty(&mut self) {
        self.lines.clear();
        self.changed();
        self.emptied_at = self.version;
    }

    fn changed(&mut self) {
        self.version = self.version.saturating_add(1);
    }

    /// A line keeps its place; a new one comes last.
    fn put(&mut self, line: &CartLine) {
        match self.lines.iter_mut().find(|known| known.sku == line.sku) {
            Some(known) => *known = line.clone(),
            None => self.lines.push(line.clone()),
        }
    }

    pub(super) fn line(&self, sku: &Sku) -> Option<&CartLine> {
        self.lines.iter().find(|line| line.sku == *sku)
    }

    /// Whether the cart can hold these lines beside its own, or in their place.
    pub(super) fn make_room(&self, changed: &[CartLine]) -> Result<(), CartRefusal> {
        if changed.iter().any(|line| line.price.currency() != self.currency) {
            return Err(CartRefusal::WrongCurrency);
        }
        let kept = self.lines.iter().filter(|line| changed.iter().all(|other| other.sku != line.sku));
        let (mut lines, mut amount) = (0_usize, 0_i64);
        for line in kept.chain(changed) {
            lines = lines.saturating_add(1);
            let pieces = i64::from(line.quantity.get());
            amount = amount.saturating_add(line.price.amount().saturating_mul(pieces));
        }
        if lines > CART_LINES_MAX {
            return Err(CartRefusal::CartFull);
        }
        if amount > CART_AMOUNT_MAX {
            return Err(CartRefusal::AmountTooLarge);
        }
        Ok(())
    }

    /// The order that made something of the cart as it was at `version`.
    pub(super) fn order_of(&self, version: u64) -> Option<OrderId> {
        self.ordered.iter().find(|(ordered, _)| *ordered == version).map(|(_, order)| *order)
    }

    pub(super) fn has_settled(&self, order: OrderId) -> bool {
        self.ordered.iter().any(|(_, settled)| *settled == order)
    }

    pub fn into_view(self) -> CartView {
        CartView {
            id: self.id,
            owner: self.owner,
            currency: self.currency,
            country: self.destination.country,
            region: self.destination.region,
            postal_code: self.destination.postal_code,
            shipping_option: self.destination.shipping_option,
            email: self.destination.email,
            lines: self.lines,
            version: self.version,
            emptied_at: self.emptied_at,
            expires_at: self.expires_at,
            order: self.claimed_by.or(self.last_order.and_then(|cart| cart.order)),
            is_claimed: self.claimed_by.is_some(),
        }
    }
}

/// Remembers the newest `max`.
fn remember<T>(list: &mut Vec<T>, item: T, max: usize) {
    list.push(item);
    let forgotten = list.len().saturating_sub(max);
    list.drain(..forgotten);
}
