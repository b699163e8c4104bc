//! The payments Worker.
