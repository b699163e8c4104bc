//! Signing in and staying so: what clients send, and what users ask of auth, which alone knows addresses, passwords and roles.

use serde::{Deserialize, Serialize};

use domain::{
    Timestamp,
    account::{NewPassword, OneTimeCode, Password},
    id::{LinkId, SessionId, UserId},
    text::Email,
};

use crate::{Service, call::InternalCall, identity::Role};

/// `POST /v1/auth/login`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email: Email,
    pub password: Password,
    /// The second factor, of an account that has one: a code of the app or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<OneTimeCode>,
}

/// `GET /v1/auth/totp`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TotpView {
    /// Whether a code is asked for at sign-in.
    pub is_on: bool,
    pub recovery_codes_left: u32,
}

/// `POST /v1/auth/totp`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolTotp {
    pub current_password: Password,
}

/// What an authenticator app has to know; shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TotpEnrolment {
    /// Base 32 (RFC 4648), to be typed.
    pub secret: String,
    /// `otpauth://totp/...`, to be scanned as a QR code.
    pub uri: String,
}

/// `POST /v1/auth/totp/confirm`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    pub code: OneTimeCode,
}

/// `POST /v1/auth/totp/recovery-codes` and `/disable`: what takes both factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProveTotp {
    pub current_password: Password,
    pub code: OneTimeCode,
}

/// Each signs in once without the app; shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// `POST /v1/auth/refresh`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    pub refresh_token: String,
}

/// What a signed-in client holds (RFC 6749, section 5.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenPair {
    pub access_token: String,
    /// `Bearer`
    pub token_type: String,
    /// Of the access token, in seconds.
    pub expires_in: u64,
    /// Good for one refresh.
    pub refresh_token: String,
}

/// `POST /v1/auth/password-reset`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPasswordReset {
    pub email: Email,
}

/// `POST /v1/auth/password-reset/confirm`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPasswordReset {
    /// As the mail's link has it.
    pub token: String,
    pub password: NewPassword,
}

/// `POST /v1/auth/verify-email`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// As the mail's link has it.
    pub token: String,
}

/// `GET /v1/auth/sessions`: where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    pub id: SessionId,
    /// The browser or app, as it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
    #[serde(with = "domain::time::rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "domain::time::rfc3339")]
    pub last_used_at: Timestamp,
    #[serde(with = "domain::time::rfc3339")]
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sessions {
    pub items: Vec<SessionView>,
}

/// An account, as auth keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    pub email: Email,
    /// The address that takes over once it is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<Email>,
    pub is_email_verified: bool,
    pub roles: Vec<Role>,
    /// Signs in no more.
    pub is_disabled: bool,
    pub created_at: Timestamp,
}

/// An access token for whoever a session's cookie keeps signed in, as long as it does. The refresh token is not rotated: a browser asks for
/// several pages at once, and keeps it where no script reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeSession {
    pub refresh_token: String,
}

impl InternalCall for ResumeSession {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/resume";
    type Reply = Option<String>;
}

/// Opens an account for `user`. The same address with the same password again, a moment later and while nobody is signed in to it, is the same
/// request again, whose answer was lost: it gives the first one's user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    pub user: UserId,
    pub email: Email,
    pub password: Password,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registered {
    Account(Account),
    EmailTaken,
    /// It is none once it is in the form that addresses are compared in.
    InvalidEmail,
    CommonPassword,
}

impl InternalCall for Register {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/register";
    type Reply = Registered;
}

/// `None`: there is no such account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAccount {
    pub user: UserId,
}

impl InternalCall for ReadAccount {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/account";
    type Reply = Option<Account>;
}

/// Accounts, the newest first: those after a place in the list, and of one address where that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAccounts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<(Timestamp, UserId)>,
    pub limit: u32,
}

impl InternalCall for ListAccounts {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/accounts";
    type Reply = Vec<Account>;
}

/// A change of what auth keeps; what is not named stays. A new password ends every session but `keep`; a new address has to be proven.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// What a shopper proves a new address or a new password with; admins are not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<Password>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAccount {
    pub user: UserId,
    pub change: AccountChange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountChanged {
    Account(Account),
    NotFound,
    EmailTaken,
    /// It is none once it is in the form that addresses are compared in.
    InvalidEmail,
    CommonPassword,
    WrongPassword,
    /// Too many wrong passwords: to be tried again after so many seconds.
    TooManyTries(u32),
    /// Somebody has to be able to let others in.
    LastAdmin,
}

impl InternalCall for ChangeAccount {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/change";
    type Reply = AccountChanged;
}

/// Everything that auth knows of somebody, but for secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportAccount {
    pub user: UserId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountExport {
    pub account: Account,
    #[serde(default)]
    pub has_second_factor: bool,
    pub sessions: Vec<SessionView>,
}

impl InternalCall for ExportAccount {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/export";
    type Reply = Option<AccountExport>;
}

/// What makes a mailed link work. `None`: it is used, too old, or no longer its account's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadLink {
    pub link: LinkId,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkToken {
    pub token: String,
}

impl InternalCall for ReadLink {
    const SERVICE: Service = Service::Auth;
    const PATH: &'static str = "/internal/auth/link";
    type Reply = Option<LinkToken>;
}

macro_rules! hidden {
    ($($name:ident),+) => {$(
        /// Holds a secret: it shows nothing.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

hidden!(ConfirmPasswordReset, LinkToken, RecoveryCodes, Refresh, TokenPair, TotpEnrolment, VerifyEmail);
