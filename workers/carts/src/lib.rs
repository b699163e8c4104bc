//! The carts Worker.
