//! What a mail about an order says: all of it travels with the request, so that nothing has to be looked up later.

use api::{
    derived::DerivingKey,
    notification::{NotifyOrder, OrderSummary, RefundSummary, Shipment, ShippedLine, SummaryLine},
};
use domain::{
    Money,
    holder::{Owner, TokenHash},
    id::{EventId, RefundId},
    mail::MailTemplate,
    order::{Fulfillment, Goods, OrderMail, Record, cancellation_refund_id},
    order_number::OrderNumber,
};

/// What a guest's order is opened with, where it is still what they were given: it is derived, and a new key derives another.
fn token(record: &Record, key: &DerivingKey) -> Option<String> {
    let Owner::Guest(known) = &record.placement.owner else { return None };
    Some(key.token(&record.placement.id)).filter(|token| TokenHash::of(token) == *known)
}

/// `None` for an order without goods: there is nothing to write about. `key`: what guests' order tokens are made with.
pub fn mail(record: &Record, mail: &OrderMail, key: &DerivingKey) -> Option<(EventId, NotifyOrder)> {
    let goods = record.goods()?;
    let placement = &record.placement;
    let (template, about) = match mail {
        OrderMail::Confirmed => (MailTemplate::OrderConfirmed, String::new()),
        OrderMail::Cancelled => (MailTemplate::OrderCancelled, String::new()),
        OrderMail::PaymentFailed => (MailTemplate::PaymentFailed, String::new()),
        OrderMail::Shipped(fulfillment) => (MailTemplate::OrderShipped, fulfillment.to_string()),
        OrderMail::RefundIssued(refund) => (MailTemplate::RefundIssued, refund.to_string()),
    };
    let refund = match mail {
        OrderMail::RefundIssued(refund) => refunded(record, *refund),
        OrderMail::Cancelled => refunded(record, cancellation_refund_id(&placement.id)),
        OrderMail::Confirmed | OrderMail::PaymentFailed | OrderMail::Shipped(_) => None,
    };
    let shipment = match mail {
        OrderMail::Shipped(id) => {
            let fulfillments = record.sale().map_or(&[][..], |sale| &sale.fulfillments);
            fulfillments.iter().find(|fulfillment| fulfillment.id == *id).map(|sent| shipment(goods, sent))
        }
        _ => None,
    };
    // A repeat has the same id, and so makes no second mail.
    let id = EventId::derived(&["order mail", &placement.id.to_string(), template.as_str(), &about]);
    let notify = NotifyOrder {
        template,
        order_id: placement.id,
        user_id: placement.owner.user(),
        token: token(record, key),
        order: OrderSummary {
            number: OrderNumber::of(&placement.id).to_string(),
            email: placement.email.clone(),
            locale: None,
            placed_at: Some(placement.placed_at),
            lines: goods.lines.iter().map(line).collect(),
            prices_include_tax: goods.prices_include_tax,
            subtotal: goods.subtotal,
            discount_total: goods.discount_total,
            shipping_total: goods.shipping_total,
            tax_total: goods.tax_total,
            total: goods.total,
            shipping_address: placement.shipping_address.clone(),
            billing_address: placement.billing_address.clone(),
            shipment,
            refund,
        },
    };
    Some((id, notify))
}

fn line(line: &domain::order::Line) -> SummaryLine {
    let totals = &line.totals;
    let listed = totals.unit_price.times(totals.quantity).and_then(|sum| sum.minus(totals.discount));
    SummaryLine {
        sku: totals.sku.clone(),
        title: line.title.clone(),
        quantity: totals.quantity,
        unit_price: totals.unit_price,
        // It was summed up before, when the order was priced: it fits.
        total: listed.unwrap_or(Money::zero(totals.unit_price.currency())),
    }
}

fn shipment(goods: &Goods, sent: &Fulfillment) -> Shipment {
    Shipment {
        carrier: sent.carrier.to_string(),
        tracking_number: sent.tracking_number.to_string(),
        lines: sent
            .lines
            .iter()
            .map(|pieces| ShippedLine {
                title: goods.line(&pieces.sku).map_or(pieces.sku.to_string(), |line| line.title.clone()),
                quantity: pieces.quantity.get(),
            })
            .collect(),
    }
}

fn refunded(record: &Record, id: RefundId) -> Option<RefundSummary> {
    let refunds = &record.sale()?.refunds;
    refunds.iter().find(|refund| refund.id == id).map(|refund| RefundSummary { id, amount: refund.amount })
}
