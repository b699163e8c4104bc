//! The second factor: enrolling an app, showing its codes, and the recovery codes for the day on which it is lost.

use api::{
    Problem,
    auth::{ConfirmTotp, EnrolTotp, ProveTotp, RecoveryCodes, TotpEnrolment, TotpView},
    problem::{Code, codes},
};
use domain::{
    Invalid,
    account::{CODE_TRIES_MAX, CODE_WINDOW_MS, EmailKey, OneTimeCode, Password, RECOVERY_CODES},
    holder::TokenHash,
    id::{FactorId, UserId},
    mail::AccountMail,
    text::Email,
};
use platform::{Database, Failure, Fault, Platform, Statement, database::ResultSet};

use super::{Place, Proof, Proven, links, prove, seconds};
use crate::{
    config,
    store::{
        self,
        factors::{self, Factor, Shown},
        tries,
    },
    totp::{self, Shared},
};

/// What somebody who has proven their password shows besides it. `None`: nothing is asked of them. A right code still has to be taken,
/// in the batch of what it allows.
pub async fn look<P: Platform>(
    p: &P,
    proven: &Proven,
    code: Option<&OneTimeCode>,
) -> Result<Option<(FactorId, Shown)>, Failure> {
    let Some(factor) = proven.factor.as_ref().filter(|factor| factor.is_confirmed()) else { return Ok(None) };
    let code = code.ok_or_else(|| Problem::new(codes::second_factor_required))?;
    let shown = look_at(p, proven.stored.account.user, factor, code, codes::invalid_credentials).await?;
    Ok(Some((factor.id, shown)))
}

/// What is refused where a code is not right.
pub fn wrong(code: &'static Code) -> Problem {
    let invalid = Invalid::new("wrong_code", "is not right, or was used before");
    Problem { code, ..Problem::invalid("/code", &invalid) }
}

/// Looks at a code, once the try is counted.
async fn look_at<P: Platform>(
    p: &P,
    user: UserId,
    factor: &Factor,
    code: &OneTimeCode,
    refusal: &'static Code,
) -> Result<Shown, Failure> {
    let tried = tries::count_code(&p.db()?, user, p.now()).await?;
    if tried.count > CODE_TRIES_MAX {
        let wait_ms = tried.since.plus(CODE_WINDOW_MS).since(p.now()).max(1);
        return Err(Problem::new(codes::too_many_tries).retry_after(seconds(wait_ms)).into());
    }
    if !code.is_of_app() {
        return Ok(Shown::Recovery(recovery_hash(user, code)));
    }
    let step = shared(p, factor)?.step(code, p.now()).ok_or_else(|| wrong(refusal))?;
    Ok(Shown::App(step))
}

fn shared<P: Platform>(p: &P, factor: &Factor) -> Result<Shared, Fault> {
    Shared::of(&factor.id, &factor.key_id, &config::totp_keys(p)?)
        .ok_or_else(|| Fault::defect(format!("TOTP_KEYS has no key {}", factor.key_id)))
}

/// With the account, so that one code is not two people's.
fn recovery_hash(user: UserId, code: &OneTimeCode) -> TokenHash {
    TokenHash::of(&format!("recovery\n{user}\n{}", code.as_str()))
}

pub async fn read<P: Platform>(p: &P, user: UserId) -> Result<TotpView, Fault> {
    let factor = factors::read(&p.db()?, user).await?.filter(Factor::is_confirmed);
    Ok(TotpView {
        is_on: factor.is_some(),
        recovery_codes_left: factor.map_or(0, |factor| factor.codes_left),
    })
}

/// Begins an enrolment: nothing is asked for until it is confirmed.
pub async fn enrol<P: Platform>(p: &P, user: UserId, ask: EnrolTotp) -> Result<TotpEnrolment, Failure> {
    let proven = prove_inside(p, user, &ask.current_password).await?;
    if !proven.stored.account.is_email_verified {
        // Else whoever opens an account with somebody else's address could keep them out of it for ever.
        return Err(Problem::new(codes::email_not_verified).into());
    }
    let (id, keys) = (FactorId::new(p.seed()), config::totp_keys(p)?);
    let (key_id, _) = keys.signing().ok_or_else(|| Fault::defect("TOTP_KEYS is empty"))?;
    let db = p.db()?;
    db.batch(tries::forget(&proven.who)).await?;
    let password_hash = &proven.stored.password_hash;
    if !factors::begin(&db, user, password_hash, id, key_id, p.now()).await? {
        return Err(Problem::new(codes::second_factor_on).into());
    }
    let shared = Shared::of(&id, key_id, &keys).ok_or_else(|| Fault::defect("a new factor has no secret"))?;
    let uri = shared.uri(&config::issuer(p), &proven.stored.account.email);
    Ok(TotpEnrolment { secret: shared.secret(), uri })
}

/// Confirms an enrolment by a code of the app, which is asked for from now on, and gives out the recovery codes.
pub async fn confirm<P: Platform>(p: &P, user: UserId, ask: ConfirmTotp) -> Result<RecoveryCodes, Failure> {
    let db = p.db()?;
    let stored = store::account(&db, user).await?.ok_or_else(Problem::not_found)?;
    let factor = factors::read(&db, user).await?.ok_or_else(|| Problem::new(codes::second_factor_off))?;
    if factor.is_confirmed() {
        return Err(Problem::new(codes::second_factor_on).into());
    }
    if !ask.code.is_of_app() {
        return Err(wrong(codes::wrong_code).into());
    }
    let shown = look_at(p, user, &factor, &ask.code, codes::wrong_code).await?;
    let (shown_codes, hashes) = draw_codes(p, user)?;
    let by = FactorId::new(p.seed()).to_string();
    let message = links::message(p, AccountMail::SecondFactorOn, user, &stored.account.email, None);
    let mut statements = vec![factors::take(user, factor.id, &shown, &by)];
    statements.push(tries::forget_codes(user, &by));
    statements.extend(factors::confirm(user, factor.id, &by, &message, p.now()));
    statements.extend(factors::replace_codes(user, &hashes, &by));
    if !is_taken(&db.batch(statements).await?) {
        return Err(wrong(codes::wrong_code).into());
    }
    links::send(p, &[message])?;
    Ok(shown_codes)
}

/// New recovery codes; the old ones are good no more. They take a code of the app: whose answer is lost can ask again, and who has lost the
/// app enrols another one.
pub async fn renew_codes<P: Platform>(p: &P, user: UserId, ask: ProveTotp) -> Result<RecoveryCodes, Failure> {
    if !ask.code.is_of_app() {
        return Err(wrong(codes::wrong_code).into());
    }
    let (shown_codes, hashes) = draw_codes(p, user)?;
    allow(p, user, &ask, |by, _| factors::replace_codes(user, &hashes, by).into()).await?;
    Ok(shown_codes)
}

/// Takes the second factor away.
pub async fn disable<P: Platform>(p: &P, user: UserId, ask: ProveTotp) -> Result<(), Failure> {
    let mut told = None;
    allow(p, user, &ask, |by, email| {
        let message = links::message(p, AccountMail::SecondFactorOff, user, email, None);
        let statements = factors::remove(user, by, &message, p.now()).into();
        told = Some(message);
        statements
    })
    .await?;
    Ok(links::send(p, told.as_slice())?)
}

/// Does what somebody may who shows their password and a code, in the write that takes the code.
async fn allow<P: Platform>(
    p: &P,
    user: UserId,
    ask: &ProveTotp,
    act: impl FnOnce(&str, &Email) -> Vec<Statement>,
) -> Result<(), Failure> {
    let proven = prove_inside(p, user, &ask.current_password).await?;
    let factor = proven.factor.filter(Factor::is_confirmed);
    let factor = factor.ok_or_else(|| Problem::new(codes::second_factor_off))?;
    let shown = look_at(p, user, &factor, &ask.code, codes::wrong_code).await?;
    let by = FactorId::new(p.seed()).to_string();
    let mut statements = vec![factors::take(user, factor.id, &shown, &by)];
    statements.extend(tries::forget_both(&proven.who, user, &by));
    statements.extend(act(&by, &proven.stored.account.email));
    if is_taken(&p.db()?.batch(statements).await?) { Ok(()) } else { Err(wrong(codes::wrong_code).into()) }
}

/// Whether the code was taken, which is the first thing that is written.
fn is_taken(written: &[ResultSet]) -> bool {
    written.first().is_some_and(|take| take.changes > 0)
}

/// The account of somebody who is signed in and shows their password.
async fn prove_inside<P: Platform>(p: &P, user: UserId, password: &Password) -> Result<Proven, Failure> {
    let known = store::account(&p.db()?, user).await?.ok_or_else(Problem::not_found)?;
    let key = EmailKey::of(&known.account.email, p.normalise());
    match prove(p, key, password, Place::Inside(user)).await? {
        Proof::Right(proven) if proven.stored.account.user == user => Ok(*proven),
        Proof::Right(_) | Proof::Wrong => Err(Problem::new(codes::wrong_password).into()),
        Proof::TooManyTries(wait_s) => Err(Problem::new(codes::too_many_tries).retry_after(wait_s).into()),
    }
}

/// New recovery codes, as they are shown and as they are kept.
fn draw_codes<P: Platform>(p: &P, user: UserId) -> Result<(RecoveryCodes, Vec<TokenHash>), Fault> {
    let drawn: Vec<(String, OneTimeCode)> =
        (0..RECOVERY_CODES).map(|_| totp::recovery_code(p)).collect::<Result<_, _>>()?;
    let hashes = drawn.iter().map(|(_, code)| recovery_hash(user, code)).collect();
    let recovery_codes = drawn.into_iter().map(|(shown, _)| shown).collect();
    Ok((RecoveryCodes { recovery_codes }, hashes))
}
