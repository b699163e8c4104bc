//! The pages, and who makes each.

use api::pages;
use platform::Platform;
use web::Routes;

use crate::pages::{
    addresses, leave, links, orders, overview, profile, second_factor, sessions, sign_in, sign_up,
};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(pages::SIGN_IN, sign_in::show::<P>)
        .route(pages::SIGN_IN_SEND, sign_in::send::<P>)
        .route(pages::SIGN_OUT, sign_in::out::<P>)
        .route(pages::CART_CLAIM, sign_in::claim::<P>)
        .route(pages::SIGN_UP, sign_up::show::<P>)
        .route(pages::SIGN_UP_SEND, sign_up::send::<P>)
        .route(pages::FORGOTTEN, links::forgotten::<P>)
        .route(pages::FORGOTTEN_SEND, links::forgotten_send::<P>)
        .route(pages::VERIFY_EMAIL, links::verify::<P>)
        .route(pages::VERIFY_EMAIL_SEND, links::verify_send::<P>)
        .route(pages::RESET_PASSWORD, links::reset::<P>)
        .route(pages::RESET_PASSWORD_SEND, links::reset_send::<P>)
        .route(pages::ACCOUNT, overview::show::<P>)
        .route(pages::ACCOUNT_MAIL_AGAIN, overview::mail_again::<P>)
        .route(pages::ACCOUNT_ORDERS, orders::show::<P>)
        .route(pages::PROFILE, profile::show::<P>)
        .route(pages::PROFILE_SAVE, profile::save::<P>)
        .route(pages::PROFILE_EMAIL, profile::email::<P>)
        .route(pages::PROFILE_PASSWORD, profile::password::<P>)
        .route(pages::ACCOUNT_EXPORT, profile::export::<P>)
        .route(pages::ADDRESSES, addresses::show::<P>)
        .route(pages::ADDRESS_NEW, addresses::begin::<P>)
        .route(pages::ADDRESS_ADD, addresses::add::<P>)
        .route(pages::ADDRESS, addresses::edit::<P>)
        .route(pages::ADDRESS_SAVE, addresses::save::<P>)
        .route(pages::ADDRESS_REMOVE, addresses::remove::<P>)
        .route(pages::SESSIONS, sessions::show::<P>)
        .route(pages::SESSION_END, sessions::end::<P>)
        .route(pages::SECOND_FACTOR, second_factor::show::<P>)
        .route(pages::SECOND_FACTOR_BEGIN, second_factor::begin::<P>)
        .route(pages::SECOND_FACTOR_CONFIRM, second_factor::confirm::<P>)
        .route(pages::SECOND_FACTOR_CODES, second_factor::renew::<P>)
        .route(pages::SECOND_FACTOR_OFF, second_factor::off::<P>)
        .route(pages::LEAVE, leave::show::<P>)
        .route(pages::LEAVE_SEND, leave::send::<P>)
}
