//! The telemetry Worker.
