//! What carts and orders ask: the price, weight and stock hint of many SKUs in one call.

use serde::{Deserialize, Serialize};

use domain::{Currency, Sku, quote::Quote};

use crate::{Service, call::InternalCall};

/// SKUs in one call: as many as a cart has lines.
pub const QUOTE_SKUS_MAX: usize = domain::cart::CART_LINES_MAX;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteSkus {
    /// At most [`QUOTE_SKUS_MAX`].
    pub skus: Vec<Sku>,
    pub currency: Currency,
}

/// In no order; a SKU that the catalogue never had is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotes {
    pub quotes: Vec<Quote>,
}

impl InternalCall for QuoteSkus {
    const SERVICE: Service = Service::Catalog;
    const PATH: &'static str = "/internal/catalog/quote";
    type Reply = Quotes;
}
