//! Every public route, once: compiled into the router, which forwards only these, and into the service that answers.

use matchit::Router;
use percent_encoding::percent_decode_str;
use std::sync::OnceLock;

use domain::{DurationMs, time::SECOND_MS};

use crate::{Service, rate::Rate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Who may call a route at all; what they may see there is the service's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone; the answer may still depend on who it is.
    Public,
    /// A guest with a token or a customer.
    Shopper,
    Customer,
    /// Admins too.
    Staff,
    Admin,
    /// A payment provider, proven by its signature.
    Provider,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    /// `/v1/products/{product}`: what logs and metrics call this route, too.
    pub template: &'static str,
    pub service: Service,
    pub access: Access,
    /// The largest body, in bytes.
    pub body_max: usize,
    /// How often it may be called; without one, as often as anybody likes.
    pub rate: Option<Rate>,
    /// How long an answer may take before the caller is told to come again.
    pub answer_max_ms: DurationMs,
}

/// Long enough for whatever is under way to be told from what is lost.
pub const ANSWER_MAX_MS: DurationMs = 10 * SECOND_MS;
/// Of what waits up to 20 s by contract: an order that settles, the next event of one.
pub const LONG_ANSWER_MAX_MS: DurationMs = 25 * SECOND_MS;

pub const BODY_MAX: usize = 64 * 1024;
pub const IMPORT_BODY_MAX: usize = 1024 * 1024;

pub(crate) const fn route(method: Method, template: &'static str, service: Service, access: Access) -> Route {
    let rate = match (access, method) {
        // A provider says what has happened, as often as it does; its signature proves that it is no flood.
        (Access::Provider, _) => None,
        (_, Method::Get) => Some(Rate::Read),
        _ => Some(Rate::Write),
    };
    let answer_max_ms = match service {
        Service::Orders => LONG_ANSWER_MAX_MS,
        _ => ANSWER_MAX_MS,
    };
    Route { method, template, service, access, body_max: BODY_MAX, rate, answer_max_ms }
}

impl Route {
    /// The same route in a class of calls of its own.
    pub(crate) const fn rated(self, rate: Rate) -> Self {
        Self { rate: Some(rate), ..self }
    }

    /// The same route, which may take as long as what it waits for.
    pub(crate) const fn slow(self) -> Self {
        Self { answer_max_ms: LONG_ANSWER_MAX_MS, ..self }
    }
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)+) => {
        $($(#[$doc])* pub const $name: &Route = &$value;)+

        /// Every public route there is.
        pub const ALL: &[&Route] = &[$($name),+];
    };
}

use Access::{Admin, Customer, Provider, Public, Shopper, Staff};
use Method::{Delete, Get, Patch, Post, Put};

routes! {
    // Users
    USER_CREATE = route(Post, "/v1/users", Service::Users, Public).rated(Rate::Registration);
    USER_READ_ME = route(Get, "/v1/users/me", Service::Users, Customer);
    USER_PATCH_ME = route(Patch, "/v1/users/me", Service::Users, Customer);
    USER_DELETE_ME = route(Delete, "/v1/users/me", Service::Users, Customer);
    USER_EXPORT_ME = route(Get, "/v1/users/me/export", Service::Users, Customer);
    ADDRESSES_LIST = route(Get, "/v1/users/me/addresses", Service::Users, Customer);
    ADDRESS_CREATE = route(Post, "/v1/users/me/addresses", Service::Users, Customer);
    ADDRESS_READ = route(Get, "/v1/users/me/addresses/{address}", Service::Users, Customer);
    ADDRESS_REPLACE = route(Put, "/v1/users/me/addresses/{address}", Service::Users, Customer);
    ADDRESS_DELETE = route(Delete, "/v1/users/me/addresses/{address}", Service::Users, Customer);
    USERS_LIST = route(Get, "/v1/users", Service::Users, Admin);
    USER_READ = route(Get, "/v1/users/{user}", Service::Users, Admin);
    USER_PATCH = route(Patch, "/v1/users/{user}", Service::Users, Admin);
    USER_DELETE = route(Delete, "/v1/users/{user}", Service::Users, Admin);

    // Auth
    LOGIN = route(Post, "/v1/auth/login", Service::Auth, Public).rated(Rate::Login);
    TOKEN_REFRESH = route(Post, "/v1/auth/refresh", Service::Auth, Public);
    LOGOUT = route(Post, "/v1/auth/logout", Service::Auth, Customer);
    SESSIONS_LIST = route(Get, "/v1/auth/sessions", Service::Auth, Customer);
    PASSWORD_RESET = route(Post, "/v1/auth/password-reset", Service::Auth, Public).rated(Rate::PasswordReset);
    PASSWORD_RESET_CONFIRM = route(Post, "/v1/auth/password-reset/confirm", Service::Auth, Public).rated(Rate::PasswordReset);
    /// Anybody proves the address that an account has; one that is to take over takes its owner.
    EMAIL_VERIFY = route(Post, "/v1/auth/verify-email", Service::Auth, Public);
    EMAIL_VERIFY_AGAIN = route(Post, "/v1/auth/verify-email/resend", Service::Auth, Customer);
    TOTP_READ = route(Get, "/v1/auth/totp", Service::Auth, Customer);
    TOTP_ENROL = route(Post, "/v1/auth/totp", Service::Auth, Customer);
    TOTP_CONFIRM = route(Post, "/v1/auth/totp/confirm", Service::Auth, Customer);
    TOTP_RENEW_CODES = route(Post, "/v1/auth/totp/recovery-codes", Service::Auth, Customer);
    TOTP_DISABLE = route(Post, "/v1/auth/totp/disable", Service::Auth, Customer);
    SESSION_END = route(Delete, "/v1/auth/sessions/{session}", Service::Auth, Customer);

    // Catalogue
    PRODUCTS_LIST = route(Get, "/v1/products", Service::Catalog, Public);
    PRODUCT_CREATE = route(Post, "/v1/products", Service::Catalog, Staff);
    PRODUCTS_IMPORT = Route {
        body_max: IMPORT_BODY_MAX,
        answer_max_ms: LONG_ANSWER_MAX_MS,
        ..route(Post, "/v1/products/import", Service::Catalog, Staff)
    };
    PRODUCTS_EXPORT = route(Get, "/v1/products/export", Service::Catalog, Staff);
    PRODUCT_READ = route(Get, "/v1/products/{product}", Service::Catalog, Public);
    PRODUCT_PATCH = route(Patch, "/v1/products/{product}", Service::Catalog, Staff);
    PRODUCT_ARCHIVE = route(Delete, "/v1/products/{product}", Service::Catalog, Staff);
    CATEGORIES_LIST = route(Get, "/v1/categories", Service::Catalog, Public);
    CATEGORY_CREATE = route(Post, "/v1/categories", Service::Catalog, Staff);
    CATEGORY_READ = route(Get, "/v1/categories/{category}", Service::Catalog, Public);
    CATEGORY_PATCH = route(Patch, "/v1/categories/{category}", Service::Catalog, Staff);
    CATEGORY_DELETE = route(Delete, "/v1/categories/{category}", Service::Catalog, Staff);
    BRANDS_LIST = route(Get, "/v1/brands", Service::Catalog, Public);
    BRAND_CREATE = route(Post, "/v1/brands", Service::Catalog, Staff);
    BRAND_READ = route(Get, "/v1/brands/{brand}", Service::Catalog, Public);
    BRAND_PATCH = route(Patch, "/v1/brands/{brand}", Service::Catalog, Staff);
    BRAND_DELETE = route(Delete, "/v1/brands/{brand}", Service::Catalog, Staff);

    // Inventory
    INVENTORY_LIST = route(Get, "/v1/inventory", Service::Inventory, Staff);
    INVENTORY_READ = route(Get, "/v1/inventory/{sku}", Service::Inventory, Public);
    INVENTORY_ADJUST = route(Post, "/v1/inventory/{sku}/adjustments", Service::Inventory, Staff);
    INVENTORY_SPREAD = route(Put, "/v1/inventory/{sku}/shards", Service::Inventory, Staff);
    INVENTORY_LEDGER = route(Get, "/v1/inventory/{sku}/ledger", Service::Inventory, Staff);
    INVENTORY_PROOF = route(Get, "/v1/inventory/{sku}/proof", Service::Inventory, Public);
    LOCATIONS_LIST = route(Get, "/v1/locations", Service::Inventory, Staff);
    LOCATION_CREATE = route(Post, "/v1/locations", Service::Inventory, Staff);
    LOCATION_PATCH = route(Patch, "/v1/locations/{location}", Service::Inventory, Staff);
    LOCATION_DELETE = route(Delete, "/v1/locations/{location}", Service::Inventory, Staff);

    // Carts
    CART_CREATE = route(Post, "/v1/carts", Service::Carts, Public);
    CART_READ_MINE = route(Get, "/v1/carts/me", Service::Carts, Customer);
    CART_READ = route(Get, "/v1/carts/{cart}", Service::Carts, Shopper);
    CART_PATCH = route(Patch, "/v1/carts/{cart}", Service::Carts, Shopper);
    CART_CLAIM = route(Post, "/v1/carts/{cart}/claim", Service::Carts, Customer);
    CART_LINE_SET = route(Put, "/v1/carts/{cart}/lines/{sku}", Service::Carts, Shopper);
    CART_LINE_REMOVE = route(Delete, "/v1/carts/{cart}/lines/{sku}", Service::Carts, Shopper);

    // Orders
    ORDER_PLACE = route(Post, "/v1/orders", Service::Orders, Shopper).rated(Rate::Checkout);
    ORDERS_LIST = route(Get, "/v1/orders", Service::Orders, Customer);
    ORDER_READ = route(Get, "/v1/orders/{order}", Service::Orders, Shopper);
    ORDER_EVENTS = route(Get, "/v1/orders/{order}/events", Service::Orders, Shopper);
    ORDER_CANCEL = route(Post, "/v1/orders/{order}/cancel", Service::Orders, Shopper);
    ORDER_FULFIL = route(Post, "/v1/orders/{order}/fulfillments", Service::Orders, Staff);
    FULFILLMENT_DELIVERED = route(Post, "/v1/orders/{order}/fulfillments/{fulfillment}/delivered", Service::Orders, Staff);
    ORDER_REFUND = route(Post, "/v1/orders/{order}/refunds", Service::Orders, Staff);

    // Payments
    PAYMENT_READ = route(Get, "/v1/payments/{payment}", Service::Payments, Staff);
    PAYMENT_CONFIRM = route(Post, "/v1/payments/{payment}/confirm", Service::Payments, Public);
    PAYMENT_WEBHOOK = route(Post, "/v1/payments/webhooks/{provider}", Service::Payments, Provider);

    // Notifications
    NOTIFICATIONS_LIST = route(Get, "/v1/notifications", Service::Notifications, Staff);
    NOTIFICATION_RESEND = route(Post, "/v1/notifications/{notification}/resend", Service::Notifications, Staff);
    /// Local development only: elsewhere the service answers 404.
    MAILBOX_LIST = route(Get, "/dev/mailbox", Service::Notifications, Public);
    MAILBOX_READ = route(Get, "/dev/mailbox/{notification}", Service::Notifications, Public);

    // Operations
    /// Asked by monitors as often as they like: the answer is remembered for a second.
    HEALTH = Route { rate: None, ..route(Get, "/health", Service::Router, Public) };
    /// The contract, as a document and as a page: files of the assets' Worker.
    OPENAPI_READ = route(Get, "/openapi.json", Service::Router, Public);
    DOCS_READ = route(Get, "/docs", Service::Router, Public);
    AUDIT_LIST = route(Get, "/v1/audit-lines", Service::Telemetry, Admin);
    DEAD_LETTERS_LIST = route(Get, "/v1/dead-letters", Service::Telemetry, Admin);
    DEAD_LETTER_REPLAY = route(Post, "/v1/dead-letters/{letter}/replay", Service::Telemetry, Admin);
}

/// What the table says of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Route(&'static Route),
    /// The path is known, the method is not: what `Allow` then says.
    OtherMethods(String),
    Nothing,
}

/// As much of a name as anything here is called by, in characters.
const SUBJECT_MAX: usize = 200;

/// Finds the route of a request. `HEAD` finds what `GET` does.
pub fn find(method: &str, path: &str) -> Found {
    static TABLE: OnceLock<Router<Vec<&'static Route>>> = OnceLock::new();
    find_in(TABLE.get_or_init(|| table(ALL)), method, path)
}

/// What a path is about: the first name in it that is not its route's own, such as an order's id or a SKU.
pub fn subject(template: &str, path: &str) -> Option<String> {
    let of_route = template.split('/').zip(path.split('/'));
    let found = of_route.into_iter().find(|(own, _)| own.starts_with('{')).map(|(_, given)| given);
    // As the service reads it: one thing has one name here, however its address was written.
    let given = found.map(|given| percent_decode_str(given).decode_utf8_lossy());
    given.map(|given| given.chars().take(SUBJECT_MAX).collect())
}

/// Routes by their templates.
pub(crate) fn table(all: &[&'static Route]) -> Router<Vec<&'static Route>> {
    let mut by_template: Vec<(&str, Vec<&'static Route>)> = Vec::new();
    for route in all {
        match by_template.iter_mut().find(|(template, _)| *template == route.template) {
            Some((_, routes)) => routes.push(route),
            None => by_template.push((route.template, vec![route])),
        }
    }
    let mut table = Router::new();
    for (template, routes) in by_template {
        // A test inserts them all, so a template that cannot be inserted never ships.
        let _ = table.insert(template, routes);
    }
    table
}

pub(crate) fn find_in(table: &Router<Vec<&'static Route>>, method: &str, path: &str) -> Found {
    let Ok(matched) = table.at(path) else { return Found::Nothing };
    let wanted = if method == "HEAD" { "GET" } else { method };
    match matched.value.iter().find(|route| route.method.as_str() == wanted) {
        Some(route) => Found::Route(route),
        None => Found::OtherMethods(allow(matched.value)),
    }
}

fn allow(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for route in routes {
        methods.push(route.method.as_str());
        if route.method == Get {
            methods.push("HEAD");
        }
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_about_the_first_name_that_is_given_in_it() {
        for (template, path, expected) in [
            ("/v1/orders/{order}/refunds", "/v1/orders/ord_1/refunds", Some("ord_1")),
            (
                "/v1/orders/{order}/fulfillments/{fulfillment}/delivered",
                "/v1/orders/o/fulfillments/f/delivered",
                Some("o"),
            ),
            ("/v1/orders/{order}", "/v1/orders/%6Frd_1", Some("ord_1")),
            ("/v1/products", "/v1/products", None),
            ("/", "/", None),
        ] {
            assert_eq!(subject(template, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn every_route_is_found_by_its_own_template() {
        for route in ALL {
            assert_eq!(
                find(route.method.as_str(), route.template),
                Found::Route(route),
                "{}",
                route.template
            );
        }
    }

    #[test]
    fn a_known_path_names_its_methods_and_an_unknown_one_is_nothing() {
        assert_eq!(find("PUT", "/v1/products"), Found::OtherMethods("GET, HEAD, POST, OPTIONS".into()));
        assert_eq!(find("HEAD", "/v1/products/x"), Found::Route(PRODUCT_READ));
        assert_eq!(find("POST", "/v1/products/import"), Found::Route(PRODUCTS_IMPORT));
        for path in ["/", "/internal/catalog/quote", "/v1/products/x/y", "/v1//products"] {
            assert_eq!(find("GET", path), Found::Nothing, "{path}");
        }
    }
}
