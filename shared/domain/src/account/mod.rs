//! Accounts: who somebody says they are, and how they prove it.

mod code;
mod common;
mod email_key;
pub mod erasure;
mod link;
mod password;
mod profile;
pub mod throttle;

pub use code::{
    APP_CODE_LENGTH, CODE_TRIES_MAX, CODE_WINDOW_MS, OneTimeCode, RECOVERY_CODE_LENGTH, RECOVERY_CODES,
};
pub use email_key::EmailKey;
pub use link::{LINK_WINDOW_MS, LINKS_MAX, LinkPurpose};
pub use password::{NewPassword, PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Password, common_password};
pub use profile::{ADDRESSES_MAX, Locale, PersonName, name_until_told};

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use crate::text::NormalForm;

    pub fn normalise(form: NormalForm, text: &str) -> String {
        match form {
            NormalForm::Nfc => text.nfc().collect(),
            NormalForm::Nfkc => text.nfkc().collect(),
        }
    }
}
