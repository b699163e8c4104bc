//! Signing in and out, and what becomes of the cart.

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use api::{Service, headers, pages};
use html::{
    answer::{self, titled},
    backend::Trouble,
    frame::Frame,
    links,
    visit::Visit,
};
use platform::{Platform, log};
use web::Result;

use crate::views::{Cart, Tokens};

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

titled! { SignIn: |page| page.f.t.sign_in_title(); }

#[derive(Serialize)]
pub struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let said = |name: &str, text| visit.query(name).map(|_| text);
    let t = visit.language;
    let notice = said("reset", t.reset_done()).or_else(|| said("gone", t.leave_done()));
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
pub async fn begin<P: Platform>(visit: &Visit<P>, pair: &Tokens) -> Result<web::Response> {
    visit.keep_session(&pair.access_token, pair.expires_in, &pair.refresh_token);
    let next = visit.form.get("next");
    let next = if next.is_empty() { pages::ACCOUNT.template } else { links::local(next) };
    // The cart is claimed by whoever the router says is signed in, which is from the next page on.
    if visit.guest_cart().is_some() {
        return answer::see(visit, &format!("{}?next={}", pages::CART_CLAIM.template, links::encoded(next)));
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
    answer::see(&visit, links::local(&next))
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
