//! How many pieces: of a cart line, and of goods in a warehouse.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// The most pieces of one SKU in a cart or an order.
pub const LINE_QUANTITY_MAX: u32 = 99;

/// Pieces of one SKU in a cart or an order: 1 to [`LINE_QUANTITY_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

impl Quantity {
    pub const ONE: Quantity = Quantity(1);

    pub fn new(pieces: u32) -> Result<Self, Invalid> {
        if (1..=LINE_QUANTITY_MAX).contains(&pieces) {
            Ok(Self(pieces))
        } else {
            Err(Invalid::new("out_of_range", format!("must be 1 to {LINE_QUANTITY_MAX}")))
        }
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    /// Adds and caps at [`LINE_QUANTITY_MAX`]: how two carts' lines merge.
    pub fn plus_capped(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0).min(LINE_QUANTITY_MAX))
    }
}

impl TryFrom<u32> for Quantity {
    type Error = Invalid;

    fn try_from(pieces: u32) -> Result<Self, Invalid> {
        Quantity::new(pieces)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> u32 {
        quantity.0
    }
}

crate::schema!(Quantity, "Quantity", |_| {
    "description": "Pieces of one SKU.",
    "type": "integer",
    "format": "int32",
    "minimum": 1,
    "maximum": LINE_QUANTITY_MAX,
});
