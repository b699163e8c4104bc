//! Who people are: what auth knows of them, together with their profile.
//!
//! Two services keep one user. Auth comes first: what it has refused has changed nothing here, and what it has done is repeated without
//! harm. A profile that was never written, because a registration died in between, reads as what it would have been.

pub mod addresses;
pub mod erasure;

use futures::future::join;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

use api::{
    Problem,
    auth::{
        Account, AccountChange, AccountChanged, ExportAccount, ListAccounts, ReadAccount, Register,
        Registered,
    },
    cursor,
    page::Page,
    problem::codes,
    user::{CreateUser, PatchMe, PatchUser, UserBody, UserExport, UsersQuery},
};
use domain::{
    Invalid, Timestamp,
    account::{NewPassword, common_password, name_until_told},
    id::{SessionId, UserId},
    text::Email,
};
use platform::{Database, Failure, Fault, Platform, call, idempotency};

use crate::store::{self, Profile, ProfileChange, erasures};

/// Somebody as both services know them.
#[derive(Debug, Clone)]
pub struct User {
    account: Account,
    profile: Profile,
}

impl User {
    fn of(account: Account, profile: Option<Profile>) -> Self {
        let profile = profile.unwrap_or_else(|| until_written(&account));
        Self { account, profile }
    }

    /// Grows with every change that came through here.
    pub fn version(&self) -> u64 {
        self.profile.version
    }

    pub fn into_body(self) -> UserBody {
        let Self { account, profile } = self;
        UserBody {
            id: account.user,
            email: account.email,
            is_email_verified: account.is_email_verified,
            pending_email: account.pending_email,
            name: profile.name,
            locale: profile.locale,
            currency: profile.currency,
            roles: account.roles,
            is_disabled: account.is_disabled,
            created_at: account.created_at,
            updated_at: profile.updated_at,
        }
    }
}

/// The profile of somebody whose registration got no further than auth. It is written with their first change and not before, so that
/// the repeat of their registration still gives them the name that they chose.
fn until_written(account: &Account) -> Profile {
    Profile {
        name: name_until_told(&account.email),
        locale: None,
        currency: None,
        version: 0,
        updated_at: account.created_at,
    }
}

/// Opens an account and writes the profile. A repeat after a lost answer goes on where the first attempt stopped: auth tells whose
/// account it is, and a profile that is there stays.
pub async fn register<P: Platform>(p: &P, body: CreateUser) -> Result<User, Failure> {
    let register =
        Register { user: UserId::new(p.seed()), email: body.email, password: body.password.into_password() };
    match call(p, &register).await? {
        Registered::CommonPassword => Err(too_common().into()),
        Registered::InvalidEmail => Err(no_address().into()),
        Registered::EmailTaken => Err(Problem::new(codes::email_taken).into()),
        Registered::Account(account) => {
            let new = Profile {
                name: body.name,
                locale: body.locale,
                currency: body.currency,
                version: 1,
                updated_at: p.now(),
            };
            let profile = store::add_profile(&p.db()?, account.user, &new).await.map_err(of_somebody)?;
            Ok(User { account, profile })
        }
    }
}

pub async fn read<P: Platform>(p: &P, user: UserId) -> Result<User, Failure> {
    let db = p.db()?;
    let (account, profile) = join(call(p, &ReadAccount { user }), store::profile(&db, user)).await;
    Ok(User::of(account?.ok_or_else(Problem::not_found)?, profile?))
}

/// What somebody changes about themself. `session` is the one they ask from: a new password ends all others.
pub async fn change_me<P: Platform>(
    p: &P,
    user: UserId,
    session: Option<SessionId>,
    expected: Option<u64>,
    patch: PatchMe,
) -> Result<User, Failure> {
    patch.check()?;
    let of_account = (patch.email.is_some() || patch.password.is_some()).then(|| AccountChange {
        email: patch.email,
        password: patch.password.map(NewPassword::into_password),
        current_password: patch.current_password,
        keep: session,
        ..AccountChange::default()
    });
    let of_profile = ProfileChange { name: patch.name, locale: patch.locale, currency: patch.currency };
    change(p, user, expected, of_account, of_profile).await
}

/// What an admin changes about somebody: what they may do, and whether they may sign in.
pub async fn change_user<P: Platform>(
    p: &P,
    user: UserId,
    expected: Option<u64>,
    patch: PatchUser,
) -> Result<User, Failure> {
    let of_account = (patch.roles.is_some() || patch.is_disabled.is_some()).then(|| AccountChange {
        roles: patch.roles.map(Vec::from),
        is_disabled: patch.is_disabled,
        ..AccountChange::default()
    });
    change(p, user, expected, of_account, ProfileChange::default()).await
}

/// Changes the account first, as it may be refused, then the profile, whose version counts both.
///
/// A change of the profile alone meets the expected version or does nothing, whoever else is at it. Once auth has changed the account,
/// the rest follows whatever the version is by then: half a change would be worse than one that somebody else's came before.
async fn change<P: Platform>(
    p: &P,
    user: UserId,
    expected: Option<u64>,
    of_account: Option<AccountChange>,
    of_profile: ProfileChange,
) -> Result<User, Failure> {
    let stale = || Problem::new(codes::precondition_failed);
    let mut known = read(p, user).await?;
    if expected.is_some_and(|expected| expected != known.version()) {
        return Err(stale().into());
    }
    if of_account.is_none() && of_profile.is_none() {
        return Ok(known);
    }
    let mut expected = expected;
    if let Some(of_account) = of_account {
        known.account = change_account(p, user, of_account).await?;
        expected = None;
    }
    let changed = store::change_profile(&p.db()?, user, &known.profile, &of_profile, expected, p.now()).await;
    let changed = changed.map_err(of_somebody)?;
    Ok(User { profile: changed.ok_or_else(stale)?, ..known })
}

async fn change_account<P: Platform>(p: &P, user: UserId, change: AccountChange) -> Result<Account, Failure> {
    let refusal = match call(p, &api::auth::ChangeAccount { user, change }).await? {
        AccountChanged::Account(account) => return Ok(account),
        AccountChanged::NotFound => Problem::not_found(),
        AccountChanged::EmailTaken => Problem::new(codes::email_taken),
        AccountChanged::CommonPassword => too_common(),
        AccountChanged::InvalidEmail => no_address(),
        AccountChanged::WrongPassword => Problem::new(codes::wrong_password),
        AccountChanged::TooManyTries(seconds) => Problem::new(codes::too_many_tries).retry_after(seconds),
        AccountChanged::LastAdmin => Problem::new(codes::last_admin),
    };
    Err(refusal.into())
}

/// Who is being forgotten is nobody, also to their last token.
fn of_somebody(fault: Fault) -> Failure {
    if erasures::is_erased(&fault) { Problem::not_found().into() } else { fault.into() }
}

fn no_address() -> Problem {
    Problem::invalid("/email", &Email::invalid())
}

fn too_common() -> Problem {
    Problem::invalid("/password", &common_password())
}

/// Everything that both services hold about somebody.
pub async fn export<P: Platform>(p: &P, user: UserId) -> Result<UserExport, Failure> {
    let db = p.db()?;
    let (held, own) = join(call(p, &ExportAccount { user }), store::everything(&db, user)).await;
    let held = held?.ok_or_else(Problem::not_found)?;
    let (profile, addresses) = own?;
    let user = User::of(held.account, profile).into_body();
    let has_second_factor = held.has_second_factor;
    Ok(UserExport { user, has_second_factor, addresses, sessions: held.sessions })
}

/// Accounts, the newest first, with the names that belong to them.
pub async fn list<P: Platform>(p: &P, query: UsersQuery) -> Result<Page<UserBody>, Failure> {
    let after: Option<(Timestamp, UserId)> = position(query.cursor.as_deref())?;
    let limit = query.limit.get().saturating_add(1);
    let accounts = call(p, &ListAccounts { email: query.email, after, limit }).await?;
    let page =
        Page::from_rows(accounts, query.limit, |account| cursor::encode(&(account.created_at, account.user)));
    let users: Vec<UserId> = page.items.iter().map(|account| account.user).collect();
    let mut profiles: BTreeMap<UserId, Profile> =
        store::profiles(&p.db()?, &users).await?.into_iter().collect();
    Ok(page.map(|account| {
        let profile = profiles.remove(&account.user);
        User::of(account, profile).into_body()
    }))
}

/// What is due every few minutes: answers that nobody may ask for any more are forgotten, and those who asked to be.
pub async fn tidy<P: Platform>(p: &P) -> Result<(), Fault> {
    p.db()?.run(idempotency::sweep(p.now())).await?;
    erasure::resume(p).await
}

fn position<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let invalid = |invalid: Invalid| Problem::invalid("?cursor", &invalid);
    cursor.map(cursor::decode).transpose().map_err(invalid)
}
