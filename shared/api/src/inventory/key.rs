//! What names a stock object.

use std::{fmt, str::FromStr};

use domain::{
    Invalid, Sku,
    stock::{HOME, SHARDS_MAX},
};

/// A SKU, and which of its objects: `AUR-38` is its home, `AUR-38~2` its second branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StockKey {
    pub sku: Sku,
    pub shard: u32,
}

impl StockKey {
    pub fn home(sku: Sku) -> Self {
        Self { sku, shard: HOME }
    }
}

impl fmt::Display for StockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shard {
            HOME => fmt::Display::fmt(&self.sku, f),
            // No SKU has this sign in it.
            shard => write!(f, "{}~{shard}", self.sku),
        }
    }
}

impl FromStr for StockKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some((sku, shard)) = text.split_once('~') else { return Ok(Self::home(text.parse()?)) };
        let refused = || Invalid::new("invalid_shard", format!("must be 1 to {SHARDS_MAX}"));
        let shard: u32 = shard.parse().map_err(|_| refused())?;
        if shard == HOME || shard >= SHARDS_MAX {
            return Err(refused());
        }
        Ok(Self { sku: sku.parse()?, shard })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let sku: Sku = "AUR-38".parse().unwrap();
        for (shard, name) in [(0, "AUR-38"), (1, "AUR-38~1"), (15, "AUR-38~15")] {
            let key = StockKey { sku: sku.clone(), shard };
            assert_eq!((key.to_string().as_str(), name.parse()), (name, Ok(key)));
        }
        for name in ["AUR-38~0", "AUR-38~16", "AUR-38~", "AUR-38~x", "~1", ""] {
            assert!(name.parse::<StockKey>().is_err(), "{name}");
        }
    }
}
