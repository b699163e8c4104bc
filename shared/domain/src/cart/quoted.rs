//! A cart beside what the catalogue says of its SKUs: what it comes to, and what stands in its way.

use std::borrow::Borrow;

use crate::{
    Change, Money, Sku,
    pricing::{self, Destination, LineTotals, PricedLine, PricingRefusal, Totals},
    quote::Quote,
    shipping, tax,
};

use super::{CartLine, CartView, DestinationChange};

/// What keeps a line from being bought as it stands; of several, the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// No longer sold, or not in this currency: it is not in the totals.
    Unavailable,
    OutOfStock,
    InsufficientStock {
        available: u32,
    },
    /// The shopper has seen another price.
    PriceChanged {
        seen: Money,
    },
}

/// What keeps the cart as a whole from being bought as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartProblem {
    /// The shop no longer ships there; the totals are those of the currency's own country.
    DestinationNotServed,
    /// Tax depends on the state, and none is named yet: the totals have none of it.
    RegionRequired,
    /// The chosen option does not take these goods there; the totals have the cheapest that does.
    ShippingOptionUnavailable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedLine<'a> {
    /// `None` for a SKU that the catalogue does not know (any more).
    pub quote: Option<&'a Quote>,
    pub problem: Option<LineProblem>,
    /// Nothing, for an unavailable line.
    pub totals: LineTotals,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedCart<'a> {
    pub lines: Vec<QuotedLine<'a>>,
    /// Its `lines` went into the quoted ones above.
    pub totals: Totals,
    pub problems: Vec<CartProblem>,
}

/// Where the cart goes, as far as the shopper has said.
pub fn destination(cart: &CartView) -> Destination {
    Destination {
        country: cart.country,
        region: cart.region.as_ref().map(|region| region.as_str().to_owned()),
        postal_code: cart.postal_code.as_ref().map(|code| code.as_str().to_owned()),
    }
}

/// Prices a cart as it can be shown at any time: what an order would refuse is a problem here.
pub fn quote_cart<'a, Q: Borrow<Quote>>(
    cart: &CartView,
    quotes: &'a [Q],
) -> Result<QuotedCart<'a>, PricingRefusal> {
    let quoted: Vec<(&CartLine, Option<&Quote>)> =
        cart.lines.iter().map(|line| (line, find(quotes, &line.sku))).collect();
    let priced: Vec<PricedLine> =
        quoted.iter().filter_map(|(line, quote)| priced_line(line, *quote)).collect();

    let mut problems = Vec::new();
    let mut totals = price(cart, &priced, &mut problems)?;
    let mut bought = std::mem::take(&mut totals.lines).into_iter().peekable();
    let lines = quoted
        .into_iter()
        .map(|(line, quote)| {
            let problem = line_problem(line, quote);
            let totals =
                bought.next_if(|totals| totals.sku == line.sku).unwrap_or_else(|| not_bought(line, quote));
            QuotedLine { quote, problem, totals }
        })
        .collect();
    Ok(QuotedCart { lines, totals, problems })
}

/// The lines whose price is another one than the shopper has seen, with what it is now.
pub fn changed_prices(cart: &CartView, quotes: &[impl Borrow<Quote>]) -> Vec<(Sku, Money)> {
    let price_now = |line: &CartLine| {
        let quote = find(quotes, &line.sku).filter(|quote| quote.is_sellable)?;
        (quote.unit_price != line.price).then(|| (line.sku.clone(), quote.unit_price))
    };
    cart.lines.iter().filter_map(price_now).collect()
}

/// Whether goods can be sent where `change` would send them, and in the way it asks for. Only what changes is checked.
pub fn check_destination(
    cart: &CartView,
    change: &DestinationChange,
    quotes: &[impl Borrow<Quote>],
) -> Result<(), PricingRefusal> {
    let country = change.country.unwrap_or(cart.country);
    if change.country.is_some() && !shipping::ships_to(country) {
        return Err(PricingRefusal::DestinationNotServed { country });
    }
    if let Change::To(region) = &change.region {
        tax::rate(country, Some(region.as_str()), None).map_err(|tax::UnknownRegion| {
            PricingRefusal::UnknownRegion { country, region: region.as_str().to_owned() }
        })?;
    }
    let Change::To(option) = &change.shipping_option else { return Ok(()) };
    let lines: Vec<PricedLine> =
        cart.lines.iter().filter_map(|line| priced_line(line, find(quotes, &line.sku))).collect();
    if lines.is_empty() {
        let is_known = shipping::is_option(option);
        return if is_known {
            Ok(())
        } else {
            Err(PricingRefusal::UnknownShippingOption { id: option.clone() })
        };
    }
    let destination = Destination { country, region: None, postal_code: None };
    pricing::price(cart.currency, &lines, &destination, Some(option)).map(drop)
}

fn find<'a, Q: Borrow<Quote>>(quotes: &'a [Q], sku: &Sku) -> Option<&'a Quote> {
    quotes.iter().map(Borrow::borrow).find(|quote| quote.sku == *sku)
}

fn priced_line(line: &CartLine, quote: Option<&Quote>) -> Option<PricedLine> {
    quote.filter(|quote| quote.is_sellable).map(|quote| PricedLine {
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: quote.unit_price,
        weight_grams: quote.weight_grams,
    })
}

fn price(
    cart: &CartView,
    lines: &[PricedLine],
    problems: &mut Vec<CartProblem>,
) -> Result<Totals, PricingRefusal> {
    let mut destination = destination(cart);
    let mut option = cart.shipping_option.as_deref();
    if tax::needs_region(cart.country) && cart.region.is_none() {
        problems.push(CartProblem::RegionRequired);
    }
    loop {
        // Each refusal takes away what it refuses, so this ends after three rounds at most.
        match pricing::price(cart.currency, lines, &destination, option) {
            Err(PricingRefusal::UnknownShippingOption { .. }) if option.is_some() => {
                problems.push(CartProblem::ShippingOptionUnavailable);
                option = None;
            }
            Err(PricingRefusal::UnknownRegion { .. }) if destination.region.is_some() => {
                problems.push(CartProblem::RegionRequired);
                destination.region = None;
            }
            Err(PricingRefusal::DestinationNotServed { country })
                if country != pricing::default_country(cart.currency) =>
            {
                problems.push(CartProblem::DestinationNotServed);
                let country = pricing::default_country(cart.currency);
                destination = Destination { country, region: None, postal_code: None };
            }
            priced => return priced,
        }
    }
}

fn line_problem(line: &CartLine, quote: Option<&Quote>) -> Option<LineProblem> {
    match quote.filter(|quote| quote.is_sellable) {
        None => Some(LineProblem::Unavailable),
        Some(quote) if quote.available == 0 => Some(LineProblem::OutOfStock),
        Some(quote) if quote.available < line.quantity.get() => {
            Some(LineProblem::InsufficientStock { available: quote.available })
        }
        Some(quote) if quote.unit_price != line.price => Some(LineProblem::PriceChanged { seen: line.price }),
        Some(_) => None,
    }
}

fn not_bought(line: &CartLine, quote: Option<&Quote>) -> LineTotals {
    let nothing = Money::zero(line.price.currency());
    LineTotals {
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: quote.filter(|quote| quote.is_sellable).map_or(line.price, |quote| quote.unit_price),
        discount: nothing,
        tax_rate: 0,
        tax: nothing,
        total: nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Currency, Quantity, Timestamp,
        holder::{Owner, TokenHash},
        id::{CartId, ProductId},
    };

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::Eur).unwrap()
    }

    fn cart(lines: &[(&str, u32, i64)]) -> CartView {
        CartView {
            id: CartId::derived(&["cart"]),
            owner: Owner::Guest(TokenHash::of("mine")),
            currency: Currency::Eur,
            country: "DE".parse().unwrap(),
            region: None,
            postal_code: None,
            shipping_option: None,
            email: None,
            lines: lines
                .iter()
                .map(|(sku, quantity, price)| CartLine {
                    sku: sku.parse().unwrap(),
                    quantity: Quantity::new(*quantity).unwrap(),
                    price: eur(*price),
                })
                .collect(),
            version: 1,
            emptied_at: 0,
            expires_at: Timestamp::from_millis(0),
            order: None,
            is_claimed: false,
        }
    }

    fn quote(sku: &str, price: i64, available: u32) -> Quote {
        Quote {
            sku: sku.parse().unwrap(),
            product_id: ProductId::derived(&[sku]),
            slug: sku.to_lowercase(),
            title: sku.to_owned(),
            image: None,
            unit_price: eur(price),
            weight_grams: 200,
            is_sellable: true,
            available,
            is_sold_out: available == 0,
            shards: 1,
        }
    }

    #[test]
    fn each_line_says_what_is_wrong_with_it() {
        let cart =
            cart(&[("A", 1, 5_000), ("B", 2, 5_000), ("C", 3, 5_000), ("D", 1, 5_000), ("E", 1, 5_000)]);
        let quotes = vec![
            Quote { is_sellable: false, ..quote("E", 9_000, 9) },
            quote("C", 5_000, 2),
            quote("B", 6_000, 99),
            quote("A", 5_000, 99),
        ];
        assert_eq!(changed_prices(&cart, &quotes), [("B".parse().unwrap(), eur(6_000))]);
        let quoted = quote_cart(&cart, &quotes).unwrap();
        let problems: Vec<_> = quoted.lines.iter().map(|line| line.problem).collect();
        assert_eq!(
            problems,
            [
                None,
                Some(LineProblem::PriceChanged { seen: eur(5_000) }),
                Some(LineProblem::InsufficientStock { available: 2 }),
                Some(LineProblem::Unavailable),
                Some(LineProblem::Unavailable),
            ]
        );
        // The new price counts, lines beyond the stock count, what is not sold does not.
        let totals: Vec<_> = quoted.lines.iter().map(|line| line.totals.total.amount()).collect();
        assert_eq!(totals, [5_000, 12_000, 15_000, 0, 0]);
        assert_eq!(quoted.totals.subtotal, eur(32_000));
        assert_eq!(quoted.lines[4].totals.unit_price, eur(5_000), "a price that is not sold at is not shown");
    }

    #[test]
    fn sold_out_is_graver_than_a_new_price() {
        let quotes = [quote("A", 6_000, 0)];
        let quoted = quote_cart(&cart(&[("A", 1, 5_000)]), &quotes).unwrap();
        assert_eq!(quoted.lines[0].problem, Some(LineProblem::OutOfStock));
    }

    #[test]
    fn a_cart_can_be_shown_wherever_it_is_to_go() {
        let shown = |change: &dyn Fn(&mut CartView)| {
            let mut cart = cart(&[("A", 1, 5_000)]);
            change(&mut cart);
            let quotes = [Quote { weight_grams: 40_000, ..quote("A", 5_000, 9) }];
            let quoted = quote_cart(&cart, &quotes).unwrap();
            (quoted.problems, quoted.totals.shipping_total.amount())
        };
        assert_eq!(shown(&|_| {}), (vec![], 2_380));
        assert_eq!(
            shown(&|cart| cart.shipping_option = Some("express".into())),
            (vec![CartProblem::ShippingOptionUnavailable], 2_380)
        );
        assert_eq!(
            shown(&|cart| cart.country = "AQ".parse().unwrap()),
            (vec![CartProblem::DestinationNotServed], 2_380)
        );
        let us = |region: Option<&str>| {
            let region = region.map(|region| region.parse().unwrap());
            shown(&move |cart| {
                cart.country = "US".parse().unwrap();
                cart.region.clone_from(&region);
            })
        };
        assert_eq!(us(None).0, [CartProblem::RegionRequired]);
        assert_eq!(us(Some("XX")).0, [CartProblem::RegionRequired]);
        assert_eq!(us(Some("TX")).0, []);
    }

    #[test]
    fn only_where_goods_can_be_sent_may_a_cart_go() {
        let (heavy, light) = (cart(&[("A", 1, 5_000)]), cart(&[]));
        let quotes = [Quote { weight_grams: 40_000, ..quote("A", 5_000, 9) }];
        let check = |cart: &CartView, country: Option<&str>, region: Option<&str>, option: Option<&str>| {
            let change = DestinationChange {
                country: country.map(|country| country.parse().unwrap()),
                region: region.map_or(Change::Keep, |region| Change::To(region.parse().unwrap())),
                shipping_option: option.map_or(Change::Keep, |option| Change::To(option.to_owned())),
                ..DestinationChange::default()
            };
            match check_destination(cart, &change, &quotes) {
                Ok(()) => "",
                Err(PricingRefusal::DestinationNotServed { .. }) => "country",
                Err(PricingRefusal::UnknownRegion { .. }) => "region",
                Err(PricingRefusal::UnknownShippingOption { .. }) => "option",
                Err(_) => "other",
            }
        };
        assert_eq!(check(&heavy, None, None, None), "");
        assert_eq!(check(&heavy, Some("US"), Some("TX"), Some("standard")), "");
        assert_eq!(check(&heavy, Some("AQ"), None, None), "country");
        assert_eq!(check(&heavy, Some("US"), Some("XX"), None), "region");
        assert_eq!(check(&heavy, None, Some("anywhere"), None), "");
        assert_eq!(check(&heavy, None, None, Some("express")), "option");
        assert_eq!(check(&light, None, None, Some("express")), "");
        assert_eq!(check(&light, None, None, Some("pigeon")), "option");
    }

    #[test]
    fn an_empty_cart_comes_to_nothing() {
        let quoted = quote_cart::<Quote>(&cart(&[]), &[]).unwrap();
        assert!(quoted.totals.total.is_zero() && quoted.lines.is_empty() && quoted.problems.is_empty());
    }
}
