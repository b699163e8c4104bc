//! Pages as they are sent: the middle in its frame, with what caches and browsers are told of it.

use askama::Template;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use api::{
    Problem,
    pages::{self, WriteRefusal},
};
use domain::Currency;
use platform::{Fault, Platform};
use web::Result;

use crate::{
    frame::Frame,
    links,
    locale::Language,
    visit::{Visit, preferences, preferred},
};

/// How long everybody's page may be the same one, and how long the old one is shown while it is made anew, in seconds.
const SHARED: HeaderValue =
    HeaderValue::from_static("public, max-age=0, s-maxage=30, stale-while-revalidate=60");
const OWN: HeaderValue = HeaderValue::from_static("private, no-store");

/// What is shown of the shop where one of its pages is shared: 1200 by 630 pixels, as most ask for.
const SHARE_PICTURE: &str = "/assets/share.png";

/// What stands in the middle of a page, and what is said of it around.
pub trait View: Template {
    fn frame(&self) -> &Frame;

    /// What the page is called, without the shop.
    fn title(&self) -> String;

    /// What search engines say of it.
    fn description(&self) -> String {
        self.frame().t.home_lead().to_owned()
    }

    /// Where it is found under one address, if it is to be found and shared at all.
    fn canonical(&self) -> Option<String> {
        None
    }

    /// What is shown where it is shared, instead of the shop's own picture.
    fn picture(&self) -> Option<String> {
        None
    }

    /// What only this page has in its head.
    fn head(&self) -> String {
        String::new()
    }

    /// Whether it takes care of its own width.
    fn is_wide(&self) -> bool {
        false
    }
}

/// `titled! { CartPage: |page| page.f.t.cart_title(); }`
#[macro_export]
macro_rules! titled {
    ($($view:ident: |$page:ident| $title:expr;)+) => {$(
        impl $crate::answer::View for $view<'_> {
            fn frame(&self) -> &$crate::frame::Frame {
                self.f
            }

            fn title(&self) -> String {
                let $page = self;
                ($title).to_string()
            }
        }
    )+};
}
pub use titled;

/// The middle of a page, with what is said of it around.
pub struct Middle<'a> {
    pub f: &'a Frame,
    pub title: &'a str,
    pub description: &'a str,
    pub canonical: Option<String>,
    pub picture: Option<String>,
    pub head: &'a str,
    pub main: &'a str,
    pub is_wide: bool,
}

/// Writes what stands around a page: the shop's, or the console's.
pub type Layout = fn(&Middle<'_>) -> askama::Result<String>;

/// Every page of the shop, around its middle: compiled once, however many pages there are.
#[derive(Template)]
#[template(path = "layout.html")]
struct Shop<'a> {
    f: &'a Frame,
    title: &'a str,
    description: &'a str,
    /// A page that may be shared, and the picture that is shown then; of a place that nobody named, none may.
    shared: Option<(&'a str, &'a str)>,
    head: &'a str,
    main: &'a str,
    is_wide: bool,
}

pub fn shop(middle: &Middle<'_>) -> askama::Result<String> {
    let Middle { f, title, description, canonical, picture, head, main, is_wide } = middle;
    let shared = canonical.as_deref().filter(|_| !f.origin.is_empty());
    let shared = shared.map(|path| (path, picture.as_deref().unwrap_or(SHARE_PICTURE)));
    Shop { f, title, description, shared, head, main, is_wide: *is_wide }.render()
}

fn render(view: &impl View) -> Result<String, Fault> {
    let f = view.frame();
    let (title, description, head) = (f.t.title(&view.title()), view.description(), view.head());
    let written = view.render().and_then(|main| {
        let (title, description, head, main) = (&title, &description, &head, &main);
        let (canonical, picture) = (view.canonical(), view.picture());
        (f.layout)(&Middle { f, title, description, canonical, picture, head, main, is_wide: view.is_wide() })
    });
    written.map_err(|error| Fault::defect(format!("page: {error}")))
}

/// A page as it is sent. Whoever is known gets it for themselves alone.
pub fn page<P: Platform>(visit: &Visit<P>, status: StatusCode, view: &impl View) -> Result<web::Response> {
    sent(visit, status, render(view)?)
}

fn sent<P: Platform>(visit: &Visit<P>, status: StatusCode, html: String) -> Result<web::Response> {
    let tag = web::digest(&html);
    let mut response = html_response(status, html);
    let all = response.headers_mut();
    let set = visit.cookies_set();
    let is_shared = visit.is_anonymous() && set.is_empty() && status == StatusCode::OK;
    all.insert(header::CACHE_CONTROL, if is_shared { SHARED } else { OWN });
    all.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        all.insert(header::ETAG, tag);
    }
    give(all, set);
    Ok(response)
}

fn give(all: &mut HeaderMap, set: Vec<HeaderValue>) {
    for value in set {
        all.append(header::SET_COOKIE, value);
    }
}

fn html_response(status: StatusCode, html: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(html));
    *response.status_mut() = status;
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    web::protect_page(all);
    response
}

/// To another page, which is then asked for by `GET`: a form is not sent again by reloading.
pub fn see<P: Platform>(visit: &Visit<P>, path: &str) -> Result<web::Response> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(path).map_err(|_| Fault::defect("a path cannot be a header"))?;
    let all = response.headers_mut();
    all.insert(header::LOCATION, to);
    all.insert(header::CACHE_CONTROL, OWN);
    give(all, visit.cookies_set());
    Ok(response)
}

/// What is said instead of a page.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    title: &'static str,
    lead: &'static str,
    request_id: &'a str,
}

titled! { ProblemPage: |page| page.title; }

/// A problem as a page. Who has to sign in first is sent there, and comes back.
pub fn problem(problem: &Problem, parts: &Parts, request_id: &str) -> Response<Bytes> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if problem.status() == StatusCode::UNAUTHORIZED.as_u16() {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SEE_OTHER;
        // Who sent a form comes back to the page that it stood on.
        let next = if parts.method == Method::POST { pages::nearest(parts.uri.path()) } else { path };
        let to = format!("{}?next={}", pages::SIGN_IN.template, links::encoded(next));
        if let Ok(to) = HeaderValue::from_str(&to) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        return response;
    }
    said(problem, &parts.headers, path, request_id)
}

/// Without anybody being asked: what went wrong may be whoever would be.
fn said(problem: &Problem, headers: &HeaderMap, path: &str, request_id: &str) -> Response<Bytes> {
    let (t, currency) = preferences(headers, &web::Cookies::of(headers));
    let html = written(problem.status(), problem.code.code, t, currency, path, request_id);
    let mut response = web::problem_page(problem, html);
    web::protect_page(response.headers_mut());
    response
}

/// What the gateway refuses, as a page of the shop's.
pub fn of_gateway(ask: &WriteRefusal) -> String {
    let (t, currency) = preferred(ask.preferences.as_deref(), &ask.accept_language);
    written(ask.status, &ask.code, t, currency, &ask.path, &ask.request_id)
}

fn written(status: u16, code: &str, t: Language, currency: Currency, path: &str, request_id: &str) -> String {
    let of_code = t.of_code("refusal", code);
    let (title, lead) = match status {
        404 | 405 => (t.not_found_title(), t.not_found_lead()),
        403 => (t.forbidden_title(), t.forbidden_lead()),
        429 => (t.unavailable_title(), of_code.unwrap_or(t.unavailable_lead())),
        503 => (t.unavailable_title(), t.unavailable_lead()),
        500.. => (t.error_title(), t.error_lead()),
        _ => (t.refused_title(), of_code.unwrap_or(t.unavailable_lead())),
    };
    let f = Frame::bare(t, currency, path);
    render(&ProblemPage { f: &f, title, lead, request_id }).unwrap_or_else(|_| title.to_owned())
}
