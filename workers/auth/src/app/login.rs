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

use super::{Place, Proof, Proven, prove, second_factor};
use crate::{
    hash,
    store::{
        Stored, factors,
        sessions::{self, Begin, Kept, Rotated},
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
    let proven =
        match prove(p, EmailKey::of(&ask.email, p.normalise()), &ask.password, Place::Outside(&client.place))
            .await?
        {
            Proof::Right(proven) => *proven,
            Proof::Wrong => return Err(Problem::new(codes::invalid_credentials).into()),
            Proof::TooManyTries(wait_s) => {
                return Err(Problem::new(codes::too_many_tries).retry_after(wait_s).into());
            }
        };
    if proven.stored.account.is_disabled {
        // Only to whoever knows the password.
        return Err(Problem::new(codes::forbidden).detail("this account is closed").into());
    }
    let shown = second_factor::look(p, &proven, ask.code.as_ref()).await?;
    let Proven { stored: Stored { account, password_hash }, who, .. } = proven;
    let (id, refresh, now) = (SessionId::new(p.seed()), Secret::new(p), p.now());
    let user_agent: Option<String> =
        client.user_agent.map(|agent| agent.chars().take(USER_AGENT_LENGTH_MAX).collect());
    let by = id.to_string();
    let mut statements = match &shown {
        Some((factor, shown)) => {
            let mut statements = vec![factors::take(account.user, *factor, shown, &by)];
            statements.extend(tries::forget_both(&who, account.user, &by));
            statements
        }
        None => tries::forget(&who),
    };
    let session_at = statements.len();
    statements.extend(sessions::begin(&Begin {
        id,
        user: account.user,
        user_agent: user_agent.as_deref(),
        refresh: &refresh.hash,
        place: who.known(),
        proven: &password_hash,
        now,
    }));
    if hash::is_outdated(&password_hash) {
        let stronger = hash::hash(&ask.password.prepared(p.normalise()), p.random())?;
        statements.push(tries::rehash(&account, &password_hash, &stronger));
    }
    let written = p.db()?.batch(statements).await?;
    if written.get(session_at).is_none_or(|session| session.changes == 0) {
        // The code was used before; or the password was changed, the account closed or a second factor confirmed while this was looked at.
        let refusal = codes::invalid_credentials;
        return Err(
            if shown.is_some() { second_factor::wrong(refusal) } else { Problem::new(refusal) }.into()
        );
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

/// An access token for a session that is alive, whose refresh token stays as it is.
pub async fn resume<P: Platform>(p: &P, refresh_token: &str) -> Result<Option<String>, Fault> {
    let kept = sessions::keep(&p.db()?, &TokenHash::of(refresh_token), p.now()).await?;
    kept.map(|Kept { session, user, roles }| token::access(p, user, session, roles)).transpose()
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
