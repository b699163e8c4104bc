//! People who buy over HTTP and write down what they were told, somebody behind the counter, and an audit that holds the shop to it afterwards.
//!
//! Whoever makes it hard for the shop brings them together: by killing it (`chaos`), or by never closing (`soak`).

pub mod audit;
pub mod clerk;
pub mod client;
pub mod diary;
pub mod goods;
pub mod habits;
pub mod shoppers;
