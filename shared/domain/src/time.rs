//! Moments and spans, in milliseconds: what every rule takes instead of reading a clock.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

use crate::Invalid;

/// A span in milliseconds; constants end in `_MS`.
pub type DurationMs = u64;

pub const SECOND_MS: DurationMs = 1_000;
pub const MINUTE_MS: DurationMs = 60 * SECOND_MS;
pub const HOUR_MS: DurationMs = 60 * MINUTE_MS;
pub const DAY_MS: DurationMs = 24 * HOUR_MS;

/// A moment in UTC: milliseconds since 1970. Inside, it travels and is stored as that number; public bodies show RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Timestamp(i64);

impl TryFrom<i64> for Timestamp {
    type Error = Invalid;

    /// What nobody could write down was not written by us: a forged cursor, say.
    fn try_from(millis: i64) -> Result<Self, Invalid> {
        let can_be = millis.unsigned_abs() <= Self::MAX.0.unsigned_abs();
        can_be.then_some(Self(millis)).ok_or_else(|| Invalid::new("invalid_time", "is no time there ever is"))
    }
}

impl From<Timestamp> for i64 {
    fn from(at: Timestamp) -> i64 {
        at.0
    }
}

impl Timestamp {
    /// The latest moment that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999);

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Saturates at the ends of time: a deadline too far away is simply never reached.
    pub fn plus(self, span: DurationMs) -> Self {
        Self(self.0.saturating_add_unsigned(span).min(Self::MAX.0))
    }

    /// The span from `earlier` to here; 0 when `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> DurationMs {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// `2026-11-22T15:04:05.123Z`, as RFC 3339 has it.
    pub fn to_rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    pub fn parse_rfc3339(text: &str) -> Result<Self, Invalid> {
        DateTime::parse_from_rfc3339(text).map(|moment| Self(moment.timestamp_millis())).map_err(|_| {
            Invalid::new("invalid_time", "must be an RFC 3339 time such as 2026-11-22T15:04:05.123Z")
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// For public bodies: `#[serde(with = "domain::time::rfc3339")]`. A type, so that a schema knows what it writes; serde calls it as it
/// would call a module.
#[allow(non_camel_case_types)]
pub struct rfc3339;

impl rfc3339 {
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::parse_rfc3339(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The same of a moment that may not have come: `null` until then.
#[allow(non_camel_case_types)]
pub struct optional_rfc3339;

impl optional_rfc3339 {
    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(at),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| Timestamp::parse_rfc3339(&text).map_err(D::Error::custom))
            .transpose()
    }
}

crate::schema!(rfc3339, "Time", |_| {
    "description": "A moment as RFC 3339 has it, in UTC, with milliseconds.",
    "type": "string",
    "format": "date-time",
    "examples": ["2026-11-22T15:04:05.123Z"],
});

crate::schema!(optional_rfc3339, "OptionalTime", |generator| {
    "anyOf": [generator.subschema_for::<rfc3339>(), { "type": "null" }],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_and_read_as_rfc_3339_with_milliseconds() {
        let at = Timestamp::from_millis(1_795_359_845_007);
        assert_eq!(at.to_rfc3339(), "2026-11-22T15:04:05.007Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-22T16:04:05.007+01:00"), Ok(at));
        assert!(Timestamp::parse_rfc3339("yesterday").is_err());
    }

    #[test]
    fn spans_never_go_below_zero_and_deadlines_never_overflow() {
        let (early, late) = (Timestamp::from_millis(5), Timestamp::from_millis(9));
        assert_eq!((late.since(early), early.since(late)), (4, 0));
        assert_eq!(Timestamp::from_millis(i64::MAX).plus(u64::MAX), Timestamp::MAX);
    }
}
