//! What an isolate remembers between requests: plain data, bounded, and gone at any moment without harm.
//!
//! It saves calls and decides nothing: a price is remembered for seconds and never charged, and a cart's currency is checked by the
//! cart itself.

use std::collections::{BTreeMap, HashMap};

use domain::{Currency, DurationMs, Sku, Timestamp, id::CartId, quote::Quote};

/// Quotes remembered in all.
const QUOTES_MAX: usize = 4_096;
/// Carts whose currency is remembered.
const CARTS_MAX: usize = 16_384;

#[derive(Default)]
pub struct Memory {
    quotes: BTreeMap<Currency, HashMap<Sku, Kept>>,
    currencies: HashMap<CartId, Currency>,
}

struct Kept {
    at: Timestamp,
    quote: Quote,
}

impl Kept {
    fn is_fresh(&self, now: Timestamp, span: DurationMs) -> bool {
        // A clock that went back makes nothing fresh.
        self.at <= now && now.since(self.at) < span
    }
}

impl Memory {
    pub fn quote(&self, currency: Currency, sku: &Sku, now: Timestamp, span: DurationMs) -> Option<&Quote> {
        let kept = self.quotes.get(&currency)?.get(sku)?;
        kept.is_fresh(now, span).then_some(&kept.quote)
    }

    pub fn keep_quotes(&mut self, currency: Currency, quotes: &[Quote], now: Timestamp, span: DurationMs) {
        if self.quotes_kept().saturating_add(quotes.len()) > QUOTES_MAX {
            for kept in self.quotes.values_mut() {
                kept.retain(|_, kept| kept.is_fresh(now, span));
            }
        }
        if self.quotes_kept().saturating_add(quotes.len()) > QUOTES_MAX {
            self.quotes.clear();
        }
        let kept = self.quotes.entry(currency).or_default();
        for quote in quotes {
            kept.insert(quote.sku.clone(), Kept { at: now, quote: quote.clone() });
        }
    }

    fn quotes_kept(&self) -> usize {
        self.quotes.values().map(HashMap::len).sum()
    }

    pub fn currency(&self, cart: &CartId) -> Option<Currency> {
        self.currencies.get(cart).copied()
    }

    pub fn keep_currency(&mut self, cart: CartId, currency: Currency) {
        if self.currencies.len() >= CARTS_MAX {
            self.currencies.clear();
        }
        self.currencies.insert(cart, currency);
    }

    pub fn forget_currency(&mut self, cart: &CartId) {
        self.currencies.remove(cart);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Money, id::ProductId};

    fn quote(sku: &str) -> Quote {
        Quote {
            sku: sku.parse().unwrap(),
            product_id: ProductId::derived(&[sku]),
            slug: sku.to_owned(),
            title: sku.to_owned(),
            image: None,
            unit_price: Money::zero(Currency::Eur),
            weight_grams: 1,
            is_sellable: true,
            available: 1,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_quote_is_remembered_for_its_span_and_in_its_currency() {
        let mut memory = Memory::default();
        let sku: Sku = "W-1".parse().unwrap();
        memory.keep_quotes(Currency::Eur, &[quote("W-1")], at(1_000), 2_000);
        let cases = [(1_000, true), (2_999, true), (3_000, false), (999, false)];
        for (now, is_known) in cases {
            assert_eq!(memory.quote(Currency::Eur, &sku, at(now), 2_000).is_some(), is_known, "at {now}");
        }
        assert!(memory.quote(Currency::Usd, &sku, at(1_000), 2_000).is_none());
        assert!(memory.quote(Currency::Eur, &sku, at(1_000), 0).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::default();
        for i in 0..QUOTES_MAX + 10 {
            memory.keep_quotes(Currency::Eur, &[quote(&format!("W-{i}"))], at(0), 2_000);
            assert!(memory.quotes_kept() <= QUOTES_MAX);
        }
        for i in 0..CARTS_MAX + 10 {
            memory.keep_currency(CartId::derived(&[&i.to_string()]), Currency::Eur);
            assert!(memory.currencies.len() <= CARTS_MAX);
        }
    }

    #[test]
    fn the_stale_make_room_first() {
        let mut memory = Memory::default();
        let old: Vec<_> = (0..QUOTES_MAX - 1).map(|i| quote(&format!("W-{i}"))).collect();
        memory.keep_quotes(Currency::Eur, &old, at(0), 2_000);
        memory.keep_quotes(Currency::Usd, &[quote("fresh")], at(5_000), 2_000);
        memory.keep_quotes(Currency::Usd, &[quote("new")], at(5_001), 2_000);
        assert!(memory.quote(Currency::Usd, &"fresh".parse().unwrap(), at(5_001), 2_000).is_some());
        assert_eq!(memory.quotes_kept(), 2);
    }
}
