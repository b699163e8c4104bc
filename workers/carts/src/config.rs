//! This Worker's settings. A bad one is named.

use domain::{Currency, DurationMs, time::SECOND_MS};
use platform::{Fault, Platform};

/// Whatever is remembered of the catalogue is never older than this.
const QUOTES_KEPT_MAX_MS: DurationMs = 10 * SECOND_MS;

/// How long an isolate may show what it was told before, in milliseconds; 0, or not set, asks each time.
pub fn quotes_kept_ms<P: Platform>(platform: &P) -> Result<DurationMs, Fault> {
    parse_quotes_kept(platform.var("QUOTES_KEPT_MS").as_deref())
}

/// What a shopper pays in who does not say.
pub fn default_currency<P: Platform>(platform: &P) -> Result<Currency, Fault> {
    parse_default_currency(platform.var("DEFAULT_CURRENCY").as_deref())
}

fn parse_quotes_kept(text: Option<&str>) -> Result<DurationMs, Fault> {
    let Some(text) = text else { return Ok(0) };
    text.parse()
        .ok()
        .filter(|span| *span <= QUOTES_KEPT_MAX_MS)
        .ok_or_else(|| Fault::defect(format!("QUOTES_KEPT_MS must be 0 to {QUOTES_KEPT_MAX_MS}")))
}

fn parse_default_currency(text: Option<&str>) -> Result<Currency, Fault> {
    let Some(text) = text else { return Ok(Currency::Eur) };
    text.parse().map_err(|invalid| Fault::defect(format!("DEFAULT_CURRENCY: {invalid}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_setting_is_named() {
        assert_eq!(parse_quotes_kept(None), Ok(0));
        assert_eq!(parse_quotes_kept(Some("2000")), Ok(2_000));
        assert_eq!(parse_default_currency(None), Ok(Currency::Eur));
        assert_eq!(parse_default_currency(Some("JPY")), Ok(Currency::Jpy));
        for bad in ["", "-1", "2s", "10001"] {
            assert!(parse_quotes_kept(Some(bad)).unwrap_err().message.starts_with("QUOTES_KEPT_MS"), "{bad}");
        }
        assert!(parse_default_currency(Some("EURO")).unwrap_err().message.starts_with("DEFAULT_CURRENCY"));
    }
}
