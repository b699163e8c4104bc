//! Bugs on purpose in SQL: the statement that a shop with such a bug would run.

use std::borrow::Cow;

use domain::Bug;

/// By bug: what the statement begins with, what stands in it, and what would stand there instead.
const SPOILT: [(Bug, &str, &str, &str); 4] = [
    (Bug::ListBelievesOldNews, "insert into orders (", "where excluded.seq > seq", ""),
    (Bug::StockListBelievesOldNews, "insert into shards (", "where excluded.seq > shards.seq", ""),
    (Bug::HintBelievesOldNews, "insert into stock_hints (", "where excluded.seq > seq", ""),
    (Bug::PaymentAsksWithNewKey, "insert into test_intents (", "values (?1, ?2, ?2", "values (?1, ?1, ?2"),
];

pub fn spoilt(statement: &str) -> Cow<'_, str> {
    let planted = SPOILT.iter().find(|(bug, ..)| bug.is_planted());
    match planted {
        Some((_, begins, right, wrong)) if statement.starts_with(begins) => {
            Cow::Owned(statement.replace(right, wrong))
        }
        _ => Cow::Borrowed(statement),
    }
}

#[cfg(all(test, feature = "planted"))]
mod tests {
    use super::*;
    use domain::planted::plant;

    /// A bug that spoils nothing would never be found.
    #[test]
    fn what_is_spoilt_is_still_there() {
        let sources = [
            "workers/orders/src/store.rs",
            "workers/inventory/src/store.rs",
            "workers/catalog/src/store/quote.rs",
            "workers/payments/src/provider/test/store.rs",
        ];
        let all: String = sources
            .iter()
            .map(|path| std::fs::read_to_string(crate::config::root().join(path)).unwrap())
            .collect();
        for (bug, begins, right, _) in SPOILT {
            assert!(all.contains(begins) && all.contains(right), "{}", bug.name());
            plant(Some(bug));
            assert_ne!(spoilt(&format!("{begins} {right}")), format!("{begins} {right}"));
            plant(None);
        }
    }
}
