//! Forgetting somebody: users keep count of who has, and ask each of the others for their part. Every part may be asked for again.

use serde::{Deserialize, Serialize};

use domain::id::{OrderId, UserId};

use crate::{
    Service,
    call::InternalCall,
    event::{EventData, Queue},
};

/// The account, and with it every way to sign in. Comes first: it alone may be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseAccount {
    pub user: UserId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountErased {
    Erased,
    /// It is gone already, or never was.
    NotFound,
    /// Somebody has to be able to let others in.
    LastAdmin,
}

impl InternalCall for EraseAccount {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/erase";
    type Reply = AccountErased;
}

/// Whether all of it is done; else the same call again does more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub is_done: bool,
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $whom:ident: $id:ty } of $service:ident at $path:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub $whom: $id,
        }

        impl InternalCall for $name {
            const SERVICE: Service = Service::$service;
            const PATH: &'static str = $path;
            type Reply = Erased;
        }
    )+};
}

parts! {
    EraseCart { user: UserId } of Carts at "/internal/carts/erase";
    /// Whose they are goes at once; the person goes from each when it is over. What was sold, and for how much, stays.
    EraseOrders { user: UserId } of Orders at "/internal/orders/erase";
    /// That a mail went out, and when, stays.
    EraseMails { user: UserId } of Notifications at "/internal/notifications/erase";
    /// Messages that gave up and speak of them.
    EraseDeadLetters { user: UserId } of Telemetry at "/internal/telemetry/erase";

    /// An order has forgotten its shopper: its mails have to, too, also those that come later.
    EraseOrderMails { order: OrderId } of Notifications at "/internal/notifications/erase-order";
    /// And messages that gave up and speak of whom it was for.
    EraseOrderLetters { order: OrderId } of Telemetry at "/internal/telemetry/erase-order";
}

/// How an order told notifications before it called them: one may still lie in a queue, or among the dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderErased {
    pub order_id: OrderId,
}

impl EventData for OrderErased {
    const TYPE: &'static str = "order_erased";
    const QUEUE: Queue = Queue::NotificationEvents;
}
