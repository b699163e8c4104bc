//! The catalog Worker.
