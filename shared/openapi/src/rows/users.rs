//! Accounts, and how somebody proves that one is theirs.

use api::{
    auth::{
        AskPasswordReset, ConfirmPasswordReset, ConfirmTotp, EnrolTotp, Login, ProveTotp, RecoveryCodes,
        Refresh, Sessions, TokenPair, TotpEnrolment, TotpView, VerifyEmail,
    },
    page::Page,
    problem::{Code, codes},
    user::{
        AddressBody, AddressInput, Addresses, CreateUser, PatchMe, PatchUser, UserBody, UserExport,
        UsersQuery,
    },
};

use crate::row::{Row, row};

pub fn users() -> Vec<Row> {
    vec![
        row!(USER_CREATE, "Open an account")
            .takes::<CreateUser>()
            .answers::<UserBody>(201)
            .tagged()
            .located()
            .refuses(&[codes::email_taken]),
        row!(USER_READ_ME, "Read one's own account")
            .answers::<UserBody>(200)
            .tagged()
            .refuses(&[codes::not_found]),
        row!(USER_PATCH_ME, "Change one's own account")
            .conditional()
            .takes::<PatchMe>()
            .answers::<UserBody>(200)
            .tagged()
            .refuses(&[codes::email_taken, codes::not_found, codes::too_many_tries, codes::wrong_password]),
        row!(USER_DELETE_ME, "Have oneself forgotten; the books stay")
            .answers_nothing()
            .refuses(&[codes::last_admin, codes::not_found]),
        row!(USER_EXPORT_ME, "Get everything that is kept about oneself")
            .answers::<UserExport>(200)
            .refuses(&[codes::not_found]),
        row!(ADDRESSES_LIST, "List one's addresses").answers::<Addresses>(200),
        row!(ADDRESS_CREATE, "Add an address")
            .may_be_keyed()
            .takes::<AddressInput>()
            .answers::<AddressBody>(201)
            .located()
            .refuses(&[codes::address_book_full, codes::not_found]),
        row!(ADDRESS_READ, "Read an address").answers::<AddressBody>(200),
        row!(ADDRESS_REPLACE, "Replace an address").takes::<AddressInput>().answers::<AddressBody>(200),
        row!(ADDRESS_DELETE, "Remove an address").answers_nothing(),
        row!(USERS_LIST, "List accounts, the newest first")
            .asks::<UsersQuery>()
            .answers::<Page<UserBody>>(200),
        row!(USER_READ, "Read an account").answers::<UserBody>(200).tagged(),
        row!(USER_PATCH, "Change somebody's roles, or close their account")
            .conditional()
            .takes::<PatchUser>()
            .answers::<UserBody>(200)
            .tagged()
            .refuses(&[codes::last_admin]),
        row!(USER_DELETE, "Have somebody forgotten; the books stay")
            .answers_nothing()
            .refuses(&[codes::last_admin]),
    ]
}

/// Where both factors are shown.
const PROOF: &[&Code] = &[
    codes::not_found,
    codes::second_factor_off,
    codes::too_many_tries,
    codes::wrong_code,
    codes::wrong_password,
];

pub fn auth() -> Vec<Row> {
    vec![
        row!(LOGIN, "Sign in").takes::<Login>().answers::<TokenPair>(200).refuses(&[
            codes::forbidden,
            codes::invalid_credentials,
            codes::second_factor_required,
            codes::too_many_tries,
        ]),
        row!(TOKEN_REFRESH, "Get new tokens; the old refresh token is used up")
            .takes::<Refresh>()
            .answers::<TokenPair>(200)
            .refuses(&[codes::token_reused, codes::unauthorized]),
        row!(LOGOUT, "Sign out").answers_nothing(),
        row!(SESSIONS_LIST, "List where one is signed in").answers::<Sessions>(200),
        row!(SESSION_END, "Sign out somewhere else").answers_nothing(),
        row!(PASSWORD_RESET, "Have a link mailed that resets a password, if there is such an account")
            .takes::<AskPasswordReset>()
            .accepts(),
        row!(PASSWORD_RESET_CONFIRM, "Set a new password by a mailed link")
            .takes::<ConfirmPasswordReset>()
            .answers_nothing()
            .refuses(&[codes::link_not_valid, codes::too_many_tries]),
        row!(
            EMAIL_VERIFY,
            "Prove an address by a mailed link; one that is to take over takes its owner's token"
        )
        .takes::<VerifyEmail>()
        .answers_nothing()
        .refuses(&[codes::link_not_valid, codes::unauthorized]),
        row!(EMAIL_VERIFY_AGAIN, "Have another link mailed that proves one's address")
            .accepts()
            .refuses(&[codes::not_found]),
        row!(TOTP_READ, "Read whether a second factor is asked for").answers::<TotpView>(200),
        row!(TOTP_ENROL, "Begin to enrol an authenticator app")
            .takes::<EnrolTotp>()
            .answers::<TotpEnrolment>(200)
            .refuses(&[
                codes::email_not_verified,
                codes::not_found,
                codes::second_factor_on,
                codes::too_many_tries,
                codes::wrong_password,
            ]),
        row!(TOTP_CONFIRM, "Confirm the app by a code; it is asked for from then on")
            .takes::<ConfirmTotp>()
            .answers::<RecoveryCodes>(200)
            .refuses(&[
                codes::not_found,
                codes::second_factor_off,
                codes::second_factor_on,
                codes::too_many_tries,
                codes::wrong_code,
            ]),
        row!(TOTP_RENEW_CODES, "Get new recovery codes in the place of the old ones, by a code of the app")
            .takes::<ProveTotp>()
            .answers::<RecoveryCodes>(200)
            .refuses(PROOF),
        row!(TOTP_DISABLE, "Take the second factor away")
            .takes::<ProveTotp>()
            .answers_nothing()
            .refuses(PROOF),
    ]
}
