//! An order by itself: every transition, the refusals after the sale, and random walks against a small model of the world.

mod afterwards;
mod checkout;
mod erasure;
mod simulation;
mod transitions;

use super::*;
use crate::{
    Currency, Money, Quantity, Sku,
    address::Address,
    cart::{CartLine, CartView},
    holder::{Holder, Owner},
    id::{CartId, OrderId, ProductId, UserId},
    payment::{PaymentSnapshot, PaymentStatus},
    quote::Quote,
};

pub const START: Timestamp = Timestamp::from_millis(1_795_359_845_000);

pub fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::Eur).unwrap()
}

pub fn sku(text: &str) -> Sku {
    text.parse().unwrap()
}

pub fn order_id() -> OrderId {
    OrderId::derived(&["usr", "key"])
}

pub fn user() -> UserId {
    UserId::derived(&["ada"])
}

pub fn address() -> Address {
    Address {
        name: "Ada Lovelace".parse().unwrap(),
        line1: "Unter den Linden 1".parse().unwrap(),
        line2: None,
        city: "Berlin".parse().unwrap(),
        region: None,
        postal_code: Some("10117".parse().unwrap()),
        country: "DE".parse().unwrap(),
        phone: None,
    }
}

/// Free shipping to Berlin for anything over 100 EUR, so the total is the sum of the lines.
pub fn cart(lines: &[(&str, u32)]) -> CartView {
    CartView {
        id: CartId::derived(&["cart"]),
        owner: Owner::User(user()),
        currency: Currency::Eur,
        country: "DE".parse().unwrap(),
        region: None,
        postal_code: None,
        shipping_option: None,
        email: None,
        lines: lines
            .iter()
            .map(|(name, quantity)| CartLine {
                sku: sku(name),
                quantity: Quantity::new(*quantity).unwrap(),
                price: eur(20_000),
            })
            .collect(),
        version: 3,
        emptied_at: 0,
        expires_at: START,
        order: None,
        is_claimed: true,
    }
}

pub fn quote(name: &str) -> Quote {
    Quote {
        sku: sku(name),
        product_id: ProductId::derived(&[name]),
        slug: name.to_lowercase(),
        title: format!("Watch {name}"),
        image: None,
        unit_price: eur(20_000),
        weight_grams: 180,
        is_sellable: true,
        available: 9,
        is_sold_out: false,
        shards: 1,
    }
}

pub fn claimed(lines: &[(&str, u32)]) -> OrderCommand {
    OrderCommand::CartClaimed {
        cart: Box::new(cart(lines)),
        quotes: lines.iter().map(|(name, _)| quote(name)).collect(),
    }
}

pub fn place(expected_total: i64) -> OrderCommand {
    OrderCommand::Place {
        placement: Box::new(Placement {
            id: order_id(),
            owner: Owner::User(user()),
            cart: CartId::derived(&["cart"]),
            email: "ada@example.com".parse().unwrap(),
            shipping_address: address(),
            billing_address: None,
            placed_at: START,
        }),
        asked: Box::new(Asked {
            by: Holder { user: Some(user()), token: None },
            cart_version: 3,
            expected_total: eur(expected_total),
            payment_method: "pm_card_visa".to_owned(),
        }),
    }
}

pub fn snapshot(status: PaymentStatus, amount: i64) -> Box<PaymentSnapshot> {
    Box::new(PaymentSnapshot {
        id: payment_id(&order_id()),
        provider: "test".to_owned(),
        status,
        amount: eur(amount),
        captured: eur(if status == PaymentStatus::Captured { amount } else { 0 }),
        refunded: eur(0),
        client_secret: None,
        next_action: None,
        decline_code: (status == PaymentStatus::Declined).then(|| "insufficient_funds".to_owned()),
    })
}

/// What one command did.
pub struct Step {
    pub effects: Vec<OrderEffect>,
    pub events: Vec<OrderEvent>,
}

/// Decides and applies, as the shell does.
pub fn step(order: &mut Order, command: OrderCommand, now: Timestamp) -> Result<Step, OrderRefusal> {
    let decision = order.decide(None, command, now)?;
    for event in &decision.events {
        order.apply(event);
    }
    Ok(Step { effects: decision.effects, events: decision.events })
}

/// Adds to what is kept, and forgets what is to be forgotten, as the shell does.
pub fn keep(kept: &mut Vec<OrderEvent>, new: Vec<OrderEvent>) {
    if let Some(forget) = new.iter().rev().find_map(Order::forgets) {
        kept.iter_mut().for_each(forget);
    }
    kept.extend(new);
}

/// An order that has been through these commands.
pub fn after(commands: impl IntoIterator<Item = OrderCommand>) -> Order {
    let mut order = Order::default();
    for command in commands {
        step(&mut order, command, START).unwrap();
    }
    order
}

/// A paid order, its cart settled.
pub fn sold(lines: &[(&str, u32)]) -> Order {
    let total = lines.iter().map(|(_, quantity)| i64::from(*quantity) * 20_000).sum();
    let skus = || lines.iter().map(|(name, _)| sku(name));
    after(
        [place(total), claimed(lines)]
            .into_iter()
            .chain(skus().map(|sku| OrderCommand::StockReserved { sku }))
            .chain([OrderCommand::AuthoriseAnswered { payment: snapshot(PaymentStatus::Authorized, total) }])
            .chain(skus().map(|sku| OrderCommand::StockCommitted { sku }))
            .chain([
                OrderCommand::CaptureAnswered { payment: snapshot(PaymentStatus::Captured, total) },
                OrderCommand::CartSettled,
            ]),
    )
}

pub fn status(order: &Order) -> &'static str {
    order.record().map_or("unused", |record| record.status().as_str())
}
