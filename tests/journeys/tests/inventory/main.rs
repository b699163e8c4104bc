//! Stock and locations as shoppers and staff meet them, and what becomes of messages that give up.

mod dead_letters;
mod places;
mod shop;
mod stock;
