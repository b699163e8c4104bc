//! The second factor: a code of an authenticator app beside the password (RFC 6238).

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::{Refusal, Trouble},
    form::Wrong,
    frame::Frame,
    visit::{SignedIn, Visit},
};
use platform::Platform;
use web::Result;

use crate::{
    parts::Parts as _,
    qr::{self, Qr},
    views::{Enrolment, Factor, RecoveryCodes},
};

/// What an app's address begins with: nothing else is linked to.
const APP: &str = "otpauth://totp/";

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactor<'a> {
    f: &'a Frame,
    factor: Factor,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_off_now: bool,
}

#[derive(Template)]
#[template(path = "second_factor_app.html")]
struct App<'a> {
    f: &'a Frame,
    secret: &'a str,
    uri: &'a str,
    /// The secret in groups, as it is typed.
    groups: String,
    qr: Option<Qr>,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "second_factor_codes.html")]
struct Codes<'a> {
    f: &'a Frame,
    codes: Vec<String>,
}

titled! {
    SecondFactor: |page| page.f.t.factor();
    App: |page| page.f.t.factor_app_title();
    Codes: |page| page.f.t.factor_codes_title();
}

#[derive(Serialize)]
struct Proof<'a> {
    current_password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
}

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    page(&visit, StatusCode::OK, Wrong::default(), None).await
}

async fn page<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let factor: Factor = visit.get(Service::Auth, "/v1/auth/totp").read().await?;
    let f = Frame::own(visit).await?;
    let is_off_now = visit.query("off").is_some() && !factor.is_on;
    answer::page(visit, status, &SecondFactor { f: &f, factor, wrong, refusal, is_off_now })
}

/// What is said of a no: beside the field that it is about, where there is one.
async fn refused<P: Platform>(visit: &Visit<P>, told: &Refusal) -> Result<web::Response> {
    let t = visit.language;
    let (wrong, refusal) = match told.code.as_str() {
        "wrong_password" => (Wrong::one(t, "current_password", "wrong_password"), None),
        _ if told.errors.is_empty() => (Wrong::default(), Some(told.said(t))),
        _ => (Wrong::of(t, &told.errors), None),
    };
    page(visit, StatusCode::UNPROCESSABLE_ENTITY, wrong, refusal).await
}

/// Draws a secret, which is shown in this one answer.
pub async fn begin<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let proof = Proof { current_password: visit.form.raw("current_password"), code: None };
    match visit.post(Service::Auth, "/v1/auth/totp").json(&proof)?.read::<Enrolment>().await {
        Ok(drawn) => app(&visit, StatusCode::OK, &drawn.secret, &drawn.uri, Wrong::default()).await,
        Err(Trouble::Refused(told)) => refused(&visit, &told).await,
        Err(trouble) => Err(trouble.into()),
    }
}

async fn app<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    secret: &str,
    uri: &str,
    wrong: Wrong,
) -> Result<web::Response> {
    let f = Frame::own(visit).await?;
    let grouped: String = secret
        .chars()
        .enumerate()
        .flat_map(|(at, letter)| {
            (at > 0 && at.checked_rem(4) == Some(0)).then_some(' ').into_iter().chain([letter])
        })
        .collect();
    let page = App { f: &f, secret, uri, groups: grouped, qr: qr::of(uri), wrong };
    answer::page(visit, status, &page)
}

/// The first code of the app's switches the factor on.
pub async fn confirm<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let code = form.get("code").replace(' ', "");
    match visit
        .post(Service::Auth, "/v1/auth/totp/confirm")
        .json(&Code { code: &code })?
        .read::<RecoveryCodes>()
        .await
    {
        Ok(drawn) => codes(&visit, drawn).await,
        Err(Trouble::Refused(told)) => {
            let (secret, uri) = (form.get("secret"), form.get("uri"));
            // A code that is none is as wrong as another; without an enrolment under way there is nothing to go on with.
            let is_about_code = !told.errors.is_empty();
            if !is_about_code || !uri.starts_with(APP) {
                return refused(&visit, &told).await;
            }
            let wrong = Wrong::one(visit.language, "code", "wrong_code");
            app(&visit, StatusCode::UNPROCESSABLE_ENTITY, secret, uri, wrong).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

async fn codes<P: Platform>(visit: &Visit<P>, drawn: RecoveryCodes) -> Result<web::Response> {
    let f = Frame::own(visit).await?;
    answer::page(visit, StatusCode::OK, &Codes { f: &f, codes: drawn.recovery_codes })
}

pub async fn renew<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let code = form.get("code").replace(' ', "");
    let proof = Proof { current_password: form.raw("current_password"), code: Some(&code) };
    match visit.post(Service::Auth, "/v1/auth/totp/recovery-codes").json(&proof)?.read().await {
        Ok(drawn) => codes(&visit, drawn).await,
        Err(Trouble::Refused(told)) => refused(&visit, &told).await,
        Err(trouble) => Err(trouble.into()),
    }
}

pub async fn off<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let code = form.get("code").replace(' ', "");
    let proof = Proof { current_password: form.raw("current_password"), code: Some(&code) };
    match visit.post(Service::Auth, "/v1/auth/totp/disable").json(&proof)?.done().await {
        Ok(()) => answer::see(&visit, &format!("{}?off=1", pages::SECOND_FACTOR.template)),
        Err(Trouble::Refused(told)) => refused(&visit, &told).await,
        Err(trouble) => Err(trouble.into()),
    }
}
