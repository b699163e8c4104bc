//! Carts as the world sees them: the bodies of `/v1/carts`, and how their refusals read.

use serde::{Deserialize, Serialize};

use domain::{
    Change, Currency, Invalid, Money, Quantity, Sku, Timestamp,
    address::Country,
    cart::{
        Cart, CartProblem, CartRefusal, CartView, DestinationChange, LineProblem, QuotedCart, QuotedLine,
    },
    id::{CartId, OrderId, ProductId},
    pricing::PricingRefusal,
    shipping::ShippingOption,
    text::{Email, Text},
};

use crate::{
    object::Object,
    problem::{Problem, codes},
};

/// The cart object, named by the cart's id. A signed-in shopper's is [`CartId::of_user`].
pub struct CartObject;

impl Object for CartObject {
    const BINDING: &'static str = "CART";
    const SERVICE: &'static str = "cart";
    type Key = CartId;
    type Aggregate = Cart;
}

/// `POST /v1/carts`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCart {
    #[serde(default)]
    pub currency: Option<Currency>,
    #[serde(default)]
    pub country: Option<Country>,
}

/// `PUT /v1/carts/{cart}/lines/{sku}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    pub quantity: LineQuantity,
}

/// Pieces of a line; 0 removes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct LineQuantity(pub Option<Quantity>);

impl TryFrom<u32> for LineQuantity {
    type Error = Invalid;

    fn try_from(pieces: u32) -> Result<Self, Invalid> {
        if pieces == 0 { Ok(Self(None)) } else { Quantity::new(pieces).map(|quantity| Self(Some(quantity))) }
    }
}

impl From<LineQuantity> for u32 {
    fn from(quantity: LineQuantity) -> u32 {
        quantity.0.map_or(0, Quantity::get)
    }
}

/// `PATCH /v1/carts/{cart}`: absent keeps, `null` clears (a country can only be changed).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchCart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub region: Change<Text<80>>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub postal_code: Change<Text<20>>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub shipping_option: Change<Text<40>>,
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub email: Change<Email>,
}

impl From<PatchCart> for DestinationChange {
    fn from(patch: PatchCart) -> Self {
        Self {
            country: patch.country,
            region: patch.region,
            postal_code: patch.postal_code,
            shipping_option: match patch.shipping_option {
                Change::Keep => Change::Keep,
                Change::Clear => Change::Clear,
                Change::To(option) => Change::To(option.into()),
            },
            email: patch.email,
        }
    }
}

/// A cart with everything that a page of it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CartBody {
    pub id: CartId,
    pub currency: Currency,
    pub country: Country,
    pub region: Option<Text<80>>,
    pub postal_code: Option<Text<20>>,
    /// The shopper's choice; without one the cheapest counts.
    pub shipping_option: Option<String>,
    pub email: Option<Email>,
    pub prices_include_tax: bool,
    pub lines: Vec<CartLineBody>,
    pub subtotal: Money,
    pub discount_total: Money,
    pub shipping_total: Money,
    pub tax_total: Money,
    pub total: Money,
    pub shipping_options: Vec<ShippingOption>,
    /// Everything that stands between this cart and an order, those of its lines too.
    pub problems: Vec<ProblemBody>,
    #[serde(with = "domain::time::rfc3339")]
    pub expires_at: Timestamp,
    pub version: u64,
    /// The order that holds the cart, or the last one made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// A guest's proof that the cart is theirs: told once, when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CartLineBody {
    pub sku: Sku,
    /// These four are absent for a SKU that the catalogue no longer knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub image: Option<String>,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub discount: Money,
    pub tax_rate: u32,
    pub tax: Money,
    /// Tax included, under both kinds of price list.
    pub total: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// With `price_changed`: what the shopper has seen so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_unit_price: Option<Money>,
    /// With `insufficient_stock`: how many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u32>,
}

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProblemBody {
    pub code: String,
    /// The line it is about; absent when it is about the cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Sku>,
    pub detail: String,
}

impl CartBody {
    pub fn new(cart: CartView, quoted: QuotedCart<'_>) -> Self {
        let problems = quoted
            .lines
            .iter()
            .filter_map(|line| Some((line.problem?, &line.totals.sku)))
            .map(|(problem, sku)| ProblemBody {
                code: line_code(problem).to_owned(),
                sku: Some(sku.clone()),
                detail: line_detail(problem),
            })
            .chain(quoted.problems.iter().map(|problem| cart_problem(*problem)))
            .collect();
        Self {
            id: cart.id,
            currency: cart.currency,
            country: cart.country,
            region: cart.region,
            postal_code: cart.postal_code,
            shipping_option: cart.shipping_option,
            email: cart.email,
            prices_include_tax: quoted.totals.prices_include_tax,
            lines: quoted.lines.into_iter().map(CartLineBody::from).collect(),
            subtotal: quoted.totals.subtotal,
            discount_total: quoted.totals.discount_total,
            shipping_total: quoted.totals.shipping_total,
            tax_total: quoted.totals.tax_total,
            total: quoted.totals.total,
            shipping_options: quoted.totals.shipping_options,
            problems,
            expires_at: cart.expires_at,
            version: cart.version,
            order_id: cart.order,
            token: None,
        }
    }
}

impl From<QuotedLine<'_>> for CartLineBody {
    fn from(line: QuotedLine<'_>) -> Self {
        let QuotedLine { quote, problem, totals } = line;
        Self {
            sku: totals.sku,
            product_id: quote.map(|quote| quote.product_id),
            slug: quote.map(|quote| quote.slug.clone()),
            title: quote.map(|quote| quote.title.clone()),
            image: quote.and_then(|quote| quote.image.clone()),
            quantity: totals.quantity,
            unit_price: totals.unit_price,
            discount: totals.discount,
            tax_rate: totals.tax_rate,
            tax: totals.tax,
            total: totals.total,
            problem: problem.map(|problem| line_code(problem).to_owned()),
            previous_unit_price: match problem {
                Some(LineProblem::PriceChanged { seen }) => Some(seen),
                _ => None,
            },
            available: match problem {
                Some(LineProblem::InsufficientStock { available }) => Some(available),
                _ => None,
            },
        }
    }
}

const fn line_code(problem: LineProblem) -> &'static str {
    match problem {
        LineProblem::Unavailable => "unavailable",
        LineProblem::OutOfStock => "out_of_stock",
        LineProblem::InsufficientStock { .. } => "insufficient_stock",
        LineProblem::PriceChanged { .. } => "price_changed",
    }
}

fn line_detail(problem: LineProblem) -> String {
    match problem {
        LineProblem::Unavailable => "no longer sold".to_owned(),
        LineProblem::OutOfStock => "sold out".to_owned(),
        LineProblem::InsufficientStock { available } => format!("only {available} left"),
        LineProblem::PriceChanged { seen } => format!("was {} each", seen.display()),
    }
}

fn cart_problem(problem: CartProblem) -> ProblemBody {
    let (code, detail) = match problem {
        CartProblem::DestinationNotServed => {
            ("destination_not_served", "the shop does not ship to this country")
        }
        CartProblem::RegionRequired => {
            ("region_required", "name the state or province: the tax depends on it")
        }
        CartProblem::ShippingOptionUnavailable => {
            ("shipping_option_unavailable", "the chosen option does not take these goods there")
        }
    };
    ProblemBody { code: code.to_owned(), sku: None, detail: detail.to_owned() }
}

impl From<CartRefusal> for Problem {
    fn from(refusal: CartRefusal) -> Self {
        match refusal {
            CartRefusal::NotFound => Problem::not_found(),
            CartRefusal::CartFull => Problem::new(codes::cart_full)
                .detail(format!("a cart has at most {} lines", domain::cart::CART_LINES_MAX)),
            CartRefusal::AmountTooLarge => Problem::new(codes::amount_too_large),
            CartRefusal::CartEmpty => Problem::new(codes::cart_empty),
            CartRefusal::CheckoutInProgress { order } => {
                Problem::new(codes::checkout_in_progress).member("order_id", order)
            }
            CartRefusal::AlreadyOrdered { order } => {
                Problem::new(codes::already_ordered).member("order_id", order)
            }
            CartRefusal::CartChanged { version } => {
                Problem::new(codes::cart_changed).member("cart_version", version)
            }
            CartRefusal::OrderGaveUp => Problem::new(codes::conflict).detail("the order has ended"),
            CartRefusal::WrongCurrency => {
                Problem::new(codes::wrong_currency).detail("the cart has lines in another currency")
            }
        }
    }
}

/// A destination that cannot be priced, as an invalid body: `at` is where the destination stands in it (`/shipping_address`).
pub fn pricing_problem(refusal: &PricingRefusal, at: &str) -> Problem {
    let (field, code, detail) = match refusal {
        PricingRefusal::DestinationNotServed { country } => {
            ("/country", "destination_not_served", format!("the shop does not ship to {country}"))
        }
        PricingRefusal::RegionRequired { country } => {
            ("/region", "region_required", format!("an address in {country} names its state or province"))
        }
        PricingRefusal::UnknownRegion { country, .. } => {
            ("/region", "unknown_region", format!("{country} has no such state or province"))
        }
        PricingRefusal::UnknownShippingOption { .. } => (
            "/shipping_option",
            "unknown_shipping_option",
            "there is no such option for these goods".to_owned(),
        ),
        PricingRefusal::WrongCurrency => return CartRefusal::WrongCurrency.into(),
        PricingRefusal::AmountTooLarge => return Problem::new(codes::amount_too_large),
    };
    Problem::invalid(format!("{at}{field}"), &Invalid::new(code, detail))
}

domain::schema!(LineQuantity, "LineQuantity", |_| {
    "description": "Pieces of a line; 0 removes it.",
    "type": "integer",
    "format": "int32",
    "minimum": 0,
    "maximum": domain::quantity::LINE_QUANTITY_MAX,
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_refuse_what_they_do_not_know() {
        assert!(serde_json::from_str::<CreateCart>("{}").is_ok());
        assert!(serde_json::from_str::<CreateCart>(r#"{"currency":"EUR","country":"DE"}"#).is_ok());
        for bad in [r#"{"curency":"EUR"}"#, r#"{"currency":"XXX"}"#, r#"{"country":"de"}"#] {
            assert!(serde_json::from_str::<CreateCart>(bad).is_err(), "{bad}");
        }
        for (body, pieces) in [(r#"{"quantity":0}"#, 0), (r#"{"quantity":99}"#, 99)] {
            assert_eq!(u32::from(serde_json::from_str::<SetLine>(body).unwrap().quantity), pieces);
        }
        for bad in
            [r#"{"quantity":100}"#, r#"{"quantity":-1}"#, r#"{"quantity":1.5}"#, r#"{"quantity":"1"}"#, "{}"]
        {
            assert!(serde_json::from_str::<SetLine>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_patch_keeps_what_is_absent_and_clears_what_is_null() {
        let patch: PatchCart = serde_json::from_str(r#"{"region":null,"email":"ada@example.com"}"#).unwrap();
        let change = DestinationChange::from(patch);
        assert_eq!(change.region, Change::Clear);
        assert_eq!(change.postal_code, Change::Keep);
        assert_eq!(change.email, Change::To("ada@example.com".parse().unwrap()));
        assert!(serde_json::from_str::<PatchCart>(r#"{"email":"nobody"}"#).is_err());
        assert!(serde_json::from_str::<PatchCart>(r#"{"currency":"EUR"}"#).is_err());
    }

    #[test]
    fn a_destination_that_cannot_be_priced_names_its_field() {
        let refusal = PricingRefusal::DestinationNotServed { country: "AQ".parse().unwrap() };
        let problem = pricing_problem(&refusal, "/shipping_address");
        assert_eq!(
            (problem.status(), problem.errors[0].pointer.as_str()),
            (422, "/shipping_address/country")
        );
    }
}
