//! How a guest's cart becomes the customer's who signed in: added, then emptied, and nothing in between is lost.

use api::problem::codes;
use domain::{
    Change, Currency, Money,
    cart::{CartCommand, CartLine, CartRefusal, CartView, DestinationChange},
    holder::{Holder, Owner},
    id::{CartId, UserId},
};
use platform::{Failure, Platform};

use super::{Result, find, own, read_mine, show_changed, tell};
use crate::quotes;

/// How often a guest's cart may change while it is being added.
const TRIES_MAX: u32 = 5;

/// Adds the guest's lines to the caller's own cart. A repeat adds nothing: the cart remembers what came from where.
pub async fn claim<P: Platform>(p: &P, user: UserId, by: Holder, id: CartId) -> Result<api::cart::CartBody> {
    let own_id = CartId::of_user(&user);
    if id == own_id {
        return read_mine(p, user).await;
    }
    for _ in 0..TRIES_MAX {
        let guest = find(p, &by, id).await?.ok_or(CartRefusal::NotFound)?;
        if let Some(order) = guest.order.filter(|_| guest.is_claimed) {
            return Err(CartRefusal::CheckoutInProgress { order }.into());
        }
        let mine = own_for(p, user, &guest).await?;
        let (version, mine) = (guest.version, add(p, &by, mine, guest).await?);
        match tell(p, &by, id, CartCommand::Surrender { by: by.clone(), version }).await {
            Ok(_) => return show_changed(p, &by, mine).await,
            // A line came to it meanwhile: that one is added, too.
            Err(Failure::Problem(problem)) if problem.code == codes::cart_changed => {}
            Err(failure) => return Err(failure),
        }
    }
    Err(api::Problem::new(codes::conflict).detail("the cart keeps changing").retry_after(1).into())
}

/// The caller's own cart; one that is new or empty goes where the guest meant to go.
async fn own_for<P: Platform>(p: &P, user: UserId, guest: &CartView) -> Result<CartView> {
    let create = CartCommand::Create {
        id: CartId::of_user(&user),
        owner: Owner::User(user),
        currency: guest.currency,
        country: guest.country,
    };
    let me = Holder { user: Some(user), token: None };
    let mine = match tell(p, &me, CartId::of_user(&user), create).await {
        Ok(mine) => mine,
        // It has lines in another currency and keeps it.
        Err(Failure::Problem(problem)) if problem.code == codes::wrong_currency => {
            own(p, user, None, None).await?
        }
        Err(failure) => return Err(failure),
    };
    if !mine.lines.is_empty() || mine.is_claimed {
        return Ok(mine);
    }
    let change = DestinationChange {
        country: Some(guest.country),
        region: to(&guest.region),
        postal_code: to(&guest.postal_code),
        shipping_option: to(&guest.shipping_option),
        email: to(&guest.email),
    };
    tell(p, &me, mine.id, CartCommand::SetDestination { by: me.clone(), change }).await
}

fn to<T: Clone>(value: &Option<T>) -> Change<T> {
    value.clone().map_or(Change::Keep, Change::To)
}

async fn add<P: Platform>(p: &P, by: &Holder, mine: CartView, guest: CartView) -> Result<CartView> {
    if guest.lines.is_empty() {
        return Ok(mine);
    }
    let lines = if mine.currency == guest.currency {
        guest.lines
    } else {
        in_currency(p, guest.lines, mine.currency).await?
    };
    let (from, emptied_at) = (guest.id, Some(guest.emptied_at));
    tell(p, by, mine.id, CartCommand::Merge { by: by.clone(), from, emptied_at, lines }).await
}

/// The same lines at the prices of another list. What is not sold in it comes along, to be shown as unavailable.
async fn in_currency<P: Platform>(p: &P, lines: Vec<CartLine>, currency: Currency) -> Result<Vec<CartLine>> {
    let quotes = quotes::of(p, currency, lines.iter().map(|line| &line.sku)).await?;
    let price = |line: &CartLine| {
        quotes
            .iter()
            .find(|quote| quote.sku == line.sku && quote.is_sellable)
            .map_or(Money::zero(currency), |quote| quote.unit_price)
    };
    Ok(lines.into_iter().map(|line| CartLine { price: price(&line), ..line }).collect())
}
