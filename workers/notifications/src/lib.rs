//! The notifications Worker.
