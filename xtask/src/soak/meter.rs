//! How each call went: which flow it belongs to, how long it took, and whether the shop failed it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::shopping::client::Watcher;

/// How long each call of each flow took, in microseconds.
pub type Latencies = BTreeMap<&'static str, Vec<u32>>;

#[derive(Debug, Default)]
pub struct Seen {
    /// Those since they were last taken.
    pub latencies: Latencies,
    pub requests: u64,
    /// Calls that got no answer, or one that says that the shop has failed.
    pub failures: BTreeMap<String, u64>,
}

#[derive(Default)]
pub struct Meter(Mutex<Seen>);

impl Meter {
    pub fn open(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Meter {
    fn ended(&self, method: &str, path: &str, status: Option<u16>, took: Duration) {
        let flow = flow(method, path);
        let mut seen = self.open();
        seen.requests += 1;
        seen.latencies.entry(flow).or_default().push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        if status.is_none_or(|status| status >= 500) {
            let what = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            *seen.failures.entry(format!("{flow}: {what}")).or_default() += 1;
        }
    }
}

/// What a call is part of.
fn flow(method: &str, path: &str) -> &'static str {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["products"]) if query.contains("q=") => "search",
        ("GET", ["products"]) => "list",
        ("GET", ["products", _]) => "product",
        ("PUT" | "DELETE", ["carts", _, "lines", _]) => "cart line",
        (_, ["carts", ..]) => "cart",
        ("POST", ["orders"]) => "checkout",
        ("GET", ["orders", _]) => "order",
        ("POST", ["orders", _, "cancel"]) => "cancel",
        ("POST", ["orders", ..]) => "clerk",
        ("POST", ["payments", ..]) => "confirm",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart() {
        for (method, path, expected) in [
            ("GET", "/v1/products?limit=20", "list"),
            ("GET", "/v1/products?q=diver&limit=20", "search"),
            ("GET", "/v1/products/soak-1", "product"),
            ("POST", "/v1/carts", "cart"),
            ("GET", "/v1/carts/me", "cart"),
            ("PUT", "/v1/carts/crt_1/lines/SOAK-1", "cart line"),
            ("POST", "/v1/orders", "checkout"),
            ("GET", "/v1/orders/ord_1", "order"),
            ("POST", "/v1/orders/ord_1/cancel", "cancel"),
            ("POST", "/v1/orders/ord_1/refunds", "clerk"),
            ("POST", "/v1/payments/pay_1/confirm", "confirm"),
            ("POST", "/v1/inventory/SOAK-1/adjustments", "other"),
        ] {
            assert_eq!(flow(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn what_the_shop_failed_is_counted() {
        let meter = Meter::default();
        for status in [Some(201), Some(409), Some(503), Some(503), None] {
            meter.ended("POST", "/v1/orders", status, Duration::from_millis(2));
        }
        let seen = meter.open();
        assert_eq!((seen.requests, seen.latencies["checkout"].len()), (5, 5));
        assert_eq!(seen.failures["checkout: 503"], 2);
        assert_eq!(seen.failures["checkout: no answer"], 1);
    }
}
