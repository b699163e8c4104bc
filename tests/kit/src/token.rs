//! Access tokens as the shop's own login would give them, signed with whatever key the shop under test has.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Hs256, Hs256Key},
};
use serde::Serialize;

use domain::{
    DurationMs, Timestamp,
    id::{SessionId, UserId},
};

/// How long a token holds.
const TOKEN_TTL_MS: DurationMs = 15 * 60_000;

#[derive(Serialize)]
struct Caller<'a> {
    iss: &'static str,
    sub: UserId,
    sid: SessionId,
    roles: [&'a str; 1],
    jti: String,
}

/// The user that tests call by `name`.
pub fn user(name: &str) -> UserId {
    UserId::derived(&["test", name])
}

/// A token for `user` in `role` (`customer`, `staff`, `admin`), under the first of `jwt_keys` (`kid:base64url,…`).
pub fn mint(jwt_keys: &str, user: UserId, role: &str, now: Timestamp) -> String {
    let moment = |at: Timestamp| DateTime::<Utc>::from_timestamp_millis(at.millis());
    let (kid, key) = jwt_keys.split(',').next().and_then(|key| key.split_once(':')).expect("kid:key");
    let key = Hs256Key::new(URL_SAFE_NO_PAD.decode(key).expect("a key is base64url"));
    let jti = format!("{user}-{}", now.millis());
    let sid = SessionId::derived(&[&user.to_string()]);
    let mut claims = Claims::new(Caller { iss: "meridian", sub: user, sid, roles: [role], jti });
    claims.issued_at = moment(now);
    claims.expiration = moment(now.plus(TOKEN_TTL_MS));
    Hs256.token(&Header::empty().with_key_id(kid), &claims, &key).expect("a token can be signed")
}
