//! Everything that crosses a wire, as data.
