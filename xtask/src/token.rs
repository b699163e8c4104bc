//! Development tokens: signed with this checkout's own key, so they open this checkout's local shop and nothing else.

use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Hs256, Hs256Key},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{secrets::Secrets, workspace::Workspace};

const LIFETIME_HOURS: i64 = 24;
const ROLES: [&str; 3] = ["customer", "staff", "admin"];

#[derive(Serialize)]
struct Caller<'a> {
    iss: &'static str,
    sub: &'a str,
    sid: String,
    roles: [&'a str; 1],
    jti: String,
}

/// Prints a token; `user` names who it is for, else it is somebody new.
pub fn run(workspace: &Workspace, role: &str, user: Option<&str>) -> Result<()> {
    println!("{}", mint(&Secrets::load(workspace)?, role, user)?);
    Ok(())
}

pub fn mint(secrets: &Secrets, role: &str, user: Option<&str>) -> Result<String> {
    if !ROLES.contains(&role) {
        bail!("--role is one of {}, not `{role}`.", ROLES.join(", "));
    }
    let somebody = format!("usr_{}", Uuid::now_v7());
    let user = user.unwrap_or(&somebody);
    if user.strip_prefix("usr_").and_then(|id| Uuid::parse_str(id).ok()).is_none() {
        bail!("--user is `usr_` and a UUID, not `{user}`.");
    }

    let first = secrets.jwt_keys.split(',').next().unwrap_or_default();
    let (kid, key) = first.split_once(':').context("JWT_KEYS is not `kid:key`")?;
    let key = Hs256Key::new(URL_SAFE_NO_PAD.decode(key).context("JWT_KEYS is not base64url")?);
    let now = DateTime::<Utc>::from(SystemTime::now());
    let mut claims = Claims::new(Caller {
        iss: "meridian",
        sub: user,
        sid: format!("ses_{}", Uuid::now_v7()),
        roles: [role],
        jti: Uuid::new_v4().to_string(),
    });
    claims.issued_at = Some(now);
    claims.expiration = now.checked_add_signed(Duration::hours(LIFETIME_HOURS));
    Hs256.token(&Header::empty().with_key_id(kid), &claims, &key).context("the token cannot be signed")
}
