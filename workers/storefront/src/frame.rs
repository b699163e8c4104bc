//! What stands around every page: who looks at it, what they speak, where they can go.

use askama::Template;
use bytes::Bytes;
use futures::future::join;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

use api::Service;
use domain::{Currency, DurationMs, Money, time::MINUTE_MS};
use platform::{Fault, Platform};
use web::Result;

use crate::{
    backend::Trouble,
    locale::Language,
    views::{Category, List, Named},
    visit::{Visit, preferences},
};

/// How long an isolate believes that the shop has the same categories and makers.
const MENU_MS: DurationMs = MINUTE_MS;
const MENU: &str = "menu";
/// How long everybody's page may be the same one.
const SHARED: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=30");
const OWN: HeaderValue = HeaderValue::from_static("private, no-store");
/// Styles, scripts and pictures of our own, forms that go to us, and nothing else; in nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);
/// The stylesheet's address, which is another one whenever it says something else.
pub const STYLES: &str = concat!("/assets/storefront.css?v=", env!("STYLES_DIGEST"));
pub const SCRIPT: &str = concat!("/assets/storefront.js?v=", env!("SCRIPT_DIGEST"));

/// A category with what is in it.
pub struct Node {
    pub slug: String,
    pub name: String,
    pub children: Vec<Node>,
}

/// Where one can go from everywhere.
#[derive(Default)]
pub struct Menu {
    pub categories: Vec<Node>,
    pub brands: Vec<Named>,
}

impl Menu {
    fn of(mut categories: Vec<Category>, mut brands: Vec<Named>) -> Self {
        categories.sort_by(|a, b| (a.position, &a.name).cmp(&(b.position, &b.name)));
        brands.sort_by(|a, b| a.name.cmp(&b.name));
        Self { categories: below(&categories, None), brands }
    }
}

fn below(all: &[Category], parent: Option<&Category>) -> Vec<Node> {
    let is_here =
        |category: &&Category| category.parent_id.as_deref() == parent.map(|parent| parent.id.as_str());
    let node = |category: &Category| Node {
        slug: category.slug.clone(),
        name: category.name.clone(),
        children: below(all, Some(category)),
    };
    all.iter().filter(is_here).map(node).collect()
}

pub struct Frame {
    pub t: Language,
    pub currency: Currency,
    pub menu: Arc<Menu>,
    pub is_signed_in: bool,
    pub pieces: u64,
    /// Empty on a page that is everybody's.
    pub token: String,
    pub path: String,
    pub words: String,
}

impl Frame {
    /// Around a page of this visitor's.
    pub async fn of<P: Platform>(visit: &Visit<P>) -> Result<Self> {
        // A page that is everybody's holds nothing of anybody's.
        let is_anonymous = visit.is_anonymous();
        let token = if is_anonymous { String::new() } else { visit.form_token()? };
        if !is_anonymous {
            visit.get_to_know();
        }
        Ok(Self {
            t: visit.language,
            currency: visit.currency,
            menu: menu(visit).await?,
            is_signed_in: visit.is_signed_in(),
            pieces: if is_anonymous { 0 } else { visit.pieces() },
            token,
            path: visit.path().to_owned(),
            words: visit.query("q").unwrap_or_default(),
        })
    }

    /// Around a page with a form, whose visitor has to be told from others.
    pub async fn own<P: Platform>(visit: &Visit<P>) -> Result<Self> {
        visit.get_to_know();
        Ok(Self { token: visit.form_token()?, ..Self::of(visit).await? })
    }

    pub fn languages(&self) -> &'static [Language] {
        Language::ALL
    }

    pub fn currencies(&self) -> [Currency; 4] {
        Currency::ALL
    }

    pub fn money(&self, money: &Money) -> String {
        self.t.money(*money)
    }

    /// A price that may be nothing at all.
    pub fn price_or_free(&self, money: &Money) -> String {
        if money.amount() == 0 { self.t.cart_free().to_owned() } else { self.money(money) }
    }

    pub fn day(&self, at: &str) -> String {
        self.t.day_of(at)
    }

    pub fn moment(&self, at: &str) -> String {
        self.t.moment(at)
    }

    pub fn country(&self, code: &str) -> String {
        self.t.country_name(code)
    }

    pub fn styles(&self) -> &'static str {
        STYLES
    }

    pub fn script(&self) -> &'static str {
        SCRIPT
    }

    /// Where the same page is in another language.
    pub fn in_language(&self, language: &Language) -> String {
        format!("/preferences?language={}&next={}", language.tag(), encoded(&self.path))
    }
}

/// As it stands in an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

async fn menu<P: Platform>(visit: &Visit<P>) -> Result<Arc<Menu>, Trouble> {
    let now = visit.p.now();
    if let Some(known) = visit.p.memory().get::<Menu>(MENU, now) {
        return Ok(known);
    }
    let (categories, brands) = join(
        visit.get(Service::Catalog, "/v1/categories?limit=100").read::<List<Category>>(),
        visit.get(Service::Catalog, "/v1/brands?limit=100").read::<List<Named>>(),
    )
    .await;
    let menu = Arc::new(Menu::of(categories?.items, brands?.items));
    visit.p.memory().put(MENU.to_owned(), Arc::clone(&menu), 16 * 1024, now, MENU_MS);
    Ok(menu)
}

/// What stands in the middle of a page, and what is said of it around.
pub trait View: Template {
    fn frame(&self) -> &Frame;

    /// What the page is called, without the shop.
    fn title(&self) -> String;

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
macro_rules! titled {
    ($($view:ident: |$page:ident| $title:expr;)+) => {$(
        impl $crate::frame::View for $view<'_> {
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
pub(crate) use titled;

/// Every page, around its middle: compiled once, however many pages there are.
#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    f: &'a Frame,
    title: &'a str,
    head: &'a str,
    main: &'a str,
    is_wide: bool,
}

fn render(view: &impl View) -> Result<String, Fault> {
    let main = view.render().map_err(|error| broken(&error))?;
    around(view.frame(), &view.title(), &view.head(), &main, view.is_wide())
}

fn around(f: &Frame, title: &str, head: &str, main: &str, is_wide: bool) -> Result<String, Fault> {
    let title = f.t.title(title);
    Layout { f, title: &title, head, main, is_wide }.render().map_err(|error| broken(&error))
}

fn broken(error: &askama::Error) -> Fault {
    Fault::defect(format!("page: {error}"))
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
    all.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Where a form comes from is told to us, and nothing to anybody else.
    all.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
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

/// A page of ours that an address names, and no other site's.
pub fn local(path: &str) -> &str {
    // URL parsers pass over tabs and take a backslash for a slash; a header takes nothing but ASCII.
    let is_plain = path.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\');
    let is_local = is_plain && path.starts_with('/') && !path.starts_with("//");
    if is_local { path } else { "/" }
}

/// What makes sending one page twice the same request.
pub fn key<P: Platform>(visit: &Visit<P>) -> String {
    let bytes = visit.p.random::<16>();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is said instead of a page.
#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage<'a> {
    pub f: &'a Frame,
    pub title: &'static str,
    pub lead: &'static str,
    pub request_id: &'a str,
}

titled! { ProblemPage: |page| page.title; }

/// Without anybody being asked: what went wrong may be whoever would be.
pub fn problem(
    status: u16,
    retry_after_s: Option<u32>,
    headers: &HeaderMap,
    path: &str,
    request_id: &str,
) -> Response<Bytes> {
    let (t, currency) = preferences(headers, &web::Cookies::of(headers));
    let (title, lead) = match status {
        404 | 405 => (t.not_found_title(), t.not_found_lead()),
        403 => (t.forbidden_title(), t.forbidden_lead()),
        429 => (t.unavailable_title(), t.of_code("refusal", "rate_limited").unwrap_or_default()),
        503 => (t.unavailable_title(), t.unavailable_lead()),
        500.. => (t.error_title(), t.error_lead()),
        _ => (t.refused_title(), t.unavailable_lead()),
    };
    let f = Frame {
        t,
        currency,
        menu: Arc::default(),
        is_signed_in: false,
        pieces: 0,
        token: String::new(),
        path: path.to_owned(),
        words: String::new(),
    };
    let page = ProblemPage { f: &f, title, lead, request_id };
    let html = render(&page).unwrap_or_else(|_| title.to_owned());
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = html_response(status, html);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
