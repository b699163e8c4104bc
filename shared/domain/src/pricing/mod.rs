//! What a list of lines costs at a destination: line totals, tax, shipping and the sums a shopper is shown and charged.
//!
//! A cart's view and an order's saga both ask this one function, so what was shown is what is charged.

mod refund;

pub use refund::{RefundShare, UnitsNotRefundable, refund_share};

use serde::{Deserialize, Serialize};

use crate::{
    Currency, Money, MoneyError, Quantity, Sku,
    address::{Address, Country},
    shipping::{self, ShippingOption},
    tax::{self, RATE_ONE, RatePpm},
};

/// A line with what the catalogue says of its SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    pub sku: Sku,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub weight_grams: u32,
}

/// Where the goods go: as much of the address as tax and shipping ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub country: Country,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl Destination {
    /// The destination of an order: unlike a cart's, it must name the state where the tax depends on it.
    pub fn of_address(address: &Address) -> Result<Self, PricingRefusal> {
        if tax::needs_region(address.country) && address.region.is_none() {
            return Err(PricingRefusal::RegionRequired { country: address.country });
        }
        Ok(Self {
            country: address.country,
            region: address.region.as_ref().map(|region| region.as_str().to_owned()),
            postal_code: address.postal_code.as_ref().map(|code| code.as_str().to_owned()),
        })
    }
}

/// What one line comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTotals {
    pub sku: Sku,
    pub quantity: Quantity,
    /// As the price list has it: with tax in it or not.
    pub unit_price: Money,
    pub discount: Money,
    pub tax_rate: RatePpm,
    /// Contained in `total` either way.
    pub tax: Money,
    /// What the shopper pays for the line, tax included under both kinds of price list.
    pub total: Money,
}

/// What a cart or an order comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub currency: Currency,
    pub prices_include_tax: bool,
    pub lines: Vec<LineTotals>,
    /// Unit prices times quantities, as the price list has them.
    pub subtotal: Money,
    pub discount_total: Money,
    /// As the price list has it; `shipping_tax` is in it where prices include tax, else comes on top.
    pub shipping_total: Money,
    pub shipping_tax: Money,
    pub shipping_tax_rate: RatePpm,
    /// Of the lines and of shipping.
    pub tax_total: Money,
    /// What is charged.
    pub total: Money,
    /// The chosen option, else the cheapest; none for no lines.
    pub shipping_option: Option<ShippingOption>,
    pub shipping_options: Vec<ShippingOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PricingRefusal {
    /// The shop does not ship there.
    DestinationNotServed { country: Country },
    /// Tax there depends on the state or province, and none is named.
    RegionRequired { country: Country },
    /// The country has no such state or province.
    UnknownRegion { country: Country, region: String },
    /// There is no such way to send these goods there.
    UnknownShippingOption { id: String },
    /// A line is priced in another currency than the list.
    WrongCurrency,
    /// The sum is beyond what an amount can hold.
    AmountTooLarge,
}

impl From<MoneyError> for PricingRefusal {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::CurrencyMismatch(..) => PricingRefusal::WrongCurrency,
            MoneyError::OutOfRange => PricingRefusal::AmountTooLarge,
        }
    }
}

/// Whether the currency's price list has the tax in its prices: what its shoppers expect to see.
pub const fn prices_include_tax(currency: Currency) -> bool {
    match currency {
        Currency::Eur | Currency::Gbp | Currency::Jpy => true,
        Currency::Usd => false,
    }
}

/// Where a shopper who pays in this currency most likely is, until they say.
pub const fn default_country(currency: Currency) -> Country {
    match currency {
        Currency::Eur => Country::literal(*b"DE"),
        Currency::Gbp => Country::literal(*b"GB"),
        Currency::Jpy => Country::literal(*b"JP"),
        Currency::Usd => Country::literal(*b"US"),
    }
}

/// Prices `lines` for `destination`. Without a `shipping_option` the cheapest one counts.
pub fn price(
    currency: Currency,
    lines: &[PricedLine],
    destination: &Destination,
    shipping_option: Option<&str>,
) -> Result<Totals, PricingRefusal> {
    let list = PriceList { currency, includes_tax: prices_include_tax(currency), rate: rate(destination)? };

    let mut totals = Totals {
        currency,
        prices_include_tax: list.includes_tax,
        lines: Vec::with_capacity(lines.len()),
        subtotal: Money::zero(currency),
        discount_total: Money::zero(currency),
        shipping_total: Money::zero(currency),
        shipping_tax: Money::zero(currency),
        shipping_tax_rate: list.rate,
        tax_total: Money::zero(currency),
        total: Money::zero(currency),
        shipping_option: None,
        shipping_options: Vec::new(),
    };
    let mut weight_grams = 0_u64;
    for line in lines {
        let listed = line.unit_price.times(line.quantity)?;
        let taxed = list.tax(listed)?;
        totals.subtotal = totals.subtotal.plus(listed)?;
        totals.tax_total = totals.tax_total.plus(taxed.tax)?;
        totals.total = totals.total.plus(taxed.paid)?;
        totals.lines.push(LineTotals {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: Money::zero(currency),
            tax_rate: list.rate,
            tax: taxed.tax,
            total: taxed.paid,
        });
        let line_grams = u64::from(line.weight_grams).saturating_mul(u64::from(line.quantity.get()));
        weight_grams = weight_grams.saturating_add(line_grams);
    }

    let goods = totals.subtotal.minus(totals.discount_total)?;
    let options = shipping::options(destination.country, weight_grams, goods)?
        .ok_or(PricingRefusal::DestinationNotServed { country: destination.country })?;
    if !lines.is_empty() {
        let chosen = match shipping_option {
            Some(id) => options
                .iter()
                .find(|option| option.id == id)
                .ok_or_else(|| PricingRefusal::UnknownShippingOption { id: id.to_owned() })
                .map(Some)?,
            None => options.first(),
        }
        .cloned();
        if let Some(option) = &chosen {
            let taxed = list.tax(option.price)?;
            totals.shipping_total = option.price;
            totals.shipping_tax = taxed.tax;
            totals.tax_total = totals.tax_total.plus(taxed.tax)?;
            totals.total = totals.total.plus(taxed.paid)?;
        }
        totals.shipping_option = chosen;
        totals.shipping_options = options;
    }
    Ok(totals)
}

fn rate(destination: &Destination) -> Result<RatePpm, PricingRefusal> {
    let region = destination.region.as_deref();
    tax::rate(destination.country, region, destination.postal_code.as_deref()).map_err(
        |tax::UnknownRegion| PricingRefusal::UnknownRegion {
            country: destination.country,
            region: region.unwrap_or_default().to_owned(),
        },
    )
}

/// How a price list's amounts are taxed at one destination.
struct PriceList {
    currency: Currency,
    includes_tax: bool,
    rate: RatePpm,
}

struct Taxed {
    tax: Money,
    /// With the tax in it.
    paid: Money,
}

impl PriceList {
    /// An inclusive price stays what it is, whatever the rate; the tax is the part of it that goes to the state.
    fn tax(&self, listed: Money) -> Result<Taxed, MoneyError> {
        if listed.currency() != self.currency {
            return Err(MoneyError::CurrencyMismatch(listed.currency(), self.currency));
        }
        let (rate, one) = (i64::from(self.rate), i64::from(RATE_ONE));
        if self.includes_tax {
            Ok(Taxed { tax: listed.share(rate, one.saturating_add(rate))?, paid: listed })
        } else {
            let tax = listed.share(rate, one)?;
            Ok(Taxed { tax, paid: listed.plus(tax)? })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(sku: &str, quantity: u32, unit_price: i64, currency: Currency) -> PricedLine {
        PricedLine {
            sku: sku.parse().unwrap(),
            quantity: Quantity::new(quantity).unwrap(),
            unit_price: Money::new(unit_price, currency).unwrap(),
            weight_grams: 180,
        }
    }

    fn to(country: &str, region: Option<&str>) -> Destination {
        Destination {
            country: country.parse().unwrap(),
            region: region.map(str::to_owned),
            postal_code: None,
        }
    }

    /// Lines as `quantity × unit price`, and what is expected of subtotal, shipping, tax and total.
    #[test]
    fn each_list_at_each_destination() {
        use Currency::{Eur, Gbp, Jpy, Usd};
        type Case = (Currency, &'static str, Option<&'static str>, &'static [(u32, i64)], [i64; 4]);
        let cases: [Case; 10] = [
            (Eur, "DE", None, &[(1, 129_900)], [129_900, 0, 20_740, 129_900]),
            (Eur, "DE", None, &[(1, 4_990)], [4_990, 490, 797 + 78, 5_480]),
            // The same price at another rate: only the tax in it differs.
            (Eur, "HU", None, &[(1, 129_900)], [129_900, 0, 27_617, 129_900]),
            (Eur, "FI", None, &[(1, 129_900)], [129_900, 0, 26_394, 129_900]),
            // An export: no tax in it, the same price.
            (Eur, "HK", None, &[(1, 129_900)], [129_900, 0, 0, 129_900]),
            (Gbp, "GB", None, &[(2, 9_995)], [19_990, 0, 3_332, 19_990]),
            (Jpy, "JP", None, &[(3, 9_900)], [29_700, 3_300, 2_700 + 300, 33_000]),
            (Usd, "US", Some("CA"), &[(1, 19_999)], [19_999, 1_500, 1_450 + 109, 23_058]),
            (Usd, "US", Some("OR"), &[(1, 19_999)], [19_999, 1_500, 0, 21_499]),
            // Per line and rounded there: 3 × 7.25 % of 0.10 is 3 × 1 cent, not 2.
            (Usd, "US", Some("CA"), &[(1, 10), (1, 10), (1, 10)], [30, 2_000, 3 + 145, 2_178]),
        ];
        for (currency, country, region, lines, expected) in cases {
            let lines: Vec<_> = lines
                .iter()
                .enumerate()
                .map(|(i, (quantity, unit))| line(&format!("W-{i}"), *quantity, *unit, currency))
                .collect();
            let totals = price(currency, &lines, &to(country, region), None).unwrap();
            let got = [totals.subtotal, totals.shipping_total, totals.tax_total, totals.total];
            assert_eq!(got.map(Money::amount), expected, "{currency} {country} {region:?}");
        }
    }

    #[test]
    fn the_chosen_option_counts_else_the_cheapest() {
        let lines = [line("W-1", 1, 4_990, Currency::Eur)];
        let chosen = |option| {
            price(Currency::Eur, &lines, &to("DE", None), option)
                .map(|totals| (totals.shipping_option.unwrap().id, totals.shipping_total.amount()))
        };
        assert_eq!(chosen(None), Ok(("standard".to_owned(), 490)));
        assert_eq!(chosen(Some("express")), Ok(("express".to_owned(), 1_490)));
        assert_eq!(
            chosen(Some("pigeon")),
            Err(PricingRefusal::UnknownShippingOption { id: "pigeon".to_owned() })
        );
    }

    #[test]
    fn nothing_costs_nothing_and_is_not_sent() {
        let totals = price(Currency::Eur, &[], &to("DE", None), Some("express")).unwrap();
        assert!(
            totals.total.is_zero() && totals.shipping_option.is_none() && totals.shipping_options.is_empty()
        );
    }

    #[test]
    fn what_cannot_be_priced_is_refused() {
        let eur = [line("W-1", 1, 4_990, Currency::Eur)];
        let dear = [line("W-1", 99, crate::money::AMOUNT_MAX, Currency::Eur)];
        let cases = [
            (
                &eur[..],
                to("AQ", None),
                PricingRefusal::DestinationNotServed { country: "AQ".parse().unwrap() },
            ),
            (
                &eur[..],
                to("US", Some("XX")),
                PricingRefusal::UnknownRegion { country: "US".parse().unwrap(), region: "XX".to_owned() },
            ),
            (&dear[..], to("DE", None), PricingRefusal::AmountTooLarge),
        ];
        for (lines, destination, refusal) in cases {
            assert_eq!(price(Currency::Eur, lines, &destination, None), Err(refusal));
        }
        assert_eq!(price(Currency::Usd, &eur, &to("DE", None), None), Err(PricingRefusal::WrongCurrency));
    }

    #[test]
    fn an_order_to_a_state_names_it() {
        let mut address = Address {
            name: "Ada Lovelace".parse().unwrap(),
            line1: "1 Main St".parse().unwrap(),
            line2: None,
            city: "Austin".parse().unwrap(),
            region: None,
            postal_code: Some("78701".parse().unwrap()),
            country: "US".parse().unwrap(),
            phone: None,
        };
        assert_eq!(
            Destination::of_address(&address),
            Err(PricingRefusal::RegionRequired { country: address.country })
        );
        address.region = Some("TX".parse().unwrap());
        assert_eq!(Destination::of_address(&address).unwrap().region.as_deref(), Some("TX"));
        address.region = None;
        address.country = "DE".parse().unwrap();
        assert!(Destination::of_address(&address).is_ok());
    }

    fn any_currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::ALL.to_vec())
    }

    fn any_destination() -> impl Strategy<Value = Destination> {
        let places = [
            ("DE", None),
            ("FI", None),
            ("GB", None),
            ("JP", None),
            ("US", Some("MN")),
            ("US", None),
            ("CA", Some("ON")),
            ("CH", None),
            ("HK", None),
        ];
        prop::sample::select(places.to_vec()).prop_map(|(country, region)| to(country, region))
    }

    proptest! {
        #[test]
        fn totals_add_up_and_contain_their_tax(
            currency in any_currency(),
            destination in any_destination(),
            lines in prop::collection::vec((1u32..=99, 0i64..50_000_000), 0..8),
        ) {
            let lines: Vec<_> =
                lines.iter().enumerate().map(|(i, (q, unit))| line(&format!("W-{i}"), *q, *unit, currency)).collect();
            let totals = price(currency, &lines, &destination, None).unwrap();
            let sum = |of: fn(&LineTotals) -> Money| totals.lines.iter().map(|line| of(line).amount()).sum::<i64>();

            prop_assert_eq!(sum(|line| line.tax) + totals.shipping_tax.amount(), totals.tax_total.amount());
            let on_top = if totals.prices_include_tax { 0 } else { totals.tax_total.amount() };
            prop_assert_eq!(
                totals.subtotal.amount() - totals.discount_total.amount() + totals.shipping_total.amount() + on_top,
                totals.total.amount()
            );
            let shipping_paid =
                totals.shipping_total.amount() + if totals.prices_include_tax { 0 } else { totals.shipping_tax.amount() };
            prop_assert_eq!(sum(|line| line.total) + shipping_paid, totals.total.amount());
            for line in &totals.lines {
                // Half a unit of rounding, and no more, lies between the tax and its rate.
                let net = line.total.amount() - line.tax.amount();
                let exact = net * i64::from(line.tax_rate);
                let rounded = line.tax.amount() * i64::from(RATE_ONE);
                prop_assert!((exact - rounded).abs() <= i64::from(RATE_ONE + line.tax_rate) / 2 + 1);
            }
        }
    }
}
