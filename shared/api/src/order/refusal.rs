//! How an order's refusals read.

use domain::{
    cart::quote_cart,
    order::{OrderRefusal, ShownCart},
    pricing::PricingRefusal,
};

use crate::{
    cart::{CartBody, pricing_problem},
    problem::{Code, Problem, codes},
};

/// The code alone: what a failed order shows as its reason.
pub(super) fn code(refusal: &OrderRefusal) -> &'static Code {
    match refusal {
        OrderRefusal::NotFound | OrderRefusal::UnknownFulfillment => codes::not_found,
        OrderRefusal::CartEmpty => codes::cart_empty,
        OrderRefusal::AlreadyOrdered { .. } => codes::already_ordered,
        OrderRefusal::CartChanged { .. } => codes::cart_changed,
        OrderRefusal::NotPriceable { refusal: PricingRefusal::AmountTooLarge } => codes::amount_too_large,
        OrderRefusal::NotPriceable { .. } => codes::validation_failed,
        OrderRefusal::OutOfStock { .. } => codes::out_of_stock,
        OrderRefusal::PaymentDeclined { .. } => codes::payment_declined,
        OrderRefusal::PaymentExpired => codes::payment_expired,
        OrderRefusal::AlreadyFulfilled => codes::already_fulfilled,
        OrderRefusal::NotASale => codes::order_not_placed,
        OrderRefusal::AlreadyFailed => codes::order_failed,
        OrderRefusal::UnknownLine { .. } => codes::unknown_line,
        OrderRefusal::TooManyPieces { .. } => codes::too_many_pieces,
        OrderRefusal::ExceedsRefundable { .. } => codes::refund_exceeds_captured,
        OrderRefusal::NothingToRefund => codes::nothing_to_refund,
        OrderRefusal::TooManyFulfillments | OrderRefusal::TooManyRefunds => codes::conflict,
    }
}

impl From<OrderRefusal> for Problem {
    fn from(refusal: OrderRefusal) -> Self {
        let problem = Problem::new(code(&refusal));
        match refusal {
            OrderRefusal::AlreadyOrdered { order } => problem.member("order_id", order),
            OrderRefusal::CartChanged { shown } => newly_priced(problem, *shown),
            OrderRefusal::NotPriceable { refusal } => pricing_problem(&refusal, "/shipping_address"),
            OrderRefusal::OutOfStock { items } => problem.member("items", items),
            OrderRefusal::PaymentDeclined { decline_code } => problem.member("decline_code", decline_code),
            OrderRefusal::UnknownLine { sku } => problem.member("sku", sku),
            OrderRefusal::TooManyPieces { sku, left } => problem.member("sku", sku).member("left", left),
            OrderRefusal::ExceedsRefundable { refundable } => problem.member("refundable", refundable),
            OrderRefusal::TooManyFulfillments => {
                problem.detail("the order has as many shipments as one can have")
            }
            OrderRefusal::TooManyRefunds => problem.detail("the order has as many refunds as one can have"),
            OrderRefusal::NotFound
            | OrderRefusal::CartEmpty
            | OrderRefusal::PaymentExpired
            | OrderRefusal::AlreadyFulfilled
            | OrderRefusal::NotASale
            | OrderRefusal::AlreadyFailed
            | OrderRefusal::UnknownFulfillment
            | OrderRefusal::NothingToRefund => problem,
        }
    }
}

/// With the cart as it is now, priced for where the order was to go.
fn newly_priced(problem: Problem, shown: ShownCart) -> Problem {
    let ShownCart { cart, quotes } = shown;
    match quote_cart(&cart, &quotes) {
        Ok(quoted) => problem.member("cart", CartBody::new(cart, quoted)),
        Err(refusal) => pricing_problem(&refusal, "/shipping_address"),
    }
}
