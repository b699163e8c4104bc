//! The services, and the name under which each is bound.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Router,
    Users,
    Auth,
    Catalog,
    Inventory,
    Carts,
    Orders,
    Payments,
    Notifications,
    Telemetry,
    Storefront,
    Account,
    Console,
    /// Pictures: files, without code of ours.
    Assets,
}

impl Service {
    /// Every service behind the router.
    pub const BEHIND_ROUTER: [Service; 12] = [
        Service::Users,
        Service::Auth,
        Service::Catalog,
        Service::Inventory,
        Service::Carts,
        Service::Orders,
        Service::Payments,
        Service::Notifications,
        Service::Telemetry,
        Service::Storefront,
        Service::Account,
        Service::Console,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Service::Router => "router",
            Service::Users => "users",
            Service::Auth => "auth",
            Service::Catalog => "catalog",
            Service::Inventory => "inventory",
            Service::Carts => "carts",
            Service::Orders => "orders",
            Service::Payments => "payments",
            Service::Notifications => "notifications",
            Service::Telemetry => "telemetry",
            Service::Storefront => "storefront",
            Service::Account => "account",
            Service::Console => "console",
            Service::Assets => "assets",
        }
    }

    /// Whether it makes pages, and takes their forms.
    pub const fn makes_pages(self) -> bool {
        matches!(self, Service::Storefront | Service::Account | Service::Console)
    }

    /// The service binding's name in a caller's `wrangler.toml`.
    pub const fn binding(self) -> &'static str {
        match self {
            Service::Router => "ROUTER",
            Service::Users => "USERS",
            Service::Auth => "AUTH",
            Service::Catalog => "CATALOG",
            Service::Inventory => "INVENTORY",
            Service::Carts => "CARTS",
            Service::Orders => "ORDERS",
            Service::Payments => "PAYMENTS",
            Service::Notifications => "NOTIFICATIONS",
            Service::Telemetry => "TELEMETRY",
            Service::Storefront => "STOREFRONT",
            Service::Account => "ACCOUNT",
            Service::Console => "CONSOLE",
            Service::Assets => "ASSETS",
        }
    }
}
