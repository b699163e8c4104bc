//! This Worker's settings, read once per call from variables and secrets. A bad one is named.

use platform::{Fault, Platform};

use crate::provider::Upsets;

/// The shortest webhook secret, in characters.
const WEBHOOK_SECRET_LENGTH_MIN: usize = 32;

/// A value that must not be seen: it has no `Debug`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Who holds, takes and gives back the money.
pub enum ProviderConfig {
    /// The embedded provider: plays with money that is none, so it exists in local development only.
    Test {
        webhook_secret: Secret,
        /// What goes wrong with it, on request.
        upsets: Upsets,
    },
}

pub struct Config {
    pub provider: ProviderConfig,
}

impl Config {
    pub fn of<P: Platform>(platform: &P) -> Result<Self, Fault> {
        Self::parse(|name| platform.var(name))
    }

    fn parse(var: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let is_local = var("ENVIRONMENT").as_deref() == Some("local");
        match var("PAYMENT_PROVIDER").as_deref() {
            Some("test") | None if is_local => {
                let webhook_secret = var("TEST_WEBHOOK_SECRET")
                    .filter(|secret| secret.len() >= WEBHOOK_SECRET_LENGTH_MIN)
                    .ok_or_else(|| bad("TEST_WEBHOOK_SECRET", "must have at least 32 characters"))?;
                let upsets =
                    Upsets::parse(&var("TEST_PROVIDER_UPSETS").unwrap_or_default()).ok_or_else(|| {
                        bad("TEST_PROVIDER_UPSETS", "is read as `unreached=50 lost=50 slow=100`")
                    })?;
                let webhook_secret = Secret::new(webhook_secret);
                Ok(Self { provider: ProviderConfig::Test { webhook_secret, upsets } })
            }
            Some("test") => Err(bad("PAYMENT_PROVIDER", "may be `test` only where ENVIRONMENT=local")),
            None => Err(bad("PAYMENT_PROVIDER", "is not set")),
            Some(_) => Err(bad("PAYMENT_PROVIDER", "names no provider that is built in")),
        }
    }
}

fn bad(variable: &str, why: &str) -> Fault {
    Fault::defect(format!("{variable} {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(vars: &[(&str, &str)]) -> Result<Config, String> {
        let var =
            |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::parse(var).map_err(|fault| fault.message)
    }

    #[test]
    fn the_test_provider_exists_in_local_development_only() {
        let secret = ("TEST_WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef");
        assert!(parse(&[("ENVIRONMENT", "local"), secret]).is_ok());
        assert!(parse(&[("ENVIRONMENT", "local"), secret, ("TEST_PROVIDER_UPSETS", "lost=9")]).is_ok());
        for (vars, named) in [
            (&[("ENVIRONMENT", "production"), secret][..], "PAYMENT_PROVIDER"),
            (&[("ENVIRONMENT", "production"), ("PAYMENT_PROVIDER", "test"), secret], "PAYMENT_PROVIDER"),
            (&[("PAYMENT_PROVIDER", "test"), secret], "PAYMENT_PROVIDER"),
            (&[("ENVIRONMENT", "local"), ("PAYMENT_PROVIDER", "cash"), secret], "PAYMENT_PROVIDER"),
            (&[("ENVIRONMENT", "local")], "TEST_WEBHOOK_SECRET"),
            (&[("ENVIRONMENT", "local"), ("TEST_WEBHOOK_SECRET", "short")], "TEST_WEBHOOK_SECRET"),
            (&[("ENVIRONMENT", "local"), secret, ("TEST_PROVIDER_UPSETS", "often")], "TEST_PROVIDER_UPSETS"),
            // Not even a word of it elsewhere.
            (
                &[("ENVIRONMENT", "production"), secret, ("TEST_PROVIDER_UPSETS", "lost=9")],
                "PAYMENT_PROVIDER",
            ),
        ] {
            assert!(parse(vars).err().is_some_and(|message| message.starts_with(named)), "{vars:?}");
        }
    }
}
