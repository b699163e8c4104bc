//! Pages of the web shop on their way through the gateway.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};

use api::{
    Problem,
    identity::Caller,
    pages::{self, OUR_COOKIES, PREFERENCES_COOKIE},
    problem::codes,
    routes::{Access, Found, Route},
};
use platform::{Failure, Platform};
use web::Cookies;

use crate::{
    cache, card_guard, forward,
    gateway::{Outcome, conditional},
    rate,
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
    route: &Route,
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
    route: &Route,
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
    if let Some(kept) = key.as_deref().and_then(|key| cache::get(platform, key)) {
        return Ok(conditional(kept, &conditions));
    }
    let mut request = request;
    if key.is_some() {
        request.headers_mut().remove(header::IF_NONE_MATCH);
    }
    let response = forward::to_service(platform, route, &visitor.caller, request).await?;
    if let Some(key) = key {
        cache::put(platform, key, &response);
        return Ok(conditional(response, &conditions));
    }
    Ok(response)
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

/// What a browser shows where there is no page: somebody looks at it.
pub fn problem(problem: &Problem, request_id: &str) -> Response<Bytes> {
    let title = problem.code.title;
    let detail = problem.detail.as_deref().map(escaped).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><h1>{title}</h1><p>{detail}</p><p><a href=\"/\">To the shop</a></p><p><small>{request_id}</small></p></html>"
    );
    web::problem_page(problem, html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
