//! Proof of who is calling. Only these extractors make one, from the router's signed word.

use std::marker::PhantomData;

use api::{
    Problem, headers,
    identity::{Caller, verify},
    problem::codes,
};
use domain::{
    holder::{Holder, TokenHash},
    id::UserId,
};
use platform::{Platform, key_ring};

use crate::{
    Result,
    handler::{Asked, Take},
};

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

impl<K: FromCaller, P: Platform> Take<P> for Signed<K, P> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        Ok(Self(K::from_caller(asked.caller()?)?, PhantomData))
    }
}

impl<P: Platform> Asked<'_, P> {
    /// Without the router's word nobody gets in, not even as a guest.
    fn caller(&self) -> Result<Caller> {
        let caller = match self.header(headers::CALLER) {
            Some(header) => verify(header, &key_ring(self.platform, "CALLER_KEYS")?, self.platform.now()),
            None => None,
        };
        caller.ok_or_else(|| Problem::new(codes::unauthorized).into())
    }

    /// A signed-in shopper, or a guest who shows the token in this header.
    fn holder(&self, header: &str) -> Result<(Shopper, Holder)> {
        let caller = self.caller()?;
        let holder = Holder { user: caller.sub, token: self.header(header).map(TokenHash::of) };
        Ok((Shopper { caller }, holder))
    }
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

        impl<P: Platform> Take<P> for $name<P> {
            fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
                let (shopper, holder) = asked.holder($header)?;
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
