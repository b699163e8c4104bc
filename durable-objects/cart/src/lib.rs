//! The cart object.
