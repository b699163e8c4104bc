//! Where a product stands between an idea and a memory.

use serde::{Deserialize, Serialize};

use super::CatalogRefusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// In the making: seen by staff only.
    Draft,
    /// For sale.
    Active,
    /// No longer for sale or listed; still readable, because orders point at it.
    Archived,
}

impl ProductStatus {
    pub const ALL: [ProductStatus; 3] =
        [ProductStatus::Draft, ProductStatus::Active, ProductStatus::Archived];

    pub const fn as_str(self) -> &'static str {
        match self {
            ProductStatus::Draft => "draft",
            ProductStatus::Active => "active",
            ProductStatus::Archived => "archived",
        }
    }

    /// Whether a product may go from here to `next`. What was archived comes back as a draft, so that somebody looks at its prices
    /// before it is sold again.
    pub fn to(self, next: ProductStatus) -> Result<ProductStatus, CatalogRefusal> {
        match (self, next) {
            (ProductStatus::Archived, ProductStatus::Active) => {
                Err(CatalogRefusal::StatusChange { from: self, to: next })
            }
            _ => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_status_is_allowed_or_refused_as_listed() {
        use ProductStatus::{Active, Archived, Draft};
        let refused = [(Archived, Active)];
        for from in ProductStatus::ALL {
            for to in ProductStatus::ALL {
                assert_eq!(from.to(to).is_err(), refused.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
        assert_eq!(Archived.to(Draft).and_then(|status| status.to(Active)), Ok(Active));
    }
}
