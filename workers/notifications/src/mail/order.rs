//! Mails about an order, written from what the order told.

use askama::Template;

use api::notification::{NotifyOrder, OrderSummary};
use domain::{Timestamp, address::Address, mail::MailTemplate};
use platform::Fault;

use super::{Mail, render};

/// One line, in any client's list of mails.
pub fn subject(message: &NotifyOrder) -> String {
    let number: String = message.order.number.chars().filter(|c| !c.is_control()).collect();
    match message.template {
        MailTemplate::OrderCancelled => format!("Your order {number} is cancelled"),
        MailTemplate::OrderShipped => format!("Your order {number} is on its way"),
        MailTemplate::RefundIssued => format!("Your refund for order {number}"),
        MailTemplate::PaymentFailed => format!("Your payment for order {number} did not go through"),
        _ => format!("Your order {number}"),
    }
}

pub fn write(message: &NotifyOrder, shop_url: &str) -> Result<Mail, Fault> {
    let mail = &View::of(message, shop_url);
    let subject = &mail.subject;
    match message.template {
        MailTemplate::OrderConfirmed => render(subject, &ConfirmedText { mail }, &ConfirmedHtml { mail }),
        MailTemplate::OrderCancelled => render(subject, &CancelledText { mail }, &CancelledHtml { mail }),
        MailTemplate::OrderShipped => render(subject, &ShippedText { mail }, &ShippedHtml { mail }),
        MailTemplate::RefundIssued => render(subject, &RefundText { mail }, &RefundHtml { mail }),
        MailTemplate::PaymentFailed => render(subject, &FailedText { mail }, &FailedHtml { mail }),
        other => Err(Fault::defect(format!("an order has no mail {}", other.as_str()))),
    }
}

macro_rules! templates {
    ($($name:ident $path:literal)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            mail: &'a View<'a>,
        }
    )+};
}

templates! {
    ConfirmedText "order_confirmed.txt"
    ConfirmedHtml "order_confirmed.html"
    CancelledText "order_cancelled.txt"
    CancelledHtml "order_cancelled.html"
    ShippedText "order_shipped.txt"
    ShippedHtml "order_shipped.html"
    RefundText "refund_issued.txt"
    RefundHtml "refund_issued.html"
    FailedText "payment_failed.txt"
    FailedHtml "payment_failed.html"
}

/// The order's page. What opens a guest's stands behind `#`, which browsers keep to themselves.
fn address_of(message: &NotifyOrder, shop_url: &str) -> String {
    let (shop_url, order) = (shop_url.trim_end_matches('/'), message.order_id);
    match &message.token {
        Some(token) => format!("{shop_url}/orders/{order}/open#{token}"),
        None => format!("{shop_url}/orders/{order}"),
    }
}

/// The order in words, as the templates show it.
struct View<'a> {
    subject: String,
    /// Where the order is looked at.
    link: String,
    number: &'a str,
    name: &'a str,
    placed_on: Option<String>,
    lines: Vec<Line<'a>>,
    totals: Vec<Total>,
    ship_to: Vec<String>,
    bill_to: Vec<String>,
    parcel: Option<Parcel<'a>>,
    refund: Option<String>,
}

struct Line<'a> {
    title: &'a str,
    quantity: u32,
    unit_price: String,
    total: String,
}

struct Total {
    label: &'static str,
    amount: String,
    is_grand: bool,
}

struct Parcel<'a> {
    carrier: &'a str,
    tracking_number: &'a str,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    title: &'a str,
    quantity: u32,
}

impl<'a> View<'a> {
    fn of(message: &'a NotifyOrder, shop_url: &str) -> Self {
        let order = &message.order;
        Self {
            subject: subject(message),
            link: address_of(message, shop_url),
            number: &order.number,
            name: order.shipping_address.name.as_str(),
            placed_on: order.placed_at.and_then(day),
            lines: order
                .lines
                .iter()
                .map(|line| Line {
                    title: &line.title,
                    quantity: line.quantity.get(),
                    unit_price: line.unit_price.display(),
                    total: line.total.display(),
                })
                .collect(),
            totals: totals(order),
            ship_to: address(&order.shipping_address),
            bill_to: order.billing_address.as_ref().map(address).unwrap_or_default(),
            parcel: order.shipment.as_ref().map(|shipment| Parcel {
                carrier: &shipment.carrier,
                tracking_number: &shipment.tracking_number,
                items: shipment
                    .lines
                    .iter()
                    .map(|line| Item { title: &line.title, quantity: line.quantity })
                    .collect(),
            }),
            refund: order.refund.as_ref().map(|refund| refund.amount.display()),
        }
    }
}

/// Discount and tax only where there are any; a tax that the prices contain is told below the total, as it is no part of the sum.
fn totals(order: &OrderSummary) -> Vec<Total> {
    let row = |label, amount: domain::Money, is_grand| Total { label, amount: amount.display(), is_grand };
    let mut rows = vec![row("Subtotal", order.subtotal, false)];
    if !order.discount_total.is_zero() {
        rows.push(Total {
            label: "Discount",
            amount: format!("-{}", order.discount_total.display()),
            is_grand: false,
        });
    }
    rows.push(row("Shipping", order.shipping_total, false));
    let has_tax = !order.tax_total.is_zero();
    if has_tax && !order.prices_include_tax {
        rows.push(row("Tax", order.tax_total, false));
    }
    rows.push(row("Total", order.total, true));
    if has_tax && order.prices_include_tax {
        rows.push(row("Tax included", order.tax_total, false));
    }
    rows
}

/// One entry per line of the label, the town written as it is where the parcel goes.
fn address(address: &Address) -> Vec<String> {
    let city = address.city.as_str();
    let region = address.region.as_ref().map(|region| region.as_str());
    let postal_code = address.postal_code.as_ref().map(|code| code.as_str());
    let joined = |parts: [Option<&str>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let town = match address.country.code() {
        "US" | "CA" | "AU" => {
            let rest = joined([region, postal_code]);
            vec![if rest.is_empty() { city.to_owned() } else { format!("{city}, {rest}") }]
        }
        "GB" | "IE" => [Some(city), region, postal_code].into_iter().flatten().map(str::to_owned).collect(),
        _ => [joined([postal_code, Some(city)])].into_iter().chain(region.map(str::to_owned)).collect(),
    };
    let street =
        [Some(&address.line1), address.line2.as_ref()].into_iter().flatten().map(ToString::to_string);
    [address.name.to_string()]
        .into_iter()
        .chain(street)
        .chain(town)
        .chain([address.country.code().to_owned()])
        .collect()
}

/// `2026-11-22`
fn day(at: Timestamp) -> Option<String> {
    at.to_rfc3339().split('T').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SHOP: &str = "https://shop.example";
    const HOSTILE: &str = r#"<script>alert("x")</script> & 'Ada'"#;

    fn message(template: MailTemplate, change: serde_json::Value) -> NotifyOrder {
        let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let mut order = json!({
            "number": "M-7K3F9-2QDXA-4", "email": "ada@example.com", "placed_at": 1_795_359_845_007_i64,
            "lines": [
                { "sku": "HT-300", "title": "Halden Tide 300 – Steel", "quantity": 2, "unit_price": eur(129_900), "total": eur(259_800) },
            ],
            "prices_include_tax": true, "subtotal": eur(259_800), "discount_total": eur(0), "shipping_total": eur(990),
            "tax_total": eur(41_639), "total": eur(260_790),
            "shipping_address": {
                "name": "Ada Lovelace", "line1": "Am Markt 1", "city": "Weimar", "postal_code": "99423", "country": "DE",
            },
        });
        let extra = change.as_object().unwrap().clone();
        order.as_object_mut().unwrap().extend(extra);
        let order_id = "ord_01936b2a-7c41-7000-8000-123456789012";
        serde_json::from_value(json!({ "template": template, "order_id": order_id, "order": order })).unwrap()
    }

    /// Both versions of the mail with one space wherever there is any: what a reader gets to see.
    fn read(message: &NotifyOrder) -> [String; 2] {
        let mail = write(message, SHOP).unwrap();
        [mail.text, mail.html].map(|body| body.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_confirmation_says_what_was_bought_for_how_much_and_where_it_goes() {
        let message = message(MailTemplate::OrderConfirmed, json!({}));
        assert_eq!(write(&message, SHOP).unwrap().subject, "Your order M-7K3F9-2QDXA-4");
        for body in read(&message) {
            for expected in [
                "Thank you, Ada Lovelace.",
                "M-7K3F9-2QDXA-4",
                "2026-11-22",
                "Halden Tide 300 – Steel",
                "1,299.00 EUR",
                "2,598.00 EUR",
                "9.90 EUR",
                "2,607.90 EUR",
                "Tax included",
                "416.39 EUR",
                "Am Markt 1",
                "99423 Weimar",
                "DE",
            ] {
                assert!(body.contains(expected), "{expected} in {body}");
            }
            assert!(!body.contains("Discount") && !body.contains("Billed to"), "{body}");
        }
    }

    #[test]
    fn the_text_is_laid_out_to_be_read() {
        let text = write(&message(MailTemplate::OrderConfirmed, json!({})), SHOP).unwrap().text;
        let expected = "\
Thank you, Ada Lovelace.

We have your order M-7K3F9-2QDXA-4 of 2026-11-22 and your payment. We write again when it is on its way.

2 x Halden Tide 300 – Steel
    1,299.00 EUR each, 2,598.00 EUR

Subtotal: 2,598.00 EUR
Shipping: 9.90 EUR
Total: 2,607.90 EUR
Tax included: 416.39 EUR

Ships to:
Ada Lovelace
Am Markt 1
99423 Weimar
DE

Your order, as it stands: https://shop.example/orders/ord_01936b2a-7c41-7000-8000-123456789012
";
        assert_eq!(text.trim_end(), expected.trim_end());
    }

    #[test]
    fn each_mail_says_what_happened() {
        let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let refund =
            json!({ "refund": { "id": "ref_01936b2a-7c41-7000-8000-123456789012", "amount": eur(5_000) } });
        let parcel = json!({ "shipment": {
            "carrier": "DHL", "tracking_number": "00340434161094042557",
            "lines": [{ "title": "Halden Tide 300 – Steel", "quantity": 1 }],
        } });
        for (template, change, says, never) in [
            (
                MailTemplate::OrderCancelled,
                json!({}),
                "You have not been charged.",
                "back to the payment method",
            ),
            (
                MailTemplate::OrderCancelled,
                refund.clone(),
                "We give 50.00 EUR back",
                "You have not been charged",
            ),
            (MailTemplate::OrderShipped, parcel, "00340434161094042557", "Subtotal"),
            (MailTemplate::RefundIssued, refund, "50.00 EUR", "not been charged"),
            (MailTemplate::PaymentFailed, json!({}), "could not be paid", "Thank you"),
        ] {
            let message = message(template, change);
            assert!(subject(&message).contains("M-7K3F9-2QDXA-4"), "{template:?}");
            for body in read(&message) {
                assert!(body.contains(says), "{template:?}: {says} in {body}");
                assert!(!body.contains(never), "{template:?}: {never} in {body}");
            }
        }
    }

    #[test]
    fn taxes_are_added_where_prices_are_without_and_discounts_are_taken_off() {
        let usd = |amount: i64| json!({ "amount": amount, "currency": "USD" });
        let message = message(
            MailTemplate::OrderConfirmed,
            json!({
                "prices_include_tax": false, "subtotal": usd(10_000), "discount_total": usd(1_000), "shipping_total": usd(0),
                "tax_total": usd(800), "total": usd(9_800),
            }),
        );
        let rows: Vec<_> = totals(&message.order).into_iter().map(|row| (row.label, row.amount)).collect();
        let expected = [
            ("Subtotal", "100.00 USD"),
            ("Discount", "-10.00 USD"),
            ("Shipping", "0.00 USD"),
            ("Tax", "8.00 USD"),
            ("Total", "98.00 USD"),
        ];
        assert_eq!(rows, expected.map(|(label, amount)| (label, amount.to_owned())));
    }

    #[test]
    fn a_town_is_written_as_its_country_does() {
        for (country, region, town) in [
            ("DE", None, &["99423 Weimar"][..]),
            ("JP", Some("Tokyo"), &["99423 Weimar", "Tokyo"]),
            ("US", Some("CA"), &["Weimar, CA 99423"]),
            ("GB", None, &["Weimar", "99423"]),
        ] {
            let to = serde_json::from_value(json!({
                "name": "Ada", "line1": "Am Markt 1", "line2": "Hof", "city": "Weimar", "postal_code": "99423", "country": country,
                "region": region,
            }));
            let expected = [&["Ada", "Am Markt 1", "Hof"][..], town, &[country]].concat();
            assert_eq!(address(&to.unwrap()), expected);
        }
    }

    #[test]
    fn nothing_that_a_person_typed_becomes_markup() {
        let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let hostile = json!({
            "number": HOSTILE,
            "lines": [{ "sku": "X", "title": HOSTILE, "quantity": 1, "unit_price": eur(1), "total": eur(1) }],
            "shipping_address": { "name": HOSTILE, "line1": HOSTILE, "line2": HOSTILE, "city": HOSTILE, "region": HOSTILE,
                                  "postal_code": "<b>1</b>", "country": "DE" },
            "billing_address": { "name": HOSTILE, "line1": HOSTILE, "city": HOSTILE, "country": "DE" },
            "shipment": { "carrier": HOSTILE, "tracking_number": HOSTILE, "lines": [{ "title": HOSTILE, "quantity": 1 }] },
        });
        for template in MailTemplate::OF_ORDERS {
            let mail = write(&message(template, hostile.clone()), SHOP).unwrap();
            assert!(mail.text.contains(HOSTILE), "text needs no escaping");
            for markup in ["<script", "alert(\"", "<b>"] {
                assert!(!mail.html.contains(markup), "{template:?}: {markup}");
            }
        }
    }

    #[test]
    fn a_subject_is_one_line_whatever_it_is_made_from() {
        let message = message(MailTemplate::OrderShipped, json!({ "number": "M-1\r\nBcc: all@example.com" }));
        assert!(!subject(&message).contains(['\r', '\n']));
    }
}
