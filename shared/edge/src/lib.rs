//! The Cloudflare platform.
