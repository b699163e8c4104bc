//! Accounts, as users and admins have them opened, changed and removed.

use api::{
    auth::{
        Account, AccountChange, AccountChanged, AccountExport, ChangeAccount, ListAccounts, Register,
        Registered,
    },
    erasure::AccountErased,
};
use domain::{
    DurationMs,
    account::{EmailKey, LINK_WINDOW_MS, LinkPurpose},
    id::UserId,
    mail::AccountMail,
    text::Normalise,
    time::MINUTE_MS,
};
use platform::{Database, Fault, Platform};

use super::{Place, Proof, Proven, links, prove, seconds};
use crate::{
    hash,
    store::{self, New, Stored, Written, factors, links::Obstacle, sessions, tries},
};

/// How long the same registration again is the same one, whose answer was lost.
const REPEAT_MS: DurationMs = 10 * MINUTE_MS;

pub async fn register<P: Platform>(p: &P, ask: Register) -> Result<Registered, Fault> {
    let normalise = p.normalise();
    if ask.password.is_common(normalise) {
        return Ok(Registered::CommonPassword);
    }
    let Ok(email) = ask.email.normalised(normalise) else { return Ok(Registered::InvalidEmail) };
    let (db, now) = (p.db()?, p.now());
    let password_hash = hash::hash(&ask.password.prepared(normalise), p.random())?;
    let key = EmailKey::of(&email, normalise);
    let link = links::draw(p, LinkPurpose::VerifyEmail, ask.user, &email)?;
    let new =
        New { user: ask.user, email: &email, key: &key, password_hash: &password_hash, link: &link, now };
    let Stored { account, password_hash: kept } = store::open(&db, &new).await?;
    if account.user == ask.user {
        links::send(p, &[link.message])?;
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
    let (db, mut change, normalise) = (p.db()?, ask.change, p.normalise());
    if change.password.as_ref().is_some_and(|password| password.is_common(normalise)) {
        return Ok(AccountChanged::CommonPassword);
    }
    if let Some(email) = &change.email {
        let Ok(email) = email.normalised(normalise) else { return Ok(AccountChanged::InvalidEmail) };
        change.email = Some(email);
    }
    let Some(known) = store::account(&db, ask.user).await? else { return Ok(AccountChanged::NotFound) };
    let mut proven = None;
    if let Some(current) = &change.current_password {
        let key = EmailKey::of(&known.account.email, normalise);
        match prove(p, key, current, Place::Inside(ask.user)).await? {
            Proof::Right(found) => {
                let Proven { stored, who, .. } = *found;
                if stored.account.user != ask.user {
                    // The address is somebody else's by now.
                    return Ok(AccountChanged::WrongPassword);
                }
                db.batch(tries::forget(&who)).await?;
                proven = Some(stored.password_hash);
            }
            Proof::Wrong if is_done(&known, &change, normalise)? => {
                return Ok(AccountChanged::Account(known.account));
            }
            Proof::Wrong => return Ok(AccountChanged::WrongPassword),
            Proof::TooManyTries(wait_s) => return Ok(AccountChanged::TooManyTries(wait_s)),
        }
    }
    let password_hash = match &change.password {
        Some(password) => Some(hash::hash(&password.prepared(normalise), p.random())?),
        None => None,
    };
    let key = change.email.as_ref().map(|email| EmailKey::of(email, normalise));
    let old_email = &known.account.email;
    let told = |template| links::message(p, template, ask.user, old_email, None);
    // An address that nobody proved may be a stranger's, whom this is no business of.
    let is_told = known.account.is_email_verified;
    let password_message =
        change.password.as_ref().filter(|_| is_told).map(|_| told(AccountMail::PasswordChanged));
    let new_email = change.email.as_ref().filter(|_| key != Some(EmailKey::of(old_email, normalise)));
    if let Some(key) = key.as_ref().filter(|_| new_email.is_some()) {
        match store::links::obstacle(&db, ask.user, key, p.now()).await? {
            Some(Obstacle::EmailTaken) => return Ok(AccountChanged::EmailTaken),
            Some(Obstacle::TooManyLinks) => {
                return Ok(AccountChanged::TooManyTries(seconds(LINK_WINDOW_MS)));
            }
            None => {}
        }
    }
    let link =
        new_email.map(|email| links::draw(p, LinkPurpose::VerifyEmail, ask.user, email)).transpose()?;
    let email_message = new_email.filter(|_| is_told).map(|_| told(AccountMail::EmailChanged));
    let change = store::Change {
        user: ask.user,
        email: change.email.as_ref().zip(key.as_ref()),
        password_message: password_message.as_ref(),
        link: link.as_ref(),
        email_message: email_message.as_ref(),
        password_hash: password_hash.as_deref(),
        roles: change.roles.as_deref(),
        is_disabled: change.is_disabled,
        proven: proven.as_deref(),
        keep: change.keep,
        now: p.now(),
    };
    Ok(match store::change(&db, &change).await? {
        Written::Done(account, messages) => {
            links::send(p, &messages)?;
            AccountChanged::Account(account)
        }
        Written::NotFound => AccountChanged::NotFound,
        Written::EmailTaken => AccountChanged::EmailTaken,
        Written::Outrun => AccountChanged::WrongPassword,
        Written::LastAdmin => AccountChanged::LastAdmin,
    })
}

/// Whether a change of the password is one that took effect already, and only its answer was lost: then the old one is wrong by now.
fn is_done(known: &Stored, change: &AccountChange, normalise: Normalise) -> Result<bool, Fault> {
    let Some(password) = &change.password else { return Ok(false) };
    let Account { email, pending_email, .. } = &known.account;
    let has_address =
        change.email.as_ref().is_none_or(|new| new == email || Some(new) == pending_email.as_ref());
    Ok(has_address && hash::verify(&password.prepared(normalise), Some(&known.password_hash))?)
}

pub async fn export<P: Platform>(p: &P, user: UserId) -> Result<Option<AccountExport>, Fault> {
    let db = p.db()?;
    let Some(stored) = store::account(&db, user).await? else { return Ok(None) };
    let sessions = sessions::alive(&db, user, None, p.now()).await?;
    let has_second_factor = factors::read(&db, user).await?.is_some_and(|factor| factor.is_confirmed());
    Ok(Some(AccountExport { account: stored.account, has_second_factor, sessions }))
}

/// Removes an account with all that hangs on it: sessions, their tokens, the places that it knows, and the tries that name it. Tries from
/// outside that stand under a place's hash are nobody's any more, and swept within the hour.
pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<AccountErased, Fault> {
    let db = p.db()?;
    let Some(stored) = store::account(&db, user).await? else { return Ok(AccountErased::NotFound) };
    let tried = tries::Who::inside(EmailKey::of(&stored.account.email, p.normalise()), user);
    Ok(if store::erase(&db, user, &tried).await? {
        AccountErased::Erased
    } else if store::account(&db, user).await?.is_none() {
        AccountErased::NotFound
    } else {
        AccountErased::LastAdmin
    })
}
