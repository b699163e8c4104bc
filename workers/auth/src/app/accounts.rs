//! Accounts, as users and admins have them opened, changed and removed.

use api::auth::{
    Account, AccountChange, AccountChanged, AccountErased, AccountExport, ChangeAccount, ListAccounts,
    Register, Registered,
};
use domain::{
    DurationMs,
    account::EmailKey,
    id::UserId,
    time::{MINUTE_MS, SECOND_MS},
};
use platform::{Database, Fault, Platform};

use super::{Proof, prove};
use crate::{
    hash,
    store::{self, Changed, New, Stored, Written, sessions, tries},
};

/// How long the same registration again is the same one, whose answer was lost.
const REPEAT_MS: DurationMs = 10 * MINUTE_MS;

pub async fn register<P: Platform>(p: &P, ask: Register) -> Result<Registered, Fault> {
    let normalise = p.normalise();
    if ask.password.is_common(normalise) {
        return Ok(Registered::CommonPassword);
    }
    let (db, now) = (p.db()?, p.now());
    let password_hash = hash::hash(&ask.password.prepared(normalise), p.random())?;
    let key = EmailKey::of(&ask.email, normalise);
    let new = New { user: ask.user, email: &ask.email, key: &key, password_hash: &password_hash, now };
    let Stored { account, password_hash: kept } = store::open(&db, &new).await?;
    if account.user == ask.user {
        return Ok(Registered::Account(account));
    }
    let is_repeat = now.since(account.created_at) < REPEAT_MS
        && hash::verify(&ask.password.prepared(normalise), Some(&kept))?
        && sessions::alive(&db, account.user, None, now).await?.is_empty();
    Ok(if is_repeat { Registered::Account(account) } else { Registered::EmailTaken })
}

pub async fn read<P: Platform>(p: &P, user: UserId) -> Result<Option<Account>, Fault> {
    Ok(store::account(&p.db()?, user).await?.map(|stored| stored.account))
}

pub async fn list<P: Platform>(p: &P, ask: ListAccounts) -> Result<Vec<Account>, Fault> {
    let key = ask.email.map(|email| EmailKey::of(&email, p.normalise()));
    store::accounts(&p.db()?, key.as_ref(), ask.after, ask.limit).await
}

pub async fn change<P: Platform>(p: &P, ask: ChangeAccount) -> Result<AccountChanged, Fault> {
    let (db, change, normalise) = (p.db()?, ask.change, p.normalise());
    if change.password.as_ref().is_some_and(|password| password.is_common(normalise)) {
        return Ok(AccountChanged::CommonPassword);
    }
    let Some(stored) = store::account(&db, ask.user).await? else { return Ok(AccountChanged::NotFound) };
    if let Some(current) = &change.current_password {
        // Whoever asks is signed in: their account is a place of its own, so that nobody else's tries count here.
        let place = format!("signed in as {}", ask.user);
        match prove(p, EmailKey::of(&stored.account.email, normalise), current, &place).await? {
            Proof::Right(_, who) => db.batch(tries::forget(&who)).await.map(drop)?,
            Proof::Wrong => return Ok(AccountChanged::WrongPassword),
            Proof::TooManyTries(wait_ms) => {
                let seconds = wait_ms.div_ceil(SECOND_MS);
                return Ok(AccountChanged::TooManyTries(u32::try_from(seconds).unwrap_or(u32::MAX)));
            }
        }
    }
    let password_hash = match &change.password {
        Some(password) => hash::hash(&password.prepared(normalise), p.random())?,
        None => stored.password_hash,
    };
    let was = EmailKey::of(&stored.account.email, normalise);
    let account = changed(stored.account, &change);
    let key = EmailKey::of(&account.email, normalise);
    // An address that only looks different is still proven.
    let account = Account { is_email_verified: account.is_email_verified && key == was, ..account };
    let ends_sessions =
        if account.is_disabled { Some(None) } else { change.password.is_some().then_some(change.keep) };
    let changed =
        Changed { account: &account, key: &key, password_hash: &password_hash, ends_sessions, now: p.now() };
    Ok(match store::change(&db, &changed).await? {
        Written::Done => AccountChanged::Account(account),
        Written::EmailTaken => AccountChanged::EmailTaken,
        Written::LastAdmin => AccountChanged::LastAdmin,
    })
}

/// The account as it is to be.
fn changed(account: Account, change: &AccountChange) -> Account {
    Account {
        email: change.email.clone().unwrap_or(account.email),
        roles: change.roles.clone().unwrap_or(account.roles),
        is_disabled: change.is_disabled.unwrap_or(account.is_disabled),
        ..account
    }
}

pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<AccountErased, Fault> {
    Ok(if store::erase(&p.db()?, user).await? { AccountErased::Erased } else { AccountErased::LastAdmin })
}

pub async fn export<P: Platform>(p: &P, user: UserId) -> Result<Option<AccountExport>, Fault> {
    let db = p.db()?;
    let Some(stored) = store::account(&db, user).await? else { return Ok(None) };
    let sessions = sessions::alive(&db, user, None, p.now()).await?;
    Ok(Some(AccountExport { account: stored.account, sessions }))
}
