//! Deleting the account, with all that is known of its owner.

use askama::Template;
use http::{Method, StatusCode};

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    visit::{SignedIn, Visit},
};
use platform::Platform;
use web::Result;

use crate::parts::Parts as _;

#[derive(Template)]
#[template(path = "leave.html")]
struct Leave<'a> {
    f: &'a Frame,
    wrong: Wrong,
    refusal: Option<&'static str>,
}

titled! { Leave: |page| page.f.t.leave_title(); }

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    page(&visit, StatusCode::OK, Wrong::default(), None).await
}

async fn page<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let f = Frame::own(visit).await?;
    answer::page(visit, status, &Leave { f: &f, wrong, refusal })
}

pub async fn send<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if visit.form.get("sure").is_empty() {
        let wrong = Wrong::missing(visit.language, &visit.form, &["sure"]);
        return page(&visit, unprocessable, wrong, None).await;
    }
    match visit.ask(Service::Users, Method::DELETE, "/v1/users/me").done().await {
        Ok(()) => {
            visit.drop_everything();
            answer::see(&visit, &format!("{}?gone=1", pages::SIGN_IN.template))
        }
        Err(Trouble::Refused(told)) => {
            page(&visit, StatusCode::CONFLICT, Wrong::default(), Some(told.said(visit.language))).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
