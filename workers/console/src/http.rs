//! The pages, and who makes each.

use api::pages;
use platform::Platform;
use web::Routes;

use crate::pages::{customers, locations, mails, operations, order, orders, product, products, stock};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(pages::CONSOLE, orders::begin::<P>)
        .route(pages::CONSOLE_ORDERS, orders::show::<P>)
        .route(pages::CONSOLE_ORDER, order::show::<P>)
        .route(pages::CONSOLE_ORDER_FULFIL, order::fulfil::<P>)
        .route(pages::CONSOLE_ORDER_DELIVERED, order::delivered::<P>)
        .route(pages::CONSOLE_ORDER_CANCEL, order::cancel::<P>)
        .route(pages::CONSOLE_ORDER_REFUND, order::refund::<P>)
        .route(pages::CONSOLE_PRODUCTS, products::show::<P>)
        .route(pages::CONSOLE_PRODUCT_NEW, product::begin::<P>)
        .route(pages::CONSOLE_PRODUCT_ADD, product::add::<P>)
        .route(pages::CONSOLE_PRODUCT, product::show::<P>)
        .route(pages::CONSOLE_PRODUCT_SAVE, product::save::<P>)
        .route(pages::CONSOLE_PRODUCT_ARCHIVE, product::archive::<P>)
        .route(pages::CONSOLE_STOCK, stock::list::<P>)
        .route(pages::CONSOLE_STOCK_OF, stock::show::<P>)
        .route(pages::CONSOLE_STOCK_ADJUST, stock::adjust::<P>)
        .route(pages::CONSOLE_STOCK_SPREAD, stock::spread::<P>)
        .route(pages::CONSOLE_LOCATIONS, locations::show::<P>)
        .route(pages::CONSOLE_LOCATION_ADD, locations::add::<P>)
        .route(pages::CONSOLE_LOCATION_SAVE, locations::save::<P>)
        .route(pages::CONSOLE_LOCATION_REMOVE, locations::remove::<P>)
        .route(pages::CONSOLE_MAILS, mails::show::<P>)
        .route(pages::CONSOLE_MAIL_RESEND, mails::resend::<P>)
        .route(pages::CONSOLE_CUSTOMERS, customers::list::<P>)
        .route(pages::CONSOLE_CUSTOMER, customers::show::<P>)
        .route(pages::CONSOLE_CUSTOMER_SAVE, customers::save::<P>)
        .route(pages::CONSOLE_CUSTOMER_ERASE, customers::erase::<P>)
        .route(pages::CONSOLE_DEAD_LETTERS, operations::dead_letters::<P>)
        .route(pages::CONSOLE_DEAD_LETTER_REPLAY, operations::replay::<P>)
        .route(pages::CONSOLE_AUDIT, operations::audit::<P>)
}
