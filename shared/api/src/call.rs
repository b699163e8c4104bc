//! Calls between services: always `POST`, JSON both ways, under `/internal/`, which the router never forwards.

use serde::{Serialize, de::DeserializeOwned};

use crate::Service;

/// One call, declared once and used by both sides.
///
/// A callee's refusal is part of `Reply`; whatever else goes wrong is a fault of the transport.
pub trait InternalCall: Serialize + DeserializeOwned + Send + Sync {
    const SERVICE: Service;
    /// Begins with `/internal/`.
    const PATH: &'static str;
    type Reply: Serialize + DeserializeOwned + Send;
}

/// Where every service says whether it is there: `GET`, 200 or 503.
pub const HEALTH_PATH: &str = "/internal/health";
