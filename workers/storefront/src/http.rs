//! The pages, and who makes each.

use api::{
    call::InternalCall,
    pages::{self, WriteRefusal},
};
use platform::Platform;
use web::{Answer, Json, Result, Routes};

use crate::pages::{cart, checkout, home, listing, order, order_link, product, sitemap};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .internal(WriteRefusal::PATH, problem)
        .route(pages::HOME, home::show::<P>)
        .route(pages::PREFERENCES, home::preferences::<P>)
        .route(pages::ROBOTS, sitemap::robots::<P>)
        .route(pages::SITEMAP, sitemap::index::<P>)
        .route(pages::SITEMAP_OF, sitemap::part::<P>)
        .route(pages::LISTING, listing::all::<P>)
        .route(pages::CATEGORY, listing::category::<P>)
        .route(pages::BRAND, listing::brand::<P>)
        .route(pages::PRODUCT, product::show::<P>)
        .route(pages::CART, cart::show::<P>)
        .route(pages::CART_ADD, cart::add::<P>)
        .route(pages::CART_LINE, cart::line::<P>)
        .route(pages::CART_DESTINATION, cart::destination::<P>)
        .route(pages::CHECKOUT, checkout::address::<P>)
        .route(pages::CHECKOUT_ADDRESS, checkout::address_send::<P>)
        .route(pages::CHECKOUT_SHIPPING, checkout::shipping::<P>)
        .route(pages::CHECKOUT_SHIPPING_CHOOSE, checkout::shipping_send::<P>)
        .route(pages::CHECKOUT_PAYMENT, checkout::payment::<P>)
        .route(pages::CHECKOUT_PAYMENT_CHOOSE, checkout::payment_send::<P>)
        .route(pages::CHECKOUT_REVIEW, checkout::review::<P>)
        .route(pages::CHECKOUT_ORDER, checkout::order::<P>)
        .route(pages::ORDER, order::show::<P>)
        .route(pages::ORDER_OPEN, order_link::show::<P>)
        .route(pages::ORDER_OPEN_SEND, order_link::send::<P>)
        .route(pages::ORDER_AUTHENTICATE, order::authenticate::<P>)
        .route(pages::ORDER_CANCEL, order::cancel::<P>)
}

async fn problem(Json(ask): Json<WriteRefusal>) -> Result<Answer<String>> {
    Ok(Answer::ok(html::answer::of_gateway(&ask)))
}
