//! What a mail says: subject, text and HTML.
//!
//! Whatever a person typed is escaped by the templates in HTML, and never reaches a subject or an address header.

pub mod account;
pub mod order;

use askama::Template;

use platform::Fault;

/// A mail, ready to be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

fn render(subject: &str, text: &impl Template, html: &impl Template) -> Result<Mail, Fault> {
    let unwritable = |error| Fault::defect(format!("mail: {error}"));
    let subject = subject.to_owned();
    Ok(Mail { subject, text: text.render().map_err(unwritable)?, html: html.render().map_err(unwritable)? })
}
