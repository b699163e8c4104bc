//! This Worker's settings. A bad one is named.

use platform::{Fault, Platform};

/// Who the mails come from, where nothing else is set (RFC 2606 keeps this domain from belonging to anybody).
const LOCAL_SENDER: &str = "Meridian <orders@meridian.example>";

/// Where the web shop is, where nothing else is set: as a browser has to call it, whose cookies belong to one host.
const LOCAL_SHOP_URL: &str = "http://localhost:8787";

/// What carries the mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportConfig {
    /// Kept in our own database and shown at `/dev/mailbox`: in local development only.
    Mailbox,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub transport: TransportConfig,
    pub sender: String,
    /// Where the links of mails lead: the web shop's origin.
    pub shop_url: String,
}

impl Config {
    pub fn of<P: Platform>(platform: &P) -> Result<Self, Fault> {
        Self::parse(|name| platform.var(name))
    }

    fn parse(var: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let is_local = var("ENVIRONMENT").as_deref() == Some("local");
        let transport = match var("MAIL_TRANSPORT").as_deref() {
            Some("mailbox") | None if is_local => TransportConfig::Mailbox,
            Some("mailbox") => {
                return Err(bad("MAIL_TRANSPORT", "may be `mailbox` only where ENVIRONMENT=local"));
            }
            None => return Err(bad("MAIL_TRANSPORT", "is not set")),
            Some(_) => return Err(bad("MAIL_TRANSPORT", "names no transport that is built in")),
        };
        let sender = match var("MAIL_FROM") {
            Some(sender) if sender.contains('@') && !sender.contains(['\r', '\n']) => sender,
            Some(_) => {
                return Err(bad("MAIL_FROM", "must be an address such as Meridian <orders@example.com>"));
            }
            None if is_local => LOCAL_SENDER.to_owned(),
            None => return Err(bad("MAIL_FROM", "is not set")),
        };
        let shop_url = match var("SHOP_URL") {
            Some(url) if url.starts_with("https://") || (is_local && url.starts_with("http://")) => url,
            Some(_) => return Err(bad("SHOP_URL", "must be an address such as https://shop.example")),
            None if is_local => LOCAL_SHOP_URL.to_owned(),
            None => return Err(bad("SHOP_URL", "is not set")),
        };
        Ok(Self { transport, sender, shop_url })
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
    fn mails_are_kept_in_the_mailbox_in_local_development_only() {
        let local = Config {
            transport: TransportConfig::Mailbox,
            sender: LOCAL_SENDER.to_owned(),
            shop_url: LOCAL_SHOP_URL.to_owned(),
        };
        assert_eq!(parse(&[("ENVIRONMENT", "local")]), Ok(local));
        for (vars, named) in [
            (&[("ENVIRONMENT", "production"), ("MAIL_FROM", "a@example.com")][..], "MAIL_TRANSPORT"),
            (&[("MAIL_TRANSPORT", "mailbox"), ("MAIL_FROM", "a@example.com")], "MAIL_TRANSPORT"),
            (&[("ENVIRONMENT", "local"), ("MAIL_TRANSPORT", "pigeon")], "MAIL_TRANSPORT"),
            (&[("ENVIRONMENT", "local"), ("MAIL_FROM", "nobody")], "MAIL_FROM"),
            (&[("ENVIRONMENT", "local"), ("MAIL_FROM", "a@example.com\r\nBcc: b@example.com")], "MAIL_FROM"),
            (&[("ENVIRONMENT", "local"), ("SHOP_URL", "shop.example")], "SHOP_URL"),
        ] {
            assert!(parse(vars).is_err_and(|message| message.starts_with(named)), "{vars:?}");
        }
    }
}
