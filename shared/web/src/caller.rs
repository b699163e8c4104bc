//! Proof of who is calling. Only these extractors make one, from the router's signed word.

use axum::extract::FromRequestParts;
use http::request::Parts;
use std::{
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

use api::{
    Problem, headers,
    identity::{Caller, KeyRing, verify},
    problem::codes,
};
use domain::{
    holder::{Holder, TokenHash},
    id::UserId,
};
use platform::{Fault, Platform};

use crate::{Error, Result, world};

/// A caller of kind `K`, on platform `P`: a handler that takes one cannot be called without.
pub struct Signed<K, P>(pub K, PhantomData<P>);

/// Anybody: a guest or a customer, staff too.
pub struct Shopper {
    pub caller: Caller,
}

impl Shopper {
    pub fn user(&self) -> Option<UserId> {
        self.caller.sub
    }
}

/// Somebody who is signed in.
pub struct Customer {
    pub user: UserId,
    pub caller: Caller,
}

/// Staff or an admin.
pub struct Staff {
    pub user: UserId,
    pub caller: Caller,
}

pub struct Admin {
    pub user: UserId,
    pub caller: Caller,
}

pub trait FromCaller: Sized {
    fn from_caller(caller: Caller) -> std::result::Result<Self, Problem>;
}

fn signed_in(caller: &Caller) -> std::result::Result<UserId, Problem> {
    caller.sub.ok_or_else(|| Problem::new(codes::unauthorized))
}

impl FromCaller for Shopper {
    fn from_caller(caller: Caller) -> std::result::Result<Self, Problem> {
        Ok(Self { caller })
    }
}

impl FromCaller for Customer {
    fn from_caller(caller: Caller) -> std::result::Result<Self, Problem> {
        Ok(Self { user: signed_in(&caller)?, caller })
    }
}

impl FromCaller for Staff {
    fn from_caller(caller: Caller) -> std::result::Result<Self, Problem> {
        let user = signed_in(&caller)?;
        if caller.is_staff() { Ok(Self { user, caller }) } else { Err(Problem::new(codes::forbidden)) }
    }
}

impl FromCaller for Admin {
    fn from_caller(caller: Caller) -> std::result::Result<Self, Problem> {
        let user = signed_in(&caller)?;
        if caller.is_admin() { Ok(Self { user, caller }) } else { Err(Problem::new(codes::forbidden)) }
    }
}

impl<K: FromCaller, P: Platform, S: Sync> FromRequestParts<S> for Signed<K, P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let platform: P = world::from_parts(parts)?;
        let header = parts.headers.get(headers::CALLER).and_then(|value| value.to_str().ok());
        let caller = match header {
            Some(header) => verify(header, &keys(&platform)?, platform.now()),
            None => None,
        };
        // Without the router's word nobody gets in, not even as a guest.
        let caller = caller.ok_or_else(|| Problem::new(codes::unauthorized))?;
        Ok(Self(K::from_caller(caller)?, PhantomData))
    }
}

/// The keys that callers are signed with, parsed once per isolate.
fn keys<P: Platform>(platform: &P) -> Result<KeyRing> {
    static PARSED: Mutex<Option<(String, KeyRing)>> = Mutex::new(None);
    let text = platform.var("CALLER_KEYS").ok_or_else(|| Fault::defect("CALLER_KEYS is not set"))?;
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, keys)) = parsed.as_ref()
        && *known == text
    {
        return Ok(keys.clone());
    }
    let keys = KeyRing::parse(&text)
        .ok_or_else(|| Fault::defect("CALLER_KEYS is not `id:base64url[,id:base64url]`"))?;
    *parsed = Some((text, keys.clone()));
    Ok(keys)
}

macro_rules! token_holder {
    ($(#[$doc:meta])* $name:ident $header:expr) => {
        $(#[$doc])*
        pub struct $name<P> {
            pub shopper: Shopper,
            /// What they can show: who they are, and the hash of the token they sent.
            pub holder: Holder,
            platform: PhantomData<P>,
        }

        impl<P: Platform, S: Sync> FromRequestParts<S> for $name<P> {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
                let Signed(shopper, _) = Signed::<Shopper, P>::from_request_parts(parts, state).await?;
                let token = parts.headers.get($header).and_then(|value| value.to_str().ok());
                let holder = Holder { user: shopper.user(), token: token.map(TokenHash::of) };
                Ok(Self { shopper, holder, platform: PhantomData })
            }
        }
    };
}

token_holder! {
    /// Whoever may hold a cart: a signed-in shopper, or a guest with `X-Cart-Token`.
    CartHolder headers::CART_TOKEN
}

token_holder! {
    /// Whoever may hold an order: a signed-in shopper, or a guest with `X-Order-Token`.
    OrderHolder headers::ORDER_TOKEN
}
