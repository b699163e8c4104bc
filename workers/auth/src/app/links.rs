//! Mailed links: a new address is proven with one, and a forgotten password replaced.

use api::{
    Problem,
    auth::{AskPasswordReset, ConfirmPasswordReset, LinkToken},
    event::{Envelope, Queue},
    notification::NotifyAccount,
    problem::codes,
};
use domain::{
    Invalid,
    account::{EmailKey, LINKS_MAX, LinkPurpose, common_password},
    holder::TokenHash,
    id::{EventId, LinkId, UserId},
    mail::AccountMail,
    text::Email,
};
use platform::{Database, Failure, Fault, Platform, outbox};

use crate::{
    config, hash,
    store::{
        self,
        links::{self, NewLink, Reset, Resettable},
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

/// Has a link mailed that resets the password of an address. Nobody learns whether there is an account: without one as many round trips
/// are made, and the answer is the same.
pub async fn ask_reset<P: Platform>(p: &P, ask: AskPasswordReset) -> Result<(), Fault> {
    let (db, now) = (p.db()?, p.now());
    let key = EmailKey::of(&ask.email, p.normalise());
    let found = links::asked_for(&db, &key, LinkPurpose::ResetPassword, now).await?;
    let account = found.filter(|(stored, count)| !stored.account.is_disabled && *count < LINKS_MAX);
    let Some((stored, _)) = account else {
        return db.run(links::sweep(now)).await.map(drop);
    };
    let link = draw(p, LinkPurpose::ResetPassword, stored.account.user, &stored.account.email)?;
    db.batch(links::add(&link).into()).await?;
    send(p, &[link.message])
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
    let prepared = password.prepared(normalise);
    if was_used {
        let is_repeat = hash::verify(&prepared, Some(&stored.password_hash))?;
        return if is_repeat { Ok(()) } else { Err(not_valid().into()) };
    }
    let account = &stored.account;
    let message = message(p, AccountMail::PasswordChanged, account.user, &account.email, None);
    let password_hash = hash::hash(&prepared, p.random())?;
    let reset = Reset { link: &link, account, password_hash: &password_hash, message: &message, now };
    if !links::reset(&db, &reset).await? {
        return Err(not_valid().into());
    }
    Ok(send(p, &[message])?)
}

/// Proves the address that a link went to; again changes nothing.
pub async fn verify_email<P: Platform>(p: &P, token: &str) -> Result<(), Failure> {
    if links::verify(&p.db()?, &TokenHash::of(token), p.now()).await? {
        Ok(())
    } else {
        Err(not_valid().into())
    }
}

/// Mails somebody another link that proves their address, unless it is proven or they got enough of them.
pub async fn verify_again<P: Platform>(p: &P, user: UserId) -> Result<(), Failure> {
    let db = p.db()?;
    let stored = store::account(&db, user).await?.ok_or_else(Problem::not_found)?;
    let key = EmailKey::of(&stored.account.email, p.normalise());
    let found = links::asked_for(&db, &key, LinkPurpose::VerifyEmail, p.now()).await?;
    let is_due = found.is_some_and(|(stored, count)| {
        stored.account.user == user && !stored.account.is_email_verified && count < LINKS_MAX
    });
    if is_due {
        let link = draw(p, LinkPurpose::VerifyEmail, user, &stored.account.email)?;
        db.batch(links::add(&link).into()).await?;
        send(p, &[link.message])?;
    }
    Ok(())
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
