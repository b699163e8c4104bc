//! Users: who they are to the shop, and where their parcels go. How they prove it is auth's.

use serde::{Deserialize, Serialize};

use domain::{
    Change, Currency, Invalid, Timestamp,
    account::{Locale, NewPassword, Password, PersonName},
    address::Country,
    id::{AddressId, UserId},
    text::{Email, Text},
};

use crate::{
    Problem,
    auth::SessionView,
    identity::{Role, Roles},
    page::PageLimit,
};

/// `POST /v1/users`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// `PATCH /v1/users/me`: what is not named stays; `null` clears a language or a currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchMe {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub locale: Change<Locale>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub currency: Change<Currency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<NewPassword>,
    /// Required for a new password or a new address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<Password>,
}

impl PatchMe {
    /// Whoever finds somebody's browser open must not take the account over: its address and password need the current password.
    pub fn check(&self) -> Result<(), Problem> {
        let is_proof_due = self.email.is_some() || self.password.is_some();
        if is_proof_due && self.current_password.is_none() {
            let invalid = Invalid::new("required", "must be given with a new e-mail address or password");
            return Err(Problem::invalid("/current_password", &invalid));
        }
        Ok(())
    }
}

/// `PATCH /v1/users/{id}`, by an admin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchUser {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Roles>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserBody {
    pub id: UserId,
    pub email: Email,
    pub is_email_verified: bool,
    /// The address that takes over from a proven one, once it is proven itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<Email>,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    pub email: Option<Email>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// What a shopper writes of an address; `is_default` makes it the one that a checkout begins with.
///
/// The fields of `domain::address::Address`, each written out: a body inside a body could not refuse what it does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddressInput {
    pub name: Text<120>,
    pub line1: Text<200>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<Text<200>>,
    pub city: Text<120>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text<80>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Text<20>>,
    pub country: Country,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Text<40>>,
    #[serde(default)]
    pub is_default: bool,
}

/// An address in somebody's book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddressBody {
    pub id: AddressId,
    pub name: Text<120>,
    pub line1: Text<200>,
    pub line2: Option<Text<200>>,
    pub city: Text<120>,
    pub region: Option<Text<80>>,
    pub postal_code: Option<Text<20>>,
    pub country: Country,
    pub phone: Option<Text<40>>,
    pub is_default: bool,
}

impl AddressBody {
    /// What was written, under its id.
    pub fn of(id: AddressId, input: AddressInput) -> Self {
        Self {
            id,
            name: input.name,
            line1: input.line1,
            line2: input.line2,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country: input.country,
            phone: input.phone,
            is_default: input.is_default,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Addresses {
    pub items: Vec<AddressBody>,
}

/// `GET /v1/users/me/export`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserExport {
    pub user: UserBody,
    /// Whether a code is asked for at sign-in.
    #[serde(default)]
    pub has_second_factor: bool,
    pub addresses: Vec<AddressBody>,
    pub sessions: Vec<SessionView>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn pointer(error: Option<json::JsonError>) -> String {
        error.map_or_else(String::new, |error| error.pointer().to_owned())
    }

    #[test]
    fn an_address_is_flat_and_refuses_what_it_does_not_know() {
        let wanted = r#""name":"Ada","line1":"1 Row","city":"Berlin","country":"DE""#;
        for (rest, wrong) in [
            ("", ""),
            (r#","is_default":true,"line2":null,"phone":"+49 30 1""#, ""),
            (r#","planet":"Mars""#, "/planet"),
            (r#","id":"adr_1""#, "/id"),
            (r#","country":"DE""#, "/country"),
            (r#","postal_code":"123456789012345678901""#, "/postal_code"),
        ] {
            let read = json::read::<AddressInput>(format!("{{{wanted}{rest}}}").as_bytes());
            assert_eq!(pointer(read.err()), wrong, "{rest}");
        }
    }

    #[test]
    fn a_new_address_or_password_needs_the_current_password() {
        for (body, is_complete) in [
            (r#"{}"#, true),
            (r#"{"name":"Ada","locale":null,"currency":"EUR"}"#, true),
            (r#"{"email":"ada@example.com"}"#, false),
            (r#"{"password":"a phrase of four"}"#, false),
            (r#"{"email":"ada@example.com","current_password":"x"}"#, true),
        ] {
            let patch: PatchMe = json::read(body.as_bytes()).unwrap();
            let refused = patch.check().err().map(|problem| problem.errors[0].pointer.clone());
            assert_eq!(refused, (!is_complete).then(|| "/current_password".to_owned()), "{body}");
        }
    }
}
