//! Who looks at a page: by the session's cookies, where `/v1` takes a bearer token and nothing else.

use http::HeaderValue;

use api::{
    auth::ResumeSession,
    identity::{ACCESS_TOKEN_TTL_MS, Caller, Role},
    pages::{ACCESS_COOKIE, COOKIES_KEPT_S, SESSION_COOKIE, VISITOR_COOKIE},
    routes::{Access, Route},
};
use domain::time::SECOND_MS;
use platform::{Failure, Fault, Platform, log};
use web::{Cookies, cookie};

use crate::{reach, token};

/// Somebody who looks at a page, and the cookies that they are given on the way.
pub struct Visitor {
    pub caller: Caller,
    pub set: Vec<HeaderValue>,
}

impl Visitor {
    fn known(caller: Caller) -> Self {
        Self { caller, set: Vec::new() }
    }
}

/// Whom the access token names, while it is good. Nobody shops with more than a customer's rights, whatever else they may do in the console.
pub fn known<P: Platform>(platform: &P, route: &Route, cookies: &Cookies) -> Result<Option<Caller>, Fault> {
    let access =
        cookies.get(ACCESS_COOKIE).map(|access| token::caller(platform, access)).transpose()?.flatten();
    let has_own_rights = matches!(route.access, Access::Staff | Access::Admin);
    Ok(access.map(
        |caller| {
            if has_own_rights { caller } else { Caller { roles: vec![Role::Customer], ..caller } }
        },
    ))
}

/// Has another access token made of the session, where there is one; a session that is over makes its owner a guest.
pub async fn resumed<P: Platform>(
    platform: &P,
    route: &Route,
    cookies: &Cookies,
    may_be_guest: bool,
) -> Result<Visitor, Failure> {
    let guest = || Caller::guest(platform.context().request_id.clone(), platform.now());
    let Some(session) = cookies.get(SESSION_COOKIE) else { return Ok(Visitor::known(guest())) };
    let access = match reach::call(platform, &ResumeSession { refresh_token: session.to_owned() }).await {
        Ok(access) => access,
        // Better to look round as a guest than not at all; who does something has to be who they are.
        Err(failure) if may_be_guest => {
            if let Failure::Fault(fault) = &failure {
                log::fault(platform, "session", &fault.to_string());
            }
            return Ok(Visitor::known(guest()));
        }
        Err(failure) => return Err(failure),
    };
    let resumed = Cookies::of_pairs(access.iter().map(|access| (ACCESS_COOKIE, access.as_str())));
    Ok(match (access, known(platform, route, &resumed)?) {
        (Some(access), Some(caller)) => {
            // What is used is kept: the session as long as auth keeps it, and what proves its forms with it.
            let again = [SESSION_COOKIE, VISITOR_COOKIE]
                .into_iter()
                .filter_map(|name| cookies.get(name).and_then(|value| cookie(name, value, COOKIES_KEPT_S)));
            let access = cookie(ACCESS_COOKIE, &access, ACCESS_TOKEN_TTL_MS / SECOND_MS);
            Visitor { caller, set: access.into_iter().chain(again).collect() }
        }
        _ => {
            let ended = [SESSION_COOKIE, ACCESS_COOKIE].map(|name| cookie(name, "", 0));
            Visitor { caller: guest(), set: ended.into_iter().flatten().collect() }
        }
    })
}
