//! The stock object.
