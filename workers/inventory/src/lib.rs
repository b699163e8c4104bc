//! The inventory Worker.
