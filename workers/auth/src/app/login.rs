//! Sessions: beginning one, keeping it and ending it.

use api::{
    Problem,
    auth::{Login, SessionView, TokenPair},
    problem::codes,
};
use domain::{
    account::EmailKey,
    holder::TokenHash,
    id::{SessionId, UserId},
};
use platform::{Database, Failure, Fault, Platform};

use super::{Place, Proof, prove};
use crate::{
    hash,
    store::{
        sessions::{self, Begin, Rotated},
        tries,
    },
    token::{self, Secret},
};

/// Where a client is, and what it calls itself.
pub struct Client {
    /// The address, or as much of it as belongs to one connection; "" where the platform does not say.
    pub place: String,
    pub user_agent: Option<String>,
}

/// The longest name of a browser that is kept, in characters.
const USER_AGENT_LENGTH_MAX: usize = 200;

pub async fn login<P: Platform>(p: &P, ask: Login, client: Client) -> Result<TokenPair, Failure> {
    let (stored, who) =
        match prove(p, EmailKey::of(&ask.email, p.normalise()), &ask.password, Place::Outside(&client.place))
            .await?
        {
            Proof::Right(proven) => *proven,
            Proof::Wrong => return Err(Problem::new(codes::invalid_credentials).into()),
            Proof::TooManyTries(wait_s) => {
                return Err(Problem::new(codes::too_many_tries).retry_after(wait_s).into());
            }
        };
    let account = stored.account;
    if account.is_disabled {
        // Only to whoever knows the password.
        return Err(Problem::new(codes::forbidden).detail("this account is closed").into());
    }
    let (id, refresh, now) = (SessionId::new(p.seed()), Secret::new(p), p.now());
    let user_agent: Option<String> =
        client.user_agent.map(|agent| agent.chars().take(USER_AGENT_LENGTH_MAX).collect());
    let mut statements = sessions::begin(&Begin {
        id,
        user: account.user,
        user_agent: user_agent.as_deref(),
        refresh: &refresh.hash,
        place: who.known(),
        proven: &stored.password_hash,
        now,
    });
    statements.extend(tries::forget(&who));
    if hash::is_outdated(&stored.password_hash) {
        let stronger = hash::hash(&ask.password.prepared(p.normalise()), p.random())?;
        statements.push(tries::rehash(&account, &stored.password_hash, &stronger));
    }
    let written = p.db()?.batch(statements).await?;
    if written.first().is_none_or(|session| session.changes == 0) {
        // The password was changed, or the account closed, while this one was looked at.
        return Err(Problem::new(codes::invalid_credentials).into());
    }
    Ok(token::pair(p, account.user, id, account.roles, refresh)?)
}

/// A new pair for a refresh token. One that was used before ends the session: either the client or a thief has it, and nobody can tell which.
pub async fn refresh<P: Platform>(p: &P, refresh_token: &str) -> Result<TokenPair, Failure> {
    let (db, now, fresh) = (p.db()?, p.now(), Secret::new(p));
    match sessions::rotate(&db, &TokenHash::of(refresh_token), &fresh.hash, now).await? {
        Rotated::Fresh { session, user, roles } => Ok(token::pair(p, user, session, roles, fresh)?),
        Rotated::Reused => Err(Problem::new(codes::token_reused).into()),
        Rotated::Nothing => {
            Err(Problem::new(codes::unauthorized).detail("the refresh token is not valid").into())
        }
    }
}

/// Its refresh token dies at once, its access token by itself.
pub async fn logout<P: Platform>(p: &P, session: Option<SessionId>) -> Result<(), Fault> {
    match session {
        Some(session) => sessions::end(&p.db()?, session, p.now()).await,
        None => Ok(()),
    }
}

pub async fn sessions<P: Platform>(
    p: &P,
    user: UserId,
    current: Option<SessionId>,
) -> Result<Vec<SessionView>, Fault> {
    sessions::alive(&p.db()?, user, current, p.now()).await
}

pub async fn session_end<P: Platform>(p: &P, user: UserId, session: SessionId) -> Result<(), Failure> {
    if sessions::end_own(&p.db()?, user, session, p.now()).await? {
        Ok(())
    } else {
        Err(Problem::not_found().into())
    }
}
