//! The mails the shop sends: which there are, and how often sending one is tried.

use serde::{Deserialize, Serialize};

use crate::{
    DurationMs, Timestamp,
    time::{HOUR_MS, MINUTE_MS},
};

/// What a mail is about. One event makes at most one mail of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailTemplate {
    OrderConfirmed,
    OrderCancelled,
    OrderShipped,
    RefundIssued,
    PaymentFailed,
    VerifyEmail,
    ResetPassword,
    PasswordChanged,
    EmailChanged,
    SecondFactorOn,
    SecondFactorOff,
}

impl MailTemplate {
    /// Those that an order sends.
    pub const OF_ORDERS: [MailTemplate; 5] = [
        MailTemplate::OrderConfirmed,
        MailTemplate::OrderCancelled,
        MailTemplate::OrderShipped,
        MailTemplate::RefundIssued,
        MailTemplate::PaymentFailed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            MailTemplate::OrderConfirmed => "order_confirmed",
            MailTemplate::OrderCancelled => "order_cancelled",
            MailTemplate::OrderShipped => "order_shipped",
            MailTemplate::RefundIssued => "refund_issued",
            MailTemplate::PaymentFailed => "payment_failed",
            MailTemplate::VerifyEmail => "verify_email",
            MailTemplate::ResetPassword => "reset_password",
            MailTemplate::PasswordChanged => "password_changed",
            MailTemplate::EmailChanged => "email_changed",
            MailTemplate::SecondFactorOn => "second_factor_on",
            MailTemplate::SecondFactorOff => "second_factor_off",
        }
    }
}

/// What a mail tells somebody about their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountMail {
    /// Holds the link that proves the address.
    VerifyEmail,
    /// Holds the link that lets them choose a new password.
    ResetPassword,
    PasswordChanged,
    /// To the address that another one is to take over from.
    EmailChanged,
    SecondFactorOn,
    SecondFactorOff,
}

impl AccountMail {
    pub const ALL: [AccountMail; 6] = [
        AccountMail::VerifyEmail,
        AccountMail::ResetPassword,
        AccountMail::PasswordChanged,
        AccountMail::EmailChanged,
        AccountMail::SecondFactorOn,
        AccountMail::SecondFactorOff,
    ];
}

impl From<AccountMail> for MailTemplate {
    fn from(mail: AccountMail) -> Self {
        match mail {
            AccountMail::VerifyEmail => MailTemplate::VerifyEmail,
            AccountMail::ResetPassword => MailTemplate::ResetPassword,
            AccountMail::PasswordChanged => MailTemplate::PasswordChanged,
            AccountMail::EmailChanged => MailTemplate::EmailChanged,
            AccountMail::SecondFactorOn => MailTemplate::SecondFactorOn,
            AccountMail::SecondFactorOff => MailTemplate::SecondFactorOff,
        }
    }
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailStatus {
    /// Not sent yet; tried again when its time comes.
    Queued,
    Sent,
    /// Given up: refused for good, or tried [`MAIL_TRIES_MAX`] times. Staff may send it again.
    Failed,
}

/// What the mail channel said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Accepted,
    /// The channel was busy, away or silent: the same mail, with the same key, may go through later.
    Deferred,
    /// The channel will never take this mail (no such address, suppressed recipient).
    Rejected,
}

/// How often sending is tried before it is given up.
pub const MAIL_TRIES_MAX: u32 = 8;
/// The wait after the first try; each further one doubles it.
pub const MAIL_RETRY_FIRST_MS: DurationMs = MINUTE_MS;
/// The longest wait between two tries.
pub const MAIL_RETRY_LONGEST_MS: DurationMs = 6 * HOUR_MS;

/// What becomes of a mail after its try number `tries` (from 1), and when it is tried again.
pub fn after_try(delivery: Delivery, tries: u32, now: Timestamp) -> (MailStatus, Option<Timestamp>) {
    match delivery {
        Delivery::Accepted => (MailStatus::Sent, None),
        Delivery::Rejected => (MailStatus::Failed, None),
        Delivery::Deferred if tries >= MAIL_TRIES_MAX => (MailStatus::Failed, None),
        Delivery::Deferred => (MailStatus::Queued, Some(now.plus(wait_after(tries)))),
    }
}

/// Doubles from [`MAIL_RETRY_FIRST_MS`] and stops growing at [`MAIL_RETRY_LONGEST_MS`].
fn wait_after(tries: u32) -> DurationMs {
    2_u64
        .saturating_pow(tries.saturating_sub(1))
        .saturating_mul(MAIL_RETRY_FIRST_MS)
        .min(MAIL_RETRY_LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_deferred_mail_waits_longer_each_time_and_is_given_up() {
        let waits: Vec<_> = (1..MAIL_TRIES_MAX)
            .map(|tries| match after_try(Delivery::Deferred, tries, NOW) {
                (MailStatus::Queued, Some(at)) => at.since(NOW) / MINUTE_MS,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(after_try(Delivery::Deferred, MAIL_TRIES_MAX, NOW), (MailStatus::Failed, None));
        assert_eq!(wait_after(u32::MAX), MAIL_RETRY_LONGEST_MS);
    }

    #[test]
    fn an_answer_for_good_ends_it_at_once() {
        assert_eq!(after_try(Delivery::Accepted, 1, NOW), (MailStatus::Sent, None));
        assert_eq!(after_try(Delivery::Rejected, 1, NOW), (MailStatus::Failed, None));
    }

    #[test]
    fn a_template_is_stored_as_it_travels() {
        let of_accounts = AccountMail::ALL.map(MailTemplate::from);
        for template in MailTemplate::OF_ORDERS.into_iter().chain(of_accounts) {
            assert_eq!(serde_json::to_value(template).unwrap(), template.as_str());
        }
    }
}
