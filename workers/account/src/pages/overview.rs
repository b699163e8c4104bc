//! The account's first page.

use askama::Template;
use futures::join;
use http::StatusCode;

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::{List, Trouble},
    frame::Frame,
    postal::TypedAddress,
    visit::SignedIn,
};
use platform::Platform;
use web::Result;

use super::orders::{self, Row};
use crate::{
    parts::Parts as _,
    views::{Factor, Saved, User},
};

/// Orders that are shown here.
const LATEST: u32 = 3;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    f: &'a Frame,
    user: User,
    orders: Vec<Row>,
    /// Where a checkout begins.
    usual: Option<TypedAddress>,
    has_factor: bool,
    works_here: bool,
    notice: Option<&'static str>,
}

titled! { Overview: |page| page.f.t.account(); }

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let (user, orders, addresses, factor) = join!(
        visit.get(Service::Users, "/v1/users/me").read::<User>(),
        orders::read(&visit, LATEST, ""),
        visit.get(Service::Users, "/v1/users/me/addresses").read::<List<Saved>>(),
        visit.get(Service::Auth, "/v1/auth/totp").read::<Factor>(),
    );
    let f = Frame::own(&visit).await?;
    let user = user?;
    let page = Overview {
        f: &f,
        works_here: user.roles.iter().any(|role| matches!(role.as_str(), "staff" | "admin")),
        user,
        orders: orders::rows(&f, orders?.items),
        usual: addresses?.items.into_iter().find(|saved| saved.is_default).map(|saved| saved.address),
        has_factor: factor?.is_on,
        notice: visit.query("mailed").map(|_| f.t.mail_again_done()),
    };
    answer::page(&visit, StatusCode::OK, &page)
}

/// Has the link that proves an address mailed once more.
pub async fn mail_again<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    match visit.post(Service::Auth, "/v1/auth/verify-email/resend").done().await {
        // Proven meanwhile, or asked for often: there is a mail to be found already.
        Ok(()) | Err(Trouble::Refused(_)) => {
            answer::see(&visit, &format!("{}?mailed=1", pages::ACCOUNT.template))
        }
        Err(trouble) => Err(trouble.into()),
    }
}
