//! The header names that mean something to us, in lower case as HTTP/2 sends them.

/// Names one request through every service, and is answered to the caller.
pub const REQUEST_ID: &str = "x-request-id";
/// W3C Trace Context.
pub const TRACEPARENT: &str = "traceparent";
/// The router's word on who is calling; see [`crate::identity`].
pub const CALLER: &str = "x-meridian-caller";
/// How many Workers a request has passed through.
pub const HOPS: &str = "x-meridian-hops";
/// Where a request came from, as the router saw it: only auth is told, which counts tries by it.
pub const CLIENT_PLACE: &str = "x-meridian-place";
/// A guest's proof that a cart is theirs.
pub const CART_TOKEN: &str = "x-cart-token";
/// A guest's proof that an order is theirs.
pub const ORDER_TOKEN: &str = "x-order-token";
/// Where a caller is, as the platform in front of us says; whatever they send under this name is replaced.
pub const CLIENT_ADDRESS: &str = "cf-connecting-ip";
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";
pub const SERVER_TIMING: &str = "server-timing";

/// Every header of ours that a caller must not be able to send to a service.
pub const INTERNAL_PREFIX: &str = "x-meridian-";

/// What a request may pass through before it is refused: the deepest call there is takes 4.
pub const HOPS_MAX: u32 = 8;
