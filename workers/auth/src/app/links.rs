//! Mailed links: a new address is proven with one, and a forgotten password replaced.

use api::{
    Problem, Service,
    auth::{Account, AskPasswordReset, ConfirmPasswordReset, LinkToken},
    event::{Confirm, Envelope, Queue},
    notification::NotifyAccount,
    problem::codes,
};
use domain::{
    Invalid,
    account::{EmailKey, LinkPurpose, Password, common_password},
    holder::TokenHash,
    id::{EventId, LinkId, UserId},
    mail::AccountMail,
    text::Email,
};
use platform::{Database, Failure, Fault, Platform, outbox};

use super::{Place, Proof, prove};
use crate::{
    config, hash,
    store::{
        self,
        links::{self, NewLink, Reset, Resettable},
        tries,
    },
};

/// The message that has somebody mailed.
pub fn message<P: Platform>(
    p: &P,
    template: AccountMail,
    user: UserId,
    email: &Email,
    link: Option<LinkId>,
) -> Envelope {
    let data = NotifyAccount { template, user_id: user, email: email.clone(), link };
    let traceparent = Some(p.context().trace.to_string());
    Envelope::new(EventId::new(p.seed()), &data, p.now(), traceparent)
        .confirmed_to(Confirm::Service(Service::Auth))
}

/// Has committed messages sent.
pub fn send<P: Platform>(p: &P, messages: &[Envelope]) -> Result<(), Fault> {
    outbox::send_after_answer(p, Queue::NotificationEvents, messages)
}

/// A new link for somebody, with the message that has it mailed.
pub fn draw<P: Platform>(p: &P, purpose: LinkPurpose, user: UserId, email: &Email) -> Result<NewLink, Fault> {
    let id = LinkId::new(p.seed());
    let hash = TokenHash::of(&config::link_token_key(p)?.token(&id));
    let message = message(p, purpose.mail(), user, email, Some(id));
    Ok(NewLink { id, hash, purpose, user, key: EmailKey::of(email, p.normalise()), message, now: p.now() })
}

/// Has a link mailed that resets the password of an address. Nobody learns whether there is an account: without one as much is looked up and
/// written, and the answer is the same.
pub async fn ask_reset<P: Platform>(p: &P, ask: AskPasswordReset) -> Result<(), Fault> {
    let db = p.db()?;
    let key = EmailKey::of(&ask.email, p.normalise());
    let found = store::account_of(&db, &key).await?.filter(|stored| !stored.account.is_disabled);
    // Without an account the link is written nowhere, as nobody is called so.
    let nobody = || (UserId::new(p.seed()), ask.email);
    let (user, email) = found.map_or_else(nobody, |stored| (stored.account.user, stored.account.email));
    let link = draw(p, LinkPurpose::ResetPassword, user, &email)?;
    write(p, link).await
}

/// Writes a link, if it may be, and has it mailed.
async fn write<P: Platform>(p: &P, link: NewLink) -> Result<(), Fault> {
    let written = p.db()?.batch(links::add(&link).into()).await?;
    let is_written = written.last().is_some_and(|message| message.changes > 0);
    if is_written { send(p, &[link.message]) } else { Ok(()) }
}

/// Sets the password that a link was mailed for. The same link with the same password again is the same request, whose answer was lost.
pub async fn confirm_reset<P: Platform>(p: &P, ask: ConfirmPasswordReset) -> Result<(), Failure> {
    let (db, now, normalise) = (p.db()?, p.now(), p.normalise());
    let link = TokenHash::of(&ask.token);
    let Some(Resettable { stored, was_used }) = links::resettable(&db, &link, now).await? else {
        return Err(not_valid().into());
    };
    let password = ask.password.into_password();
    if password.is_common(normalise) {
        return Err(Problem::invalid("/password", &common_password()).into());
    }
    let account = &stored.account;
    if was_used {
        return repeat_reset(p, &link, account, &password).await;
    }
    let message = message(p, AccountMail::PasswordChanged, account.user, &account.email, None);
    let password_hash = hash::hash(&password.prepared(normalise), p.random())?;
    let reset = Reset { link: &link, account, password_hash: &password_hash, message: &message, now };
    if !links::reset(&db, &reset).await? {
        return Err(not_valid().into());
    }
    Ok(send(p, &[message])?)
}

/// The same password once more is the same request. Any other is a try like all others: a link that was used may be known to somebody else.
async fn repeat_reset<P: Platform>(
    p: &P,
    link: &TokenHash,
    account: &Account,
    password: &Password,
) -> Result<(), Failure> {
    let key = EmailKey::of(&account.email, p.normalise());
    match prove(p, key, password, Place::Link(link)).await? {
        Proof::Right(proven) => Ok(p.db()?.batch(tries::forget(&proven.who)).await.map(drop)?),
        Proof::Wrong => Err(not_valid().into()),
        Proof::TooManyTries(wait_s) => Err(Problem::new(codes::too_many_tries).retry_after(wait_s).into()),
    }
}

/// Proves the address that a link went to, and lets it take over where it was to; again changes nothing.
///
/// Whoever opens the link reads the address's mails, and that is all that has to be shown of the address which an account has. One that is
/// to take over is an account's only if both are somebody's: a stranger who opens the link must not be given another's account.
pub async fn verify_email<P: Platform>(p: &P, caller: Option<UserId>, token: &str) -> Result<(), Failure> {
    let (db, hash, now) = (p.db()?, TokenHash::of(token), p.now());
    if links::verify(&db, &hash, caller, now).await? {
        return Ok(());
    }
    Err(match links::takes_over(&db, &hash, now).await? {
        Some(user) if caller != Some(user) => Problem::new(codes::unauthorized)
            .detail("sign in to the account that is to have this address")
            .into(),
        _ => not_valid().into(),
    })
}

/// Mails somebody another link that proves the address they are to have, or have; unless that is proven or they got enough of them.
pub async fn verify_again<P: Platform>(p: &P, user: UserId) -> Result<(), Failure> {
    let account = store::account(&p.db()?, user).await?.ok_or_else(Problem::not_found)?.account;
    let unproven = account.pending_email.or_else(|| (!account.is_email_verified).then_some(account.email));
    let Some(email) = unproven else { return Ok(()) };
    let link = draw(p, LinkPurpose::VerifyEmail, user, &email)?;
    Ok(write(p, link).await?)
}

/// What makes a link work, for whoever writes its mail. `None` too where it was made with a key that is no longer ours.
pub async fn read<P: Platform>(p: &P, link: LinkId) -> Result<Option<LinkToken>, Fault> {
    let token = config::link_token_key(p)?.token(&link);
    let hash = links::hash_of_good(&p.db()?, link, p.now()).await?;
    Ok((hash == Some(TokenHash::of(&token))).then_some(LinkToken { token }))
}

fn not_valid() -> Problem {
    let invalid = Invalid::new("link_not_valid", "is not valid, or not any more: ask for a new link");
    Problem { code: codes::link_not_valid, ..Problem::invalid("/token", &invalid) }
}
