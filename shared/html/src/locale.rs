//! How numbers, money and days are written in each language: all of it as its message file says.

use domain::{Currency, Money};

mod generated {
    #![allow(missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

pub use generated::Language;

impl Language {
    /// By its tag; whatever it does not speak is spoken of in the first one.
    pub fn of(tag: &str) -> Self {
        let known = Self::ALL.iter().find(|language| language.tag() == tag);
        known.copied().unwrap_or(Language::En)
    }

    /// `€1,299.00`, `1.299,00 €`.
    pub fn money(self, money: Money) -> String {
        let exponent = money.currency().exponent();
        let unit = 10_u64.checked_pow(exponent).unwrap_or(1).max(1);
        let amount = money.amount().unsigned_abs();
        let (major, minor) =
            (amount.checked_div(unit).unwrap_or_default(), amount.checked_rem(unit).unwrap_or_default());
        let mut text = self.number(major);
        if exponent > 0 {
            let width = usize::try_from(exponent).unwrap_or(2);
            text.push_str(&format!("{}{minor:0width$}", self.number_decimal()));
        }
        let sign = if money.amount() < 0 { "−" } else { "" };
        format!("{sign}{}", self.money_pattern(&text, symbol(money.currency())))
    }

    /// `12,345`, `12.345`.
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && digits.len().saturating_sub(at).checked_rem(3) == Some(0) {
                text.push_str(self.number_group());
            }
            text.push(digit);
        }
        text
    }

    /// `23 November 2026`.
    pub fn day_of(self, at: &str) -> String {
        let (year, month, day, _) = parts(at);
        self.day(&day, self.month_name(month), &year)
    }

    /// With the time, which is UTC.
    pub fn moment(self, at: &str) -> String {
        let (year, month, day, time) = parts(at);
        self.day_and_time(&day, self.month_name(month), &time, &year)
    }

    fn month_name(self, month: usize) -> &'static str {
        self.of_code("month", &month.to_string()).unwrap_or_default()
    }

    /// A country's name; one that has none here is called by its code.
    pub fn country_name(self, code: &str) -> String {
        self.of_code("country", &code.to_ascii_lowercase()).map_or_else(|| code.to_owned(), str::to_owned)
    }
}

/// Year, month, day and time, as RFC 3339 has them.
fn parts(at: &str) -> (String, usize, String, String) {
    let part = |from: usize, to: usize| at.get(from..to).unwrap_or_default();
    let day = part(8, 10).trim_start_matches('0').to_owned();
    (part(0, 4).to_owned(), part(5, 7).parse().unwrap_or_default(), day, part(11, 16).to_owned())
}

const fn symbol(currency: Currency) -> &'static str {
    match currency {
        Currency::Eur => "€",
        Currency::Gbp => "£",
        Currency::Jpy => "¥",
        Currency::Usd => "$",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_router_knows_which_languages_there_are() {
        let mut tags: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
        let mut known = api::pages::LANGUAGES.to_vec();
        tags.sort_unstable();
        known.sort_unstable();
        assert_eq!(tags, known);
    }

    #[test]
    fn money_is_written_as_its_reader_writes_it() {
        for (amount, currency, en, de) in [
            (129_900, Currency::Eur, "€1,299.00", "1.299,00\u{a0}€"),
            (5, Currency::Usd, "$0.05", "0,05\u{a0}$"),
            (1_234_567, Currency::Jpy, "¥1,234,567", "1.234.567\u{a0}¥"),
            (-1_900, Currency::Gbp, "−£19.00", "−19,00\u{a0}£"),
            (0, Currency::Eur, "€0.00", "0,00\u{a0}€"),
        ] {
            let money = Money::new(amount, currency).unwrap();
            assert_eq!((Language::En.money(money).as_str(), Language::De.money(money).as_str()), (en, de));
        }
    }

    #[test]
    fn days_are_written_as_their_reader_writes_them() {
        let at = "2026-11-22T15:04:05.000Z";
        assert_eq!(
            (Language::En.day_of(at).as_str(), Language::De.day_of(at).as_str()),
            ("22 November 2026", "22. November 2026")
        );
        assert_eq!(Language::En.moment(at), "22 November 2026, 15:04 UTC");
    }

    #[test]
    fn every_country_that_is_shipped_to_has_a_name() {
        for country in domain::shipping::countries() {
            for language in Language::ALL {
                assert_ne!(language.country_name(country.code()), country.code(), "{language:?}");
            }
        }
    }
}
