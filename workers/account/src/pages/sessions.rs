//! Where somebody is signed in.

use askama::Template;
use http::{Method, StatusCode};

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::{List, Trouble},
    frame::Frame,
    links::encoded,
    visit::SignedIn,
};
use platform::Platform;
use web::{Path, Result};

use crate::{device, parts::Parts as _, views::Session};

struct Place {
    id: String,
    name: String,
    since: String,
    last: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct Sessions<'a> {
    f: &'a Frame,
    places: Vec<Place>,
}

titled! { Sessions: |page| page.f.t.sessions(); }

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let sessions: List<Session> = visit.get(Service::Auth, "/v1/auth/sessions").read().await?;
    let f = Frame::own(&visit).await?;
    let place = |session: Session| Place {
        id: session.id,
        name: session
            .user_agent
            .map_or_else(|| f.t.session_unknown().to_owned(), |agent| device::name(&agent)),
        since: f.moment(&session.created_at),
        last: f.moment(&session.last_used_at),
        is_current: session.is_current,
    };
    let places = sessions.items.into_iter().map(place).collect();
    answer::page(&visit, StatusCode::OK, &Sessions { f: &f, places })
}

pub async fn end<P: Platform>(SignedIn(visit): SignedIn<P>, Path(id): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/auth/sessions/{}", encoded(&id));
    match visit.ask(Service::Auth, Method::DELETE, path).done().await {
        Ok(()) => {}
        Err(Trouble::Refused(refusal)) if refusal.status == 404 => {}
        Err(trouble) => return Err(trouble.into()),
    }
    answer::see(&visit, pages::SESSIONS.template)
}
