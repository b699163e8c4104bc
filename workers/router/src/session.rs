//! Who looks at a page: by the session's cookies, where `/v1` takes a bearer token and nothing else.

use http::{HeaderMap, HeaderValue};

use api::{
    auth::ResumeSession,
    identity::{ACCESS_TOKEN_TTL_MS, Caller},
    pages::{ACCESS_COOKIE, SESSION_COOKIE},
};
use domain::time::SECOND_MS;
use platform::{Failure, Platform};
use web::{Cookies, cookie};

use crate::{reach, token};

/// Somebody who looks at a page, and the cookies that they are given on the way.
pub struct Visitor {
    pub caller: Caller,
    pub set: Vec<HeaderValue>,
}

/// An access token is made anew from the session as often as it is needed; a session that is over makes its owner a guest.
pub async fn visitor<P: Platform>(platform: &P, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let cookies = Cookies::of(headers);
    let guest = || Caller::guest(platform.context().request_id.clone(), platform.now());
    if let Some(access) = cookies.get(ACCESS_COOKIE)
        && let Some(caller) = token::caller(platform, access)?
    {
        return Ok(Visitor { caller, set: Vec::new() });
    }
    let Some(session) = cookies.get(SESSION_COOKIE) else {
        return Ok(Visitor { caller: guest(), set: Vec::new() });
    };
    let ask = ResumeSession { refresh_token: session.to_owned() };
    let access = reach::call(platform, &ask).await?;
    let caller = access.as_deref().map(|access| token::caller(platform, access)).transpose()?.flatten();
    Ok(match (access, caller) {
        (Some(access), Some(caller)) => {
            let set = cookie(ACCESS_COOKIE, &access, ACCESS_TOKEN_TTL_MS / SECOND_MS);
            Visitor { caller, set: set.into_iter().collect() }
        }
        _ => {
            let ended = [SESSION_COOKIE, ACCESS_COOKIE].map(|name| cookie(name, "", 0));
            Visitor { caller: guest(), set: ended.into_iter().flatten().collect() }
        }
    })
}
