//! Mails about an account. They are the same for everybody but for their link.

use askama::Template;

use domain::{
    account::LinkPurpose,
    mail::AccountMail,
    time::{DAY_MS, MINUTE_MS},
};
use platform::Fault;

use super::{Mail, render};

pub const fn subject(mail: AccountMail) -> &'static str {
    match mail {
        AccountMail::VerifyEmail => "Is this your address?",
        AccountMail::ResetPassword => "Choose a new password",
        AccountMail::PasswordChanged => "Your password was changed",
        AccountMail::EmailChanged => "Another address for your account",
        AccountMail::SecondFactorOn => "Your account asks for a code now",
        AccountMail::SecondFactorOff => "Your account asks for no code any more",
    }
}

/// The page of the web shop that a link opens. What makes it work stands behind `#`, which browsers keep to themselves: it reaches no
/// server's log and no other site.
fn address(shop_url: &str, purpose: LinkPurpose, token: &str) -> String {
    let page = match purpose {
        LinkPurpose::VerifyEmail => "verify-email",
        LinkPurpose::ResetPassword => "reset-password",
    };
    format!("{}/account/{page}#{token}", shop_url.trim_end_matches('/'))
}

/// `token`: what makes its link work, where the mail has one.
pub fn write(mail: AccountMail, shop_url: &str, token: Option<&str>) -> Result<Mail, Fault> {
    let subject = subject(mail);
    let linked = |purpose: LinkPurpose| {
        let no_token = || Fault::defect(format!("no token for the mail {}", purpose.as_str()));
        let link = address(shop_url, purpose, token.ok_or_else(no_token)?);
        let ttl_ms = purpose.ttl_ms();
        Ok::<_, Fault>(Linked { subject, link, days: ttl_ms / DAY_MS, minutes: ttl_ms / MINUTE_MS })
    };
    let plain = &Plain { subject };
    match mail {
        AccountMail::VerifyEmail => {
            let mail = &linked(LinkPurpose::VerifyEmail)?;
            render(subject, &VerifyText { mail }, &VerifyHtml { mail })
        }
        AccountMail::ResetPassword => {
            let mail = &linked(LinkPurpose::ResetPassword)?;
            render(subject, &ResetText { mail }, &ResetHtml { mail })
        }
        AccountMail::PasswordChanged => {
            render(subject, &PasswordText { mail: plain }, &PasswordHtml { mail: plain })
        }
        AccountMail::EmailChanged => render(subject, &EmailText { mail: plain }, &EmailHtml { mail: plain }),
        AccountMail::SecondFactorOn => {
            render(subject, &FactorOnText { mail: plain }, &FactorOnHtml { mail: plain })
        }
        AccountMail::SecondFactorOff => {
            render(subject, &FactorOffText { mail: plain }, &FactorOffHtml { mail: plain })
        }
    }
}

struct Plain<'a> {
    subject: &'a str,
}

struct Linked<'a> {
    subject: &'a str,
    link: String,
    days: u64,
    minutes: u64,
}

macro_rules! templates {
    ($($name:ident $view:ident $path:literal)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            mail: &'a $view<'a>,
        }
    )+};
}

templates! {
    VerifyText Linked "verify_email.txt"
    VerifyHtml Linked "verify_email.html"
    ResetText Linked "reset_password.txt"
    ResetHtml Linked "reset_password.html"
    PasswordText Plain "password_changed.txt"
    PasswordHtml Plain "password_changed.html"
    EmailText Plain "email_changed.txt"
    EmailHtml Plain "email_changed.html"
    FactorOnText Plain "second_factor_on.txt"
    FactorOnHtml Plain "second_factor_on.html"
    FactorOffText Plain "second_factor_off.txt"
    FactorOffHtml Plain "second_factor_off.html"
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example/";

    #[test]
    fn a_link_stands_in_both_versions_and_only_where_it_belongs() {
        for mail in AccountMail::ALL {
            let has_link = matches!(mail, AccountMail::VerifyEmail | AccountMail::ResetPassword);
            assert_eq!(write(mail, SHOP, None).is_err(), has_link, "{mail:?}");
            let link = match mail {
                AccountMail::VerifyEmail => "https://shop.example/account/verify-email#abc",
                _ => "https://shop.example/account/reset-password#abc",
            };
            let written = write(mail, SHOP, Some("abc")).unwrap();
            assert_eq!(written.text.contains(link), has_link, "{mail:?}");
            assert_eq!(written.html.contains(&format!("href=\"{link}\"")), has_link, "{mail:?}");
            assert_eq!(written.subject, subject(mail));
        }
    }

    #[test]
    fn a_link_says_how_long_it_is_good() {
        let text = |mail| write(mail, SHOP, Some("abc")).unwrap().text;
        assert!(text(AccountMail::VerifyEmail).contains("within 3 days"));
        assert!(text(AccountMail::ResetPassword).contains("within 30 minutes"));
    }
}
