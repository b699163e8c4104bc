//! Money: whole minor units with the currency inside, and arithmetic that cannot lose or invent a unit.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::{Invalid, Quantity};

/// The largest amount, either side of zero: what JSON, D1 and JavaScript all keep exact (2^53 - 1).
pub const AMOUNT_MAX: i64 = 9_007_199_254_740_991;

/// A currency the shop sells in, by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Currency {
    Eur,
    Gbp,
    Jpy,
    Usd,
}

impl Currency {
    pub const ALL: [Currency; 4] = [Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Usd];

    pub const fn code(self) -> &'static str {
        match self {
            Currency::Eur => "EUR",
            Currency::Gbp => "GBP",
            Currency::Jpy => "JPY",
            Currency::Usd => "USD",
        }
    }

    /// How many decimals a major unit has (ISO 4217): cents are 2, the yen has none.
    pub const fn exponent(self) -> u32 {
        match self {
            Currency::Eur | Currency::Gbp | Currency::Usd => 2,
            Currency::Jpy => 0,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Currency::ALL
            .into_iter()
            .find(|currency| currency.code() == text)
            .ok_or_else(|| Invalid::new("unsupported_currency", "must be one of EUR, GBP, JPY, USD"))
    }
}

impl TryFrom<String> for Currency {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts in {0} and {1} cannot be added")]
    CurrencyMismatch(Currency, Currency),
    #[error("the amount is beyond 2^53 - 1 minor units")]
    OutOfRange,
}

/// An amount in minor units (cents; whole yen) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Money {
    amount: i64,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    amount: i64,
    currency: Currency,
}

impl TryFrom<Wire> for Money {
    type Error = Invalid;

    fn try_from(wire: Wire) -> Result<Self, Invalid> {
        Money::new(wire.amount, wire.currency)
            .map_err(|_| Invalid::new("out_of_range", "amount must be within ±(2^53 - 1) minor units"))
    }
}

impl From<Money> for Wire {
    fn from(money: Money) -> Wire {
        Wire { amount: money.amount, currency: money.currency }
    }
}

impl Money {
    pub fn new(amount: i64, currency: Currency) -> Result<Self, MoneyError> {
        if amount.unsigned_abs() > AMOUNT_MAX.unsigned_abs() {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Self { amount, currency })
    }

    pub const fn zero(currency: Currency) -> Self {
        Self { amount: 0, currency }
    }

    pub const fn amount(self) -> i64 {
        self.amount
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.amount == 0
    }

    pub const fn is_positive(self) -> bool {
        self.amount > 0
    }

    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Money::new(self.amount.checked_add(other.amount).ok_or(MoneyError::OutOfRange)?, self.currency)
    }

    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Money::new(self.amount.checked_sub(other.amount).ok_or(MoneyError::OutOfRange)?, self.currency)
    }

    pub fn times(self, quantity: Quantity) -> Result<Money, MoneyError> {
        Money::new(
            self.amount.checked_mul(i64::from(quantity.get())).ok_or(MoneyError::OutOfRange)?,
            self.currency,
        )
    }

    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    /// `self * numerator / denominator`, rounded half away from zero ("half up" for a positive amount).
    pub fn share(self, numerator: i64, denominator: i64) -> Result<Money, MoneyError> {
        let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
        let product = i128::from(self.amount).checked_mul(numerator).ok_or(MoneyError::OutOfRange)?;
        let half =
            denominator.checked_abs().and_then(|span| span.checked_div(2)).ok_or(MoneyError::OutOfRange)?;
        let (magnitude, span) = (product.unsigned_abs(), denominator.unsigned_abs());
        let rounded = magnitude
            .checked_add(half.unsigned_abs())
            .and_then(|sum| sum.checked_div(span))
            .and_then(|value| i64::try_from(value).ok())
            .ok_or(MoneyError::OutOfRange)?;
        let negative = (product < 0) != (denominator < 0);
        Money::new(if negative { rounded.saturating_neg() } else { rounded }, self.currency)
    }

    /// In major units, as other standards write amounts: `1299.00`, `198000`.
    pub fn decimal(self) -> String {
        let exponent = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let digits = format!("{:0>width$}", self.amount.unsigned_abs(), width = exponent.saturating_add(1));
        let (major, minor) =
            digits.split_at_checked(digits.len().saturating_sub(exponent)).unwrap_or((&digits, ""));
        let (sign, point) = (if self.amount < 0 { "-" } else { "" }, if minor.is_empty() { "" } else { "." });
        format!("{sign}{major}{point}{minor}")
    }

    /// An amount as it is typed, in major units: `1299`, `1299.00`, `12,5`. Nothing is rounded, and no sign of thousands is guessed at.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Money, Invalid> {
        let invalid = || Invalid::new("invalid_amount", "must be an amount in major units, such as 12.50");
        let width = usize::try_from(currency.exponent()).unwrap_or(0);
        let (major, minor) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if major.is_empty() || !is_digits(major) || !is_digits(minor) || minor.len() > width {
            return Err(invalid());
        }
        let amount = format!("{major}{minor:0<width$}").parse().map_err(|_| invalid())?;
        Money::new(amount, currency).map_err(|_| invalid())
    }

    /// For people and mails: `1,299.00 EUR`, `198,000 JPY`. Never parsed back.
    pub fn display(self) -> String {
        let digits = self.amount.unsigned_abs().to_string();
        let decimals = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let padded = format!("{digits:0>width$}", width = decimals.saturating_add(1));
        let (major, minor) =
            padded.split_at_checked(padded.len().saturating_sub(decimals)).unwrap_or((&padded, ""));
        let mut grouped = String::new();
        for (index, digit) in major.chars().enumerate() {
            if index > 0 && major.len().saturating_sub(index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.amount < 0 { "-" } else { "" };
        let point = if minor.is_empty() { "" } else { "." };
        format!("{sign}{grouped}{point}{minor} {}", self.currency)
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

crate::schema!(Currency, "Currency", |_| {
    "description": "A currency that the shop sells in (ISO 4217).",
    "type": "string",
    "enum": Currency::ALL.map(Currency::code),
});

crate::schema!(Money, "Money", |generator| {
    "description": "An amount in minor units of its currency: cents, whole yen.",
    "type": "object",
    "properties": {
        "amount": { "type": "integer", "format": "int64", "minimum": -AMOUNT_MAX, "maximum": AMOUNT_MAX },
        "currency": generator.subschema_for::<Currency>(),
    },
    "required": ["amount", "currency"],
    "additionalProperties": false,
    "examples": [{ "amount": 129_900, "currency": "EUR" }],
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::Eur).unwrap()
    }

    #[test]
    fn an_amount_is_read_as_it_is_typed_or_not_at_all() {
        for (text, currency, expected) in [
            ("1299", Currency::Eur, Some(129_900)),
            ("1299.00", Currency::Eur, Some(129_900)),
            ("12,5", Currency::Eur, Some(1_250)),
            (" 0.05 ", Currency::Usd, Some(5)),
            ("0", Currency::Gbp, Some(0)),
            ("198000", Currency::Jpy, Some(198_000)),
            ("198000.", Currency::Jpy, Some(198_000)),
            ("1.5", Currency::Jpy, None),
            ("12.345", Currency::Eur, None),
            ("1,299.00", Currency::Eur, None),
            ("1.299,00", Currency::Eur, None),
            ("-5", Currency::Eur, None),
            ("+5", Currency::Eur, None),
            (".50", Currency::Eur, None),
            ("", Currency::Eur, None),
            ("5 EUR", Currency::Eur, None),
            ("٣", Currency::Eur, None),
            ("90071992547409.92", Currency::Eur, None),
            ("99999999999999999999", Currency::Eur, None),
        ] {
            let read = Money::parse_decimal(text, currency).ok().map(Money::amount);
            assert_eq!(read, expected, "{text:?} {currency}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_in_major_units_is_read_again(amount in 0..=AMOUNT_MAX, at in 0..Currency::ALL.len()) {
            let money = Money::new(amount, Currency::ALL[at]).unwrap();
            prop_assert_eq!(Money::parse_decimal(&money.decimal(), money.currency()), Ok(money));
        }
    }

    #[test]
    fn amounts_stop_where_json_stops_being_exact() {
        assert!(Money::new(AMOUNT_MAX, Currency::Eur).is_ok());
        assert_eq!(Money::new(AMOUNT_MAX + 1, Currency::Eur), Err(MoneyError::OutOfRange));
        assert_eq!(eur(AMOUNT_MAX).plus(eur(1)), Err(MoneyError::OutOfRange));
        assert!(serde_json::from_str::<Money>(r#"{"amount":9007199254740992,"currency":"EUR"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":1.5,"currency":"EUR"}"#).is_err());
    }

    #[test]
    fn currencies_do_not_mix() {
        let yen = Money::new(1, Currency::Jpy).unwrap();
        assert_eq!(eur(1).plus(yen), Err(MoneyError::CurrencyMismatch(Currency::Eur, Currency::Jpy)));
    }

    #[test]
    fn a_share_rounds_half_away_from_zero() {
        let cases =
            [(5, 1, 2, 3), (-5, 1, 2, -3), (1, 1, 3, 0), (2, 1, 3, 1), (100, 19, 119, 16), (7, 0, 3, 0)];
        for (amount, numerator, denominator, expected) in cases {
            assert_eq!(
                eur(amount).share(numerator, denominator),
                Ok(eur(expected)),
                "{amount}*{numerator}/{denominator}"
            );
        }
        assert_eq!(eur(1).share(1, 0), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn amounts_are_shown_with_their_currency() {
        let cases = [
            (129_900, Currency::Eur, "1,299.00 EUR"),
            (5, Currency::Usd, "0.05 USD"),
            (-1_234_567, Currency::Jpy, "-1,234,567 JPY"),
        ];
        for (amount, currency, shown) in cases {
            assert_eq!(Money::new(amount, currency).unwrap().display(), shown);
        }
    }

    proptest! {
        #[test]
        fn adding_and_taking_away_loses_no_unit(a in -AMOUNT_MAX/2..AMOUNT_MAX/2, b in -AMOUNT_MAX/2..AMOUNT_MAX/2) {
            let sum = eur(a).plus(eur(b)).unwrap();
            prop_assert_eq!(sum.minus(eur(b)).unwrap(), eur(a));
        }

        #[test]
        fn a_share_is_never_off_by_more_than_half_a_unit(amount in -1_000_000_000i64..1_000_000_000, n in 0i64..1_000_000, d in 1i64..2_000_000) {
            let share = eur(amount).share(n, d).unwrap();
            let error = i128::from(share.amount()) * i128::from(d) - i128::from(amount) * i128::from(n);
            prop_assert!(error.abs() * 2 <= i128::from(d));
        }
    }
}
