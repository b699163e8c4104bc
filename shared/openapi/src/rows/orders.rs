//! Buying, paying, and being told of it.

use api::{
    notification::{MailboxItem, MailboxMail, MailboxQuery, NotificationView, NotificationsQuery},
    order::{
        CancelOrder, FulfilOrder, FulfillmentBody, OrderBody, OrderSummary, OrdersQuery, PlaceOrder,
        RefundBody, RefundOrder, Timeline, TimelineQuery,
    },
    page::Page,
    payment::{ConfirmPayment, ConfirmedPayment, PaymentView},
    problem::codes,
};

use crate::row::{Row, row};

pub fn orders() -> Vec<Row> {
    vec![
        row!(ORDER_PLACE, "Buy a cart as it was seen")
            .by_cart_token()
            .keyed()
            .takes::<PlaceOrder>()
            .answers::<OrderBody>(201)
            .located()
            .answers::<OrderBody>(202)
            .located()
            .refuses(&[
                codes::already_ordered,
                codes::amount_too_large,
                codes::cart_changed,
                codes::cart_empty,
                codes::not_found,
                codes::order_failed,
                codes::out_of_stock,
                codes::payment_declined,
                codes::payment_expired,
            ]),
        row!(ORDERS_LIST, "List one's orders, the newest first; staff list everybody's")
            .asks::<OrdersQuery>()
            .answers::<Page<OrderSummary>>(200),
        row!(ORDER_READ, "Read an order").by_order_token().answers::<OrderBody>(200).tagged(),
        row!(ORDER_EVENTS, "Read what happened to an order, or wait for what happens next")
            .by_order_token()
            .asks::<TimelineQuery>()
            .answers::<Timeline>(200),
        row!(ORDER_CANCEL, "Cancel an order that was not sent yet")
            .by_order_token()
            .keyed()
            .may_take::<CancelOrder>()
            .answers::<OrderBody>(200)
            .answers::<OrderBody>(202)
            .located()
            .refuses(&[codes::already_fulfilled, codes::order_failed]),
        row!(ORDER_FULFIL, "Say that a parcel was sent")
            .may_be_keyed()
            .takes::<FulfilOrder>()
            .answers::<FulfillmentBody>(201)
            .refuses(&[
                codes::conflict,
                codes::order_not_placed,
                codes::too_many_pieces,
                codes::unknown_line,
            ]),
        row!(FULFILLMENT_DELIVERED, "Say that a parcel arrived")
            .answers::<FulfillmentBody>(201)
            .refuses(&[codes::order_not_placed]),
        row!(ORDER_REFUND, "Pay back an amount, some pieces, or whatever is left")
            .keyed()
            .takes::<RefundOrder>()
            .answers::<RefundBody>(201)
            .refuses(&[
                codes::conflict,
                codes::nothing_to_refund,
                codes::order_not_placed,
                codes::refund_exceeds_captured,
                codes::too_many_pieces,
                codes::unknown_line,
            ]),
    ]
}

pub fn payments() -> Vec<Row> {
    vec![
        row!(PAYMENT_READ, "Read a payment with its ledger").answers::<PaymentView>(200),
        row!(PAYMENT_CONFIRM, "Play the shopper's part of an authentication, for the test provider")
            .takes::<ConfirmPayment>()
            .answers::<ConfirmedPayment>(200)
            .refuses(&[codes::payment_ended]),
        row!(PAYMENT_WEBHOOK, "Hear what a payment provider has to say")
            .takes_signed()
            .answers_shape(|_| {
                schemars::json_schema!({
                    "type": "object",
                    "properties": { "received": { "const": true } },
                    "required": ["received"],
                })
            })
            .refuses(&[codes::webhook_signature_invalid]),
    ]
}

pub fn notifications() -> Vec<Row> {
    vec![
        row!(NOTIFICATIONS_LIST, "List the mails that went out, the newest first")
            .asks::<NotificationsQuery>()
            .answers::<Page<NotificationView>>(200),
        row!(NOTIFICATION_RESEND, "Send a mail again").answers::<NotificationView>(200),
        row!(MAILBOX_LIST, "Look into the local mailbox; there is none in production")
            .asks::<MailboxQuery>()
            .answers::<Page<MailboxItem>>(200)
            .or_a_page()
            .refuses(&[codes::not_found]),
        row!(MAILBOX_READ, "Read a mail in the local mailbox").answers::<MailboxMail>(200).or_a_page(),
    ]
}
