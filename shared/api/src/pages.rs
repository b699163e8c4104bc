//! The pages of the web shop: which there are, and what the router and the storefront have to agree on about who looks at one.
//!
//! Every other path that is nobody else's is the storefront's as well: it answers what it does not know with a page that says so.

use matchit::Router;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

use domain::time::{DAY_MS, SECOND_MS};

use crate::{
    Service,
    call::InternalCall,
    rate::Rate,
    routes::{
        Access::Admin, Access::Public, Access::Staff, Found, Method, Method::Get, Method::Post, Route,
        find_in, route, table,
    },
};

/// Keeps somebody signed in: auth's refresh token, which no page rotates, as two pages may be asked for at once.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The access token that was last made for the session.
pub const ACCESS_COOKIE: &str = "__Host-access";
/// Whoever has one gets pages of their own; all others share theirs. What proves that a form is one of ours is made of it.
pub const VISITOR_COOKIE: &str = "__Host-visitor";
/// `de.EUR`: what was chosen instead of what the browser asks for.
pub const PREFERENCES_COOKIE: &str = "__Host-preferences";

/// What all of our cookies are called: a browser takes them from this very host alone.
pub const OUR_COOKIES: &str = "__Host-";
/// How long a browser keeps those that are used, in seconds: as long as auth keeps a session that nobody uses.
pub const COOKIES_KEPT_S: u64 = 30 * DAY_MS / SECOND_MS;

/// What the shop speaks; the first one to whoever asks for nothing that it does.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// Where files of the pages are: styles and scripts.
pub const ASSETS_PREFIX: &str = "/assets/";

/// What belongs to others, and never to the storefront.
const OTHERS: [&str; 8] =
    ["/v1", "/internal", "/dev", "/images", "/assets", "/docs", "/openapi.json", "/health"];

/// Has a refusal of the gateway's own written as a page, in the words of whoever gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteRefusal {
    pub status: u16,
    pub code: String,
    /// Where the page is that it stands for.
    pub path: String,
    /// What the browser says that it reads, and what was chosen instead.
    pub accept_language: String,
    pub preferences: Option<String>,
    pub request_id: String,
}

impl InternalCall for WriteRefusal {
    const SERVICE: Service = Service::Storefront;
    const PATH: &'static str = "/internal/storefront/problem";
    /// HTML.
    type Reply = String;
}

const fn page(method: Method, template: &'static str) -> Route {
    route(method, template, Service::Storefront, Public)
}

const fn account(method: Method, template: &'static str) -> Route {
    route(method, template, Service::Account, Public)
}

/// For whoever works here, with the rights that they have: everywhere else nobody has more than a shopper's.
const fn staff(method: Method, template: &'static str) -> Route {
    route(method, template, Service::Console, Staff)
}

const fn admin(method: Method, template: &'static str) -> Route {
    route(method, template, Service::Console, Admin)
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)+) => {
        $($(#[$doc])* pub const $name: &Route = &$value;)+

        /// Every page there is.
        pub const ALL: &[&Route] = &[$($name),+];
    };
}

pages! {
    HOME = page(Get, "/");
    PREFERENCES = page(Get, "/preferences");

    ROBOTS = page(Get, "/robots.txt");
    SITEMAP = page(Get, "/sitemap.xml");
    SITEMAP_OF = page(Get, "/sitemaps/{map}");

    LISTING = page(Get, "/products");
    CATEGORY = page(Get, "/categories/{category}");
    BRAND = page(Get, "/makers/{brand}");
    PRODUCT = page(Get, "/products/{product}");

    CART = page(Get, "/cart");
    CART_ADD = page(Post, "/cart");
    CART_LINE = page(Post, "/cart/lines/{sku}");
    CART_DESTINATION = page(Post, "/cart/destination");
    /// Where signing in leads whoever has a cart already.
    CART_CLAIM = account(Get, "/cart/claim");

    CHECKOUT = page(Get, "/checkout");
    CHECKOUT_ADDRESS = page(Post, "/checkout");
    CHECKOUT_SHIPPING = page(Get, "/checkout/shipping");
    CHECKOUT_SHIPPING_CHOOSE = page(Post, "/checkout/shipping");
    CHECKOUT_PAYMENT = page(Get, "/checkout/payment");
    CHECKOUT_PAYMENT_CHOOSE = page(Post, "/checkout/payment");
    CHECKOUT_REVIEW = page(Get, "/checkout/review");
    CHECKOUT_ORDER = page(Post, "/checkout/review").rated(Rate::Checkout).slow();

    ORDER = page(Get, "/orders/{order}").slow();
    /// What a mail's link leads to: the token stands behind `#`.
    ORDER_OPEN = page(Get, "/orders/{order}/open");
    ORDER_OPEN_SEND = page(Post, "/orders/{order}/open").slow();
    ORDER_AUTHENTICATE = page(Post, "/orders/{order}/authenticate").slow();
    ORDER_CANCEL = page(Post, "/orders/{order}/cancel").slow();

    SIGN_IN = account(Get, "/sign-in");
    SIGN_IN_SEND = account(Post, "/sign-in").rated(Rate::Login);
    SIGN_OUT = account(Post, "/sign-out");
    SIGN_UP = account(Get, "/sign-up");
    SIGN_UP_SEND = account(Post, "/sign-up").rated(Rate::Registration);
    FORGOTTEN = account(Get, "/forgotten-password");
    FORGOTTEN_SEND = account(Post, "/forgotten-password").rated(Rate::PasswordReset);
    /// The token of a mailed link stands behind `#`: whoever has no script pastes it.
    VERIFY_EMAIL = account(Get, "/account/verify-email");
    VERIFY_EMAIL_SEND = account(Post, "/account/verify-email");
    RESET_PASSWORD = account(Get, "/account/reset-password");
    RESET_PASSWORD_SEND = account(Post, "/account/reset-password").rated(Rate::PasswordReset);

    ACCOUNT = account(Get, "/account");
    ACCOUNT_MAIL_AGAIN = account(Post, "/account/mail-again");
    ACCOUNT_ORDERS = account(Get, "/account/orders");
    ACCOUNT_EXPORT = account(Get, "/account/export");
    PROFILE = account(Get, "/account/profile");
    PROFILE_SAVE = account(Post, "/account/profile");
    PROFILE_EMAIL = account(Post, "/account/profile/email");
    PROFILE_PASSWORD = account(Post, "/account/profile/password");
    ADDRESSES = account(Get, "/account/addresses");
    ADDRESS_ADD = account(Post, "/account/addresses");
    ADDRESS_NEW = account(Get, "/account/addresses/new");
    ADDRESS = account(Get, "/account/addresses/{address}");
    ADDRESS_SAVE = account(Post, "/account/addresses/{address}");
    ADDRESS_REMOVE = account(Post, "/account/addresses/{address}/remove");
    SESSIONS = account(Get, "/account/sessions");
    SESSION_END = account(Post, "/account/sessions/{session}/end");
    SECOND_FACTOR = account(Get, "/account/second-factor");
    SECOND_FACTOR_BEGIN = account(Post, "/account/second-factor");
    SECOND_FACTOR_CONFIRM = account(Post, "/account/second-factor/confirm");
    SECOND_FACTOR_CODES = account(Post, "/account/second-factor/codes");
    SECOND_FACTOR_OFF = account(Post, "/account/second-factor/off");
    LEAVE = account(Get, "/account/delete");
    LEAVE_SEND = account(Post, "/account/delete");

    CONSOLE = staff(Get, "/admin");
    CONSOLE_ORDERS = staff(Get, "/admin/orders");
    CONSOLE_ORDER = staff(Get, "/admin/orders/{order}");
    CONSOLE_ORDER_FULFIL = staff(Post, "/admin/orders/{order}/fulfil").slow();
    CONSOLE_ORDER_DELIVERED = staff(Post, "/admin/orders/{order}/parcels/{fulfillment}/delivered").slow();
    CONSOLE_ORDER_CANCEL = staff(Post, "/admin/orders/{order}/cancel").slow();
    CONSOLE_ORDER_REFUND = staff(Post, "/admin/orders/{order}/refund").slow();
    CONSOLE_PRODUCTS = staff(Get, "/admin/products");
    CONSOLE_PRODUCT_ADD = staff(Post, "/admin/products");
    CONSOLE_PRODUCT_NEW = staff(Get, "/admin/products/new");
    CONSOLE_PRODUCT = staff(Get, "/admin/products/{product}");
    CONSOLE_PRODUCT_SAVE = staff(Post, "/admin/products/{product}");
    CONSOLE_PRODUCT_ARCHIVE = staff(Post, "/admin/products/{product}/archive");
    CONSOLE_STOCK = staff(Get, "/admin/stock");
    CONSOLE_STOCK_OF = staff(Get, "/admin/stock/{sku}");
    CONSOLE_STOCK_ADJUST = staff(Post, "/admin/stock/{sku}/adjust");
    CONSOLE_STOCK_SPREAD = staff(Post, "/admin/stock/{sku}/spread");
    CONSOLE_LOCATIONS = staff(Get, "/admin/locations");
    CONSOLE_LOCATION_ADD = staff(Post, "/admin/locations");
    CONSOLE_LOCATION_SAVE = staff(Post, "/admin/locations/{location}");
    CONSOLE_LOCATION_REMOVE = staff(Post, "/admin/locations/{location}/remove");
    CONSOLE_MAILS = staff(Get, "/admin/mails");
    CONSOLE_MAIL_RESEND = staff(Post, "/admin/mails/{notification}/resend");
    CONSOLE_CUSTOMERS = admin(Get, "/admin/customers");
    CONSOLE_CUSTOMER = admin(Get, "/admin/customers/{user}");
    CONSOLE_CUSTOMER_SAVE = admin(Post, "/admin/customers/{user}");
    CONSOLE_CUSTOMER_ERASE = admin(Post, "/admin/customers/{user}/erase");
    CONSOLE_DEAD_LETTERS = admin(Get, "/admin/dead-letters");
    CONSOLE_DEAD_LETTER_REPLAY = admin(Post, "/admin/dead-letters/{letter}/replay");
    CONSOLE_AUDIT = admin(Get, "/admin/audit");
}

/// Finds the page of a request; `Nothing` where there is none.
pub fn find(method: &str, path: &str) -> Found {
    static TABLE: OnceLock<Router<Vec<&'static Route>>> = OnceLock::new();
    find_in(TABLE.get_or_init(|| table(ALL)), method, path)
}

/// The page that leads on to this address: itself, where it is one, or the nearest above it.
pub fn nearest(path: &str) -> &str {
    let mut path = path;
    while !matches!(find(Get.as_str(), path), Found::Route(_)) {
        path = path.rsplit_once('/').map_or("", |(above, _)| above);
        if path.is_empty() {
            return HOME.template;
        }
    }
    path
}

/// Whether a path that no route of the API has is the storefront's to answer.
pub fn is_of_shop(path: &str) -> bool {
    let is_under =
        |other: &str| path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // Other versions of the API, too, that are or will be.
    let version = path.strip_prefix("/v").or_else(|| path.strip_prefix("/V"));
    let is_version = version.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    !is_version && !OTHERS.iter().any(|other| is_under(other))
}

/// Which of our languages a browser likes best, by its `Accept-Language` (RFC 9110, section 12.5.4).
pub fn language(accept: &str) -> &'static str {
    let mut best: (&'static str, u32) = (LANGUAGES[0], 0);
    for range in accept.split(',') {
        let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|language| primary.eq_ignore_ascii_case(language));
        let quality = thousandths(quality.trim());
        if let Some(language) = known.filter(|_| quality > best.1) {
            best = (language, quality);
        }
    }
    best.0
}

/// `q=0.8`, in thousandths, which is as fine as it gets; nothing for what is no quality.
fn thousandths(quality: &str) -> u32 {
    let quality = quality.strip_prefix("q=").unwrap_or_default();
    let (whole, part) = quality.split_once('.').unwrap_or((quality, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("1", Ok(0)) => 1_000,
        ("0", Ok(part)) => part,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_own_template_and_is_nobody_elses() {
        for route in ALL {
            let method = route.method.as_str();
            assert_eq!(find(method, route.template), Found::Route(route), "{}", route.template);
            assert_eq!(crate::routes::find(method, route.template), Found::Nothing, "{}", route.template);
            assert!(is_of_shop(route.template), "{}", route.template);
        }
    }

    #[test]
    fn a_form_stands_on_the_page_at_its_address_or_above() {
        for (path, expected) in [
            ("/account/profile", "/account/profile"),
            ("/account/profile/email", "/account/profile"),
            ("/account/addresses/adr_1/remove", "/account/addresses/adr_1"),
            ("/sign-out", "/"),
            ("/", "/"),
            ("", "/"),
        ] {
            assert_eq!(nearest(path), expected, "{path}");
        }
    }

    #[test]
    fn what_belongs_to_others_is_not_the_shops() {
        for path in [
            "/v1",
            "/v1/none",
            "/v2/products",
            "/internal/health",
            "/images/x.svg",
            "/docs",
            "/openapi.json",
            "/health/x",
        ] {
            assert!(!is_of_shop(path), "{path}");
        }
        for path in ["/", "/vintage", "/healthy", "/nothing/here"] {
            assert!(is_of_shop(path), "{path}");
        }
    }

    #[test]
    fn the_language_is_the_best_of_those_that_are_asked_for() {
        for (accept, expected) in [
            ("", "en"),
            ("de", "de"),
            ("de-AT", "de"),
            ("fr, de;q=0.8, en;q=0.5", "de"),
            ("en;q=0.5, de;q=0.8", "de"),
            ("en, de", "en"),
            ("fr-FR", "en"),
            ("de;q=0", "en"),
            ("de;q=x", "en"),
            ("*", "en"),
        ] {
            assert_eq!(language(accept), expected, "{accept:?}");
        }
    }
}
