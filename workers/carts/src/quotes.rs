//! Quotes from the catalogue: one call for all that is not remembered.

use std::sync::{Mutex, MutexGuard, PoisonError};

use api::catalog::QuoteSkus;
use domain::{Currency, Sku, cart::CartView, id::CartId, quote::Quote};
use platform::{Fault, Platform, call};

use crate::{config, memory::Memory};

static MEMORY: Mutex<Option<Memory>> = Mutex::new(None);

/// Never held over an await: it is shared by every request of the isolate.
fn with_memory<T>(look: impl FnOnce(&mut Memory) -> T) -> T {
    let mut memory: MutexGuard<'_, Option<Memory>> = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    look(memory.get_or_insert_with(Memory::default))
}

/// What the catalogue says of each of these SKUs, for showing and never for charging; an unknown one is absent.
pub async fn of<P: Platform>(
    platform: &P,
    currency: Currency,
    skus: impl Iterator<Item = &Sku>,
) -> Result<Vec<Quote>, Fault> {
    let kept_ms = config::quotes_kept_ms(platform)?;
    let now = platform.now();
    let (mut quotes, mut missing) = (Vec::new(), Vec::new());
    with_memory(|memory| {
        for sku in skus {
            match memory.quote(currency, sku, now, kept_ms) {
                Some(quote) => quotes.push(quote.clone()),
                None => missing.push(sku.clone()),
            }
        }
    });
    if missing.is_empty() {
        return Ok(quotes);
    }
    let fresh = call(platform, &QuoteSkus { skus: missing, currency }).await?.quotes;
    if kept_ms > 0 {
        with_memory(|memory| memory.keep_quotes(currency, &fresh, now, kept_ms));
    }
    quotes.extend(fresh);
    Ok(quotes)
}

pub async fn of_cart<P: Platform>(platform: &P, cart: &CartView) -> Result<Vec<Quote>, Fault> {
    of(platform, cart.currency, cart.lines.iter().map(|line| &line.sku)).await
}

/// The currency that a cart had when this isolate last saw it.
pub fn remembered_currency<P: Platform>(platform: &P, cart: &CartId) -> Result<Option<Currency>, Fault> {
    if config::quotes_kept_ms(platform)? == 0 {
        return Ok(None);
    }
    Ok(with_memory(|memory| memory.currency(cart)))
}

pub fn remember_currency<P: Platform>(platform: &P, cart: &CartView) -> Result<(), Fault> {
    if config::quotes_kept_ms(platform)? > 0 {
        with_memory(|memory| memory.keep_currency(cart.id, cart.currency));
    }
    Ok(())
}

pub fn forget_currency(cart: &CartId) {
    with_memory(|memory| memory.forget_currency(cart));
}
