//! Users: who they are to the shop, and where their parcels go. How they prove it is auth's.

use serde::{Deserialize, Serialize};

use domain::{
    Currency, Timestamp,
    account::{Locale, NewPassword, Password, PersonName},
    address::Address,
    id::{AddressId, UserId},
    text::Email,
};

use crate::{auth::SessionView, identity::Role, page::PageLimit};

/// `POST /v1/users`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    pub email: Email,
    pub password: NewPassword,
    pub name: PersonName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// `PATCH /v1/users/me`: what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchMe {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<NewPassword>,
    /// Required for a new password or a new address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<Password>,
}

/// `PATCH /v1/users/{id}`, by an admin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchUser {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserBody {
    pub id: UserId,
    pub email: Email,
    pub is_email_verified: bool,
    pub name: PersonName,
    pub locale: Option<Locale>,
    pub currency: Option<Currency>,
    pub roles: Vec<Role>,
    pub is_disabled: bool,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "domain::time::rfc3339")]
    pub updated_at: Timestamp,
}

/// `GET /v1/users`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    pub email: Option<Email>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// What a shopper writes of an address; `is_default` makes it the one that a checkout begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressInput {
    #[serde(flatten)]
    pub address: Address,
    #[serde(default)]
    pub is_default: bool,
}

/// An address in somebody's book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressBody {
    pub id: AddressId,
    #[serde(flatten)]
    pub address: Address,
    pub is_default: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    pub items: Vec<AddressBody>,
}

/// `GET /v1/users/me/export`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserExport {
    pub user: UserBody,
    pub addresses: Vec<AddressBody>,
    pub sessions: Vec<SessionView>,
}
