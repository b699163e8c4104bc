//! The pages, a file for each kind.

pub mod customers;
pub mod locations;
pub mod mails;
pub mod operations;
pub mod order;
pub mod orders;
pub mod product;
mod product_form;
pub mod products;
pub mod stock;

/// Rows on one page of a list.
const LIMIT: u32 = 50;
