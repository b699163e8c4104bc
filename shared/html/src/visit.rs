//! One visit to a page: who it is, what they speak and pay in, and what they send and get besides the page itself.

use http::{HeaderMap, HeaderValue, Method, Uri, header, uri::PathAndQuery};
use std::sync::{Mutex, PoisonError};

use api::{
    Problem, headers,
    identity::Caller,
    pages::{
        self, ACCESS_COOKIE, COOKIES_KEPT_S as KEPT_S, PREFERENCES_COOKIE, SESSION_COOKIE, VISITOR_COOKIE,
    },
    problem::codes,
};
use domain::{
    Currency,
    time::{DAY_MS, SECOND_MS},
};
use platform::{Fault, Platform, deriving_key};
use web::{Asked, Cookies, Result, Shopper, Signed, Take, cookie};

use crate::{form::Form, locale::Language};

/// A guest's cart and what proves that it is theirs: `crt_….token`.
const CART_COOKIE: &str = "__Host-cart";
/// How many pieces the cart had when it was last looked at.
const PIECES_COOKIE: &str = "__Host-pieces";
/// What a guest's last orders are shown by: `ord_….token`, the newest first.
const ORDERS_COOKIE: &str = "__Host-orders";
/// What was filled in at the checkout so far.
pub const CHECKOUT_COOKIE: &str = "__Host-checkout";

const PREFERENCES_KEPT_S: u64 = 365 * DAY_MS / SECOND_MS;
/// A guest's orders whose pages one browser may open.
const ORDERS_MAX: usize = 5;
const VISITOR_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const DEFAULT_CURRENCY: Currency = Currency::Eur;

/// What proves that a form was made by a page of this visitor's.
pub const FORM_TOKEN: &str = "form_token";

pub struct Visit<P> {
    pub p: P,
    pub caller: Caller,
    /// The router's word on who it is: sent on with whatever is asked for them.
    word: HeaderValue,
    /// Where they are and what they call themselves, for auth.
    passed: HeaderMap,
    cookies: Cookies,
    pub language: Language,
    pub currency: Currency,
    /// What the shop is called where it is visited, with its port.
    host: String,
    pub uri: Uri,
    is_post: bool,
    pub form: Form,
    /// Of the visitor, drawn where there is none yet; `is_known` tells which.
    visitor: String,
    is_known: bool,
    set: Mutex<Vec<HeaderValue>>,
}

impl<P: Platform> Take<P> for Visit<P> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let Shopper { caller } = Signed::<Shopper, P>::take(asked)?.0;
        let (p, parts) = (asked.platform().clone(), asked.parts());
        let all = &parts.headers;
        let cookies = Cookies::of(all);
        let (language, currency) = preferences(all, &cookies);
        let known = cookies.get(VISITOR_COOKIE).map(str::to_owned);
        let mut passed = HeaderMap::new();
        for name in [header::USER_AGENT.as_str(), headers::CLIENT_PLACE] {
            if let (Some(value), Ok(name)) = (all.get(name), name.parse::<header::HeaderName>()) {
                passed.insert(name, value.clone());
            }
        }
        let visit = Self {
            word: all.get(headers::CALLER).cloned().unwrap_or_else(|| HeaderValue::from_static("")),
            caller,
            passed,
            cookies,
            language,
            currency,
            host: host(all).to_owned(),
            uri: parts.uri.clone(),
            is_post: parts.method == Method::POST,
            form: if parts.method == Method::POST { Form::parse(asked.body()) } else { Form::default() },
            is_known: known.is_some(),
            visitor: known.unwrap_or_else(|| hex(&p.random::<VISITOR_BYTES>())),
            set: Mutex::default(),
            p,
        };
        if parts.method == Method::POST {
            visit.check_form(all)?;
        }
        Ok(visit)
    }
}

/// A visit of somebody who is signed in. Whoever is not is led to do so first.
pub struct SignedIn<P>(pub Visit<P>);

impl<P: Platform> Take<P> for SignedIn<P> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let visit = Visit::take(asked)?;
        if visit.is_signed_in() { Ok(Self(visit)) } else { Err(Problem::new(codes::unauthorized).into()) }
    }
}

impl<P: Platform> Visit<P> {
    pub fn is_signed_in(&self) -> bool {
        self.caller.sub.is_some()
    }

    /// Whether this page may be everybody's: whoever has nothing of ours sees what all see.
    pub fn is_anonymous(&self) -> bool {
        !self.is_known && !self.is_signed_in()
    }

    /// Begins to tell this visitor from others: their pages are their own from now on.
    pub fn get_to_know(&self) {
        if !self.is_known {
            self.keep(VISITOR_COOKIE, &self.visitor, KEPT_S);
        }
    }

    /// What makes sending one page twice the same request.
    pub fn draw_key(&self) -> String {
        hex(&self.p.random::<KEY_BYTES>())
    }

    /// What a form of this visitor's proves itself with.
    pub fn form_token(&self) -> Result<String, Fault> {
        Ok(deriving_key(&self.p, "FORM_KEY")?.token(&format!("form {}", self.visitor)))
    }

    /// A form is taken from a page of ours alone. A browser says where it comes from (Fetch Metadata, or `Origin` before there was that), and
    /// the page that it stood on put in what only it could know. A page that is everybody's cannot: there the browser's word is enough.
    fn check_form(&self, all: &HeaderMap) -> Result<()> {
        let text = |name: &str| all.get(name).and_then(|value| value.to_str().ok());
        let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, own)| own == self.host);
        let is_from_here = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
            (Some(site), _) => Some(site == "same-origin"),
            (None, Some(origin)) => Some(is_ours(origin)),
            (None, None) => None,
        };
        let token = self.form.get(FORM_TOKEN);
        let is_proven = if token.is_empty() {
            is_from_here == Some(true) && self.uri.path() == pages::CART_ADD.template
        } else {
            self.is_known && is_from_here != Some(false) && self.form_token()? == token
        };
        if is_proven { Ok(()) } else { Err(Problem::new(codes::forbidden).detail("form").into()) }
    }

    /// What our addresses begin with where one has to be whole; nothing where nobody said what we are called.
    pub fn origin(&self) -> String {
        let is_name =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
        let scheme = if self.p.is_local() { "http" } else { "https" };
        if self.host.is_empty() || !self.host.bytes().all(is_name) {
            return String::new();
        }
        format!("{scheme}://{}", self.host)
    }

    /// Where this page can be asked for again: one that answers a form may have no address of its own.
    pub fn shown_at(&self) -> &str {
        if self.is_post { pages::nearest(self.uri.path()) } else { self.path() }
    }

    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }

    /// A parameter of the address.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name)
    }

    /// Gives the browser a cookie with the answer.
    pub fn keep(&self, name: &str, value: &str, seconds: u64) {
        if let Some(value) = cookie(name, value, seconds) {
            let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
            // What is said last of a cookie counts.
            let of_this = format!("{name}=");
            set.retain(|known| !known.as_bytes().starts_with(of_this.as_bytes()));
            set.push(value);
        }
    }

    pub fn drop(&self, name: &str) {
        self.keep(name, "", 0);
    }

    /// The cookies that the answer gives.
    pub fn cookies_set(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut *self.set.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn word(&self) -> (&HeaderValue, &HeaderMap) {
        (&self.word, &self.passed)
    }

    pub fn guest_cart(&self) -> Option<(&str, &str)> {
        let (id, token) = self.cookie(CART_COOKIE)?.split_once('.')?;
        // It goes into a path and a header as it is.
        let is_plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (is_plain(id) && is_plain(token)).then_some((id, token))
    }

    /// What proves a guest's cart to be theirs; whoever is signed in needs nothing.
    pub fn cart_token(&self) -> Option<&str> {
        self.guest_cart().filter(|_| !self.is_signed_in()).map(|(_, token)| token)
    }

    pub fn keep_guest_cart(&self, id: &str, token: &str) {
        self.get_to_know();
        self.keep(CART_COOKIE, &format!("{id}.{token}"), KEPT_S);
    }

    pub fn drop_guest_cart(&self) {
        self.drop(CART_COOKIE);
    }

    pub fn pieces(&self) -> u64 {
        self.cookie(PIECES_COOKIE).and_then(|pieces| pieces.parse().ok()).unwrap_or_default()
    }

    pub fn keep_pieces(&self, pieces: u64) {
        if pieces != self.pieces() {
            self.keep(PIECES_COOKIE, &pieces.to_string(), if pieces == 0 { 0 } else { KEPT_S });
        }
    }

    /// What opens a guest's order.
    pub fn order_token(&self, order: &str) -> Option<&str> {
        let known = self.cookie(ORDERS_COOKIE)?.split('/').filter_map(|pair| pair.split_once('.'));
        known.into_iter().find(|(id, _)| *id == order).map(|(_, token)| token)
    }

    pub fn keep_order_token(&self, order: &str, token: &str) {
        self.get_to_know();
        let newest = format!("{order}.{token}");
        let others = self.cookie(ORDERS_COOKIE).unwrap_or_default().split('/');
        let others = others
            .filter(|other| !other.is_empty() && !other.starts_with(order))
            .take(ORDERS_MAX.saturating_sub(1));
        let all: Vec<&str> = std::iter::once(newest.as_str()).chain(others).collect();
        self.keep(ORDERS_COOKIE, &all.join("/"), KEPT_S);
    }

    /// What opens the account, for as long as this browser keeps it.
    pub fn keep_session(&self, access: &str, access_s: u64, session: &str) {
        self.get_to_know();
        self.keep(ACCESS_COOKIE, access, access_s);
        self.keep(SESSION_COOKIE, session, KEPT_S);
    }

    /// Signed out, nothing stays of whoever was signed in.
    pub fn drop_everything(&self) {
        self.drop_session();
        for name in [CART_COOKIE, PIECES_COOKIE, CHECKOUT_COOKIE] {
            self.drop(name);
        }
    }

    pub fn drop_session(&self) {
        for name in [ACCESS_COOKIE, SESSION_COOKIE] {
            self.drop(name);
        }
    }

    pub fn keep_preferences(&self, language: Language, currency: Currency) {
        self.keep(PREFERENCES_COOKIE, &format!("{}.{currency}", language.tag()), PREFERENCES_KEPT_S);
    }
}

fn host(all: &HeaderMap) -> &str {
    all.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// What was chosen, and before that what the browser asks for.
pub fn preferences(all: &HeaderMap, cookies: &Cookies) -> (Language, Currency) {
    let accept = all.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    preferred(cookies.get(PREFERENCES_COOKIE), accept)
}

/// The same, by what the cookie and the browser say.
pub fn preferred(chosen: Option<&str>, accept: &str) -> (Language, Currency) {
    match chosen.and_then(|text| text.split_once('.')) {
        Some((language, currency)) => (Language::of(language), currency.parse().unwrap_or(DEFAULT_CURRENCY)),
        None => (Language::of(pages::language(accept)), DEFAULT_CURRENCY),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
