//! Making an account.

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use api::Service;
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    visit::Visit,
};
use platform::Platform;
use web::Result;

use super::sign_in::{Login, begin};
use crate::views::Tokens;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUp<'a> {
    f: &'a Frame,
    typed: Typed,
    next: String,
    wrong: Wrong,
    refusal: Option<&'static str>,
}

/// What comes back with what was wrong.
#[derive(Default)]
struct Typed {
    email: String,
    name: String,
}

titled! { SignUp: |page| page.f.t.sign_up_title(); }

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let next = visit.query("next").unwrap_or_default();
    let f = Frame::own(&visit).await?;
    let page = SignUp { f: &f, typed: Typed::default(), next, wrong: Wrong::default(), refusal: None };
    answer::page(&visit, StatusCode::OK, &page)
}

#[derive(Serialize)]
struct Account<'a> {
    email: &'a str,
    password: &'a str,
    name: &'a str,
    locale: &'a str,
    currency: &'a str,
}

/// Makes an account and signs in to it.
pub async fn send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let form = &visit.form;
    let (email, name, password) = (form.get("email"), form.get("name"), form.raw("password"));
    let mut wrong = Wrong::missing(visit.language, form, &["name", "email", "password"]);
    let mut refusal = None;
    if wrong.is_empty() {
        let (locale, currency) = (visit.language.tag(), visit.currency.code());
        let account = Account { email, password, name, locale, currency };
        match visit.post(Service::Users, "/v1/users").json(&account)?.done().await {
            Ok(()) => {
                let ask = Login { email, password, code: None };
                let pair = visit.post(Service::Auth, "/v1/auth/login").json(&ask)?.read::<Tokens>().await?;
                return begin(&visit, &pair).await;
            }
            Err(Trouble::Refused(told)) if told.errors.is_empty() => refusal = Some(told),
            Err(Trouble::Refused(told)) => wrong = Wrong::of(visit.language, &told.errors),
            Err(trouble) => return Err(trouble.into()),
        }
    }
    let f = Frame::own(&visit).await?;
    let refusal = refusal.map(|refusal| refusal.said(f.t));
    let typed = Typed { email: email.to_owned(), name: name.to_owned() };
    let page = SignUp { f: &f, typed, next: form.get("next").to_owned(), wrong, refusal };
    answer::page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &page)
}
