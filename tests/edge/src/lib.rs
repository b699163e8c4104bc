//! Journeys on workerd live in `tests/`.
