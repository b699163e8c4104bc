//! One id type per noun, so that swapped arguments do not compile, with a prefix that makes logs and support readable.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

use crate::{Invalid, Timestamp};

/// What makes an id unique, drawn by whoever has a clock and chance.
#[derive(Debug, Clone, Copy)]
pub struct Seed {
    pub now: Timestamp,
    pub random: [u8; 10],
}

impl Seed {
    /// RFC 9562 version 7: the time first, so that ids of one kind sort by age.
    fn uuid(self) -> Uuid {
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(self.now.millis()).unwrap_or(0), &self.random)
            .into_uuid()
    }
}

/// RFC 9562 version 8 over the first 128 bits of a SHA-256: the same parts always make the same id.
fn derived(prefix: &str, parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new_with_prefix(prefix);
    for part in parts {
        // The length keeps ("ab", "c") and ("a", "bc") apart. Four bytes everywhere: a `usize` has another size on wasm.
        hash.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id.
            pub fn new(seed: Seed) -> Self {
                Self(seed.uuid())
            }

            /// The id that these parts always make: how a retry repeats the very same calls.
            pub fn derived(parts: &[&str]) -> Self {
                Self(derived($prefix, parts))
            }

            pub fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                text.strip_prefix(concat!($prefix, "_"))
                    // One spelling only: an id is also an object's name and a database key.
                    .filter(|rest| rest.len() == 36 && !rest.bytes().any(|byte| byte.is_ascii_uppercase()))
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or_else(|| Invalid::new("invalid_id", concat!("must be an id that begins with ", $prefix, "_")))
            }
        }

        crate::schema!($name, stringify!($name), |_| {
            "type": "string",
            "pattern": concat!("^", $prefix, "_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
            "examples": [concat!($prefix, "_019aab3c-7d4e-7c1a-9f00-5b2e8d6a1c34")],
        });

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// Of what a member of staff did.
    ActionId "act",
    AddressId "adr",
    AdjustmentId "adj",
    AttemptId "att",
    BrandId "brd",
    CartId "crt",
    CategoryId "cat",
    DeadLetterId "dlt",
    EventId "evt",
    /// Of an app that somebody shows codes of.
    FactorId "fac",
    FulfillmentId "ful",
    /// Of a link that was mailed to somebody; its token is another thing.
    LinkId "lnk",
    LocationId "loc",
    NotificationId "ntf",
    OrderId "ord",
    PaymentId "pay",
    ProductId "prd",
    RefundId "ref",
    RequestId "req",
    ReservationId "rsv",
    SessionId "ses",
    UserId "usr",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_another_kind_is_refused() {
        let id = OrderId::new(Seed { now: Timestamp::from_millis(1_795_359_845_007), random: [7; 10] });
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<CartId>().is_err());
        assert!(id.to_string().to_uppercase().parse::<OrderId>().is_err());
        assert_eq!(id.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn derived_ids_repeat_and_keep_their_parts_apart() {
        assert_eq!(OrderId::derived(&["a", "b"]), OrderId::derived(&["a", "b"]));
        assert_ne!(OrderId::derived(&["ab", "c"]), OrderId::derived(&["a", "bc"]));
        assert_ne!(OrderId::derived(&["a"]).as_uuid(), RefundId::derived(&["a"]).as_uuid());
        assert_eq!(OrderId::derived(&["a"]).as_uuid().get_version_num(), 8);
        // The same on every machine, for ever.
        assert_eq!(
            OrderId::derived(&["usr_1", "key"]).to_string(),
            "ord_1221aee6-82ce-8147-81f0-75dd8e50fc65"
        );
    }

    #[test]
    fn later_ids_sort_later() {
        let at = |millis| {
            ProductId::new(Seed { now: Timestamp::from_millis(millis), random: [255; 10] }).to_string()
        };
        assert!(at(1_000) < at(2_000));
    }
}
