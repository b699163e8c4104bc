//! What the rest of the shop hears of an order.

use serde::{Deserialize, Serialize};

use domain::{
    id::{EventId, OrderId, UserId},
    order::Record,
};

use super::OrderSummary;
use crate::event::{EventData, Queue};

/// An order changed; this is how it stands. Of two about one order the one with the higher `seq` counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChanged {
    pub order: OrderId,
    pub seq: u64,
    /// `None` for a guest's order, and for one whose shopper is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    pub summary: OrderSummary,
}

impl EventData for OrderChanged {
    const TYPE: &'static str = "order_changed";
    const QUEUE: Queue = Queue::OrderEvents;
}

impl OrderChanged {
    /// `None` for an order that stands in no list.
    pub fn of(record: &Record) -> Option<Self> {
        Some(Self {
            order: record.placement.id,
            seq: record.seq,
            user: record.placement.owner.user(),
            summary: OrderSummary::new(record)?,
        })
    }

    /// The same for every copy of this news.
    pub fn event_id(&self) -> EventId {
        EventId::derived(&[Self::TYPE, &self.order.to_string(), &self.seq.to_string()])
    }
}
