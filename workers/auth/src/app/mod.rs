//! Use cases: signing in and staying so, and the accounts behind it.

mod accounts;
mod login;

pub use accounts::{change, export, list, read, register};
pub use login::{Client, login, logout, refresh, session_end, sessions};

use domain::{
    account::{EmailKey, Password, throttle},
    id::UserId,
    time::SECOND_MS,
};
use platform::{Fault, Platform};

use crate::{
    hash,
    store::{
        self, Stored,
        tries::{self, Who},
    },
};

/// Where a password is shown.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// At the door, from here.
    Outside(&'a str),
    /// By somebody who is signed in: a place of its own, and one that is known, so that nobody else's tries count there.
    Inside(UserId),
}

/// What came of showing a password.
pub enum Proof {
    /// Their account; the try has to be forgotten.
    Right(Box<(Stored, Who)>),
    Wrong,
    /// Not even looked at: to be tried again after so many seconds.
    TooManyTries(u32),
}

/// Looks at a password, once the try is counted. Without an account it takes as long as with one.
pub async fn prove<P: Platform>(
    p: &P,
    email: EmailKey,
    password: &Password,
    place: Place<'_>,
) -> Result<Proof, Fault> {
    let who = match place {
        Place::Outside(place) => Who::new(email, place),
        Place::Inside(user) => Who::new(email, &format!("signed in as {user}")),
    };
    let counted = tries::begin(&p.db()?, &who, p.now()).await?;
    let is_known_place = counted.login.is_known_place || matches!(place, Place::Inside(_));
    if let Err(wait_ms) = throttle::check(&throttle::Login { is_known_place, ..counted.login }, p.now()) {
        return Ok(Proof::TooManyTries(u32::try_from(wait_ms.div_ceil(SECOND_MS)).unwrap_or(u32::MAX)));
    }
    let known = counted.stored.as_ref().map(|stored| stored.password_hash.as_str());
    let is_right = hash::verify(&password.prepared(p.normalise()), known)?;
    Ok(match counted.stored {
        Some(stored) if is_right => Proof::Right(Box::new((stored, who))),
        _ => Proof::Wrong,
    })
}

pub async fn sweep<P: Platform>(p: &P) -> Result<(), Fault> {
    store::sweep(&p.db()?, p.now()).await
}
