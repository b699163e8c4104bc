//! A cart: what a shopper means to buy, where to, and which order holds it.

mod command;

pub use command::{CART_LINES_MAX, CartCommand, CartLine, CartRefusal, CartReply, CartView};
