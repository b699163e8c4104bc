//! Accounts, and how somebody proves that one is theirs.

use api::{
    auth::{Login, Refresh, Sessions, TokenPair},
    page::Page,
    problem::codes,
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
        row!(USER_EXPORT_ME, "Get everything that is kept about oneself")
            .answers::<UserExport>(200)
            .refuses(&[codes::not_found]),
        row!(ADDRESSES_LIST, "List one's addresses").answers::<Addresses>(200),
        row!(ADDRESS_CREATE, "Add an address")
            .may_be_keyed()
            .takes::<AddressInput>()
            .answers::<AddressBody>(201)
            .located()
            .refuses(&[codes::address_book_full]),
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
    ]
}

pub fn auth() -> Vec<Row> {
    vec![
        row!(LOGIN, "Sign in").takes::<Login>().answers::<TokenPair>(200).refuses(&[
            codes::forbidden,
            codes::invalid_credentials,
            codes::too_many_tries,
        ]),
        row!(TOKEN_REFRESH, "Get new tokens; the old refresh token is used up")
            .takes::<Refresh>()
            .answers::<TokenPair>(200)
            .refuses(&[codes::token_reused, codes::unauthorized]),
        row!(LOGOUT, "Sign out").answers_nothing(),
        row!(SESSIONS_LIST, "List where one is signed in").answers::<Sessions>(200),
        row!(SESSION_END, "Sign out somewhere else").answers_nothing(),
    ]
}
