//! Links that are mailed to somebody: whoever opens one reads the mails of its address.

use serde::{Deserialize, Serialize};

use crate::{
    DurationMs,
    mail::AccountMail,
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    VerifyEmail,
    ResetPassword,
}

/// The most links that prove an address which an account gets in [`LINK_WINDOW_MS`], and the most that reset its password which are good at a
/// time: nobody's mailbox is filled by others.
pub const LINKS_MAX: u32 = 5;
pub const LINK_WINDOW_MS: DurationMs = HOUR_MS;

impl LinkPurpose {
    /// How long it is good.
    pub const fn ttl_ms(self) -> DurationMs {
        match self {
            LinkPurpose::VerifyEmail => 3 * DAY_MS,
            LinkPurpose::ResetPassword => 30 * MINUTE_MS,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            LinkPurpose::VerifyEmail => "verify_email",
            LinkPurpose::ResetPassword => "reset_password",
        }
    }

    /// The mail that carries it.
    pub const fn mail(self) -> AccountMail {
        match self {
            LinkPurpose::VerifyEmail => AccountMail::VerifyEmail,
            LinkPurpose::ResetPassword => AccountMail::ResetPassword,
        }
    }
}
