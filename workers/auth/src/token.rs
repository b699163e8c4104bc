//! The tokens that a signed-in client holds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Hs256, Hs256Key},
};

use api::{
    auth::TokenPair,
    identity::{ACCESS_TOKEN_TTL_MS, AccessClaims, KeyRing, Role, TOKEN_ISSUER},
};
use domain::{
    Timestamp,
    holder::TokenHash,
    id::{SessionId, UserId},
    time::SECOND_MS,
};
use platform::{Fault, Platform};

use crate::config;

/// As hard to guess as a key.
const REFRESH_TOKEN_BYTES: usize = 32;
const TOKEN_ID_BYTES: usize = 16;

/// A token that is shown once and kept as its hash.
pub struct Secret {
    pub text: String,
    pub hash: TokenHash,
}

impl Secret {
    pub fn new<P: Platform>(platform: &P) -> Self {
        let text = URL_SAFE_NO_PAD.encode(platform.random::<REFRESH_TOKEN_BYTES>());
        Self { hash: TokenHash::of(&text), text }
    }
}

/// What a login and a refresh answer.
pub fn pair<P: Platform>(
    platform: &P,
    user: UserId,
    session: SessionId,
    roles: Vec<Role>,
    refresh: Secret,
) -> Result<TokenPair, Fault> {
    Ok(TokenPair {
        access_token: access(platform, user, session, roles)?,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_TOKEN_TTL_MS / SECOND_MS,
        refresh_token: refresh.text,
    })
}

/// What says to the router who somebody is.
pub fn access<P: Platform>(
    platform: &P,
    user: UserId,
    session: SessionId,
    roles: Vec<Role>,
) -> Result<String, Fault> {
    let claims = AccessClaims {
        iss: TOKEN_ISSUER.to_owned(),
        sub: user,
        sid: session,
        roles,
        jti: URL_SAFE_NO_PAD.encode(platform.random::<TOKEN_ID_BYTES>()),
    };
    sign(claims, &config::jwt_keys(platform)?, platform.now())
}

/// JWT (RFC 7519), HS256, by key id.
fn sign(claims: AccessClaims, keys: &KeyRing, now: Timestamp) -> Result<String, Fault> {
    let (id, secret) = keys.signing().ok_or_else(|| Fault::defect("JWT_KEYS is empty"))?;
    let mut claims = Claims::new(claims);
    claims.issued_at = DateTime::from_timestamp_millis(now.millis());
    claims.expiration = DateTime::from_timestamp_millis(now.plus(ACCESS_TOKEN_TTL_MS).millis());
    Hs256
        .token(&Header::empty().with_key_id(id), &claims, &Hs256Key::new(secret))
        .map_err(|error| Fault::defect(format!("access token: {error}")))
}
