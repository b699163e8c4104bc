//! What a command does to a cart.

use super::{
    command::{CartCommand, CartLine, CartRefusal, CartReply, DestinationChange},
    merge::merge,
    state::{CART_TTL_MS, Cart, CartDestination, CartEffect, CartEvent, EXPIRY_STEP_MS, OpenCart},
};
use crate::{
    Aggregate, Bug, Currency, Decision, Money, Sku, Timestamp,
    address::Country,
    holder::{Holder, Owner},
    id::{CartId, OrderId},
};

impl Aggregate for Cart {
    type Command = CartCommand;
    type Event = CartEvent;
    type Effect = CartEffect;
    type Reply = CartReply;
    type Refusal = CartRefusal;
    type Part = ();

    const KEEPS_EVENTS: bool = false;

    fn decide(
        &self,
        _part: Option<&()>,
        command: CartCommand,
        now: Timestamp,
    ) -> Result<Decision<Self>, CartRefusal> {
        match command {
            CartCommand::Create { id, owner, currency, country } => {
                self.create(id, owner, currency, country, now)
            }
            CartCommand::SetLine { by, sku, quantity: Some(quantity), price } => {
                let cart = self.changeable(&by)?;
                let event = cart.set_line(CartLine { sku, quantity, price })?;
                Ok(self.answer(event, now))
            }
            CartCommand::SetLine { by, sku, quantity: None, .. } | CartCommand::RemoveLine { by, sku } => {
                let cart = self.changeable(&by)?;
                let event = cart.line(&sku).is_some().then_some(CartEvent::LineRemoved { sku });
                Ok(self.answer(event, now))
            }
            CartCommand::SetDestination { by, change } => {
                let event = self.changeable(&by)?.set_destination(change);
                Ok(self.answer(event, now))
            }
            CartCommand::AcceptPrices { by, prices } => {
                let event = self.changeable(&by)?.accept_prices(prices)?;
                Ok(self.answer(event, now))
            }
            CartCommand::Merge { by, from, emptied_at, lines } => {
                let event = merge(self.changeable(&by)?, from, emptied_at, lines)?;
                Ok(self.answer(event, now))
            }
            CartCommand::Surrender { by, version } => {
                let cart = self.changeable(&by)?;
                if cart.lines.is_empty() && !cart.knows_its_shopper() {
                    return Ok(self.answer(None, now));
                }
                if !cart.lines.is_empty() && cart.version != version {
                    return Err(CartRefusal::CartChanged { version: cart.version });
                }
                Ok(self.answer(Some(CartEvent::Surrendered), now))
            }
            CartCommand::Touch { by } => {
                self.held(&by)?;
                Ok(self.answer(None, now))
            }
            CartCommand::Claim { by, order, version } => self.claim(&by, order, version, now),
            CartCommand::Unclaim { order } => Ok(self.unclaim(order)),
            CartCommand::Settle { order } => Ok(self.settle(order, now)),
            CartCommand::Expire => Ok(self.expire(now)),
            CartCommand::Erase => {
                let done = Decision::reply(CartReply::Done);
                Ok(if self.open().is_some() { done.event(CartEvent::Erased) } else { done })
            }
        }
    }

    fn apply(&mut self, event: &CartEvent) {
        self.apply_event(event);
    }

    /// A cart that an order holds waits for it: the order always settles or gives up.
    fn wake(&self) -> Option<(Timestamp, CartCommand)> {
        let cart = self.open().filter(|cart| cart.claimed_by.is_none())?;
        Some((cart.expires_at, CartCommand::Expire))
    }

    fn is_gone(&self) -> bool {
        matches!(self, Cart::Gone)
    }
}

impl Cart {
    fn create(
        &self,
        id: CartId,
        owner: Owner,
        currency: Currency,
        country: Country,
        now: Timestamp,
    ) -> Result<Decision<Self>, CartRefusal> {
        let Some(cart) = self.open() else {
            let expires_at = now.plus(CART_TTL_MS);
            return Ok(
                self.answer(Some(CartEvent::Created { id, owner, currency, country, expires_at }), now)
            );
        };
        if cart.owner != owner {
            return Err(CartRefusal::NotFound);
        }
        if cart.currency == currency {
            return Ok(self.answer(None, now));
        }
        if let Some(order) = cart.claimed_by {
            return Err(CartRefusal::CheckoutInProgress { order });
        }
        if !cart.lines.is_empty() {
            return Err(CartRefusal::WrongCurrency);
        }
        Ok(self.answer(Some(CartEvent::CurrencyChanged { currency, country }), now))
    }

    fn held(&self, by: &Holder) -> Result<&OpenCart, CartRefusal> {
        self.open().filter(|cart| by.holds(&cart.owner)).ok_or(CartRefusal::NotFound)
    }

    fn changeable(&self, by: &Holder) -> Result<&OpenCart, CartRefusal> {
        let cart = self.held(by)?;
        match cart.claimed_by {
            Some(order) => Err(CartRefusal::CheckoutInProgress { order }),
            None => Ok(cart),
        }
    }

    /// Commits `event`, moves the expiry when it is time to, and answers the cart as it then is.
    fn answer(&self, event: Option<CartEvent>, now: Timestamp) -> Decision<Self> {
        let mut after = self.clone();
        let mut events = Vec::with_capacity(2);
        if let Some(event) = event {
            after.apply(&event);
            events.push(event);
        }
        if let Some(used) = after.used(now) {
            after.apply(&used);
            events.push(used);
        }
        let reply = match after {
            Cart::Open(cart) => CartReply::Cart(Box::new(cart.into_view())),
            Cart::Unused | Cart::Gone => CartReply::Done,
        };
        Decision { events, ..Decision::reply(reply) }
    }

    fn used(&self, now: Timestamp) -> Option<CartEvent> {
        let cart = self.open()?;
        let expires_at = now.plus(CART_TTL_MS);
        (expires_at.since(cart.expires_at) > EXPIRY_STEP_MS).then_some(CartEvent::Used { expires_at })
    }

    fn claim(
        &self,
        by: &Holder,
        order: OrderId,
        version: u64,
        now: Timestamp,
    ) -> Result<Decision<Self>, CartRefusal> {
        let cart = self.held(by)?;
        if cart.gave_up.contains(&order) && !Bug::CartForgetsWhoGaveUp.is_planted() {
            return Err(CartRefusal::OrderGaveUp);
        }
        if cart.claimed_by == Some(order) {
            return Ok(Decision::reply(CartReply::Cart(Box::new(cart.clone().into_view()))));
        }
        if let Some(taken) = cart.last_order.as_deref().filter(|taken| taken.order == Some(order)) {
            return Ok(Decision::reply(CartReply::Cart(Box::new(taken.clone()))));
        }
        if cart.has_settled(order) {
            // Long ago: what it took is no longer remembered, but it never takes a second cart.
            return Err(CartRefusal::AlreadyOrdered { order });
        }
        let holding = cart.claimed_by.filter(|_| cart.version == version);
        if let Some(order) = holding.or_else(|| cart.order_of(version))
            && !Bug::CartClaimedTwice.is_planted()
        {
            return Err(CartRefusal::AlreadyOrdered { order });
        }
        if cart.version != version {
            return Err(CartRefusal::CartChanged { version: cart.version });
        }
        if cart.lines.is_empty() {
            return Err(CartRefusal::CartEmpty);
        }
        Ok(self.answer(Some(CartEvent::Claimed { order }), now))
    }

    fn unclaim(&self, order: OrderId) -> Decision<Self> {
        let done = Decision::reply(CartReply::Done);
        let Some(cart) = self.open() else {
            // Of a cart that is not there nothing can be claimed later either.
            return done;
        };
        if cart.has_settled(order) || cart.gave_up.contains(&order) {
            return done;
        }
        done.event(CartEvent::GivenBack { order })
    }

    fn settle(&self, order: OrderId, now: Timestamp) -> Decision<Self> {
        let is_holding = self.open().is_some_and(|cart| cart.claimed_by == Some(order));
        let settled = self.answer(is_holding.then_some(CartEvent::Settled { order }), now);
        Decision { events: settled.events, ..Decision::reply(CartReply::Done) }
    }

    fn expire(&self, now: Timestamp) -> Decision<Self> {
        let done = Decision::reply(CartReply::Done);
        let is_due = self.open().is_some_and(|cart| cart.claimed_by.is_none() && cart.expires_at <= now);
        if is_due { done.event(CartEvent::Expired) } else { done }
    }
}

impl OpenCart {
    fn set_line(&self, line: CartLine) -> Result<Option<CartEvent>, CartRefusal> {
        if self.line(&line.sku) == Some(&line) {
            return Ok(None);
        }
        self.make_room(std::slice::from_ref(&line))?;
        Ok(Some(CartEvent::LineSet { line }))
    }

    fn set_destination(&self, change: DestinationChange) -> Option<CartEvent> {
        let known = self.destination.clone();
        let country = change.country.unwrap_or(known.country);
        let stays = country == known.country;
        let destination = CartDestination {
            country,
            region: change.region.over(known.region.filter(|_| stays)),
            postal_code: change.postal_code.over(known.postal_code.filter(|_| stays)),
            shipping_option: change.shipping_option.over(known.shipping_option),
            email: change.email.over(known.email),
        };
        (destination != self.destination).then_some(CartEvent::DestinationSet { destination })
    }

    fn accept_prices(&self, mut prices: Vec<(Sku, Money)>) -> Result<Option<CartEvent>, CartRefusal> {
        if prices.iter().any(|(_, price)| price.currency() != self.currency) {
            return Err(CartRefusal::WrongCurrency);
        }
        prices.retain(|(sku, price)| self.line(sku).is_some_and(|line| line.price != *price));
        Ok((!prices.is_empty()).then_some(CartEvent::PricesAccepted { prices }))
    }
}
