//! A cart: what a shopper means to buy, where to, and which order holds it.
//!
//! It knows SKUs, quantities and the prices that the shopper has seen; what they cost now and whether there are any is the catalogue's
//! to say, and what it comes to is pricing's.

mod command;
mod decide;
mod merge;
mod quoted;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    CART_AMOUNT_MAX, CART_LINES_MAX, CartCommand, CartLine, CartRefusal, CartReply, CartView,
    DestinationChange,
};
pub use quoted::{
    CartProblem, LineProblem, QuotedCart, QuotedLine, changed_prices, check_destination, destination,
    quote_cart,
};
pub use state::{
    CART_READ_EXTENDS_AFTER_MS, CART_TTL_MS, CARTS_MERGED_REMEMBERED_MAX, Cart, CartEffect, CartEvent,
    ORDERS_REMEMBERED_MAX,
};
