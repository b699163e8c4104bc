//! Where goods lie, and which place is emptied first.

use askama::Template;
use http::{Method, StatusCode};
use serde::Serialize;

use api::{Service, headers, pages};
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    links::encoded,
};
use platform::Platform;
use web::{Path, Result};

use crate::{desk::Desk, views::Location};

#[derive(Template)]
#[template(path = "locations.html")]
struct Locations<'a> {
    f: &'a Frame,
    locations: Vec<Location>,
    key: String,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_done: bool,
}

titled! { Locations: |page| page.f.t.console_locations(); }

#[derive(Serialize)]
struct Typed<'a> {
    name: &'a str,
    country: &'a str,
    priority: u32,
}

pub async fn show<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    shown(&desk, StatusCode::OK, Wrong::default(), None).await
}

async fn shown<P: Platform>(
    desk: &Desk<P>,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let visit = &desk.visit;
    let locations = visit.whole::<Location>(Service::Inventory, "/v1/locations?").await?;
    let f = desk.frame()?;
    let is_done = visit.query("done").is_some();
    let page = Locations { f: &f, locations, key: visit.draw_key(), wrong, refusal, is_done };
    answer::page(visit, status, &page)
}

async fn told<P: Platform>(desk: &Desk<P>, told: Result<(), Trouble>) -> Result<web::Response> {
    let t = desk.visit.language;
    match told {
        Ok(()) => answer::see(&desk.visit, &format!("{}?done=1", pages::CONSOLE_LOCATIONS.template)),
        Err(Trouble::Refused(refusal)) if matches!(refusal.status, 409 | 422) => {
            let wrong = Wrong::of(t, &refusal.errors);
            let said = wrong.is_empty().then(|| refusal.said(t));
            shown(desk, StatusCode::UNPROCESSABLE_ENTITY, wrong, said).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

async fn write<P: Platform>(
    desk: &Desk<P>,
    method: Method,
    path: String,
    key: Option<&str>,
) -> Result<web::Response> {
    let (form, t) = (&desk.visit.form, desk.visit.language);
    let Ok(priority) = form.get("priority").parse() else {
        let wrong = Wrong::one(t, "priority", "required");
        return shown(desk, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    };
    let typed = Typed { name: form.get("name"), country: form.get("country"), priority };
    let mut ask = desk.visit.ask(Service::Inventory, method, path);
    if let Some(key) = key {
        ask = ask.header(headers::IDEMPOTENCY_KEY, key);
    }
    let answer = ask.json(&typed)?.done().await;
    told(desk, answer).await
}

pub async fn add<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let key = desk.visit.form.get("idempotency_key");
    write(&desk, Method::POST, "/v1/locations".to_owned(), Some(key)).await
}

pub async fn save<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    write(&desk, Method::PATCH, format!("/v1/locations/{}", encoded(&id)), None).await
}

pub async fn remove<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    if desk.visit.form.get("sure").is_empty() {
        let wrong = Wrong::missing(desk.visit.language, &desk.visit.form, &["sure"]);
        return shown(&desk, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    let path = format!("/v1/locations/{}", encoded(&id));
    let answer = desk.visit.ask(Service::Inventory, Method::DELETE, path).done().await;
    told(&desk, answer).await
}
