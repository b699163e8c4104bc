//! What a mail is written from: all that was told, kept so that it can be written again for another try.

use api::notification::{NotifyAccount, NotifyOrder};
use domain::{
    id::{LinkId, OrderId, UserId},
    mail::MailTemplate,
};
use platform::{Fault, wire};

use crate::mail::{self, Mail};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    // Much the larger of the two.
    Order(Box<NotifyOrder>),
    Account(NotifyAccount),
}

impl From<NotifyOrder> for Message {
    fn from(message: NotifyOrder) -> Self {
        Message::Order(Box::new(message))
    }
}

impl From<NotifyAccount> for Message {
    fn from(message: NotifyAccount) -> Self {
        Message::Account(message)
    }
}

impl Message {
    pub fn template(&self) -> MailTemplate {
        match self {
            Message::Order(order) => order.template,
            Message::Account(account) => account.template.into(),
        }
    }

    pub fn recipient(&self) -> &str {
        match self {
            Message::Order(order) => order.order.email.as_str(),
            Message::Account(account) => account.email.as_str(),
        }
    }

    pub fn subject(&self) -> String {
        match self {
            Message::Order(order) => mail::order::subject(order),
            Message::Account(account) => mail::account::subject(account.template).to_owned(),
        }
    }

    pub fn order(&self) -> Option<OrderId> {
        match self {
            Message::Order(order) => Some(order.order_id),
            Message::Account(_) => None,
        }
    }

    pub fn user(&self) -> Option<UserId> {
        match self {
            Message::Order(order) => order.user_id,
            Message::Account(account) => Some(account.user_id),
        }
    }

    /// The link that has to be asked for before the mail can be written.
    pub fn link(&self) -> Option<LinkId> {
        match self {
            Message::Order(_) => None,
            Message::Account(account) => account.link,
        }
    }

    /// The mail that it becomes. `token`: what makes its link work.
    pub fn write(&self, shop_url: &str, token: Option<&str>) -> Result<Mail, Fault> {
        match self {
            Message::Order(order) => mail::order::write(order, shop_url),
            Message::Account(account) => mail::account::write(account.template, shop_url, token),
        }
    }

    pub fn to_json(&self) -> Result<String, Fault> {
        match self {
            Message::Order(order) => wire::text(order),
            Message::Account(account) => wire::text(account),
        }
    }

    /// Reads what was kept. Only a mail about an order belongs to one.
    pub fn from_json(text: &str, is_of_order: bool) -> Result<Self, Fault> {
        let bytes = text.as_bytes();
        let read = if is_of_order {
            api::json::read(bytes).map(|order| Message::Order(Box::new(order)))
        } else {
            api::json::read(bytes).map(Message::Account)
        };
        read.map_err(|error| Fault::defect(format!("kept message: {error}")))
    }
}
