//! What the catalogue says of a SKU when a cart is shown or an order is priced.

use serde::{Deserialize, Serialize};

use crate::{
    DurationMs, Money, Sku, Timestamp,
    id::ProductId,
    time::{MINUTE_MS, SECOND_MS},
};

/// Pieces that the catalogue admits to know of, at most: more than any line can ask for tells nothing more.
pub const AVAILABLE_SHOWN_MAX: u32 = crate::quantity::LINE_QUANTITY_MAX;

/// How long the word that the last piece is sold is believed. Goods that arrive are told of at once, but that message may be lost, and
/// nobody is to be refused for longer than this because of it.
pub const SOLD_OUT_BELIEVED_MS: DurationMs = MINUTE_MS;
/// How far the clock of whoever said so may be ahead.
const AHEAD_MS: DurationMs = 5 * SECOND_MS;

/// Whether what was seen to be sold out `at` that time may be refused without asking.
pub fn is_still_believed(at: Timestamp, now: Timestamp) -> bool {
    at <= now.plus(AHEAD_MS) && now < at.plus(SOLD_OUT_BELIEVED_MS)
}

/// One SKU as it is sold right now, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub sku: Sku,
    pub product_id: ProductId,
    pub slug: String,
    /// Product name and variant title: `Halden Tide 300 – Steel / Black`.
    pub title: String,
    pub image: Option<String>,
    pub unit_price: Money,
    pub weight_grams: u32,
    /// Active and priced in this currency: false for drafts and the archived.
    pub is_sellable: bool,
    /// The catalogue's copy of the stock, capped at [`AVAILABLE_SHOWN_MAX`] and seconds old: a hint, never a promise.
    pub available: u32,
    /// The catalogue was told within [`SOLD_OUT_BELIEVED_MS`] that the last one is sold: whoever wants it need not ask the stock.
    #[serde(default)]
    pub is_sold_out: bool,
    /// How many objects sell it, as far as the catalogue has heard: an order asks any of them.
    #[serde(default = "one")]
    pub shards: u32,
}

fn one() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_about_the_last_piece_is_believed_for_a_minute() {
        let now = Timestamp::default().plus(10 * MINUTE_MS);
        for (at_s, is_believed) in
            [(0, false), (540, false), (541, true), (600, true), (605, true), (606, false)]
        {
            let at = Timestamp::default().plus(at_s * SECOND_MS);
            assert_eq!(is_still_believed(at, now), is_believed, "{at_s} s");
        }
    }
}
