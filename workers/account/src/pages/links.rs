//! A forgotten password, and what mailed links open.

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::{Refusal, Trouble},
    form::Wrong,
    frame::Frame,
    visit::Visit,
};
use platform::Platform;
use web::Result;

#[derive(Template)]
#[template(path = "forgotten.html")]
struct Forgotten<'a> {
    f: &'a Frame,
    sent_to: Option<String>,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Link<'a> {
    f: &'a Frame,
    /// Whether a password is chosen; otherwise an address is proven.
    is_reset: bool,
    is_done: bool,
    /// Kept while something else is wrong: its reader has the mail no more before their eyes.
    token: &'a str,
    wrong: Wrong,
}

titled! {
    Forgotten: |page| page.f.t.forgotten_title();
    Link: |page| if page.is_reset { page.f.t.reset_title() } else { page.f.t.verify_title() };
}

pub async fn forgotten<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let f = Frame::own(&visit).await?;
    answer::page(&visit, StatusCode::OK, &Forgotten { f: &f, sent_to: None, wrong: Wrong::default() })
}

#[derive(Serialize)]
struct Email<'a> {
    email: &'a str,
}

pub async fn forgotten_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let email = visit.form.get("email");
    let told = visit.post(Service::Auth, "/v1/auth/password-reset").json(&Email { email })?.done().await;
    let (sent_to, wrong, status) = match told {
        Ok(()) => (Some(email.to_owned()), Wrong::default(), StatusCode::OK),
        Err(Trouble::Refused(refusal)) if !refusal.errors.is_empty() => {
            (None, Wrong::of(visit.language, &refusal.errors), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(trouble) => return Err(trouble.into()),
    };
    let f = Frame::own(&visit).await?;
    answer::page(&visit, status, &Forgotten { f: &f, sent_to, wrong })
}

async fn link<P: Platform>(
    visit: &Visit<P>,
    is_reset: bool,
    is_done: bool,
    wrong: Wrong,
) -> Result<web::Response> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let token = if wrong.of_field("token").is_some() { "" } else { visit.form.get("token") };
    let f = Frame::own(visit).await?;
    answer::page(visit, status, &Link { f: &f, is_reset, is_done, token, wrong })
}

pub async fn verify<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    link(&visit, false, false, Wrong::default()).await
}

pub async fn reset<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    link(&visit, true, false, Wrong::default()).await
}

#[derive(Serialize)]
struct Token<'a> {
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

fn wrong_link<P>(visit: &Visit<P>, refusal: &Refusal) -> Wrong {
    match refusal.errors.as_slice() {
        [] => Wrong::one(visit.language, "token", &refusal.code),
        errors => Wrong::of(visit.language, errors),
    }
}

pub async fn verify_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let ask = Token { token: visit.form.get("token"), password: None };
    match visit.post(Service::Auth, "/v1/auth/verify-email").json(&ask)?.done().await {
        Ok(()) => link(&visit, false, true, Wrong::default()).await,
        Err(Trouble::Refused(refusal)) => link(&visit, false, false, wrong_link(&visit, &refusal)).await,
        Err(trouble) => Err(trouble.into()),
    }
}

pub async fn reset_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let ask = Token { token: visit.form.get("token"), password: Some(visit.form.raw("password")) };
    match visit.post(Service::Auth, "/v1/auth/password-reset/confirm").json(&ask)?.done().await {
        Ok(()) => {
            visit.drop_session();
            answer::see(&visit, &format!("{}?reset=1", pages::SIGN_IN.template))
        }
        Err(Trouble::Refused(refusal)) => link(&visit, true, false, wrong_link(&visit, &refusal)).await,
        Err(trouble) => Err(trouble.into()),
    }
}
