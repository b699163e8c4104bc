//! Pages of the web shop on their way through the gateway.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};

use api::{
    Problem,
    identity::Caller,
    pages::{self, OUR_COOKIES, PREFERENCES_COOKIE, WriteRefusal},
    problem::codes,
    routes::{Access, Found, Route},
};
use platform::{Failure, Platform};
use web::Cookies;

use crate::{
    cache, card_guard, forward,
    gateway::{Outcome, conditional},
    rate, reach,
    session::{self, Visitor},
};

/// What the log calls a path that is no page.
const NO_PAGE: &str = "(no page)";

/// Answers with a page; what is none gets the storefront's page that says so.
pub async fn answer<P: Platform>(platform: &P, request: Request<Bytes>) -> Outcome {
    let (route, template) = match pages::find(request.method().as_str(), request.uri().path()) {
        Found::Route(route) => (route, route.template),
        Found::OtherMethods(allow) => {
            let problem = Problem::new(codes::method_not_allowed).allow(&allow);
            return Outcome::of(NO_PAGE, Err(problem.into()));
        }
        Found::Nothing => (pages::HOME, NO_PAGE),
    };
    let cookies = Cookies::of(request.headers());
    let known = match session::known(platform, route, &cookies) {
        Ok(known) => known,
        Err(fault) => return Outcome::of(template, Err(fault.into())),
    };
    // Before anything is asked for them, and by whom they are known to be without that.
    let counted = rate::count(platform, route, known.as_ref(), request.headers()).await;
    let answer = match counted.and_then(|counted| counted.refusal()) {
        Some(problem) => Err(problem.into()),
        None => looked_at(platform, route, request, &cookies, known).await,
    };
    Outcome { counted, ..Outcome::of(template, answer) }
}

async fn looked_at<P: Platform>(
    platform: &P,
    route: &'static Route,
    request: Request<Bytes>,
    cookies: &Cookies,
    known: Option<Caller>,
) -> Result<Response<Bytes>, Failure> {
    // Who signs out is a guest afterwards, whether they could be one before or not.
    let may_be_guest = matches!(*request.method(), Method::GET | Method::HEAD) || route == pages::SIGN_OUT;
    let visitor = match known {
        Some(caller) => Visitor { caller, set: Vec::new() },
        None => session::resumed(platform, route, cookies, may_be_guest).await?,
    };
    let mut answer = from_its_worker(platform, route, request, cookies, &visitor).await?;
    // What the page itself says of a cookie goes before what was found on the way there.
    let names: Vec<Vec<u8>> = answer.headers().get_all(header::SET_COOKIE).iter().map(name_of).collect();
    for value in visitor.set.into_iter().filter(|value| !names.contains(&name_of(value))) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

fn name_of(cookie: &HeaderValue) -> Vec<u8> {
    cookie.as_bytes().iter().copied().take_while(|byte| *byte != b'=').collect()
}

async fn from_its_worker<P: Platform>(
    platform: &P,
    route: &'static Route,
    request: Request<Bytes>,
    cookies: &Cookies,
    visitor: &Visitor,
) -> Result<Response<Bytes>, Failure> {
    if request.body().len() > route.body_max {
        let detail = format!("at most {} bytes", route.body_max);
        return Err(Problem::new(codes::payload_too_large).detail(detail).into());
    }
    card_guard::check(route, request.uri(), request.body())?;
    let conditions = request.headers().clone();
    // The console shows what is true by now.
    let key = if route.access == Access::Public { key(&request, cookies) } else { None };
    let mut request = request;
    if key.is_some() {
        request.headers_mut().remove(header::IF_NONE_MATCH);
    }
    if let Some((key, found)) = key.clone().and_then(|key| Some((key.clone(), cache::look(platform, &key)?)))
    {
        if found.is_to_be_renewed {
            renew(platform, route, request, key, &visitor.caller);
        }
        return Ok(conditional(found.response, &conditions));
    }
    let response = forward::to_service(platform, route, &visitor.caller, request).await?;
    if let Some(key) = key {
        cache::put(platform, key, &response);
        return Ok(conditional(response, &conditions));
    }
    Ok(response)
}

/// Makes a page anew behind the back of whoever gets the old one.
fn renew<P: Platform>(
    platform: &P,
    route: &'static Route,
    request: Request<Bytes>,
    key: String,
    caller: &Caller,
) {
    let (own, caller) = (platform.clone(), caller.clone());
    platform.background(async move {
        // Where it cannot be made, the old one stays until it is too old.
        if let Ok(response) = forward::to_service(&own, route, &caller, request).await {
            cache::put(&own, key, &response);
        }
    });
}

/// Whoever has nothing of ours gets what all get who ask so. What a browser says about its language stands in the key as what it comes to;
/// a page says where it is, so that what the shop is called stands there, too.
fn key(request: &Request<Bytes>, cookies: &Cookies) -> Option<String> {
    if cookies.names().any(|name| name.starts_with(OUR_COOKIES) && name != PREFERENCES_COOKIE) {
        return None;
    }
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = pages::language(accept.unwrap_or_default());
    let preferences = cookies.get(PREFERENCES_COOKIE).unwrap_or_default();
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Some(format!("page {host} {language} {preferences} {}", cache::key(request, false)?))
}

/// What a browser shows where the gateway itself says no: written by the storefront, and without it in a few words.
pub async fn problem<P: Platform>(
    platform: &P,
    asked: Asked,
    problem: &Problem,
    is_ours: bool,
) -> Response<Bytes> {
    let request_id = platform.context().request_id.clone();
    let ask = WriteRefusal {
        status: problem.status(),
        code: problem.code.code.to_owned(),
        path: asked.path,
        accept_language: asked.accept_language,
        preferences: asked.preferences,
        request_id,
    };
    // Who has just failed is not asked once more.
    let written = if is_ours { reach::call(platform, &ask).await.ok() } else { None };
    let is_written = written.is_some();
    let html = written.unwrap_or_else(|| plain(problem, &ask.request_id));
    let mut response = web::problem_page(problem, html);
    if is_written {
        web::protect_page(response.headers_mut());
    }
    response
}

/// What of a request its refusal is written by.
#[derive(Default)]
pub struct Asked {
    path: String,
    accept_language: String,
    preferences: Option<String>,
}

impl Asked {
    pub fn of<B>(request: &Request<B>) -> Self {
        let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let preferences = Cookies::of(request.headers()).get(PREFERENCES_COOKIE).map(str::to_owned);
        Self {
            path: pages::nearest(request.uri().path()).to_owned(),
            accept_language: accept.unwrap_or_default().to_owned(),
            preferences,
        }
    }
}

fn plain(problem: &Problem, request_id: &str) -> String {
    let title = problem.code.title;
    let detail = problem.detail.as_deref().map(escaped).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><h1>{title}</h1><p>{detail}</p><p><a href=\"/\">To the shop</a></p><p><small>{request_id}</small></p></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
