//! The API gateway.
