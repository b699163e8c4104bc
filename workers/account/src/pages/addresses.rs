//! The address book.

use askama::Template;
use http::{Method, StatusCode};
use serde::Serialize;

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::{List, Trouble},
    form::{Form, Wrong},
    frame::Frame,
    links::encoded,
    postal::{self, Destination, TypedAddress, destinations},
    visit::{SignedIn, Visit},
};
use platform::Platform;
use web::{Path, Result};

use crate::{parts::Parts as _, views::Saved};

const BOOK: &str = "/v1/users/me/addresses";

#[derive(Template)]
#[template(path = "addresses.html")]
struct Addresses<'a> {
    f: &'a Frame,
    addresses: Vec<Saved>,
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "address.html")]
struct AddressPage<'a> {
    f: &'a Frame,
    /// Of one that is in the book already.
    id: Option<&'a str>,
    filled: &'a Form,
    is_default: bool,
    destinations: Vec<Destination>,
    wrong: Wrong,
    refusal: Option<&'static str>,
}

titled! {
    Addresses: |page| page.f.t.addresses();
    AddressPage: |page| if page.id.is_some() { page.f.t.address_change() } else { page.f.t.address_add() };
}

#[derive(Serialize)]
struct Kept {
    #[serde(flatten)]
    address: TypedAddress,
    is_default: bool,
}

fn at(id: &str) -> String {
    format!("{BOOK}/{}", encoded(id))
}

pub async fn show<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    let book: List<Saved> = visit.get(Service::Users, BOOK).read().await?;
    let f = Frame::own(&visit).await?;
    let notice = visit.query("saved").map(|_| f.t.address_saved());
    answer::page(&visit, StatusCode::OK, &Addresses { f: &f, addresses: book.items, notice })
}

async fn form<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    id: Option<&str>,
    filled: &Form,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let f = Frame::own(visit).await?;
    let is_default = !filled.get("is_default").is_empty();
    let destinations = destinations(&f);
    let page = AddressPage { f: &f, id, filled, is_default, destinations, wrong, refusal };
    answer::page(visit, status, &page)
}

pub async fn begin<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    form(&visit, StatusCode::OK, None, &Form::default(), Wrong::default(), None).await
}

pub async fn edit<P: Platform>(
    SignedIn(visit): SignedIn<P>,
    Path(id): Path<String>,
) -> Result<web::Response> {
    let saved: Saved = visit.get(Service::Users, at(&id)).read().await?;
    let mut filled = Form::default();
    saved.address.fill(&mut filled);
    filled.set("is_default", if saved.is_default { "true" } else { "" });
    form(&visit, StatusCode::OK, Some(&id), &filled, Wrong::default(), None).await
}

async fn write<P: Platform>(
    visit: &Visit<P>,
    method: Method,
    path: &str,
    id: Option<&str>,
) -> Result<web::Response> {
    let typed = &visit.form;
    let mut wrong = Wrong::missing(visit.language, typed, &postal::REQUIRED);
    let mut refusal = None;
    if wrong.is_empty() {
        let kept = Kept { address: TypedAddress::of(typed), is_default: !typed.get("is_default").is_empty() };
        match visit.ask(Service::Users, method, path).json(&kept)?.done().await {
            Ok(()) => return answer::see(visit, &format!("{}?saved=1", pages::ADDRESSES.template)),
            Err(Trouble::Refused(told)) if told.status == 404 => return Err(Trouble::Refused(told).into()),
            Err(Trouble::Refused(told)) if told.errors.is_empty() => {
                refusal = Some(told.said(visit.language))
            }
            Err(Trouble::Refused(told)) => wrong = Wrong::of(visit.language, &told.errors),
            Err(trouble) => return Err(trouble.into()),
        }
    }
    form(visit, StatusCode::UNPROCESSABLE_ENTITY, id, typed, wrong, refusal).await
}

pub async fn add<P: Platform>(SignedIn(visit): SignedIn<P>) -> Result<web::Response> {
    write(&visit, Method::POST, BOOK, None).await
}

pub async fn save<P: Platform>(
    SignedIn(visit): SignedIn<P>,
    Path(id): Path<String>,
) -> Result<web::Response> {
    write(&visit, Method::PUT, &at(&id), Some(&id)).await
}

/// Gone is gone: removing it twice removes nothing.
pub async fn remove<P: Platform>(
    SignedIn(visit): SignedIn<P>,
    Path(id): Path<String>,
) -> Result<web::Response> {
    match visit.ask(Service::Users, Method::DELETE, at(&id)).done().await {
        Ok(()) => {}
        Err(Trouble::Refused(refusal)) if refusal.status == 404 => {}
        Err(trouble) => return Err(trouble.into()),
    }
    answer::see(&visit, pages::ADDRESSES.template)
}
