//! The routes of auth; each handler is one sentence.

use http::{HeaderMap, header};

use api::{
    auth::{
        Account, AccountChanged, AccountExport, AskPasswordReset, ChangeAccount, ConfirmPasswordReset,
        ConfirmTotp, EnrolTotp, ExportAccount, LinkToken, ListAccounts, Login, ProveTotp, ReadAccount,
        ReadLink, RecoveryCodes, Refresh, Register, Registered, ResumeSession, Sessions, TokenPair,
        TotpEnrolment, TotpView, VerifyEmail,
    },
    call::InternalCall,
    erasure::{AccountErased, EraseAccount},
    event::{CONFIRM_PATH, ConfirmEvents},
    headers, routes,
};
use domain::id::SessionId;
use platform::{Platform, outbox};
use web::{Accepted, Answer, Customer, Json, NoContent, Path, Result, Routes, Shopper, Signed, World};

use crate::app::{self, Client};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .internal(CONFIRM_PATH, confirm_events::<P>)
        .route(routes::LOGIN, login::<P>)
        .route(routes::TOKEN_REFRESH, refresh::<P>)
        .route(routes::LOGOUT, logout::<P>)
        .route(routes::SESSIONS_LIST, sessions::<P>)
        .route(routes::SESSION_END, session_end::<P>)
        .route(routes::PASSWORD_RESET, ask_reset::<P>)
        .route(routes::PASSWORD_RESET_CONFIRM, confirm_reset::<P>)
        .route(routes::EMAIL_VERIFY, verify_email::<P>)
        .route(routes::EMAIL_VERIFY_AGAIN, verify_again::<P>)
        .route(routes::TOTP_READ, read_totp::<P>)
        .route(routes::TOTP_ENROL, enrol_totp::<P>)
        .route(routes::TOTP_CONFIRM, confirm_totp::<P>)
        .route(routes::TOTP_RENEW_CODES, renew_totp_codes::<P>)
        .route(routes::TOTP_DISABLE, disable_totp::<P>)
        .internal(ResumeSession::PATH, resume::<P>)
        .internal(ReadLink::PATH, read_link::<P>)
        .internal(Register::PATH, register::<P>)
        .internal(ReadAccount::PATH, read::<P>)
        .internal(ListAccounts::PATH, list::<P>)
        .internal(ChangeAccount::PATH, change::<P>)
        .internal(ExportAccount::PATH, export::<P>)
        .internal(EraseAccount::PATH, erase::<P>)
}

fn client(all: &HeaderMap) -> Client {
    let text = |name: &str| all.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Client {
        place: text(headers::CLIENT_PLACE).unwrap_or_default(),
        user_agent: text(header::USER_AGENT.as_str()),
    }
}

async fn login<P: Platform>(
    World(p): World<P>,
    headers: HeaderMap,
    Json(ask): Json<Login>,
) -> Result<Answer<TokenPair>> {
    Ok(Answer::ok(app::login(&p, ask, client(&headers)).await?).no_store())
}

async fn refresh<P: Platform>(World(p): World<P>, Json(ask): Json<Refresh>) -> Result<Answer<TokenPair>> {
    Ok(Answer::ok(app::refresh(&p, &ask.refresh_token).await?).no_store())
}

async fn logout<P: Platform>(World(p): World<P>, customer: Signed<Customer, P>) -> Result<NoContent> {
    app::logout(&p, customer.0.caller.sid).await?;
    Ok(NoContent)
}

async fn sessions<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
) -> Result<Answer<Sessions>> {
    let Customer { user, caller } = customer.0;
    Ok(Answer::ok(Sessions { items: app::sessions(&p, user, caller.sid).await? }).no_store())
}

async fn session_end<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Path(id): Path<SessionId>,
) -> Result<NoContent> {
    app::session_end(&p, customer.0.user, id).await?;
    Ok(NoContent)
}

async fn ask_reset<P: Platform>(World(p): World<P>, Json(ask): Json<AskPasswordReset>) -> Result<Accepted> {
    app::ask_reset(&p, ask).await?;
    Ok(Accepted)
}

async fn confirm_reset<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ConfirmPasswordReset>,
) -> Result<NoContent> {
    app::confirm_reset(&p, ask).await?;
    Ok(NoContent)
}

async fn verify_email<P: Platform>(
    World(p): World<P>,
    shopper: Signed<Shopper, P>,
    Json(ask): Json<VerifyEmail>,
) -> Result<NoContent> {
    app::verify_email(&p, shopper.0.user(), &ask.token).await?;
    Ok(NoContent)
}

async fn verify_again<P: Platform>(World(p): World<P>, customer: Signed<Customer, P>) -> Result<Accepted> {
    app::verify_again(&p, customer.0.user).await?;
    Ok(Accepted)
}

async fn read_totp<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
) -> Result<Answer<TotpView>> {
    Ok(Answer::ok(app::read_totp(&p, customer.0.user).await?).no_store())
}

async fn enrol_totp<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Json(ask): Json<EnrolTotp>,
) -> Result<Answer<TotpEnrolment>> {
    Ok(Answer::ok(app::enrol_totp(&p, customer.0.user, ask).await?).no_store())
}

async fn confirm_totp<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Json(ask): Json<ConfirmTotp>,
) -> Result<Answer<RecoveryCodes>> {
    Ok(Answer::ok(app::confirm_totp(&p, customer.0.user, ask).await?).no_store())
}

async fn renew_totp_codes<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Json(ask): Json<ProveTotp>,
) -> Result<Answer<RecoveryCodes>> {
    Ok(Answer::ok(app::renew_totp_codes(&p, customer.0.user, ask).await?).no_store())
}

async fn disable_totp<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    Json(ask): Json<ProveTotp>,
) -> Result<NoContent> {
    app::disable_totp(&p, customer.0.user, ask).await?;
    Ok(NoContent)
}

async fn resume<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ResumeSession>,
) -> Result<Answer<Option<String>>> {
    Ok(Answer::ok(app::resume(&p, &ask.refresh_token).await?))
}

async fn read_link<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ReadLink>,
) -> Result<Answer<Option<LinkToken>>> {
    Ok(Answer::ok(app::read_link(&p, ask.link).await?))
}

async fn register<P: Platform>(World(p): World<P>, Json(ask): Json<Register>) -> Result<Answer<Registered>> {
    Ok(Answer::ok(app::register(&p, ask).await?))
}

async fn read<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ReadAccount>,
) -> Result<Answer<Option<Account>>> {
    Ok(Answer::ok(app::read(&p, ask.user).await?))
}

async fn list<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ListAccounts>,
) -> Result<Answer<Vec<Account>>> {
    Ok(Answer::ok(app::list(&p, ask).await?))
}

async fn change<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ChangeAccount>,
) -> Result<Answer<AccountChanged>> {
    Ok(Answer::ok(app::change(&p, ask).await?))
}

async fn export<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ExportAccount>,
) -> Result<Answer<Option<AccountExport>>> {
    Ok(Answer::ok(app::export(&p, ask.user).await?))
}

async fn erase<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<EraseAccount>,
) -> Result<Answer<AccountErased>> {
    Ok(Answer::ok(app::erase(&p, ask.user).await?))
}

async fn confirm_events<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<ConfirmEvents>,
) -> Result<Answer<()>> {
    Ok(Answer::ok(outbox::confirm(&p, &ask.events).await?))
}
