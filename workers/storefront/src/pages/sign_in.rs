//! Signing in and out, making an account, and mailed links.

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use api::{Service, headers, pages};
use platform::{Platform, log};
use web::Result;

use crate::{
    address,
    answer::{self, titled},
    backend::{Refusal, Trouble},
    form::Wrong,
    frame::Frame,
    views::{Cart, Tokens},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    f: &'a Frame,
    email: String,
    next: String,
    needs_code: bool,
    refusal: Option<&'static str>,
    notice: Option<&'static str>,
}

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
    SignIn: |page| page.f.t.sign_in_title();
    SignUp: |page| page.f.t.sign_up_title();
    Forgotten: |page| page.f.t.forgotten_title();
    Link: |page| if page.is_reset { page.f.t.reset_title() } else { page.f.t.verify_title() };
}

#[derive(Serialize)]
struct Login<'a> {
    email: &'a str,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let notice = visit.query("reset").map(|_| visit.language.reset_done());
    let next = visit.query("next").unwrap_or_default();
    let f = Frame::own(&visit).await?;
    let page = SignIn { f: &f, email: String::new(), next, needs_code: false, refusal: None, notice };
    answer::page(&visit, StatusCode::OK, &page)
}

pub async fn send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let form = &visit.form;
    let ask = Login { email: form.get("email"), password: form.raw("password"), code: form.filled("code") };
    match visit.post(Service::Auth, "/v1/auth/login").json(&ask)?.read::<Tokens>().await {
        Ok(pair) => begin(&visit, &pair).await,
        Err(Trouble::Refused(refusal)) => {
            let f = Frame::own(&visit).await?;
            let needs_code = refusal.code == "second_factor_required" || form.filled("code").is_some();
            // What is no address or no password is none of ours either.
            let refusal = if refusal.status == 422 {
                f.t.of_code("refusal", "invalid_credentials").unwrap_or_default()
            } else {
                refusal.said(f.t)
            };
            let page = SignIn {
                f: &f,
                email: form.get("email").to_owned(),
                next: form.get("next").to_owned(),
                needs_code,
                refusal: Some(refusal),
                notice: None,
            };
            answer::page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// Signs in, and takes along what is in the guest's cart.
async fn begin<P: Platform>(visit: &Visit<P>, pair: &Tokens) -> Result<web::Response> {
    visit.keep_session(&pair.access_token, pair.expires_in, &pair.refresh_token);
    let next = visit.form.get("next");
    let next = if next.is_empty() { pages::ACCOUNT.template } else { address::local(next) };
    // The cart is claimed by whoever the router says is signed in, which is from the next page on.
    if visit.guest_cart().is_some() {
        return answer::see(
            visit,
            &format!("{}?next={}", pages::CART_CLAIM.template, address::encoded(next)),
        );
    }
    answer::see(visit, next)
}

/// Claims the guest's cart, and goes on to where its owner wanted to. Again claims nothing.
pub async fn claim<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let next = visit.query("next").unwrap_or_default();
    if let (true, Some((id, token))) = (visit.is_signed_in(), visit.guest_cart()) {
        let ask =
            visit.post(Service::Carts, format!("/v1/carts/{id}/claim")).header(headers::CART_TOKEN, token);
        match ask.read::<Cart>().await {
            Ok(cart) => {
                visit.keep_pieces(cart.pieces());
                visit.drop_guest_cart();
            }
            // Gone, or claimed by somebody else.
            Err(Trouble::Refused(refusal)) if refusal.status == 404 => visit.drop_guest_cart(),
            // It stays a guest's until the next time, and nobody is kept from signing in by it.
            Err(Trouble::Refused(_)) => {}
            Err(trouble) => return Err(trouble.into()),
        }
    }
    answer::see(&visit, address::local(&next))
}

pub async fn out<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    // Whoever wants to be forgotten here is, also where auth does not answer: without its cookie nobody goes on with the session.
    if visit.is_signed_in()
        && let Err(Trouble::Fault(fault)) = visit.post(Service::Auth, "/v1/auth/logout").done().await
    {
        log::fault(&visit.p, pages::SIGN_OUT.template, &fault.to_string());
    }
    visit.drop_everything();
    answer::see(&visit, pages::HOME.template)
}

pub async fn up<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
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
pub async fn up_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
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
