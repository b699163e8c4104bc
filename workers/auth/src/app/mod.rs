//! Use cases: signing in and staying so, and the accounts behind it.

mod accounts;
mod links;
mod login;
mod second_factor;

pub use accounts::{change, erase, export, list, read, register};
pub use links::{ask_reset, confirm_reset, read as read_link, verify_again, verify_email};
pub use login::{Client, login, logout, refresh, resume, session_end, sessions};
pub use second_factor::{
    confirm as confirm_totp, disable as disable_totp, enrol as enrol_totp, read as read_totp,
    renew_codes as renew_totp_codes,
};

use api::event::Queue;
use domain::{
    DurationMs,
    account::{EmailKey, Password, throttle},
    holder::TokenHash,
    id::UserId,
    time::SECOND_MS,
};
use platform::{Fault, Platform, outbox};

use crate::{
    hash,
    store::{
        self, Stored,
        factors::Factor,
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
    /// With a link that was used before: a place of its own as well, so that nobody's tries there are held against its owner.
    Link(&'a TokenHash),
}

/// Whose password was right. The try has to be forgotten.
pub struct Proven {
    pub stored: Stored,
    pub factor: Option<Factor>,
    pub who: Who,
}

/// What came of showing a password.
pub enum Proof {
    Right(Box<Proven>),
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
        Place::Inside(user) => Who::inside(email, user),
        Place::Link(link) => Who::new(email, &format!("link {}", link.as_str())),
    };
    let counted = tries::begin(&p.db()?, &who, p.now()).await?;
    let is_known_place = counted.login.is_known_place || !matches!(place, Place::Outside(_));
    if let Err(wait_ms) = throttle::check(&throttle::Login { is_known_place, ..counted.login }, p.now()) {
        return Ok(Proof::TooManyTries(seconds(wait_ms)));
    }
    let known = counted.stored.as_ref().map(|stored| stored.password_hash.as_str());
    let is_right = hash::verify(&password.prepared(p.normalise()), known)?;
    Ok(match counted.stored {
        Some(stored) if is_right => Proof::Right(Box::new(Proven { stored, factor: counted.factor, who })),
        _ => Proof::Wrong,
    })
}

/// As `Retry-After` has it: a second that has begun is a whole one.
fn seconds(wait_ms: DurationMs) -> u32 {
    u32::try_from(wait_ms.div_ceil(SECOND_MS)).unwrap_or(u32::MAX)
}

pub async fn sweep<P: Platform>(p: &P) -> Result<(), Fault> {
    store::sweep(&p.db()?, p.now()).await?;
    outbox::sweep(p, Queue::NotificationEvents).await
}
