//! The orders Worker.
