//! What things cost: one price list per currency, each with the figures its shoppers are used to.
//!
//! A list is not a conversion. Euro, pound and yen prices contain tax and dollar prices do not, a house asks a little less at
//! home, and every list is rounded its own way.

use domain::{Currency, Money};

use super::brands::Home;

/// Prices of one thing on all four lists, for what it is worth in euros.
pub fn lists(worth_eur: f64, home: Home) -> Vec<Money> {
    Currency::ALL.into_iter().map(|currency| price(worth_eur, home, currency)).collect()
}

/// What was asked before: more than `prices` on every list, by about `factor`.
pub fn before(worth_eur: f64, factor: f64, home: Home, prices: &[Money]) -> Vec<Money> {
    prices
        .iter()
        .map(|now| {
            let mut worth = worth_eur * factor;
            let mut then = price(worth, home, now.currency());
            // Rounding must not turn a reduction into none.
            while then.amount() <= now.amount() {
                worth *= 1.05;
                then = price(worth, home, now.currency());
            }
            then
        })
        .collect()
}

fn price(worth_eur: f64, home: Home, currency: Currency) -> Money {
    let (rate, at_home) = match currency {
        Currency::Eur => (1.0, if home == Home::Eurozone { 0.97 } else { 1.0 }),
        Currency::Gbp => (0.865, if home == Home::Britain { 0.95 } else { 1.0 }),
        Currency::Usd => (0.99, if home == Home::America { 0.92 } else { 1.0 }),
        Currency::Jpy => (164.0, if home == Home::Japan { 0.88 } else { 1.0 }),
    };
    let plain = worth_eur * rate * at_home;
    let major = match currency {
        Currency::Eur | Currency::Gbp => european(plain),
        Currency::Usd => american(plain),
        Currency::Jpy => japanese(plain),
    };
    let minor = major * 10_f64.powi(i32::try_from(currency.exponent()).unwrap_or(0));
    // Far inside the range of money, so this is never zero; the tests of the catalogue hold it to that.
    Money::new(minor.round() as i64, currency).unwrap_or(Money::zero(currency))
}

fn to_next(amount: f64, step: f64) -> f64 {
    (amount / step).round().max(1.0) * step
}

/// 19, 149, 395, 620, 1 250, 12 400.
fn european(amount: f64) -> f64 {
    match amount {
        ..200.0 => to_next(amount, 10.0) - 1.0,
        ..500.0 => to_next(amount, 10.0) - 5.0,
        ..1_000.0 => to_next(amount, 10.0),
        ..5_000.0 => to_next(amount, 50.0),
        _ => to_next(amount, 100.0),
    }
}

/// 19, 145, 395, 1,295, 12,400.
fn american(amount: f64) -> f64 {
    match amount {
        ..100.0 => to_next(amount, 5.0) - 1.0,
        ..1_000.0 => to_next(amount, 10.0) - 5.0,
        ..5_000.0 => to_next(amount, 50.0) - 5.0,
        _ => to_next(amount, 100.0),
    }
}

/// Round before the tenth of tax: 3 080, 24 200, 198 000, 1 540 000.
fn japanese(amount: f64) -> f64 {
    match amount {
        ..20_000.0 => to_next(amount / 1.1, 100.0) * 1.1,
        ..100_000.0 => to_next(amount / 1.1, 1_000.0) * 1.1,
        ..1_000_000.0 => to_next(amount / 1.1, 10_000.0) * 1.1,
        _ => to_next(amount / 1.1, 50_000.0) * 1.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(worth_eur: f64, home: Home, expected: [&str; 4]) {
        let shown: Vec<String> = lists(worth_eur, home).into_iter().map(Money::display).collect();
        assert_eq!(shown, expected, "{worth_eur}");
    }

    #[test]
    fn each_list_is_rounded_its_own_way() {
        check(24.0, Home::Elsewhere, ["19.00 EUR", "19.00 GBP", "3,960 JPY", "24.00 USD"]);
        check(1_311.0, Home::Elsewhere, ["1,300.00 EUR", "1,150.00 GBP", "220,000 JPY", "1,295.00 USD"]);
        check(1_311.0, Home::Japan, ["1,300.00 EUR", "1,150.00 GBP", "187,000 JPY", "1,295.00 USD"]);
        check(12_380.0, Home::Eurozone, ["12,000.00 EUR", "10,700.00 GBP", "2,035,000 JPY", "12,300.00 USD"]);
    }

    #[test]
    fn what_was_asked_before_is_always_more() {
        for worth in [9.0, 24.0, 310.0, 1_311.0, 48_000.0] {
            let now = lists(worth, Home::Elsewhere);
            for (now, then) in now.iter().zip(before(worth, 1.01, Home::Elsewhere, &now)) {
                assert!(then.currency() == now.currency() && then.amount() > now.amount(), "{worth}");
            }
        }
    }
}
