//! Access tokens: JWT (RFC 7519), HS256, by key id. Verified here once; services believe the router's signed word instead.

use chrono::{DateTime, Duration};
use jwt_compact::{
    AlgorithmExt, TimeOptions, UntrustedToken,
    alg::{Hs256, Hs256Key},
};

use api::identity::{AccessClaims, CALLER_TTL_MS, Caller, KeyRing, TOKEN_ISSUER};
use domain::Timestamp;
use platform::{Fault, Platform, key_ring};
use std::sync::Arc;

/// How far the clocks of issuer and router may be apart, in seconds.
const LEEWAY_S: i64 = 5;

/// The caller of a request that shows this token. What was verified is remembered until it expires: it costs more than much that it is
/// shown for, and says the same each time. Another ring of keys is another memory.
pub fn caller<P: Platform>(platform: &P, token: &str) -> Result<Option<Caller>, Fault> {
    const KEYS: &str = "JWT_KEYS";
    let (now, request_id) = (platform.now(), &platform.context().request_id);
    let ring = platform.var(KEYS).unwrap_or_default();
    let key = format!("token {ring} {token}");
    if let Some(known) = platform.memory().get::<Caller>(&key, now) {
        let exp = now.plus(CALLER_TTL_MS);
        return Ok(Some(Caller { request_id: request_id.clone(), exp, ..Caller::clone(&known) }));
    }
    let Some(live) = verify(token, &key_ring(platform, KEYS)?, request_id, now) else { return Ok(None) };
    let bytes = size_of::<Caller>().saturating_add(request_id.len());
    platform.memory().put(key, Arc::new(live.caller.clone()), bytes, now, live.expires_at.since(now));
    Ok(Some(live.caller))
}

/// A token that is good for now.
pub struct Live {
    pub caller: Caller,
    pub expires_at: Timestamp,
}

/// Whom a token names; `None` for anything but a live token of ours.
pub fn verify(token: &str, keys: &KeyRing, request_id: &str, now: Timestamp) -> Option<Live> {
    let token = UntrustedToken::new(token).ok()?;
    // The validator below takes HS256 only, whatever the header says; the key id picks among our own keys.
    let secret = keys.secret(token.header().key_id.as_deref()?)?;
    let token = Hs256.validator::<AccessClaims>(&Hs256Key::new(secret)).validate(&token).ok()?;
    let at = DateTime::from_timestamp_millis(now.millis())?;
    let time = TimeOptions::new(Duration::seconds(LEEWAY_S), || at);
    let claims = token.claims();
    claims.validate_expiration(&time).ok()?;
    if claims.not_before.is_some() {
        claims.validate_maturity(&time).ok()?;
    }
    // Issued in the future: not yet valid, by whatever name.
    if claims.issued_at.is_some_and(|issued| issued.timestamp() > at.timestamp().saturating_add(LEEWAY_S))
        || claims.custom.iss != TOKEN_ISSUER
    {
        return None;
    }
    let caller = Caller {
        sub: Some(claims.custom.sub),
        roles: claims.custom.roles.clone(),
        sid: Some(claims.custom.sid),
        request_id: request_id.to_owned(),
        exp: now.plus(CALLER_TTL_MS),
    };
    Some(Live { caller, expires_at: Timestamp::from_millis(claims.expiration?.timestamp_millis()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::identity::Role;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use domain::id::{SessionId, UserId};
    use jwt_compact::{Claims as JwtClaims, Header};
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_795_359_845_000);

    fn keys(id: &str, byte: u8) -> KeyRing {
        KeyRing::parse(&format!("{id}:{}", URL_SAFE_NO_PAD.encode([byte; 32]))).unwrap()
    }

    fn mint(kid: &str, byte: u8, life_s: i64, issuer: &str) -> String {
        let issued = DateTime::from_timestamp_millis(NOW.millis()).unwrap();
        let mut claims = JwtClaims::new(json!({
            "iss": issuer,
            "sub": UserId::derived(&["ada"]),
            "sid": SessionId::derived(&["ada"]),
            "roles": [Role::Staff],
            "jti": "1",
        }));
        claims.issued_at = Some(issued);
        claims.expiration = Some(issued + Duration::seconds(life_s));
        Hs256.token(&Header::empty().with_key_id(kid), &claims, &Hs256Key::new([byte; 32])).unwrap()
    }

    #[test]
    fn a_live_token_of_ours_names_its_caller() {
        let caller = verify(&mint("a", 1, 60, TOKEN_ISSUER), &keys("a", 1), "req_1", NOW).unwrap().caller;
        assert_eq!(caller.sub, Some(UserId::derived(&["ada"])));
        assert!(caller.is_staff() && !caller.is_admin());
        assert_eq!(caller.request_id, "req_1");
    }

    #[test]
    fn anything_else_names_nobody() {
        let good = mint("a", 1, 60, TOKEN_ISSUER);
        let (head, rest) = good.split_once('.').unwrap();
        let (payload, signature) = rest.split_once('.').unwrap();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"a"}"#);
        let other = mint("a", 1, 120, TOKEN_ISSUER);
        let swapped = other.rsplit('.').next().unwrap();
        for (why, token) in [
            ("alg none", format!("{none}.{payload}.")),
            ("alg none, signed", format!("{none}.{payload}.{signature}")),
            ("unknown key id", mint("b", 1, 60, TOKEN_ISSUER)),
            ("another key", mint("a", 2, 60, TOKEN_ISSUER)),
            ("expired", mint("a", 1, -60, TOKEN_ISSUER)),
            ("another issuer", mint("a", 1, 60, "elsewhere")),
            ("truncated", good[..good.len() - 3].to_owned()),
            ("swapped signature", format!("{head}.{payload}.{swapped}")),
            ("no signature", format!("{head}.{payload}")),
            ("rubbish", "x".repeat(10_000)),
            ("nothing", String::new()),
        ] {
            assert!(verify(&token, &keys("a", 1), "r", NOW).is_none(), "{why}");
        }
        let early = Timestamp::from_millis(NOW.millis() - 3_600_000);
        assert!(verify(&good, &keys("a", 1), "r", early).is_none(), "not yet valid");
    }
}
