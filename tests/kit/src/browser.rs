//! A browser without scripts: it keeps cookies, follows redirects, and fills in the forms that a page has. What it cannot do, nobody can
//! who has scripts switched off.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use scraper::{ElementRef, Html, Selector};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::client::Transport;

const REDIRECTS_MAX: usize = 5;
/// Where the shop is, as its visitors know it.
pub const ORIGIN: &str = "http://shop.example";

/// One visitor.
pub struct Browser<T> {
    transport: T,
    language: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A page as it arrived.
pub struct Page {
    pub status: u16,
    /// Where it was found in the end.
    pub path: String,
    pub headers: HeaderMap,
    pub source: String,
}

impl<T: Transport> Browser<T> {
    pub fn new(transport: T, language: &str) -> Self {
        Self { transport, language: language.to_owned(), cookies: Mutex::default() }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.insert(name.to_owned(), value.to_owned());
    }

    pub fn forget_cookie(&self, name: &str) {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// A page, wherever the way to it leads.
    pub async fn open(&self, path: &str) -> Page {
        self.go(Method::GET, path, None).await
    }

    async fn go(&self, method: Method, path: &str, body: Option<String>) -> Page {
        let mut page = self.fetch(method, path, body).await;
        for _ in 0..REDIRECTS_MAX {
            let Some(to) = page.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()) else {
                return page;
            };
            assert_eq!(page.status, 303, "{}", page.path);
            let to = to.to_owned();
            page = self.fetch(Method::GET, &to, None).await;
        }
        panic!("{path} leads in a circle");
    }

    /// One request, as a browser sends it from a page of the shop's own.
    pub async fn fetch(&self, method: Method, path: &str, body: Option<String>) -> Page {
        let mut request = self.request(method, path);
        let all = request.headers_mut();
        all.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        all.insert(header::ORIGIN, HeaderValue::from_static(ORIGIN));
        *request.body_mut() = Bytes::from(body.unwrap_or_default());
        self.send(request).await
    }

    /// The same without a word about where it comes from.
    pub fn request(&self, method: Method, path: &str) -> Request<Bytes> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let shown: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, ORIGIN.trim_start_matches("http://"))
            .header(header::ACCEPT_LANGUAGE, &self.language);
        if !shown.is_empty() {
            request = request.header(header::COOKIE, shown.join("; "));
        }
        request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::new())
            .expect("a request")
    }

    pub async fn send(&self, request: Request<Bytes>) -> Page {
        let path = request.uri().to_string();
        let (parts, body) = self.transport.send(request).await.expect("an answer").into_parts();
        self.take_cookies(&parts.headers);
        let source = String::from_utf8(body.to_vec()).expect("a page in UTF-8");
        Page { status: parts.status.as_u16(), path, headers: parts.headers, source }
    }

    fn take_cookies(&self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie");
            let (pair, rules) = line.split_once(';').expect("a cookie with rules");
            let (name, value) = pair.split_once('=').expect("a cookie with a value");
            for rule in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
                assert!(rules.split(';').any(|known| known.trim() == rule), "{line}");
            }
            assert!(name.starts_with("__Host-"), "{line}");
            if rules.contains("Max-Age=0") { self.forget_cookie(name) } else { self.set_cookie(name, value) }
        }
    }

    /// Fills in the form that has this button, and presses it.
    pub async fn press(&self, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
        let form = page.form(button, fields);
        match form.method {
            Method::POST => self.go(Method::POST, &form.action, Some(form.body)).await,
            _ => self.open(&format!("{}?{}", form.action, form.body)).await,
        }
    }
}

/// A form, filled in.
pub struct Filled {
    pub method: Method,
    pub action: String,
    pub body: String,
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.path, self.text("main"));
        self
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.source)
    }

    /// What stands in the first element that fits, its spaces as they are read.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.html().select(&parsed(selector)).map(words).collect()
    }

    /// An attribute of the first element that has it.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let html = self.html();
        let value = html.select(&parsed(selector)).find_map(|element| element.attr(name)).unwrap_or_default();
        value.to_owned()
    }

    /// The form with this button as a browser would send it, with these fields filled in.
    pub fn form(&self, button: &str, fields: &[(&str, &str)]) -> Filled {
        let html = self.html();
        let has_button =
            |form: &ElementRef<'_>| form.select(&parsed("button")).any(|own| words(own).starts_with(button));
        let form = html.select(&parsed("form")).find(has_button);
        let form = form.unwrap_or_else(|| panic!("{} has no {button:?}: {}", self.path, self.text("main")));
        let pressed = form.select(&parsed("button")).find(|own| words(*own).starts_with(button)).unwrap();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for field in form.select(&parsed("input, select, textarea")) {
            let Some(name) = field.attr("name") else { continue };
            let is_box = matches!(field.attr("type"), Some("radio" | "checkbox"));
            if (is_box && field.attr("checked").is_none()) || field.attr("disabled").is_some() {
                continue;
            }
            let value = match field.value().name() {
                "select" => {
                    let chosen = field.select(&parsed("option[selected]")).next();
                    let first = field.select(&parsed("option")).next();
                    chosen.or(first).and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
                }
                // Its first line break is not its own (HTML, section 4.10.11).
                "textarea" => field.text().collect::<String>().trim_start_matches('\n').to_owned(),
                _ => field.attr("value").unwrap_or_default().to_owned(),
            };
            pairs.push((name.to_owned(), value));
        }
        if let (Some(name), Some(value)) = (pressed.attr("name"), pressed.attr("value")) {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        for (name, value) in fields {
            let is_known = form.select(&parsed("[name]")).any(|field| field.attr("name") == Some(name));
            assert!(is_known, "{} has no field {name}", self.path);
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(pairs);
        Filled {
            method: if form.attr("method") == Some("post") { Method::POST } else { Method::GET },
            action: form.attr("action").expect("a form that goes somewhere").to_owned(),
            body: body.finish(),
        }
    }
}

fn parsed(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
