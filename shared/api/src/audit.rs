//! What staff did: whatever changes something with more than a shopper's rights is written down before it is done, by the gateway, which
//! every such call passes.

use serde::{Deserialize, Serialize};

use domain::{
    Timestamp,
    id::{ActionId, UserId},
};

use crate::{Service, call::InternalCall, page::PageLimit};

/// Writes down what somebody is about to do. Without this line it is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginAction {
    pub id: ActionId,
    pub user: UserId,
    /// Method and route: `POST /v1/orders/{order}/refunds`.
    pub action: String,
    pub subject: Option<String>,
    pub at: Timestamp,
}

impl InternalCall for BeginAction {
    const SERVICE: Service = Service::Telemetry;
    const PATH: &'static str = "/internal/telemetry/actions";
    type Reply = ();
}

/// Adds what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndAction {
    pub id: ActionId,
    pub status: u16,
}

impl InternalCall for EndAction {
    const SERVICE: Service = Service::Telemetry;
    const PATH: &'static str = "/internal/telemetry/actions/end";
    type Reply = ();
}

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditLine {
    pub id: ActionId,
    #[serde(with = "domain::time::rfc3339")]
    pub at: Timestamp,
    pub user_id: UserId,
    /// Method and route: `POST /v1/orders/{order}/refunds`.
    pub action: String,
    /// What it was done to: the first name in the route, such as an order's id or a SKU.
    pub subject: Option<String>,
    /// Of the answer; `null` where nobody was there any more to see it.
    pub status: Option<u16>,
}

/// `GET /v1/audit-lines`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    pub user_id: Option<UserId>,
    pub subject: Option<String>,
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
}
