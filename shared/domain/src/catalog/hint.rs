//! What a shopper is told of the stock while browsing: a word, not a number.

use serde::{Deserialize, Serialize};

/// Up to this many pieces left count as few.
pub const LOW_STOCK_MAX: u32 = 5;

/// The catalogue's copy of the stock, seconds old: the stock object alone decides what can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StockHint {
    Out,
    Low,
    InStock,
}

impl StockHint {
    pub const fn of(available: u32) -> Self {
        match available {
            0 => StockHint::Out,
            1..=LOW_STOCK_MAX => StockHint::Low,
            _ => StockHint::InStock,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_pieces_are_low_and_none_is_out() {
        let cases = [(0, StockHint::Out), (1, StockHint::Low), (5, StockHint::Low), (6, StockHint::InStock)];
        for (available, hint) in cases {
            assert_eq!(StockHint::of(available), hint, "{available}");
        }
        assert!(StockHint::Out < StockHint::Low && StockHint::Low < StockHint::InStock);
    }
}
