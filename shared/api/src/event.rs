//! Queues and the one envelope that everything on them travels in.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use domain::{Timestamp, id::EventId};

use crate::{
    Service,
    json::{self, JsonError},
};

/// A queue; each has exactly one consuming Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Queue {
    OrderEvents,
    PaymentEvents,
    NotificationEvents,
    StockEvents,
    CatalogEvents,
}

impl Queue {
    pub const ALL: [Queue; 5] = [
        Queue::OrderEvents,
        Queue::PaymentEvents,
        Queue::NotificationEvents,
        Queue::StockEvents,
        Queue::CatalogEvents,
    ];

    /// The queue's name, as in every `wrangler.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Queue::OrderEvents => "order-events",
            Queue::PaymentEvents => "payment-events",
            Queue::NotificationEvents => "notification-events",
            Queue::StockEvents => "stock-events",
            Queue::CatalogEvents => "catalog-events",
        }
    }

    /// The producer binding's name.
    pub const fn binding(self) -> &'static str {
        match self {
            Queue::OrderEvents => "ORDER_EVENTS",
            Queue::PaymentEvents => "PAYMENT_EVENTS",
            Queue::NotificationEvents => "NOTIFICATION_EVENTS",
            Queue::StockEvents => "STOCK_EVENTS",
            Queue::CatalogEvents => "CATALOG_EVENTS",
        }
    }

    /// Where messages end up that nobody could handle.
    pub fn dead_letter_name(self) -> String {
        format!("{}-dlq", self.name())
    }

    pub fn from_name(name: &str) -> Option<Queue> {
        Queue::ALL.into_iter().find(|queue| queue.name() == name)
    }
}

/// A fact that happened, as one kind of message body. Past tense, additive for ever.
pub trait EventData: Serialize + DeserializeOwned + Send + Sync {
    const TYPE: &'static str;
    const QUEUE: Queue;
    const VERSION: u32 = 1;
    /// Whether its consumer can reach the object that published it, and tells it. Where not, the object asks.
    const IS_CONFIRMED: bool = true;
}

/// Whom a consumer tells that it has handled an event: whoever publishes it again for as long as nobody does.
///
/// As text it is three words or two, `object ORDER ord_1` or `service payments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirm {
    /// By its binding (`ORDER`, `STOCK`) and its name; it takes [`Ask::Confirm`](crate::object::Ask::Confirm).
    Object { binding: String, name: String },
    /// One with an outbox; it takes [`ConfirmEvents`] at [`CONFIRM_PATH`].
    Service(Service),
}

impl fmt::Display for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Confirm::Object { binding, name } => write!(f, "object {binding} {name}"),
            Confirm::Service(service) => write!(f, "service {}", service.name()),
        }
    }
}

impl Confirm {
    /// `None` for what only a newer sender knows.
    fn from_text(text: &str) -> Option<Self> {
        let (kind, whom) = text.split_once(' ')?;
        match kind {
            "object" => {
                let (binding, name) = whom.split_once(' ')?;
                Some(Confirm::Object { binding: binding.to_owned(), name: name.to_owned() })
            }
            "service" => Service::BEHIND_ROUTER
                .into_iter()
                .find(|service| service.name() == whom)
                .map(Confirm::Service),
            _ => None,
        }
    }
}

/// Where every service with an outbox is told what was handled: `POST`, answered with `null`.
pub const CONFIRM_PATH: &str = "/internal/confirm";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmEvents {
    pub events: Vec<EventId>,
}

/// A message: JSON text, under 64 KB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The same for every copy of this event: what consumers tell repeats by.
    pub id: EventId,
    #[serde(rename = "type")]
    pub kind: String,
    pub version: u32,
    #[serde(with = "domain::time::rfc3339")]
    pub occurred_at: Timestamp,
    /// The trace that caused it.
    pub traceparent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "confirm_text")]
    pub tell: Option<Confirm>,
    pub data: serde_json::Value,
}

mod confirm_text {
    use super::{Confirm, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(whom: &Option<Confirm>, serializer: S) -> Result<S::Ok, S::Error> {
        match whom {
            Some(whom) => serializer.collect_str(whom),
            None => serializer.serialize_none(),
        }
    }

    /// Of a newer sender, who is told in a way that we do not know: nobody is told, and the message is handled all the same.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Confirm>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.and_then(|text| Confirm::from_text(&text)))
    }
}

impl Envelope {
    pub fn new<E: EventData>(
        id: EventId,
        data: &E,
        occurred_at: Timestamp,
        traceparent: Option<String>,
    ) -> Self {
        Self {
            id,
            kind: E::TYPE.to_owned(),
            version: E::VERSION,
            occurred_at,
            traceparent,
            tell: None,
            data: json::to_value(data).unwrap_or_default(),
        }
    }

    pub fn confirmed_to(self, whom: Confirm) -> Self {
        Self { tell: Some(whom), ..self }
    }

    /// The data, when the event is of this kind.
    pub fn data<E: EventData>(&self) -> Option<Result<E, JsonError>> {
        (self.kind == E::TYPE).then(|| json::read_value(&self.data))
    }
}

/// An object gave up an effect after its last try. Replaying it makes the object try again.
///
/// Sent to the dead-letter queue of whichever queue's consumer is bound to the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectParked {
    /// The object's binding (`ORDER`, `STOCK`) and its name.
    pub object: String,
    pub name: String,
    pub effect: String,
}

impl EffectParked {
    pub const TYPE: &'static str = "effect_parked";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope {
        Envelope {
            id: EventId::derived(&["e"]),
            kind: "order_changed".into(),
            version: 1,
            occurred_at: Timestamp::default(),
            traceparent: None,
            tell: None,
            data: serde_json::json!({}),
        }
    }

    #[test]
    fn whom_to_tell_travels_with_the_event_and_older_ones_say_nothing() {
        let old = serde_json::to_value(envelope()).unwrap();
        assert_eq!(old.get("tell"), None);
        assert_eq!(serde_json::from_value::<Envelope>(old).unwrap(), envelope());
        for whom in [
            Confirm::Object { binding: "ORDER".into(), name: "ord_1".into() },
            Confirm::Service(Service::Payments),
        ] {
            let new = envelope().confirmed_to(whom);
            let read: Envelope = serde_json::from_value(serde_json::to_value(&new).unwrap()).unwrap();
            assert_eq!(read, new);
        }
    }

    #[test]
    fn whom_a_newer_sender_tells_is_nobodys_business_here() {
        for newer in ["region eu", "service someday", "object", "object ORDER", ""] {
            let mut event = serde_json::to_value(envelope()).unwrap();
            event["tell"] = newer.into();
            let text = event.to_string();
            assert_eq!(json::read::<Envelope>(text.as_bytes()).unwrap(), envelope());
        }
    }
}
