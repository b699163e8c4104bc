//! The order object.
