//! Dead letters as staff see them: what gave up, where and when. Never what it said, which may be about a person.

use serde::{Deserialize, Serialize};

use domain::{Timestamp, id::DeadLetterId};

use crate::{event::Queue, page::PageLimit};

/// A message that its consumer could not handle, however often it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeadLetter {
    pub id: DeadLetterId,
    /// Where it was meant to go, and where a replay sends it.
    pub queue: String,
    /// Of the envelope; neither is known of a message that is not one.
    pub event_id: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub status: DeadLetterStatus,
    /// How often it was sent again.
    pub replays: u32,
    /// When it last gave up.
    #[serde(with = "domain::time::rfc3339")]
    pub received_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterStatus {
    /// Nobody has looked after it.
    New,
    /// Sent to its queue again, and not come back.
    Replayed,
}

impl DeadLetterStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            DeadLetterStatus::New => "new",
            DeadLetterStatus::Replayed => "replayed",
        }
    }
}

/// `GET /v1/dead-letters`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadLettersQuery {
    pub queue: Option<Queue>,
    pub status: Option<DeadLetterStatus>,
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
}
