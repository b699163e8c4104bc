//! The mailbox as pages, for the developer's browser.

use askama::Template;
use http::{HeaderMap, header};

use api::{
    notification::{MailboxItem, MailboxMail},
    page::Page,
};
use platform::Fault;
use web::{Answer, Respond, Response, Result};

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxPage {
    mails: Vec<MailboxItem>,
    next_cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "mailbox_mail.html")]
struct MailPage {
    mail: MailboxMail,
}

/// A browser asks for `text/html` by name; whatever does not gets JSON.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|range| range.split(';').next().unwrap_or_default().trim() == "text/html")
    })
}

pub fn mailbox(page: Page<MailboxItem>, headers: &HeaderMap) -> Result<Response> {
    if !wants_html(headers) {
        return Answer::ok(page).no_store().respond();
    }
    html(&MailboxPage { mails: page.items, next_cursor: page.next_cursor })
}

pub fn mail(mail: MailboxMail, headers: &HeaderMap) -> Result<Response> {
    if !wants_html(headers) {
        return Answer::ok(mail).no_store().respond();
    }
    html(&MailPage { mail })
}

fn html(page: &impl Template) -> Result<Response> {
    let text = page.render().map_err(|error| Fault::defect(format!("page: {error}")))?;
    Ok(Answer::ok(text).no_store().header(header::VARY, "accept").into_html())
}
