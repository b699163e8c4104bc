//! Who somebody is to the shop, how they sign in, and a copy of all that is held about them.

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use api::{Service, pages};
use domain::Currency;
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    locale::Language,
    visit::{SignedIn, Visit},
};
use platform::Platform;
use web::Result;

use crate::{parts::Parts as _, views::User};

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile<'a> {
    f: &'a Frame,
    user: User,
    language: Language,
    currency: Currency,
    wrong: Wrong,
    refusal: Option<&'static str>,
    notice: Option<&'static str>,
}

titled! { Profile: |page| page.f.t.profile(); }

#[derive(Default, Serialize)]
struct Changed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_password: Option<&'a str>,
}

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let t = visit.language;
    let notice = match visit.query("saved").as_deref() {
        Some("profile") => Some(t.profile_saved()),
        Some("email") => Some(t.profile_email_saved()),
        Some("password") => Some(t.profile_password_saved()),
        _ => None,
    };
    page(&visit, StatusCode::OK, Wrong::default(), None, notice).await
}

async fn page<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
    notice: Option<&'static str>,
) -> Result<web::Response> {
    let user: User = visit.get(Service::Users, "/v1/users/me").read().await?;
    let f = Frame::own(visit).await?;
    let page = Profile {
        language: user.locale.as_deref().map_or(visit.language, Language::of),
        currency: user.currency.as_deref().and_then(|code| code.parse().ok()).unwrap_or(visit.currency),
        f: &f,
        user,
        wrong,
        refusal,
        notice,
    };
    answer::page(visit, status, &page)
}

/// Changes what is named, and says so on the page that can be reloaded; `field` is where a password stands that was asked for.
async fn change<P: Platform>(
    visit: &Visit<P>,
    changed: Changed<'_>,
    saved: &str,
    field: &str,
) -> Result<web::Response> {
    let told = visit.ask(Service::Users, http::Method::PATCH, "/v1/users/me").json(&changed)?.done().await;
    let (wrong, refusal) = match told {
        Ok(()) => return answer::see(visit, &format!("{}?saved={saved}", pages::PROFILE.template)),
        Err(Trouble::Refused(told)) if told.code == "wrong_password" => {
            (Wrong::one(visit.language, field, "wrong_password"), None)
        }
        Err(Trouble::Refused(told)) if told.errors.is_empty() => {
            (Wrong::default(), Some(told.said(visit.language)))
        }
        Err(Trouble::Refused(told)) => {
            let named =
                |name: &str| if name == "current_password" { field.to_owned() } else { name.to_owned() };
            (Wrong::of(visit.language, &told.errors).renamed(named), None)
        }
        Err(trouble) => return Err(trouble.into()),
    };
    page(visit, StatusCode::UNPROCESSABLE_ENTITY, wrong, refusal, None).await
}

pub async fn save<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let (language, currency) = (Language::of(form.get("locale")), form.get("currency").parse());
    // What is shown from now on is what was just chosen.
    visit.keep_preferences(language, currency.unwrap_or(visit.currency));
    let changed = Changed {
        name: Some(form.get("name")),
        locale: Some(language.tag()),
        currency: Some(form.get("currency")),
        ..Changed::default()
    };
    change(&visit, changed, "profile", "name").await
}

pub async fn email<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let (email, current_password) = (Some(form.get("email")), Some(form.raw("mail_password")));
    let changed = Changed { email, current_password, ..Changed::default() };
    change(&visit, changed, "email", "mail_password").await
}

pub async fn password<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let form = &visit.form;
    let (password, current_password) = (Some(form.raw("password")), Some(form.raw("current_password")));
    let changed = Changed { password, current_password, ..Changed::default() };
    change(&visit, changed, "password", "current_password").await
}

/// Everything that is held about somebody, as one file.
pub async fn export<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let document = visit.get(Service::Users, "/v1/users/me/export").bytes().await?;
    let mut response: Response<Bytes> = Response::new(document);
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    all.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"meridian.json\""),
    );
    all.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
