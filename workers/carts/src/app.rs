//! Use cases: ask the cart object, price what it answers, say what stands in the way.

mod claim;

pub use claim::claim;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use api::{
    Problem,
    cart::{CartBody, CartObject, CreateCart, LineQuantity, pricing_problem},
    problem::codes,
};
use domain::{
    Currency, DurationMs, Invalid, Quantity, Sku,
    address::Country,
    cart::{
        CART_READ_EXTENDS_AFTER_MS, CART_TTL_MS, CartCommand, CartRefusal, CartReply, CartView,
        DestinationChange, changed_prices, check_destination, quote_cart,
    },
    holder::{Holder, Owner, TokenHash},
    id::{CartId, UserId},
    pricing::{PricingRefusal, default_country},
    quote::Quote,
    shipping,
};
use platform::{Failure, Fault, Platform, object};

use crate::{config, quotes};

/// A guest's token: as hard to guess as a key.
const TOKEN_BYTES: usize = 32;

type Result<T> = std::result::Result<T, Failure>;

/// A guest gets a new cart and its token; a signed-in shopper the one cart there is.
pub async fn create<P: Platform>(p: &P, user: Option<UserId>, wanted: CreateCart) -> Result<CartBody> {
    if let Some(country) = wanted.country
        && !shipping::ships_to(country)
    {
        return Err(pricing_problem(&PricingRefusal::DestinationNotServed { country }, "").into());
    }
    if let Some(user) = user {
        return show(p, own(p, user, wanted.currency, wanted.country).await?).await;
    }
    let currency = wanted.currency.map_or_else(|| config::default_currency(p), Ok)?;
    let country = wanted.country.unwrap_or(default_country(currency));
    let token = URL_SAFE_NO_PAD.encode(p.random::<TOKEN_BYTES>());
    let (id, hash) = (CartId::new(p.seed()), TokenHash::of(&token));
    let by = Holder { user: None, token: Some(hash.clone()) };
    let create = CartCommand::Create { id, owner: Owner::Guest(hash), currency, country };
    let cart = tell(p, &by, id, create).await?;
    Ok(CartBody { token: Some(token), ..show(p, cart).await? })
}

/// The caller's own cart, made on first use.
pub async fn read_mine<P: Platform>(p: &P, user: UserId) -> Result<CartBody> {
    let cart = own(p, user, None, None).await?;
    keep_alive(p, &Holder { user: Some(user), token: None }, &cart);
    show(p, cart).await
}

pub async fn read<P: Platform>(p: &P, by: Holder, id: CartId) -> Result<CartBody> {
    let cart = find(p, &by, id).await?.ok_or(CartRefusal::NotFound)?;
    keep_alive(p, &by, &cart);
    show(p, cart).await
}

pub async fn set_line<P: Platform>(
    p: &P,
    by: Holder,
    id: CartId,
    sku: Sku,
    quantity: LineQuantity,
) -> Result<CartBody> {
    let LineQuantity(Some(quantity)) = quantity else { return remove_line(p, by, id, sku).await };
    if let Some(currency) = quotes::remembered_currency(p, &by, &id) {
        match put_line(p, &by, id, &sku, quantity, currency).await {
            // The cart has another currency by now: it is looked at below.
            Err(Failure::Problem(problem)) if problem.code == codes::wrong_currency => {}
            answer => return answer,
        }
    }
    let currency = find(p, &by, id).await?.ok_or(CartRefusal::NotFound)?.currency;
    put_line(p, &by, id, &sku, quantity, currency).await
}

async fn put_line<P: Platform>(
    p: &P,
    by: &Holder,
    id: CartId,
    sku: &Sku,
    quantity: Quantity,
    currency: Currency,
) -> Result<CartBody> {
    let quotes = quotes::of(p, currency, std::iter::once(sku)).await?;
    let quote = quotes.into_iter().find(|quote| quote.sku == *sku && quote.is_sellable);
    let price = quote.ok_or_else(|| Problem::new(codes::unknown_sku))?.unit_price;
    let command = CartCommand::SetLine { by: by.clone(), sku: sku.clone(), quantity: Some(quantity), price };
    match tell(p, by, id, command).await {
        Ok(cart) => show_changed(p, by, cart).await,
        Err(Failure::Problem(problem)) if problem.code == codes::amount_too_large => {
            let too_large =
                Invalid::new("amount_too_large", "so many pieces cost more than an amount can say");
            Err(Problem::invalid("/quantity", &too_large).into())
        }
        Err(failure) => Err(failure),
    }
}

pub async fn remove_line<P: Platform>(p: &P, by: Holder, id: CartId, sku: Sku) -> Result<CartBody> {
    let cart = tell(p, &by, id, CartCommand::RemoveLine { by: by.clone(), sku }).await?;
    show_changed(p, &by, cart).await
}

pub async fn patch<P: Platform>(
    p: &P,
    by: Holder,
    id: CartId,
    change: DestinationChange,
) -> Result<CartBody> {
    let cart = find(p, &by, id).await?.ok_or(CartRefusal::NotFound)?;
    let known = quotes::of_cart(p, &cart).await?;
    check_destination(&cart, &change, &known).map_err(|refusal| pricing_problem(&refusal, ""))?;
    let cart = tell(p, &by, id, CartCommand::SetDestination { by: by.clone(), change }).await?;
    show_changed(p, &by, cart).await
}

/// The cart of a signed-in shopper, made when there is none. An empty one takes the currency that is asked for.
async fn own<P: Platform>(
    p: &P,
    user: UserId,
    currency: Option<Currency>,
    country: Option<Country>,
) -> Result<CartView> {
    let id = CartId::of_user(&user);
    let by = Holder { user: Some(user), token: None };
    if let Some(cart) = find(p, &by, id).await?
        && currency.is_none_or(|currency| currency == cart.currency)
    {
        return Ok(cart);
    }
    let currency = currency.map_or_else(|| config::default_currency(p), Ok)?;
    let country = country.unwrap_or(default_country(currency));
    tell(p, &by, id, CartCommand::Create { id, owner: Owner::User(user), currency, country }).await
}

/// The cart, if it is there and the caller's.
async fn find<P: Platform>(p: &P, by: &Holder, id: CartId) -> Result<Option<CartView>> {
    let cart = object::<P, CartObject>(p, &id).read().await?.and_then(|(cart, _)| cart.into_view(by));
    if let Some(cart) = &cart {
        quotes::remember_currency(p, by, cart);
    }
    Ok(cart)
}

/// Forgets the shopper's cart; whether there was one makes no difference.
pub async fn erase<P: Platform>(p: &P, user: UserId) -> Result<()> {
    object::<P, CartObject>(p, &CartId::of_user(&user)).tell(CartCommand::Erase).await??;
    Ok(())
}

async fn tell<P: Platform>(p: &P, by: &Holder, id: CartId, command: CartCommand) -> Result<CartView> {
    match object::<P, CartObject>(p, &id).tell(command).await?? {
        CartReply::Cart(cart) => {
            quotes::remember_currency(p, by, &cart);
            Ok(*cart)
        }
        CartReply::Done => Err(Fault::defect("a cart answered without itself").into()),
    }
}

/// The cart after a change by its shopper, which accepts the prices that are shown with it.
async fn show_changed<P: Platform>(p: &P, by: &Holder, cart: CartView) -> Result<CartBody> {
    let quotes = quotes::of_cart(p, &cart).await?;
    let prices = changed_prices(&cart, &quotes);
    if prices.is_empty() {
        return priced(cart, &quotes);
    }
    match tell(p, by, cart.id, CartCommand::AcceptPrices { by: by.clone(), prices }).await {
        Ok(accepted) => priced(accepted, &quotes),
        // An order took the cart in between; the prices stay a problem until it lets go.
        Err(Failure::Problem(problem)) if problem.code == codes::checkout_in_progress => {
            priced(cart, &quotes)
        }
        Err(failure) => Err(failure),
    }
}

async fn show<P: Platform>(p: &P, cart: CartView) -> Result<CartBody> {
    let quotes = quotes::of_cart(p, &cart).await?;
    priced(cart, &quotes)
}

fn priced(cart: CartView, quotes: &[Arc<Quote>]) -> Result<CartBody> {
    let quoted = quote_cart(&cart, quotes).map_err(|refusal| pricing_problem(&refusal, ""))?;
    Ok(CartBody::new(cart, quoted))
}

/// Looking at a cart is using it, but only once a day does it have to be written down.
fn keep_alive<P: Platform>(p: &P, by: &Holder, cart: &CartView) {
    const FRESH_MS: DurationMs = CART_TTL_MS.saturating_sub(CART_READ_EXTENDS_AFTER_MS);
    if cart.expires_at.since(p.now()) > FRESH_MS {
        return;
    }
    let (world, id, by) = (p.clone(), cart.id, by.clone());
    p.background(async move {
        // Whoever looks next tries again.
        let _ = tell(&world, &by, id, CartCommand::Touch { by: by.clone() }).await;
    });
}
