//! Request bodies and queries of `/v1/orders`: what is wrong is refused here, with a pointer.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use domain::{
    Invalid, Money, Sku, Timestamp,
    address::Address,
    cart::CART_LINES_MAX,
    id::CartId,
    order::{OrderStatus, Pieces, Reason, RefundWhat},
    order_number::OrderNumber,
    text::{Email, Text},
};

use crate::{page::PageLimit, problem::Problem};

/// The longest token of a payment provider.
const PAYMENT_METHOD_LENGTH_MAX: usize = 255;

/// A provider's token for how the shopper pays; never a card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentMethod(String);

impl TryFrom<String> for PaymentMethod {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let fits = (1..=PAYMENT_METHOD_LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if fits {
            Ok(Self(text))
        } else {
            Err(Invalid::new(
                "invalid_payment_method",
                "must be a token of the payment provider such as pm_card_visa",
            ))
        }
    }
}

impl From<PaymentMethod> for String {
    fn from(method: PaymentMethod) -> String {
        method.0
    }
}

/// `POST /v1/orders`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    pub cart_id: CartId,
    /// The cart as the shopper saw it.
    pub cart_version: u64,
    /// What the shopper saw that they would pay.
    pub expected_total: Money,
    pub email: Email,
    pub shipping_address: Address,
    /// Where it is another than the shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    pub payment_method: PaymentMethod,
}

/// `POST /v1/orders/{order}/cancel`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Pieces of an order's lines: at least one line, each SKU once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Pieces>", into = "Vec<Pieces>")]
pub struct PieceList(Vec<Pieces>);

impl TryFrom<Vec<Pieces>> for PieceList {
    type Error = Invalid;

    fn try_from(lines: Vec<Pieces>) -> Result<Self, Invalid> {
        if !(1..=CART_LINES_MAX).contains(&lines.len()) {
            return Err(Invalid::new("out_of_range", format!("must be 1 to {CART_LINES_MAX} lines")));
        }
        let skus: BTreeSet<&Sku> = lines.iter().map(|line| &line.sku).collect();
        if skus.len() != lines.len() {
            return Err(Invalid::new("duplicate_sku", "must name each SKU once"));
        }
        Ok(Self(lines))
    }
}

impl From<PieceList> for Vec<Pieces> {
    fn from(list: PieceList) -> Vec<Pieces> {
        list.0
    }
}

/// `POST /v1/orders/{order}/fulfillments`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FulfilOrder {
    pub lines: PieceList,
    pub carrier: Text<80>,
    pub tracking_number: Text<120>,
}

/// `POST /v1/orders/{order}/refunds`: an amount, or the share of some lines, or else whatever is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundOrder {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "refund_amount_schema"))]
    pub amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<PieceList>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The pieces go back on the shelf.
    #[serde(default)]
    pub restock: bool,
}

impl RefundOrder {
    /// What is to be paid back; 422 for what contradicts itself.
    pub fn what(&self) -> Result<RefundWhat, Problem> {
        let invalid =
            |pointer: &str, code, detail: &str| Problem::invalid(pointer, &Invalid::new(code, detail));
        match (&self.amount, &self.lines) {
            (Some(_), Some(_)) => Err(invalid("/lines", "ambiguous", "name an amount or lines, not both")),
            (Some(amount), None) if !amount.is_positive() => {
                Err(invalid("/amount/amount", "out_of_range", "must be more than 0"))
            }
            (Some(_), None) if self.restock => {
                Err(invalid("/restock", "lines_required", "an amount does not say which pieces come back"))
            }
            (Some(amount), None) => Ok(RefundWhat::Amount(*amount)),
            (None, Some(lines)) => Ok(RefundWhat::Lines(lines.0.clone())),
            (None, None) => Ok(RefundWhat::Rest),
        }
    }
}

/// `GET /v1/orders`; everything but the page is for staff.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrdersQuery {
    /// As it is read out: in any case, and with the letters that look like digits.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub number: Option<OrderNumber>,
    pub status: Option<OrderStatus>,
    pub email: Option<Email>,
    pub sku: Option<Sku>,
    /// Placed at or after this moment, and before the other one.
    pub from: Option<When>,
    pub to: Option<When>,
    #[serde(default)]
    pub limit: PageLimit,
    pub cursor: Option<String>,
}

/// A moment in a query: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct When(pub Timestamp);

impl TryFrom<String> for When {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Timestamp::parse_rfc3339(&text).map(Self)
    }
}

/// The longest a caller may wait for the next event, in seconds.
pub const TIMELINE_WAIT_MAX_S: u32 = 20;

/// `GET /v1/orders/{order}/events`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    #[serde(default)]
    pub after: Whole<{ u64::MAX }>,
    #[serde(default)]
    pub wait: Whole<{ TIMELINE_WAIT_MAX_S as u64 }>,
}

/// A whole number in a query, 0 to `MAX`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Whole<const MAX: u64>(pub u64);

impl<const MAX: u64> TryFrom<String> for Whole<MAX> {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let number = text.parse().ok().filter(|number| *number <= MAX).map(Self);
        number.ok_or_else(|| Invalid::new("out_of_range", format!("must be a whole number, 0 to {MAX}")))
    }
}

domain::schema!(PaymentMethod, "PaymentMethod", |_| {
    "description": "A payment provider's token for how the shopper pays; never a card number.",
    "type": "string",
    "minLength": 1,
    "maxLength": PAYMENT_METHOD_LENGTH_MAX,
    "pattern": "^[A-Za-z0-9_-]+$",
    "examples": ["pm_card_visa"],
});

domain::schema!(PieceList, "PieceList", |generator| {
    "description": "Pieces of an order's lines; each SKU once.",
    "type": "array",
    "items": generator.subschema_for::<Pieces>(),
    "minItems": 1,
    "maxItems": CART_LINES_MAX,
});

domain::schema!(When, "When", |_| {
    "description": "A moment as RFC 3339 has it.",
    "type": "string",
    "format": "date-time",
    "examples": ["2026-11-22T15:04:05Z"],
});

domain::schema!([const MAX: u64] Whole<MAX>, format!("WholeTo{MAX}"), |_| {
    "type": "integer",
    "format": "int64",
    "minimum": 0,
    "maximum": MAX,
});

#[cfg(feature = "schema")]
fn refund_amount_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let money = generator.subschema_for::<Money>();
    schemars::json_schema!({
        "anyOf": [{ "allOf": [money, { "properties": { "amount": { "minimum": 1 } } }] }, { "type": "null" }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::codes;

    #[test]
    fn a_body_refuses_what_it_does_not_know() {
        let good = r#"{"cart_id":"crt_01980000-0000-7000-8000-000000000000","cart_version":1,
            "expected_total":{"amount":1,"currency":"EUR"},"email":"ada@example.com","payment_method":"pm_card_visa",
            "shipping_address":{"name":"A","line1":"B","city":"C","country":"DE"}}"#;
        assert!(serde_json::from_str::<PlaceOrder>(good).is_ok());
        for (from, to) in [
            (r#""cart_version":1"#, r#""cart_version":-1"#),
            (r#""cart_version":1"#, r#""cart_version":1,"coupon":"x""#),
            (r#""currency":"EUR""#, r#""currency":"BTC""#),
            (r#""amount":1"#, r#""amount":9007199254740992"#),
            ("pm_card_visa", ""),
            ("pm_card_visa", "pm card"),
            ("ada@example.com", "ada"),
            (r#""country":"DE""#, r#""country":"Germany""#),
        ] {
            assert!(serde_json::from_str::<PlaceOrder>(&good.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn pieces_name_each_sku_once() {
        let read = serde_json::from_str::<PieceList>;
        assert!(read(r#"[{"sku":"A","quantity":1},{"sku":"B","quantity":2}]"#).is_ok());
        for bad in [
            "[]",
            r#"[{"sku":"A","quantity":1},{"sku":"A","quantity":2}]"#,
            r#"[{"sku":"A","quantity":0}]"#,
            r#"[{"sku":"A","quantity":-1}]"#,
            r#"[{"sku":"A"}]"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_refund_says_one_thing() {
        let what = |body: &str| serde_json::from_str::<RefundOrder>(body).unwrap().what();
        let money = r#""amount":{"amount":500,"currency":"EUR"}"#;
        let lines = r#""lines":[{"sku":"A","quantity":1}]"#;
        assert!(matches!(what("{}"), Ok(RefundWhat::Rest)));
        assert!(matches!(what(&format!("{{{money}}}")), Ok(RefundWhat::Amount(_))));
        assert!(matches!(what(&format!("{{{lines},\"restock\":true}}")), Ok(RefundWhat::Lines(_))));
        for (bad, pointer) in [
            (format!("{{{money},{lines}}}"), "/lines"),
            (format!("{{{money},\"restock\":true}}"), "/restock"),
            (r#"{"amount":{"amount":0,"currency":"EUR"}}"#.to_owned(), "/amount/amount"),
            (r#"{"amount":{"amount":-5,"currency":"EUR"}}"#.to_owned(), "/amount/amount"),
        ] {
            let problem = what(&bad).unwrap_err();
            assert_eq!(
                (problem.code, problem.errors[0].pointer.as_str()),
                (codes::validation_failed, pointer)
            );
        }
    }
}
