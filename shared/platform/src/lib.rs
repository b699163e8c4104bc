//! The world as traits.
