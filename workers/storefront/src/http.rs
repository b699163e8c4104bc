//! The pages, and who makes each.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header, request::Parts};

use api::{Problem, pages};
use platform::Platform;
use web::Routes;

use crate::{
    address, answer,
    pages::{account, cart, checkout, home, listing, order, product, sign_in},
};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(pages::HOME, home::show::<P>)
        .route(pages::PREFERENCES, home::preferences::<P>)
        .route(pages::LISTING, listing::all::<P>)
        .route(pages::CATEGORY, listing::category::<P>)
        .route(pages::BRAND, listing::brand::<P>)
        .route(pages::PRODUCT, product::show::<P>)
        .route(pages::CART, cart::show::<P>)
        .route(pages::CART_ADD, cart::add::<P>)
        .route(pages::CART_LINE, cart::line::<P>)
        .route(pages::CART_DESTINATION, cart::destination::<P>)
        .route(pages::CART_CLAIM, sign_in::claim::<P>)
        .route(pages::CHECKOUT, checkout::address::<P>)
        .route(pages::CHECKOUT_ADDRESS, checkout::address_send::<P>)
        .route(pages::CHECKOUT_SHIPPING, checkout::shipping::<P>)
        .route(pages::CHECKOUT_SHIPPING_CHOOSE, checkout::shipping_send::<P>)
        .route(pages::CHECKOUT_PAYMENT, checkout::payment::<P>)
        .route(pages::CHECKOUT_PAYMENT_CHOOSE, checkout::payment_send::<P>)
        .route(pages::CHECKOUT_REVIEW, checkout::review::<P>)
        .route(pages::CHECKOUT_ORDER, checkout::order::<P>)
        .route(pages::ORDER, order::show::<P>)
        .route(pages::ORDER_AUTHENTICATE, order::authenticate::<P>)
        .route(pages::ORDER_CANCEL, order::cancel::<P>)
        .route(pages::SIGN_IN, sign_in::show::<P>)
        .route(pages::SIGN_IN_SEND, sign_in::send::<P>)
        .route(pages::SIGN_OUT, sign_in::out::<P>)
        .route(pages::SIGN_UP, sign_in::up::<P>)
        .route(pages::SIGN_UP_SEND, sign_in::up_send::<P>)
        .route(pages::FORGOTTEN, sign_in::forgotten::<P>)
        .route(pages::FORGOTTEN_SEND, sign_in::forgotten_send::<P>)
        .route(pages::VERIFY_EMAIL, sign_in::verify::<P>)
        .route(pages::VERIFY_EMAIL_SEND, sign_in::verify_send::<P>)
        .route(pages::RESET_PASSWORD, sign_in::reset::<P>)
        .route(pages::RESET_PASSWORD_SEND, sign_in::reset_send::<P>)
        .route(pages::ACCOUNT, account::show::<P>)
        .route(pages::ACCOUNT_ORDERS, account::orders::<P>)
}

/// A problem as a page. Who has to sign in first is sent there, and comes back.
pub fn problem_page(problem: &Problem, parts: &Parts, request_id: &str) -> Response<Bytes> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if problem.status() == StatusCode::UNAUTHORIZED.as_u16() {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SEE_OTHER;
        let to = format!("{}?next={}", pages::SIGN_IN.template, address::encoded(path));
        if let Ok(to) = HeaderValue::from_str(&to) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        return response;
    }
    answer::problem(problem, &parts.headers, path, request_id)
}
