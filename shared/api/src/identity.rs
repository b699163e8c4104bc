//! Who is calling, as the router says it: a short-lived signed header that every service verifies for itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{fmt, sync::Arc};

use domain::{
    DurationMs, Invalid, Timestamp,
    id::{SessionId, UserId},
    time::MINUTE_MS,
};

/// How far ahead the router's word may reach, by the clock of whoever reads it.
pub const CALLER_REACH_MS: DurationMs = 60_000;
/// How far the router's clock may be ahead of a service's, which may run on another machine.
pub const CLOCK_SKEW_MAX_MS: DurationMs = 5_000;
/// How long the router's word holds: one request's way through the shop.
pub const CALLER_TTL_MS: DurationMs = CALLER_REACH_MS - CLOCK_SKEW_MAX_MS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    /// Catalogue, stock and orders.
    Staff,
    /// Staff, and users, roles and operations.
    Admin,
}

/// Who issues our access tokens: their claim `iss`.
pub const TOKEN_ISSUER: &str = "meridian";
/// How long an access token holds.
pub const ACCESS_TOKEN_TTL_MS: DurationMs = 15 * MINUTE_MS;

/// What an access token says besides when it was issued and expires (RFC 7519, section 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub sub: UserId,
    pub sid: SessionId,
    pub roles: Vec<Role>,
    pub jti: String,
}

/// The roles that an account may be given: each once, in their order, and `customer` always, as whoever works here may shop here.
///
/// So no list is empty, nobody is locked out of their own account by losing a job, and two lists that say the same are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles(Vec<Role>);

impl TryFrom<Vec<Role>> for Roles {
    type Error = Invalid;

    fn try_from(mut roles: Vec<Role>) -> Result<Self, Invalid> {
        let count = roles.len();
        roles.sort_unstable();
        roles.dedup();
        if roles.len() != count {
            return Err(Invalid::new("duplicate_role", "must name each role once"));
        }
        if !roles.contains(&Role::Customer) {
            return Err(Invalid::new("customer_required", "must name customer, which everybody is"));
        }
        Ok(Self(roles))
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Vec<Role> {
        roles.0
    }
}

/// The caller of one request. Nobody signed in: no `sub`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub sub: Option<UserId>,
    #[serde(default)]
    pub roles: Vec<Role>,
    pub sid: Option<SessionId>,
    pub request_id: String,
    pub exp: Timestamp,
}

impl Caller {
    pub fn guest(request_id: String, now: Timestamp) -> Self {
        Self { sub: None, roles: Vec::new(), sid: None, request_id, exp: now.plus(CALLER_TTL_MS) }
    }

    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Role::Staff | Role::Admin))
    }

    pub fn is_admin(&self) -> bool {
        self.roles.contains(&Role::Admin)
    }
}

/// Keys of one kind: the first signs, all of them verify, so that a key can be changed without anybody noticing.
#[derive(Clone)]
pub struct KeyRing(Arc<[Key]>);

#[derive(Clone)]
struct Key {
    id: String,
    secret: Vec<u8>,
}

/// The shortest secret, in bytes: as long as the hash (RFC 2104, section 3).
pub const SECRET_LENGTH_MIN: usize = 32;

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.0.iter().map(|key| key.id.as_str()).collect();
        write!(f, "KeyRing{ids:?}")
    }
}

impl KeyRing {
    /// `id:base64url,id:base64url`: at least one, at most two keys.
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Vec<Key> = text
            .split(',')
            .map(|entry| {
                let (id, secret) = entry.trim().split_once(':')?;
                let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
                let is_usable = !id.is_empty() && !id.contains('.') && secret.len() >= SECRET_LENGTH_MIN;
                is_usable.then(|| Key { id: id.to_owned(), secret })
            })
            .collect::<Option<_>>()?;
        (1..=2).contains(&keys.len()).then(|| Self(keys.into()))
    }

    pub fn secret(&self, id: &str) -> Option<&[u8]> {
        self.0.iter().find(|key| key.id == id).map(|key| key.secret.as_slice())
    }

    /// The key that signs: its id and secret.
    pub fn signing(&self) -> Option<(&str, &[u8])> {
        self.0.first().map(|key| (key.id.as_str(), key.secret.as_slice()))
    }
}

fn mac(secret: &[u8], message: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(message.as_bytes());
    Some(mac)
}

/// The header's value: `key id . claims . signature`.
pub fn sign(caller: &Caller, keys: &KeyRing) -> Option<String> {
    let (id, secret) = keys.signing()?;
    let message = format!("{id}.{}", URL_SAFE_NO_PAD.encode(crate::json::write(caller).ok()?));
    let signature = mac(secret, &message)?.finalize().into_bytes();
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The caller, if the router said so within the last minute.
pub fn verify(header: &str, keys: &KeyRing, now: Timestamp) -> Option<Caller> {
    let (message, signature) = header.rsplit_once('.')?;
    let (id, claims) = message.split_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    // Compares in constant time.
    mac(keys.secret(id)?, message)?.verify_slice(&signature).ok()?;
    let caller: Caller = crate::json::read(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    (caller.exp > now && caller.exp <= now.plus(CALLER_REACH_MS)).then_some(caller)
}

domain::schema!(Roles, "Roles", |generator| {
    "description": "Each once, and customer always.",
    "type": "array",
    "items": generator.subschema_for::<Role>(),
    "contains": { "const": "customer" },
    "uniqueItems": true,
    "examples": [["customer", "staff"]],
});

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(id: &str, byte: u8) -> String {
        format!("{id}:{}", URL_SAFE_NO_PAD.encode([byte; 32]))
    }

    #[test]
    fn what_the_router_signed_is_believed_for_a_minute() {
        let now = Timestamp::from_millis(1_000_000);
        let keys = KeyRing::parse(&ring("a", 1)).unwrap();
        let caller = Caller::guest("req_1".into(), now);
        let header = sign(&caller, &keys).unwrap();
        assert_eq!(verify(&header, &keys, now), Some(caller));
        assert_eq!(verify(&header, &keys, now.plus(CALLER_TTL_MS)), None);
    }

    /// Whose clock is behind would otherwise know nobody.
    #[test]
    fn clocks_need_not_agree_to_the_second() {
        let router = Timestamp::from_millis(1_000_000);
        let keys = KeyRing::parse(&ring("a", 1)).unwrap();
        let header = sign(&Caller::guest("req_1".into(), router), &keys).unwrap();
        for (behind_ms, is_believed) in [(1, true), (CLOCK_SKEW_MAX_MS, true), (CLOCK_SKEW_MAX_MS + 1, false)]
        {
            let service = Timestamp::from_millis(router.millis() - i64::try_from(behind_ms).unwrap());
            assert_eq!(verify(&header, &keys, service).is_some(), is_believed, "{behind_ms} ms behind");
        }
    }

    #[test]
    fn anything_else_is_not() {
        let now = Timestamp::from_millis(1_000_000);
        let keys = KeyRing::parse(&ring("a", 1)).unwrap();
        let header = sign(&Caller::guest("req_1".into(), now), &keys).unwrap();
        let long_lived = Caller { exp: now.plus(CALLER_REACH_MS + 1), ..Caller::guest("r".into(), now) };
        for forged in [
            sign(&Caller::guest("req_1".into(), now), &KeyRing::parse(&ring("a", 2)).unwrap()).unwrap(),
            sign(&Caller::guest("req_1".into(), now), &KeyRing::parse(&ring("b", 1)).unwrap()).unwrap(),
            sign(&long_lived, &keys).unwrap(),
            header[..header.len() - 2].to_owned(),
            header.replace('.', ""),
            String::new(),
        ] {
            assert_eq!(verify(&forged, &keys, now), None, "{forged}");
        }
    }

    #[test]
    fn two_keys_may_be_live_and_short_ones_never() {
        let now = Timestamp::from_millis(1_000_000);
        let old = KeyRing::parse(&ring("old", 1)).unwrap();
        let both = KeyRing::parse(&format!("{},{}", ring("new", 2), ring("old", 1))).unwrap();
        let header = sign(&Caller::guest("r".into(), now), &old).unwrap();
        assert!(verify(&header, &both, now).is_some());
        assert_eq!(both.signing().unwrap().0, "new");
        assert!(KeyRing::parse("a:c2hvcnQ").is_none());
        assert!(KeyRing::parse("").is_none());
    }

    #[test]
    fn roles_are_named_once_and_everybody_is_a_customer() {
        use Role::{Admin, Customer, Staff};
        for (named, expected) in [
            (vec![Customer], Ok(vec![Customer])),
            (vec![Admin, Customer], Ok(vec![Customer, Admin])),
            (vec![Staff, Admin, Customer], Ok(vec![Customer, Staff, Admin])),
            (vec![], Err("customer_required")),
            (vec![Staff], Err("customer_required")),
            (vec![Customer, Staff, Customer], Err("duplicate_role")),
        ] {
            let roles = Roles::try_from(named.clone()).map(Vec::from).map_err(|invalid| invalid.code);
            assert_eq!(roles, expected, "{named:?}");
        }
    }
}
