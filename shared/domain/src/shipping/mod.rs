//! Which ways there are to send goods somewhere, and what they cost.

mod tariff;

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, MoneyError, address::Country};
use tariff::{EXTRA_STEP_GRAMS, PerCurrency, Service, ZONES, Zone};

/// One way to send this cart to its destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShippingOption {
    pub id: String,
    pub name: String,
    /// As the price list has it: with tax in it or not.
    pub price: Money,
    /// Working days.
    pub delivery_days_min: u32,
    pub delivery_days_max: u32,
}

/// Whether the shop sends anything there.
pub fn ships_to(country: Country) -> bool {
    zone(country).is_some()
}

/// Where the shop sends anything.
pub fn countries() -> impl Iterator<Item = Country> {
    ZONES.iter().flat_map(|zone| zone.countries).copied()
}

/// Whether some destination has a service of this name.
pub fn is_option(id: &str) -> bool {
    ZONES.iter().flat_map(|zone| zone.services).any(|service| service.id == id)
}

/// The options for goods of this weight and value, the cheapest first; `None` where the shop does not ship to.
pub fn options(
    country: Country,
    weight_grams: u64,
    goods: Money,
) -> Result<Option<Vec<ShippingOption>>, MoneyError> {
    let Some(zone) = zone(country) else { return Ok(None) };
    let mut options = Vec::with_capacity(zone.services.len());
    for service in zone.services {
        if let Some(price) = service_price(service, weight_grams, goods)? {
            options.push(ShippingOption {
                id: service.id.to_owned(),
                name: service.name.to_owned(),
                price,
                delivery_days_min: service.delivery_days_min,
                delivery_days_max: service.delivery_days_max,
            });
        }
    }
    // Stable: of two equal prices the tariff's first stays first.
    options.sort_by_key(|option| option.price.amount());
    Ok(Some(options))
}

fn zone(country: Country) -> Option<&'static Zone> {
    ZONES.iter().find(|zone| zone.countries.contains(&country))
}

/// `None` when the parcel is too heavy for the service.
fn service_price(service: &Service, weight_grams: u64, goods: Money) -> Result<Option<Money>, MoneyError> {
    let currency = goods.currency();
    let amount = match service.bands.iter().find(|band| weight_grams <= band.up_to_grams) {
        Some(band) => in_currency(band.price, currency),
        None => match (service.bands.last(), service.extra_step) {
            (Some(heaviest), Some(step)) => {
                let beyond = weight_grams.saturating_sub(heaviest.up_to_grams);
                let steps = i64::try_from(beyond.div_ceil(EXTRA_STEP_GRAMS)).unwrap_or(i64::MAX);
                in_currency(heaviest.price, currency)
                    .saturating_add(in_currency(step, currency).saturating_mul(steps))
            }
            _ => return Ok(None),
        },
    };
    let is_free = service.free_from.is_some_and(|from| goods.amount() >= in_currency(from, currency));
    Money::new(if is_free { 0 } else { amount }, currency).map(Some)
}

fn in_currency(price: PerCurrency, currency: Currency) -> i64 {
    match currency {
        Currency::Eur => price.eur,
        Currency::Gbp => price.gbp,
        Currency::Jpy => price.jpy,
        Currency::Usd => price.usd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn prices(country: &str, grams: u64, goods: i64, currency: Currency) -> Vec<(String, i64)> {
        options(country.parse().unwrap(), grams, Money::new(goods, currency).unwrap())
            .unwrap()
            .unwrap()
            .into_iter()
            .map(|option| (option.id, option.price.amount()))
            .collect()
    }

    #[test]
    fn weight_value_zone_and_currency_decide() {
        use Currency::{Eur, Gbp, Jpy, Usd};
        type Case = (&'static str, u64, i64, Currency, &'static [(&'static str, i64)]);
        let cases: [Case; 10] = [
            ("DE", 180, 9_999, Eur, &[("standard", 490), ("express", 1_490)]),
            ("DE", 180, 10_000, Eur, &[("standard", 0), ("express", 1_490)]),
            ("DE", 1_000, 5_000, Eur, &[("standard", 490), ("express", 1_490)]),
            ("DE", 1_001, 5_000, Eur, &[("standard", 690), ("express", 1_990)]),
            ("DE", 30_001, 5_000, Eur, &[("standard", 2_380)]),
            ("DE", 50_000, 5_000, Eur, &[("standard", 3_070)]),
            ("FR", 180, 9_999, Eur, &[("standard", 890), ("express", 1_990)]),
            ("GB", 180, 9_999, Gbp, &[("standard", 950), ("express", 2_150)]),
            ("JP", 180, 44_999, Jpy, &[("standard", 2_500), ("express", 5_100)]),
            ("US", 180, 30_000, Usd, &[("standard", 0), ("express", 3_000)]),
        ];
        for (country, grams, goods, currency, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(id, price)| ((*id).to_owned(), *price)).collect();
            assert_eq!(prices(country, grams, goods, currency), expected, "{country} {grams} g {goods}");
        }
    }

    #[test]
    fn some_places_are_out_of_reach() {
        let nowhere = "AQ".parse().unwrap();
        assert!(!ships_to(nowhere));
        assert_eq!(options(nowhere, 1, Money::zero(Currency::Eur)), Ok(None));
    }

    #[test]
    fn the_tariff_is_sound() {
        let mut seen = BTreeSet::new();
        for (number, zone) in ZONES.iter().enumerate() {
            assert!(
                zone.countries.iter().all(|country| seen.insert(*country)),
                "zone {number}: a country twice"
            );
            assert!(
                zone.services.iter().any(|service| service.extra_step.is_some()),
                "zone {number}: any weight can be sent"
            );
            for service in zone.services {
                assert!(service.delivery_days_min <= service.delivery_days_max);
                for pair in service.bands.windows(2) {
                    assert!(pair[0].up_to_grams < pair[1].up_to_grams);
                    for currency in Currency::ALL {
                        let (light, heavy) =
                            (in_currency(pair[0].price, currency), in_currency(pair[1].price, currency));
                        assert!(0 < light && light < heavy, "zone {number} {} {currency}", service.id);
                    }
                }
            }
        }
    }

    #[test]
    fn no_weight_overflows() {
        assert_eq!(
            options("DE".parse().unwrap(), u64::MAX, Money::zero(Currency::Eur)),
            Err(MoneyError::OutOfRange)
        );
    }
}
