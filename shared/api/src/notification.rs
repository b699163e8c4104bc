//! Notifications: what is asked for over `notification-events`, and what staff see of the mails that went out.

use serde::{Deserialize, Serialize};

use domain::{
    Money, Quantity, Sku, Timestamp,
    address::Address,
    id::{EventId, LinkId, NotificationId, OrderId, RefundId, UserId},
    mail::{AccountMail, MailStatus, MailTemplate},
    text::Email,
};

use crate::{
    Service,
    call::InternalCall,
    event::{EventData, Queue},
    page::PageLimit,
};

/// A mail about an order is to go out. It carries all the mail says, so that nothing has to be looked up; one event and template make
/// one mail, however often the message comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyOrder {
    pub template: MailTemplate,
    pub order_id: OrderId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What opens a guest's order: in the mail's link it stands behind the `#`. It opens nothing that this message does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub order: OrderSummary,
}

impl EventData for NotifyOrder {
    const TYPE: &'static str = "order_notification";
    const QUEUE: Queue = Queue::NotificationEvents;
    /// Orders are bound to notifications, so notifications cannot be bound to orders: an order asks ([`KnownMails`]).
    const IS_CONFIRMED: bool = false;
}

/// Which of these events about orders have made their mail already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownMails {
    pub events: Vec<EventId>,
}

impl InternalCall for KnownMails {
    const SERVICE: Service = Service::Notifications;
    const PATH: &'static str = "/internal/notifications/known";
    type Reply = Vec<EventId>;
}

/// A mail about an account is to go out. What makes its link work does not travel and is kept nowhere: whoever writes the mail asks auth
/// ([`ReadLink`](crate::auth::ReadLink)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyAccount {
    pub template: AccountMail,
    pub user_id: UserId,
    pub email: Email,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkId>,
}

impl EventData for NotifyAccount {
    const TYPE: &'static str = "account_notification";
    const QUEUE: Queue = Queue::NotificationEvents;
}

/// An order as its mails show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    /// `M-7K3F9-2QDXA-4`
    pub number: String,
    pub email: Email,
    /// BCP 47, where the shopper chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
    pub lines: Vec<SummaryLine>,
    pub prices_include_tax: bool,
    pub subtotal: Money,
    pub discount_total: Money,
    pub shipping_total: Money,
    pub tax_total: Money,
    pub total: Money,
    pub shipping_address: Address,
    /// Where it is another than the shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// For `order_shipped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<Shipment>,
    /// For `refund_issued`, and for `order_cancelled` when money goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundSummary>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryLine {
    pub sku: Sku,
    pub title: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    /// What the line costs, as it counts towards the subtotal.
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    pub carrier: String,
    pub tracking_number: String,
    /// What is in the parcel: a part of the order, or all of it.
    pub lines: Vec<ShippedLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippedLine {
    pub title: String,
    pub quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSummary {
    pub id: RefundId,
    pub amount: Money,
}

/// `GET /v1/notifications`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationsQuery {
    pub order_id: Option<OrderId>,
    pub user_id: Option<UserId>,
    pub status: Option<MailStatus>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// What was sent to whom, when, by which channel, and how often that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationView {
    pub id: NotificationId,
    pub template: MailTemplate,
    /// `email`
    pub channel: String,
    /// What carries it: `mailbox` keeps it, anything else sends it.
    pub transport: String,
    pub recipient: String,
    pub subject: String,
    /// Of a mail about an order.
    pub order_id: Option<OrderId>,
    pub user_id: Option<UserId>,
    pub status: MailStatus,
    pub tries: u32,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[serde(default, with = "domain::time::optional_rfc3339")]
    pub sent_at: Option<Timestamp>,
    #[serde(default, with = "domain::time::optional_rfc3339")]
    pub next_try_at: Option<Timestamp>,
}

/// `GET /dev/mailbox`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MailboxQuery {
    /// One recipient's mails only.
    pub to: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// A mail in the local mailbox's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailboxItem {
    pub id: NotificationId,
    pub to: String,
    pub subject: String,
    #[serde(with = "domain::time::rfc3339")]
    pub sent_at: Timestamp,
}

/// A mail in the local mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailboxMail {
    pub id: NotificationId,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    #[serde(with = "domain::time::rfc3339")]
    pub sent_at: Timestamp,
}
