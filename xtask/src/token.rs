//! Tokens for tests and measurements: signed with this checkout's own key, so they open this checkout's local shop and nothing else.

use std::time::SystemTime;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Hs256, Hs256Key},
};
use serde::Serialize;
use uuid::Uuid;

use crate::secrets::Secrets;

const LIFETIME_HOURS: i64 = 24;

#[derive(Serialize)]
struct Caller<'a> {
    iss: &'static str,
    sub: &'a str,
    sid: String,
    roles: [&'a str; 1],
    jti: String,
}

/// For somebody new in `role`.
pub fn mint(secrets: &Secrets, role: &str) -> Result<String> {
    let user = format!("usr_{}", Uuid::now_v7());

    let first = secrets.jwt_keys.split(',').next().unwrap_or_default();
    let (kid, key) = first.split_once(':').context("JWT_KEYS is not `kid:key`")?;
    let key = Hs256Key::new(URL_SAFE_NO_PAD.decode(key).context("JWT_KEYS is not base64url")?);
    let now = DateTime::<Utc>::from(SystemTime::now());
    let mut claims = Claims::new(Caller {
        iss: "meridian",
        sub: &user,
        sid: format!("ses_{}", Uuid::now_v7()),
        roles: [role],
        jti: Uuid::new_v4().to_string(),
    });
    claims.issued_at = Some(now);
    claims.expiration = now.checked_add_signed(Duration::hours(LIFETIME_HOURS));
    Hs256.token(&Header::empty().with_key_id(kid), &claims, &key).context("the token cannot be signed")
}
