//! The front page, and what is chosen for all pages.

use askama::Template;
use futures::future::join;
use http::StatusCode;

use api::Service;
use platform::Platform;
use web::Result;

use super::Card;
use html::{
    answer::{self, View},
    frame::Frame,
    links,
    locale::Language,
    visit::Visit,
};

use crate::{parts::Parts as _, views::Products};

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    f: &'a Frame,
    newest: Vec<Card>,
    dearest: Option<Card>,
}

impl View for Home<'_> {
    fn frame(&self) -> &Frame {
        self.f
    }

    fn title(&self) -> String {
        self.f.t.home_title().to_owned()
    }

    fn canonical(&self) -> Option<String> {
        Some("/".to_owned())
    }

    fn is_wide(&self) -> bool {
        true
    }
}

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let f = Frame::of(&visit).await?;
    let list = |sort: &str, limit: u32| {
        let path =
            format!("/v1/products?sort={sort}&limit={limit}&in_stock=true&currency={}", visit.currency);
        visit.get(Service::Catalog, path).read::<Products>()
    };
    let (newest, dearest) = join(list("newest", 8), list("-price", 1)).await;
    let newest = Card::all(&f, newest?.items);
    let dearest = Card::all(&f, dearest?.items).into_iter().next();
    answer::page(&visit, StatusCode::OK, &Home { f: &f, newest, dearest })
}

/// Remembers what was chosen, and goes back to where it was.
pub async fn preferences<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let language = visit.query("language").map_or(visit.language, |tag| Language::of(&tag));
    let currency = visit.query("currency").and_then(|code| code.parse().ok()).unwrap_or(visit.currency);
    visit.keep_preferences(language, currency);
    let next = visit.query("next").unwrap_or_default();
    answer::see(&visit, links::local(&next))
}
