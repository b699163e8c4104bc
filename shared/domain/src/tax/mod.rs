//! What tax a destination asks for. Which amounts it applies to is pricing's rule.

mod rates;

use crate::address::Country;
use rates::{CANADA, COUNTRIES, OUTSIDE_THE_VAT_AREA, Region, UNITED_STATES};

/// A rate in parts per million: 190,000 is 19 %.
pub type RatePpm = u32;

/// What a rate of 100 % is.
pub const RATE_ONE: RatePpm = 1_000_000;

/// The destination names a state or province that its country does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRegion;

/// Whether the tax of `country` depends on the state or province, so that none can be worked out without it.
pub fn needs_region(country: Country) -> bool {
    !regions(country).is_empty()
}

/// The rate for goods sent there. A country without an entry takes no tax of us: an export.
///
/// Without a region, the federal rate of a country that has states is all that is known (the United States have none).
pub fn rate(
    country: Country,
    region: Option<&str>,
    postal_code: Option<&str>,
) -> Result<RatePpm, UnknownRegion> {
    let regions = regions(country);
    if let Some(asked) = region.filter(|_| !regions.is_empty()) {
        return find(regions, country, asked).map(|found| found.rate_ppm).ok_or(UnknownRegion);
    }
    if postal_code.is_some_and(|code| is_outside_the_vat_area(country, code)) {
        return Ok(0);
    }
    Ok(COUNTRIES.iter().find(|(listed, _)| *listed == country).map_or(0, |(_, rate)| *rate))
}

/// What of a destination has to stay known, so that anybody can see that its tax was right: the state or province where that decides,
/// and a postal code only where it is the reason why there was none.
pub fn evidence<'a>(
    country: Country,
    region: Option<&'a str>,
    postal_code: Option<&'a str>,
) -> (Option<&'a str>, Option<&'a str>) {
    let region = region.filter(|_| needs_region(country));
    (region, postal_code.filter(|code| is_outside_the_vat_area(country, code)))
}

fn regions(country: Country) -> &'static [Region] {
    match country.code() {
        "US" => &UNITED_STATES,
        "CA" => &CANADA,
        _ => &[],
    }
}

/// By code (`CA`), ISO 3166-2 code (`US-CA`) or English name (`California`), in any case: what address forms hand over.
fn find(regions: &'static [Region], country: Country, asked: &str) -> Option<&'static Region> {
    let asked = asked.trim();
    let code = match asked.split_once('-') {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(country.code()) => rest,
        _ => asked,
    };
    regions
        .iter()
        .find(|region| region.code.eq_ignore_ascii_case(code) || region.name.eq_ignore_ascii_case(asked))
}

fn is_outside_the_vat_area(country: Country, postal_code: &str) -> bool {
    let mut entries = OUTSIDE_THE_VAT_AREA.iter().filter(|(listed, _)| *listed == country).peekable();
    // Most countries have no such place: then nothing is allocated.
    entries.peek().is_some() && {
        let digits: String = postal_code.chars().filter(char::is_ascii_digit).collect();
        entries.any(|(_, prefix)| digits.len() == 5 && digits.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_destination_has_its_rate() {
        type Case =
            (&'static str, Option<&'static str>, Option<&'static str>, Result<RatePpm, UnknownRegion>);
        let cases: [Case; 26] = [
            ("DE", None, None, Ok(190_000)),
            ("DE", Some("Bayern"), Some("80331"), Ok(190_000)),
            ("EE", None, None, Ok(240_000)),
            ("FI", None, None, Ok(255_000)),
            ("RO", None, None, Ok(210_000)),
            ("SK", None, None, Ok(230_000)),
            ("GB", None, None, Ok(200_000)),
            ("NO", None, None, Ok(250_000)),
            ("CH", None, None, Ok(81_000)),
            ("JP", Some("東京都"), None, Ok(100_000)),
            ("US", Some("CA"), None, Ok(72_500)),
            ("US", Some("us-tx"), None, Ok(62_500)),
            ("US", Some(" new york "), None, Ok(40_000)),
            ("US", Some("OR"), None, Ok(0)),
            ("US", Some("XX"), None, Err(UnknownRegion)),
            ("US", Some("CA-US"), None, Err(UnknownRegion)),
            ("US", None, None, Ok(0)),
            ("CA", Some("ON"), None, Ok(130_000)),
            ("CA", Some("Nova Scotia"), None, Ok(140_000)),
            ("CA", None, None, Ok(50_000)),
            ("HK", None, None, Ok(0)),
            ("ES", None, Some("35001"), Ok(0)),
            ("ES", None, Some("28001"), Ok(210_000)),
            ("FI", None, Some("FI-22100"), Ok(0)),
            ("DE", None, Some("D-27498"), Ok(0)),
            ("FR", None, Some("35000"), Ok(200_000)),
        ];
        for (country, region, postal_code, expected) in cases {
            let country: Country = country.parse().unwrap();
            let what = format!("{country} {region:?} {postal_code:?}");
            assert_eq!(rate(country, region, postal_code), expected, "{what}");
            let (region, postal_code) = evidence(country, region, postal_code);
            assert_eq!(rate(country, region, postal_code), expected, "what is left of {what}");
        }
    }

    #[test]
    fn every_entry_is_there_once_and_is_a_rate() {
        let countries: BTreeSet<_> = COUNTRIES.iter().map(|(country, _)| country).collect();
        assert_eq!(countries.len(), COUNTRIES.len());
        for regions in [&UNITED_STATES[..], &CANADA[..]] {
            let codes: BTreeSet<_> = regions.iter().map(|region| region.code).collect();
            assert_eq!(codes.len(), regions.len());
        }
        let rates = COUNTRIES.iter().map(|(_, rate)| *rate);
        let rates = rates.chain(UNITED_STATES.iter().chain(&CANADA).map(|region| region.rate_ppm));
        assert!(rates.into_iter().all(|rate| rate <= 270_000));
    }

    #[test]
    fn five_states_levy_no_sales_tax() {
        let without: Vec<_> =
            UNITED_STATES.iter().filter(|state| state.rate_ppm == 0).map(|state| state.code).collect();
        assert_eq!(without, ["AK", "DE", "MT", "NH", "OR"]);
    }

    #[test]
    fn only_countries_with_states_need_one() {
        let needing = COUNTRIES.iter().filter(|(country, _)| needs_region(*country)).count();
        assert_eq!((needing, needs_region(Country::literal(*b"US"))), (1, true));
    }
}
