//! HTTP without Workers.
