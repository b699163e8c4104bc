//! What the catalogue says of SKUs, and in which currency a cart is: asked once, then remembered for a moment by this isolate.
//!
//! It saves calls and decides nothing: a quote is for showing and never for charging, and a cart checks its currency itself.

use std::sync::Arc;

use api::catalog::QuoteSkus;
use domain::{
    Currency, DurationMs, Sku,
    cart::CartView,
    holder::{Holder, TokenHash},
    id::CartId,
    quote::Quote,
    time::{HOUR_MS, SECOND_MS},
};
use platform::{Fault, Platform, call};

/// How old a price or a stock hint may be when it is shown.
const QUOTE_KEPT_MS: DurationMs = 2 * SECOND_MS;
/// A cart hardly ever changes its currency, and says so when it did.
const CURRENCY_KEPT_MS: DurationMs = HOUR_MS;

/// What the catalogue says of each of these SKUs; an unknown one is absent.
pub async fn of<P: Platform>(
    p: &P,
    currency: Currency,
    skus: impl Iterator<Item = &Sku>,
) -> Result<Vec<Arc<Quote>>, Fault> {
    let (mut quotes, mut missing) = (Vec::new(), Vec::new());
    for sku in skus {
        match p.memory().get::<Quote>(&quote_key(currency, sku), p.now()) {
            Some(quote) => quotes.push(quote),
            None => missing.push(sku.clone()),
        }
    }
    if missing.is_empty() {
        return Ok(quotes);
    }
    let fresh = call(p, &QuoteSkus { skus: missing, currency }).await?.quotes;
    for quote in fresh.into_iter().map(Arc::new) {
        let key = quote_key(currency, &quote.sku);
        p.memory().put(key, Arc::clone(&quote), size_of_quote(&quote), p.now(), QUOTE_KEPT_MS);
        quotes.push(quote);
    }
    Ok(quotes)
}

pub async fn of_cart<P: Platform>(p: &P, cart: &CartView) -> Result<Vec<Arc<Quote>>, Fault> {
    of(p, cart.currency, cart.lines.iter().map(|line| &line.sku)).await
}

/// The currency that a cart had when this isolate last showed it to this holder. To anybody else it says nothing: what is remembered for its
/// shopper must not make another's try take another way.
pub fn remembered_currency<P: Platform>(p: &P, by: &Holder, cart: &CartId) -> Option<Currency> {
    p.memory().get(&cart_key(by, cart), p.now()).map(|currency| *currency)
}

/// Remembers the currency of a cart that is this holder's.
pub fn remember_currency<P: Platform>(p: &P, by: &Holder, cart: &CartView) {
    if remembered_currency(p, by, &cart.id) != Some(cart.currency) {
        let size = size_of::<Currency>();
        p.memory().put(cart_key(by, &cart.id), Arc::new(cart.currency), size, p.now(), CURRENCY_KEPT_MS);
    }
}

fn quote_key(currency: Currency, sku: &Sku) -> String {
    format!("quote:{currency}:{sku}")
}

fn cart_key(by: &Holder, cart: &CartId) -> String {
    let user = by.user.map(|user| user.to_string()).unwrap_or_default();
    format!("currency:{cart}:{user}:{}", by.token.as_ref().map_or("", TokenHash::as_str))
}

fn size_of_quote(quote: &Quote) -> usize {
    let texts = [quote.sku.as_str(), &quote.slug, &quote.title, quote.image.as_deref().unwrap_or_default()];
    texts.iter().map(|text| text.len()).fold(size_of::<Quote>(), usize::saturating_add)
}
